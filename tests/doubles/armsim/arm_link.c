/* SPDX-License-Identifier: MIT */
/* The calls on links but role changes. */
#include "arm_body.h"
#include "arm_check.h"
#include "view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REQUEST  "InvalidDistributedAvailabilityGroupsCreateOrUpdateRequest"
#define MULTI_DB "InvalidMultiDbDistributedAvailabilityGroup"

void arm_list_links(struct call *call)
{
    arm_answer_page(call, view_links(call->instance, call->preview));
}

void arm_get_link(struct call *call)
{
    answer_json(call->answer, 200, view_link(call->instance, call->link, call->preview));
}

static bool is_duplicate(const cJSON *names, const char *name)
{
    const cJSON *other = NULL;
    cJSON_ArrayForEach(other, names)
    {
        if (strcasecmp(other->valuestring, name) == 0)
            return true;
    }
    return false;
}

/* 1 to 128 characters, none of which Azure forbids, and no blank or period at the end. */
static bool is_database_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= 128 && strcspn(name, "<>*%&:\\/?") == length &&
           name[length - 1] != ' ' && name[length - 1] != '.';
}

/* The names in [{"databaseName": ...}, ...]; NULL after a refusal. New. */
static cJSON *read_databases(struct call *call, const char *code, const cJSON *list)
{
    static const char *const members[] = {"databaseName", NULL};
    cJSON *names = cJSON_CreateArray();
    const cJSON *entry = NULL;
    bool good = cJSON_GetArraySize(list) > 0 && cJSON_IsArray(list);
    cJSON_ArrayForEach(entry, list)
    {
        const char *name =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "databaseName"));
        good = good && name && is_database_name(name) && !is_duplicate(names, name);
        if (good && !arm_only_members(call, code, entry, members)) {
            cJSON_Delete(names);
            return NULL;
        }
        if (good)
            cJSON_AddItemToArray(names, cJSON_CreateString(name));
    }
    if (good)
        return names;
    answer_error(call->answer, 400, code,
                 "Distributed Availability Group Create or Update request body has empty or "
                 "Invalid Databases.");
    cJSON_Delete(names);
    return NULL;
}

/* The modes and the role; those that are absent get their defaults. */
static bool read_modes(struct call *call, const cJSON *properties, struct link_order *order)
{
    static const char *const role[2] = {"instanceLinkRole", "instance link role"};
    static const char *const failover[2] = {"failoverMode", "failover mode"};
    static const char *const seeding[2] = {"seedingMode", "seeding mode"};
    static const char *const mode[2] = {"linkMode", "link mode"};
    order->instance_role = arm_member_choice(call, REQUEST, properties, role, role_names);
    if (order->instance_role == -2)
        return false;
    order->failover_mode = arm_member_choice(call, REQUEST, properties, failover, failover_modes);
    if (order->failover_mode == -2)
        return false;
    order->seeding_mode =
        arm_member_choice(call, REQUEST "SeedingMode", properties, seeding, seeding_modes);
    if (order->seeding_mode == -2)
        return false;
    order->link_mode = arm_member_choice(call, REQUEST, properties, mode, link_modes);
    if (order->instance_role < 0)
        order->instance_role = ROLE_SECONDARY;
    if (order->failover_mode < 0)
        order->failover_mode = FAILOVER_NONE;
    if (order->seeding_mode < 0)
        order->seeding_mode = SEEDING_AUTOMATIC;
    return order->link_mode != -2;
}

static bool is_endpoint(const char *endpoint)
{
    const char *host = endpoint + strlen("tcp://");
    if (strncasecmp(endpoint, "tcp://", strlen("tcp://")) != 0)
        return false;
    const char *colon = strrchr(host, ':');
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : 0;
    return colon > host && end > colon + 1 && !*end && port > 0 && port <= 65535 &&
           !strpbrk(host, " /");
}

static bool read_groups(struct call *call, const cJSON *properties, struct link_order *order)
{
    order->instance_ag = arm_member_text(call, REQUEST "InstanceAvailabilityGroupName", properties,
                                         "instanceAvailabilityGroupName");
    order->partner_ag = !order->instance_ag
                            ? NULL
                            : arm_member_text(call, REQUEST "PartnerAvailabilityGroupName",
                                              properties, "partnerAvailabilityGroupName");
    order->partner_endpoint = !order->partner_ag ? NULL
                                                 : arm_member_text(call, REQUEST "PartnerEndpoint",
                                                                   properties, "partnerEndpoint");
    if (!order->partner_endpoint)
        return false;
    if (is_endpoint(order->partner_endpoint))
        return true;
    answer_error(call->answer, 400, REQUEST "PartnerEndpoint",
                 "Distributed Availability Group Create or Update request body has empty or "
                 "Invalid Partner Endpoint.");
    return false;
}

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* The specification has its pattern on failover alone; a hyphen, which that forbids, is let pass
 * here. Names of links of many databases are narrower. */
static bool is_name(const char *name, bool multi)
{
    const char *first = multi ? LOWER DIGITS : LOWER UPPER "#_";
    const char *all = multi ? LOWER DIGITS "-" : LOWER UPPER DIGITS "_@#$-";
    size_t length = strlen(name);
    return length > 0 && length <= 128 && strchr(first, *name) && strspn(name, all) == length &&
           (!multi || name[length - 1] != '-');
}

/* What the mode of the link asks of its name and of its number of databases. */
static bool check_mode(struct call *call, const struct link_order *order)
{
    bool multi = order->link_mode == LINK_MULTI;
    if (!is_name(order->name, multi)) {
        answer_error(call->answer, 400, multi ? MULTI_DB "Name" : REQUEST,
                     "The name '%s' is not that of a distributed availability group.", order->name);
        return false;
    }
    if (multi || cJSON_GetArraySize(order->databases) == 1)
        return true;
    answer_error(call->answer, 400, REQUEST "Databases",
                 "Distributed Availability Group Create or Update request body has empty or "
                 "Invalid Databases.");
    return false;
}

static void create(struct call *call, const struct link_order *order)
{
    struct refusal refusal = {0};
    struct sim_operation *operation =
        write_create_link(&call->sim->model, call->instance, order, &refusal);
    call->link = model_link(call->instance, order->name, false);
    if (operation)
        lro_accept(call, operation);
    else if (refusal.status == 200)
        arm_get_link(call);
    else
        arm_refuse(call, &refusal);
}

void arm_put_link(struct call *call)
{
    static const char *const top[] = {"properties", NULL};
    const char *const inner[] = {"instanceAvailabilityGroupName",
                                 "partnerAvailabilityGroupName",
                                 "partnerEndpoint",
                                 "instanceLinkRole",
                                 "failoverMode",
                                 "seedingMode",
                                 "replicationMode",
                                 "databases",
                                 call->preview ? "linkMode" : NULL,
                                 NULL};
    struct link_order order = {.name = call->request->arguments[3]};
    cJSON *body = arm_read_body(call, REQUEST), *names = NULL;
    const cJSON *properties = NULL;
    if (body && arm_only_members(call, REQUEST, body, top) &&
        arm_properties(call, REQUEST, body, &properties) &&
        arm_only_members(call, REQUEST, properties, inner) &&
        read_groups(call, properties, &order) && read_modes(call, properties, &order))
        order.databases = names = read_databases(
            call, REQUEST "Databases", cJSON_GetObjectItemCaseSensitive(properties, "databases"));
    if (names && check_mode(call, &order))
        create(call, &order);
    cJSON_Delete(names);
    cJSON_Delete(body);
}

static void update(struct call *call, const struct link_change *change)
{
    struct refusal refusal = {0};
    struct model *model = &call->sim->model;
    struct sim_operation *operation =
        write_update_link(model, call->instance, call->link, change, &refusal);
    if (!operation) {
        arm_refuse(call, &refusal);
    } else if (model->scenario.timing.link_update_ms > 0) {
        lro_accept(call, operation);
    } else {
        model_advance(model, operation->change_at);
        arm_get_link(call);
    }
}

/* Databases can be changed from 2026-08-01-preview on. */
void arm_update_link(struct call *call)
{
    static const char *const top[] = {"properties", NULL};
    static const char *const mode[2] = {"replicationMode", "replication mode"};
    bool lists = strncmp(call->version, "2026-08-01", strlen("2026-08-01")) >= 0;
    const char *const inner[] = {"replicationMode", lists ? "databases" : NULL, NULL};
    struct link_change change = {.replication_mode = -1};
    cJSON *body = arm_read_body(call, REQUEST), *names = NULL;
    const cJSON *properties = NULL, *list = NULL;
    bool good = body && arm_only_members(call, REQUEST, body, top) &&
                arm_properties(call, REQUEST, body, &properties) &&
                arm_only_members(call, REQUEST, properties, inner);
    if (good) {
        change.replication_mode =
            arm_member_choice(call, REQUEST, properties, mode, replication_modes);
        list = cJSON_GetObjectItemCaseSensitive(properties, "databases");
    }
    good = good && change.replication_mode != -2;
    if (good && list)
        change.databases = names = read_databases(call, MULTI_DB "DatabasesRequest", list);
    if (good && (!list || names))
        update(call, &change);
    cJSON_Delete(names);
    cJSON_Delete(body);
}

void arm_delete_link(struct call *call)
{
    struct refusal refusal = {0};
    call->link = model_link(call->instance, call->request->arguments[3], false);
    if (!call->link) {
        call->answer->status = 204;
        return;
    }
    struct sim_operation *operation =
        write_delete_link(&call->sim->model, call->instance, call->link, &refusal);
    if (operation)
        lro_accept(call, operation);
    else
        arm_refuse(call, &refusal);
}
