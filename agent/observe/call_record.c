/* SPDX-License-Identifier: MIT */
/* Keeping what became of a call. */
#include "call_record.h"

#include "audit.h"
#include "log.h"
#include "metrics.h"
#include "text.h"

#include <stdio.h>

static bool changes_something(const struct procedure *procedure)
{
    return procedure != NULL &&
           (procedure->writes || procedure->handler == handle_operation_cancel);
}

/* Whether the refusal belongs in the audit trail. */
static bool is_of_note(const struct call *call)
{
    switch (call->error.number) {
    case 0: return false;
    case MILINK_RIGHT_MISSING:
    case MILINK_CONFIRM_REQUIRED:
    case MILINK_INSTANCE_UNKNOWN: return true;
    default: return changes_something(call->procedure) && !call->is_operation;
    }
}

/* "link sales-link": what the call was to change, by its parameters. */
static void name_resource(const struct call *call, char *text, size_t size)
{
    static const char *const parameters[][2] = {
        {"@link", "link "}, {"@database", "database "}, {"@name", "certificate "}};

    text[0] = '\0';
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0] && text[0] == '\0'; i++) {
        const char *name = call_text(call, parameters[i][0]);

        if (name == NULL)
            continue;
        text_copy(text, size, parameters[i][1]);
        text_append(text, size, name);
    }
}

/* resource: OPERATION_RESOURCE_SIZE bytes that the result points to. */
static struct audit_call describe(const struct call *call, char *resource)
{
    struct audit_call about = {.procedure = call->procedure != NULL ? call->procedure->name : NULL,
                               .resource = resource,
                               .request_id = call_text(call, "@request_id"),
                               .operation_id = call_text(call, "@operation_id"),
                               .caller = call_text(call, "@caller"),
                               .client = call->client_account,
                               .reason = call_text(call, "@reason"),
                               .change_ref = call_text(call, "@change_ref"),
                               .session_id = call_number(call, "@session_id", -1),
                               .confirm = call_text(call, "@confirm") != NULL,
                               .force = call_number(call, "@force", 0) != 0,
                               .what_if = call_number(call, "@what_if", 0) != 0,
                               .call_id = call->id};

    about.instance = call->instance != NULL ? call->instance->alias : call_text(call, "@instance");
    name_resource(call, resource, OPERATION_RESOURCE_SIZE);
    return about;
}

bool call_record_action(struct call *call, const char *operation_id, const char *request)
{
    char resource[OPERATION_RESOURCE_SIZE];
    struct audit_call about = describe(call, resource);

    about.operation_id = operation_id;
    about.request = request;
    call->has_acted = audit_acting(&about, &call->error);
    return call->has_acted;
}

static void audit(const struct call *call)
{
    char resource[OPERATION_RESOURCE_SIZE];
    struct audit_call about = describe(call, resource);

    about.error = &call->error;
    if (call->has_acted)
        audit_acted(&about);
    else if (is_of_note(call))
        audit_refused(&about);
}

void call_record(const struct call *call)
{
    const bool failed = call->error.number != 0;
    const char *name = call->procedure != NULL ? call->procedure->name : NULL;
    const uint64_t spent = clock_monotonic_us() - call->began_us;

    metrics_count_call(name, call->error.number, spent);
    log_write(failed ? LOG_WARNING : LOG_DEBUG, "call", "%s: %s (%llu ms)",
              name != NULL ? name : "unknown procedure", failed ? call->error.message : "done",
              (unsigned long long)(spent / 1000));
    audit(call);
}
