/* SPDX-License-Identifier: MIT */
/* Role changes of a link: when they are refused, and what they lead to. */
#include "write.h"

#include <string.h>

#include "clock.h"

enum {
    LAG_MOST_SECONDS = 300 /* a longer send or redo lag refuses a planned failover */
};

static void apply_roles(struct sim_operation *operation)
{
    struct link *link = operation->link;
    model_settle(link, operation->change_at);
    link->changing_roles = false;
    if (!operation->changes)
        return;
    link->instance_role = operation->instance_role;
    if (operation->partner_role >= 0)
        link->partner_role = operation->partner_role;
    if (operation->vanishes)
        link->exists = false;
    link->role_changed_at = operation->change_at;
}

static struct sim_operation *start(struct model *model, struct instance *instance,
                                   struct link *link, int64_t change_ms)
{
    const struct operation_order order = {.what = OPERATION_LINK_ROLE,
                                          .instance = instance,
                                          .change_ms = change_ms,
                                          .result = &link->failover_result,
                                          .slot = &link->operation,
                                          .apply = apply_roles};
    model_settle(link, clock_now()); /* the log stands still from here on */
    struct sim_operation *operation = operation_start(model, &order);
    operation->link = link;
    if (link->failover_role_changes >= 0)
        operation->changes = link->failover_role_changes;
    link->changing_roles = true;
    return operation;
}

static bool check_role_change(const struct instance *instance, const struct link *link,
                              struct refusal *refusal)
{
    if (!write_check_instance(instance, refusal))
        return false;
    if (!link->operation)
        return true;
    if (link->operation->what == OPERATION_LINK_ROLE)
        return write_refuse(
            refusal, 409, "DistributedAvailabilityGroupSetRoleChangeRoleAlreadyInProgress",
            "Changing the server role cannot be executed at this time as there exist a previous "
            "role change in progress on Azure SQL Managed Instance.");
    return write_refuse(refusal, 409, "ManagedInstanceIsBusy",
                        "Another operation is in progress on the link '%s'. Please wait a few "
                        "minutes before trying again.",
                        link->name);
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
    if (link->instance_role != ROLE_PRIMARY)
        return write_refuse(
            refusal, 400, "InvalidDistributedAvailabilityGroupFailoverInstanceRole",
            "Planned failover can be executed on a link in the primary role only. Current "
            "state of the specified link is secondary.");
    for (size_t i = 0; i < link->databases.count; i++) {
        const struct link_database *database = link->databases.items[i];
        if (!synchronizing(link, database))
            return write_refuse(
                refusal, 409, "DistributedAvailabilityGroupFailoverSecondariesNotSynchronizing",
                "Planned failover cannot be executed if secondaries are not synchronizing.");
        if (database->send_lag_seconds > LAG_MOST_SECONDS)
            return write_refuse(refusal, 409,
                                "DistributedAvailabilityGroupFailoverLogSendQueueSizeTooBig",
                                "Planned failover cannot be executed if send queue is too large.");
        if (database->redo_lag_seconds > LAG_MOST_SECONDS)
            return write_refuse(refusal, 409,
                                "DistributedAvailabilityGroupFailoverRedoQueueSizeTooBig",
                                "Planned failover cannot be executed if redo queue is too large on "
                                "secondary.");
    }
    return true;
}

static bool ends_link(const struct link *link)
{
    return link->failover_mode == FAILOVER_NONE && !link->keeps_link;
}

struct sim_operation *write_failover(struct model *model, struct instance *instance,
                                     struct link *link, bool forced, struct refusal *refusal)
{
    if (!check_role_change(instance, link, refusal) || (!forced && !check_planned(link, refusal)))
        return NULL;
    if (forced && link->instance_role == ROLE_PRIMARY) {
        refusal->status = 200; /* already there; the specification is silent, 200 is allowed */
        return NULL;
    }
    struct sim_operation *operation =
        start(model, instance, link, model->scenario.timing.failover_ms);
    operation->instance_role = forced ? ROLE_PRIMARY : ROLE_SECONDARY;
    if (!forced)
        operation->partner_role = ROLE_PRIMARY;
    else if (link->partner_reachable)
        operation->partner_role = ROLE_SECONDARY;
    operation->vanishes = ends_link(link);
    return operation;
}

struct sim_operation *write_set_role(struct model *model, struct instance *instance,
                                     struct link *link, const int wanted[2],
                                     struct refusal *refusal)
{
    int role = wanted[0];
    bool forced = wanted[1];
    if (role == ROLE_PRIMARY && !forced)
        write_refuse(
            refusal, 409, "DistributedAvailabilityGroupSetRolePrimaryPlannedNotSupported",
            "User attempted to perform setRole operation to primary in planned fashion and that "
            "is not supported.");
    else if (!check_role_change(instance, link, refusal))
        return NULL;
    else if (link->instance_role == role)
        write_refuse(
            refusal, 409, "DistributedAvailabilityGroupSetRoleInstanceAlreadyInRequestedRole",
            "User attempted to perform setRole operation while managed instance link is already "
            "in requested role.");
    if (refusal->status)
        return NULL;
    struct sim_operation *operation =
        start(model, instance, link, model->scenario.timing.set_role_ms);
    operation->instance_role = role;
    operation->vanishes = role == ROLE_PRIMARY && ends_link(link);
    if (role == ROLE_PRIMARY && link->partner_reachable)
        operation->partner_role = ROLE_SECONDARY;
    return operation;
}
