/* SPDX-License-Identifier: MIT */
/* The handler that cancels an operation. Azure lets instance operations be cancelled, and nothing
 * else (arm-api 2, 5). The journal is not told here: the engine follows the operation to its end,
 * which is Canceled when Azure says so. A repeat is harmless, so it takes no request_id. */
#include "arm_action.h"
#include "azure_read.h"
#include "call_record.h"
#include "instance_operation.h"
#include "operation_judge.h"
#include "text.h"
#include "utc.h"
#include "write.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much Azure's clock and ours may differ. */
enum { SKEW_MS = 5 * 60 * 1000 };

static bool refuse(struct call *call, const struct operation *operation, const char *why)
{
    char subject[128];

    snprintf(subject, sizeof subject, "operation %s, %s", operation->id, operation->procedure);
    return call_refuse(call, MILINK_CANNOT_CANCEL, subject, why);
}

static bool never_enough(void *context, const struct operation *operation)
{
    (void)context;
    (void)operation;
    return false;
}

/* The operation as it is now, or at its end when that comes within so many seconds. */
static bool read_operation(struct call *call, const char *id, int64_t seconds,
                           struct operation *operation)
{
    const struct engine_wait wait = {
        .enough = never_enough,
        .deadline = deadline_within(&call->deadline, (uint32_t)seconds * 1000)};
    char why[256];

    switch (engine_await(call->agent->engine, id, &wait, operation)) {
    case STORE_OK: return true;
    case STORE_NOT_FOUND: return call_refuse(call, MILINK_OPERATION_UNKNOWN, id, NULL);
    default: break;
    }
    store_why(call->agent->store, why, sizeof why);
    return call_refuse(call, MILINK_JOURNAL_FAILED, NULL, why);
}

/* Cancelling needs what starting needed. */
static bool check_right(struct call *call, const struct operation *operation)
{
    const struct procedure *procedure =
        catalogue_find(operation->procedure, strlen(operation->procedure));

    call->instance = config_find_instance(&call->setup->config, operation->instance);
    if (call->instance == NULL)
        return call_refuse(call, MILINK_INSTANCE_UNKNOWN, operation->instance, NULL);
    return procedure == NULL || call_need_right(call, procedure->right);
}

static bool check_operation(struct call *call, const struct operation *operation)
{
    char why[128];

    if (!operation_is_open(operation)) {
        snprintf(why, sizeof why, "it has ended: %s", operation_state_name(operation->state));
        return refuse(call, operation, why);
    }
    if (operation->kind != OPERATION_LICENSE_SET && operation->kind != OPERATION_INSTANCE_CREATE)
        return refuse(call, operation,
                      "Azure cancels what is done to an instance as a whole, and nothing that is "
                      "done to a link, a certificate or a database");
    return operation->state == OPERATION_RUNNING ||
           refuse(call, operation, "Azure has not taken it yet; try again in some seconds");
}

/* The one change of the instance that Azure began after we asked for ours. */
static bool find(struct call *call, const struct operation *operation,
                 struct instance_operation *found)
{
    struct instance_search search = {.since_ms = operation->started_ms - SKEW_MS, .changes = true};

    if (!instance_operation_find(call, &search))
        return false;
    *found = search.found;
    if (search.count == 1)
        return true;
    return refuse(call, operation,
                  search.count == 0
                      ? "Azure lists no change of the instance under way; it is about to end"
                      : "Azure lists several changes of the instance, and which one it is is not "
                        "sure; cancel it in the portal");
}

static bool set_path(struct call *call, const char *name, char path[ARM_PATH_SIZE])
{
    return (arm_path(path, ARM_PATH_SIZE, call->instance, azure_instance_operation.collection,
                     name) &&
            arm_path_append(path, ARM_PATH_SIZE, "cancel")) ||
           call_refuse(call, MILINK_AGENT_FAILED, name, "the path is too long");
}

/* A lost answer: the operation's own state tells whether Azure has heard. */
static bool was_heard(struct call *call, const struct operation *operation)
{
    struct instance_search search = {.since_ms = operation->started_ms - SKEW_MS, .changes = true};
    struct error lost = call->error;

    call_forget_error(call);
    if (instance_operation_find(call, &search) &&
        (search.count == 0 || text_equal(search.found.state, "CancelInProgress")))
        return true;
    call_forget_error(call);
    return call_refuse_with(call, MILINK_ARM_OUTCOME_UNKNOWN, operation->id,
                            "%.1000s - asking again does no harm", lost.message);
}

static bool ask(struct call *call, const struct operation *operation, const char *path)
{
    if (!call_record_action(call, operation->id, path))
        return false;
    switch (arm_action(&call->setup->arm, path, operation->arm_correlation_id, &call->deadline,
                       &call->error)) {
    case ARM_ACTION_DONE: return true;
    case ARM_ACTION_UNSURE: return was_heard(call, operation);
    case ARM_ACTION_REFUSED: break;
    }
    return false;
}

static bool show(struct call *call, struct operation *operation, const char *path)
{
    snprintf(operation->detail, sizeof operation->detail, "Would send: POST %s?api-version=%s",
             path, call->setup->config.api_version);
    reply_info(&call->reply, "@what_if = 1: nothing was sent.");
    write_row(call, operation);
    return true;
}

static bool cancel(struct call *call, struct operation *operation)
{
    struct instance_operation found;
    char path[ARM_PATH_SIZE];

    if (!check_right(call, operation))
        return false;
    if (operation->state == OPERATION_CANCELED) {
        write_row(call, operation);
        return true;
    }
    if (!check_operation(call, operation) || !find(call, operation, &found))
        return false;
    if (!text_equal(found.state, "CancelInProgress")) {
        if (!found.cancellable)
            return refuse(call, operation, "Azure does not let it be cancelled in this step");
        if (!set_path(call, found.name, path))
            return false;
        if (call_number(call, "@what_if", 0) != 0)
            return show(call, operation, path);
        if (!ask(call, operation, path))
            return false;
    }
    if (!read_operation(call, operation->id, call_number(call, "@wait_seconds", 0), operation))
        return false;
    write_row(call, operation);
    return true;
}

bool handle_operation_cancel(struct call *call)
{
    struct operation *operation = calloc(1, sizeof *operation);
    bool done = false;

    if (operation == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    done = read_operation(call, call_text(call, "@operation_id"), 0, operation) &&
           cancel(call, operation);
    free(operation);
    return done;
}
