/* SPDX-License-Identifier: MIT */
/* The writes that ARM takes: when they are refused, and the long-running operations they start. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

enum {
    LAG_MOST_SECONDS = 300 /* a longer send or redo lag refuses a planned failover */
};

static bool refuse(struct refusal *refusal, int status, const char *code, const char *message)
{
    refusal->status = status;
    refusal->code = code;
    snprintf(refusal->message, sizeof refusal->message, "%s", message);
    return false;
}

static void remember(struct sim_operation ***list, size_t *count, size_t *room,
                     struct sim_operation *operation)
{
    if (*count == *room) {
        *room = *room ? *room * 2 : 64;
        *list = text_grow(*list, *room, sizeof **list);
    }
    (*list)[(*count)++] = operation;
}

static int64_t no_earlier(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A new running operation; the caller sets what it changes. */
static struct sim_operation *operation_start(struct model *model, struct instance *instance,
                                             int64_t change_ms, const struct result *result)
{
    struct sim_operation *operation = text_memory(1, sizeof *operation);
    const struct timing *timing = &model->scenario.timing;
    char secret[TEXT_UUID];
    text_uuid_random(operation->id);
    text_uuid_random(secret);
    size_t length = no_earlier(timing->lro_url_bytes, (int64_t)strlen(secret));
    operation->token = text_memory(length + 1, 1);
    for (size_t i = 0; i < length; i++)
        operation->token[i] = secret[i % (TEXT_UUID - 1)];
    operation->instance = instance;
    operation->started_at = clock_now();
    operation->change_at = operation->started_at + change_ms;
    operation->ends_at = timing->operation_ms < 0 ? operation->change_at
                                                  : operation->started_at + timing->operation_ms;
    operation->result = result->status;
    operation->code = text_copy(result->code);
    operation->message = text_copy(result->message);
    operation->http_status = (int)result->http_status;
    operation->changes = result->status == RESULT_SUCCEEDED;
    operation->license_type = operation->usage = -1;
    remember(&model->operations, &model->operation_count, &model->operation_room, operation);
    remember(&model->running, &model->running_count, &model->running_room, operation);
    return operation;
}

static struct sim_operation *role_start(struct model *model, struct instance *instance,
                                        struct link *link, int64_t change_ms)
{
    struct sim_operation *operation =
        operation_start(model, instance, change_ms, &link->failover_result);
    operation->what = OPERATION_ROLE;
    operation->link = link;
    operation->partner_role = -1;
    if (link->failover_role_changes >= 0)
        operation->changes = link->failover_role_changes;
    model_settle(link, operation->started_at); /* the log stands still from here on */
    link->operation = operation;
    return operation;
}

static bool check_instance_state(const struct instance *instance, struct refusal *refusal)
{
    if (strcasecmp(instance->state, "Stopping") == 0 || strcasecmp(instance->state, "Stopped") == 0)
        return refuse(
            refusal, 400, "ManagedInstanceStoppingOrStopped",
            "Conflicting operation submitted while instance is in stopping/stopped state");
    if (strcasecmp(instance->state, "Starting") == 0)
        return refuse(refusal, 400, "ManagedInstanceStarting",
                      "Conflicting operation submitted while instance is in starting state");
    if (instance->operation) {
        char *message = text_format("The server '%s' is currently busy. Please wait a few minutes "
                                    "before trying again.",
                                    instance->name);
        refuse(refusal, 409, "ManagedInstanceIsBusy", message);
        free(message);
        return false;
    }
    return true;
}

static bool check_role_change(const struct instance *instance, const struct link *link,
                              struct refusal *refusal)
{
    if (!check_instance_state(instance, refusal))
        return false;
    if (link->operation)
        return refuse(refusal, 409,
                      "DistributedAvailabilityGroupSetRoleChangeRoleAlreadyInProgress",
                      "Changing the server role cannot be executed at this time as there exist a "
                      "previous role change in progress on Azure SQL Managed Instance.");
    return true;
}

static bool synchronizing(const struct link *link, const struct link_database *database)
{
    const char *state = model_replica_state(link, database);
    return strcmp(model_connected(link, database), "CONNECTED") == 0 &&
           strcmp(model_health(link, database), "HEALTHY") == 0 &&
           !text_contains_nocase(state, "Error") && !text_contains_nocase(state, "Seeding") &&
           !text_contains_nocase(state, "CreatingLink");
}

static bool check_planned(const struct link *link, struct refusal *refusal)
{
    const struct link_database *databases = link->databases.items;
    if (link->instance_role != ROLE_PRIMARY)
        return refuse(
            refusal, 400, "InvalidDistributedAvailabilityGroupFailoverInstanceRole",
            "Planned failover can be executed on a link in the primary role only. Current "
            "state of the specified link is secondary.");
    for (size_t i = 0; i < link->databases.count; i++) {
        if (!synchronizing(link, &databases[i]))
            return refuse(
                refusal, 409, "DistributedAvailabilityGroupFailoverSecondariesNotSynchronizing",
                "Planned failover cannot be executed if secondaries are not synchronizing.");
        if (databases[i].send_lag_seconds > LAG_MOST_SECONDS)
            return refuse(refusal, 409,
                          "DistributedAvailabilityGroupFailoverLogSendQueueSizeTooBig",
                          "Planned failover cannot be executed if send queue is too large.");
        if (databases[i].redo_lag_seconds > LAG_MOST_SECONDS)
            return refuse(refusal, 409, "DistributedAvailabilityGroupFailoverRedoQueueSizeTooBig",
                          "Planned failover cannot be executed if redo queue is too large on "
                          "secondary.");
    }
    return true;
}

static bool ends_link(const struct link *link)
{
    return link->failover_mode == FAILOVER_NONE && !link->keeps_link;
}

struct sim_operation *model_failover(struct model *model, struct instance *instance,
                                     struct link *link, bool forced, struct refusal *refusal)
{
    if (!check_role_change(instance, link, refusal) || (!forced && !check_planned(link, refusal)))
        return NULL;
    if (forced && link->instance_role == ROLE_PRIMARY) {
        refusal->status = 200; /* already there; the specification is silent, 200 is allowed */
        return NULL;
    }
    struct sim_operation *operation =
        role_start(model, instance, link, model->scenario.timing.failover_ms);
    operation->instance_role = forced ? ROLE_PRIMARY : ROLE_SECONDARY;
    if (!forced)
        operation->partner_role = ROLE_PRIMARY;
    else if (link->partner_reachable)
        operation->partner_role = ROLE_SECONDARY;
    operation->vanishes = ends_link(link);
    return operation;
}

struct sim_operation *model_set_role(struct model *model, struct instance *instance,
                                     struct link *link, const int wanted[2],
                                     struct refusal *refusal)
{
    int role = wanted[0];
    bool forced = wanted[1];
    if (role == ROLE_PRIMARY && !forced)
        refuse(refusal, 409, "DistributedAvailabilityGroupSetRolePrimaryPlannedNotSupported",
               "User attempted to perform setRole operation to primary in planned fashion and that "
               "is not supported.");
    else if (!check_role_change(instance, link, refusal))
        return NULL;
    else if (link->instance_role == role)
        refuse(refusal, 409, "DistributedAvailabilityGroupSetRoleInstanceAlreadyInRequestedRole",
               "User attempted to perform setRole operation while managed instance link is already "
               "in requested role.");
    if (refusal->status)
        return NULL;
    struct sim_operation *operation =
        role_start(model, instance, link, model->scenario.timing.set_role_ms);
    operation->instance_role = role;
    operation->vanishes = role == ROLE_PRIMARY && ends_link(link);
    if (role == ROLE_PRIMARY && link->partner_reachable)
        operation->partner_role = ROLE_SECONDARY;
    return operation;
}

static bool check_update(const struct instance *instance, struct refusal *refusal)
{
    const struct link *links = instance->links.items;
    if (!check_instance_state(instance, refusal))
        return false;
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link_database *databases = links[i].databases.items;
        for (size_t d = 0; links[i].exists && d < links[i].databases.count; d++) {
            const char *state = model_replica_state(&links[i], &databases[d]);
            if (text_contains_nocase(state, "Seeding") ||
                text_contains_nocase(state, "CreatingLink"))
                return refuse(refusal, 400, "OperationCanNotStartDueToMiLink",
                              "The 'UpdateManagedServer' operation cannot be completed as there "
                              "exists a database in a process of creation through Managed Instance "
                              "link. Please wait for the link creation to complete, or delete the "
                              "link, and retry the operation again.");
        }
    }
    return true;
}

struct sim_operation *model_update(struct model *model, struct instance *instance,
                                   struct update *update, struct refusal *refusal)
{
    if (!check_update(instance, refusal))
        return NULL;
    struct sim_operation *operation = operation_start(
        model, instance, model->scenario.timing.license_ms, &instance->update_result);
    operation->what = OPERATION_UPDATE;
    operation->license_type = update->license_type;
    operation->usage = update->usage;
    operation->tags = update->tags;
    update->tags = NULL;
    instance->operation = operation;
    return operation;
}
