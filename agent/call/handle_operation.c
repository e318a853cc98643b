/* SPDX-License-Identifier: MIT */
/* Handlers of operations: one, with a wait for its change, and the list. */
#include "text.h"
#include "utc.h"
#include "write.h"
#include <stdlib.h>

/* A change worth waking for: state or progress. */
static bool has_changed(void *seen, const struct operation *operation)
{
    const struct operation *before = seen;

    return operation->state != before->state || operation->percent != before->percent;
}

static bool refuse_store(struct call *call, enum store_result result, const char *id)
{
    char why[256];

    if (result == STORE_NOT_FOUND)
        return call_refuse(call, MILINK_OPERATION_UNKNOWN, id, NULL);
    store_why(call->agent->store, why, sizeof why);
    return call_refuse(call, MILINK_JOURNAL_FAILED, NULL, why);
}

bool handle_operation_get(struct call *call)
{
    const char *id = call_text(call, "@operation_id");
    struct operation *seen = calloc(2, sizeof *seen);
    struct engine_wait wait = {
        .enough = has_changed,
        .context = seen,
        .deadline = deadline_within(&call->deadline,
                                    (uint32_t)call_number(call, "@wait_seconds", 0) * 1000)};
    const struct engine_wait now = {.enough = has_changed, .context = seen};
    enum store_result result = STORE_FAILED;

    if (seen == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    /* As the engine has it: the journal is not told of every percent. */
    result = engine_await(call->agent->engine, id, &now, seen);
    if (result == STORE_OK)
        result = engine_await(call->agent->engine, id, &wait, seen + 1);
    if (result == STORE_OK)
        write_row(call, seen + 1);
    free(seen);
    return result == STORE_OK || refuse_store(call, result, id);
}

static bool add_operation(void *context, const struct operation *operation)
{
    struct call *call = context;

    write_row(call, operation);
    return !call->reply.overfull;
}

bool handle_operation_list(struct call *call)
{
    struct store_filter filter = {.instance = ""};
    const char *alias = call_text(call, "@instance"), *state = call_text(call, "@state");
    const char *since = call_text(call, "@since");
    enum store_result result = STORE_FAILED;

    if (alias != NULL) {
        const struct config_instance *instance = config_find_instance(&call->setup->config, alias);

        if (instance == NULL)
            return call_refuse(call, MILINK_INSTANCE_UNKNOWN, alias, NULL);
        filter.instance = instance->alias;
    }
    if (state != NULL)
        filter.by_state = operation_state_find(state, &filter.state);
    if (since != NULL)
        utc_parse(since, &filter.since_ms);
    result = store_list(call->agent->store, &filter, add_operation, call);
    return result == STORE_OK || refuse_store(call, result, NULL);
}
