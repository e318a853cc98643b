/* SPDX-License-Identifier: MIT */
/* Deleting, starting and stopping a Managed Instance, and failing over its nodes. */
#include "write.h"

#include <stdlib.h>
#include <strings.h>

static void set_state(struct instance *instance, const char *state)
{
    free(instance->state);
    instance->state = text_copy(state);
}

static void apply(struct sim_operation *operation)
{
    struct instance *instance = operation->instance;
    bool done = operation->changes;
    switch (operation->what) {
    case OPERATION_INSTANCE_DELETE: instance->gone = done; break;
    case OPERATION_INSTANCE_START: set_state(instance, done ? "Ready" : "Stopped"); break;
    case OPERATION_INSTANCE_STOP: set_state(instance, done ? "Stopped" : "Ready"); break;
    default: break; /* nobody sees the nodes */
    }
}

static bool has_links(const struct instance *instance)
{
    for (size_t i = 0; i < instance->links.count; i++)
        if (((const struct link *)instance->links.items[i])->exists)
            return true;
    return false;
}

/* Only a stopped instance starts; nothing else happens to one that is stopped, but its deletion. */
static bool check(const struct instance *instance, enum operation_what what,
                  struct refusal *refusal)
{
    bool stopped = strcasecmp(instance->state, "Stopped") == 0;
    if (stopped && !instance->operation &&
        (what == OPERATION_INSTANCE_START || what == OPERATION_INSTANCE_DELETE))
        return true;
    if (!write_check_instance(instance, refusal))
        return false;
    if (what == OPERATION_INSTANCE_START)
        return write_refuse(refusal, 409, "ConflictingServerOperation",
                            "The server '%s' is not stopped.", instance->name);
    if (what == OPERATION_INSTANCE_STOP && has_links(instance))
        return write_refuse(refusal, 400, "ManagementServiceStopManagedInstanceUsingMILink",
                            "The server '%s' cannot be stopped while it has a Managed Instance "
                            "link. Delete the link first.",
                            instance->name);
    return true;
}

struct sim_operation *write_lifecycle(struct model *model, struct instance *instance,
                                      enum operation_what what, struct refusal *refusal)
{
    const struct operation_order order = {.what = what,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.instance_ms,
                                          .result = &instance->update_result,
                                          .slot = &instance->operation,
                                          .apply = apply};
    if (!check(instance, what, refusal))
        return NULL;
    if (what == OPERATION_INSTANCE_START)
        set_state(instance, "Starting");
    if (what == OPERATION_INSTANCE_STOP)
        set_state(instance, "Stopping");
    return operation_start(model, &order);
}
