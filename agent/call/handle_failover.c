/* SPDX-License-Identifier: MIT */
/* Handlers that change roles: everything is refused here that Azure would refuse later, or that
 * would lose data unasked. */
#include "azure_read.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <string.h>

/* A role change being prepared: the first part is the handler's, the rest is found on the way. */
struct role_change {
    enum operation_kind kind;
    const char *action; /* of the path: "failover", "setRole" */
    const char *type;   /* Planned, or a word for forced */
    const char *wanted; /* role of the instance afterwards */
    bool forced;
    bool (*check)(struct call *call, const struct role_change *change);
    char body[128];

    const char *name; /* of the link, as given */
    struct link link;
};

static const char *role_or_unknown(const char *role)
{
    return role != NULL ? role : "unknown";
}

/* Databases of the link, one a line: what is read when a one-way link has gone. False when they do
 * not fit. */
static bool keep_databases(struct operation *operation, const struct link *link)
{
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const char *name = json_text(json_at(link->databases, i), "databaseName");

        if (name == NULL)
            continue;
        if (strlen(operation->databases) + strlen(name) + 2 > sizeof operation->databases)
            return false;
        text_append(operation->databases, sizeof operation->databases, name);
        text_append(operation->databases, sizeof operation->databases, "\n");
    }
    return true;
}

/* Fills what the engine needs besides the request: what counts as done. */
static bool fill(struct call *call, const struct role_change *change, struct operation *operation)
{
    const struct link *link = &change->link;
    char text[64];

    operation->forced = change->forced;
    text_copy(operation->link, sizeof operation->link, link->name); /* as Azure writes it */
    text_copy(operation->wanted_role, sizeof operation->wanted_role, change->wanted);
    text_copy(operation->role_before, sizeof operation->role_before,
              role_or_unknown(link->instance_role));
    if (link->failover_mode != NULL)
        text_copy(operation->failover_mode, sizeof operation->failover_mode, link->failover_mode);
    if (!keep_databases(operation, link))
        return call_refuse(call, MILINK_AGENT_FAILED, change->name, "names too long");
    if (link_is(link->instance_role, change->wanted)) {
        snprintf(text, sizeof text, "The instance is %s already; nothing was sent.",
                 change->wanted);
        write_settle(operation, text);
    }
    return true;
}

static bool check_expected(struct call *call, const struct role_change *change)
{
    const char *expected = call_text(call, "@expected_role");

    if (expected == NULL || link_is(change->link.instance_role, expected))
        return true;
    return call_refuse_with(call, MILINK_ROLE_UNEXPECTED, change->name, "%s is %s, expected %s",
                            call->instance->alias, role_or_unknown(change->link.instance_role),
                            expected);
}

/* Planned goes from the primary side: with the instance secondary that is SQL Server, in T-SQL. */
static bool check_planned(struct call *call, const struct role_change *change)
{
    char why[600];

    if (!link_is(change->link.instance_role, "Primary"))
        return call_refuse_with(call, MILINK_ARM_INVALID_ROLE, change->name,
                                "%s is %s, so SQL Server starts it: USE master; ALTER AVAILABILITY "
                                "GROUP [%s] FAILOVER; (SQL Server 2022 CU13 or later; before that, "
                                "a one-way cutover)",
                                call->instance->alias, role_or_unknown(change->link.instance_role),
                                change->link.name);
    if (!link_is_healthy(&change->link, why, sizeof why))
        return call_refuse(call, MILINK_LINK_UNCLEAR, change->name, why);
    if (link_last_error(&change->link) != NULL)
        return call_refuse_with(call, MILINK_LINK_UNCLEAR, change->name, "its last error: %.1000s",
                                link_last_error(&change->link));
    if (link_any_state_holds(&change->link, "InProgress", why, sizeof why))
        return call_refuse_with(call, MILINK_LINK_UNCLEAR, change->name, "its state is %s", why);
    return true;
}

static bool check_forced(struct call *call, const struct role_change *change)
{
    if (!link_is(change->link.instance_role, "Primary"))
        return true;
    return call_refuse_with(call, MILINK_ARM_INVALID_ROLE, change->name,
                            "%s is primary already; to give the role back use Planned",
                            call->instance->alias);
}

static bool check_failover(struct call *call, const struct role_change *change)
{
    return check_expected(call, change) &&
           (change->forced ? check_forced(call, change) : check_planned(call, change));
}

static bool check_set_role(struct call *call, const struct role_change *change)
{
    if (change->forced || strcmp(change->wanted, "Secondary") == 0)
        return true;
    return call_refuse_with(call, MILINK_ARM_INVALID_ROLE, change->name,
                            "Azure does not take Primary with Planned. On SQL Server: USE master; "
                            "ALTER AVAILABILITY GROUP [%s] FAILOVER;",
                            change->link.name);
}

static bool prepare(struct call *call, struct operation *operation, void *context)
{
    struct role_change *change = context;
    struct json *resource = NULL;
    bool ready = read_link(call, change->name, &resource, &change->link) &&
                 change->check(call, change) && fill(call, change, operation);

    json_free(resource);
    return ready;
}

static bool change_role(struct call *call, struct role_change *change)
{
    char asked[256];
    const struct write_plan plan = {.kind = change->kind,
                                    .method = "POST",
                                    .of = &azure_link,
                                    .name = change->name = call_text(call, "@link"),
                                    .action = change->action,
                                    .body = change->body,
                                    .asked = asked,
                                    .minutes = call->setup->config.failover_minutes};
    const struct write_step step = {prepare, change};

    snprintf(asked, sizeof asked, "%s %s %s", change->name, change->wanted, change->type);
    if (change->forced && (!call_need_right(call, RIGHT_FORCED_FAILOVER) ||
                           !call_confirm_with(call, "LOSE DATA ON", change->name)))
        return false;
    return write_perform(call, &plan, &step);
}

bool handle_link_failover(struct call *call)
{
    const char *type = call_text(call, "@failover_type");
    bool forced = strcmp(type, "Planned") != 0;
    struct role_change change = {.kind = OPERATION_LINK_FAILOVER,
                                 .action = "failover",
                                 .type = type,
                                 .wanted = forced ? "Primary" : "Secondary",
                                 .forced = forced,
                                 .check = check_failover};

    snprintf(change.body, sizeof change.body, "{\"failoverType\":\"%s\"}", type);
    return change_role(call, &change);
}

bool handle_link_set_role(struct call *call)
{
    const char *role = call_text(call, "@role"), *type = call_text(call, "@change_type");
    struct role_change change = {.kind = OPERATION_LINK_SET_ROLE,
                                 .action = "setRole",
                                 .type = type,
                                 .wanted = role,
                                 .forced = strcmp(type, "Forced") == 0,
                                 .check = check_set_role};

    snprintf(change.body, sizeof change.body, "{\"instanceRole\":\"%s\",\"roleChangeType\":\"%s\"}",
             role, type);
    return change_role(call, &change);
}
