/* SPDX-License-Identifier: MIT */
/* Creating, updating and deleting links. */
#include "write.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

#define REQUEST "InvalidDistributedAvailabilityGroupsCreateOrUpdateRequest"

static const char *name_at(const cJSON *names, int index)
{
    return cJSON_GetStringValue(cJSON_GetArrayItem(names, index));
}

static bool is_system(const char *name)
{
    static const char *const names[] = {"master", "model", "msdb", "tempdb"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

/* What the other links of the instance forbid. */
static bool check_groups(const struct instance *instance, const struct link_order *order,
                         struct refusal *refusal)
{
    if (strcasecmp(order->instance_ag, order->partner_ag) == 0)
        return write_refuse(refusal, 400,
                            "InstanceAvailabilityGroupNamePartnerAvailabilityGroupNameMatch",
                            "Distributed Availability Group Create or Update request body has "
                            "equal Instance and Partner Availability Group Names.");
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link *link = instance->links.items[i];
        if (!link->exists)
            continue;
        if (strcasecmp(link->partner_ag, order->partner_ag) == 0 &&
            strcasecmp(link->partner_endpoint, order->partner_endpoint) == 0)
            return write_refuse(refusal, 400,
                                "ManagedInstanceLinkForProvidedAvailabilityGroupsAlreadyExists",
                                "It is not possible to add an additional database to an existing "
                                "Managed Instance link as a single link can contain only one "
                                "database. Please use a different distributed availability group "
                                "name and try again.");
        if (strcasecmp(link->instance_ag, order->instance_ag) == 0)
            return write_refuse(
                refusal, 400, "CloudLifterChimeraMIAgNameIsAlreadyUsed",
                "Managed Instance link cannot be created because Managed Instance "
                "side AG name '%s' is already used on Managed Instance '%s'. Choose "
                "different name and retry to create link.",
                order->instance_ag, instance->name);
    }
    return true;
}

static bool check_modes(const struct instance *instance, const struct link_order *order,
                        struct refusal *refusal)
{
    const char *format = instance->partner_database_format;
    if (order->seeding_mode == SEEDING_MANUAL)
        return write_refuse(refusal, 400, REQUEST "SeedingMode",
                            "Distributed Availability Group Create or Update request body has "
                            "empty or Invalid Seeding Mode. Currently, only the 'Automatic' mode "
                            "is supported.");
    if (order->failover_mode == FAILOVER_MANUAL && *format &&
        strcasecmp(format, instance->database_format) != 0)
        return write_refuse(refusal, 400,
                            "CloudLifterChimeraBoxAndMiOnDifferentDbVersionsFailoverModeManual",
                            "The link supporting bi-directional failover requires matching "
                            "database formats on source and target server.");
    return true;
}

/* A secondary's database must not be there yet; a primary's must be, and free. */
static bool check_database(struct instance *instance, int role, const char *name,
                           struct refusal *refusal)
{
    struct found_database found = model_database(instance, name);
    bool there = found.database || found.in_link;
    if (is_system(name))
        return write_refuse(refusal, 400, "CannotUseReservedDatabaseName",
                            "Cannot use reserved database name in this operation.");
    if (role == ROLE_SECONDARY && there)
        return write_refuse(refusal, 400, "ManagedDatabaseNameInUse",
                            "Database '%s' already exists. Choose a different database name.",
                            name);
    if (role == ROLE_PRIMARY && (!there || (found.link && found.link->exists)))
        return write_refuse(refusal, 400, REQUEST "Databases",
                            "Distributed Availability Group Create or Update request body has "
                            "empty or Invalid Databases.");
    return true;
}

static bool check_databases(struct instance *instance, const struct link_order *order,
                            struct refusal *refusal)
{
    for (int i = 0; i < cJSON_GetArraySize(order->databases); i++)
        if (!check_database(instance, order->instance_role, name_at(order->databases, i), refusal))
            return false;
    return true;
}

static bool check_certificate(const struct instance *instance, struct refusal *refusal)
{
    for (size_t i = 0; i < instance->certificates.count; i++)
        if (((const struct certificate *)instance->certificates.items[i])->exists)
            return true;
    return !instance->require_certificate ||
           write_refuse(refusal, 400, "ManagedInstanceLinkCertificateNotFoundOnManagedInstance",
                        "Managed instance link connection can not be established due to "
                        "certificate missing on the managed instance.");
}

/* The link as a scenario would describe it. New. */
static cJSON *describe(const struct link_order *order)
{
    char id[TEXT_UUID];
    text_uuid_random(id);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", order->name);
    cJSON_AddStringToObject(json, "id", id);
    cJSON_AddStringToObject(json, "instance_ag", order->instance_ag);
    cJSON_AddStringToObject(json, "partner_ag", order->partner_ag);
    cJSON_AddStringToObject(json, "partner_endpoint", order->partner_endpoint);
    cJSON_AddStringToObject(json, "instance_role", role_names[order->instance_role]);
    cJSON_AddStringToObject(json, "failover_mode", failover_modes[order->failover_mode]);
    cJSON *list = cJSON_AddArrayToObject(json, "databases");
    for (int i = 0; i < cJSON_GetArraySize(order->databases); i++) {
        cJSON *database = cJSON_CreateObject();
        cJSON_AddStringToObject(database, "name", name_at(order->databases, i));
        cJSON_AddItemToArray(list, database);
    }
    if (order->link_mode >= 0)
        cJSON_AddStringToObject(json, "link_mode", link_modes[order->link_mode]);
    return json;
}

static void seed(struct link_database *database, int64_t from, int64_t until)
{
    model_start_lsn(database, from);
    database->created_at = database->seeded_from = from;
    database->seeded_at = until;
}

/* A secondary's copies leave the instance: all of them, or those that are not whole. */
static void drop_copies(struct link *link, bool all)
{
    for (size_t i = 0; i < link->databases.count; i++) {
        struct link_database *database = link->databases.items[i];
        if (link->instance_role == ROLE_SECONDARY && (all || model_is_seeding(database)))
            database->dropped = true;
    }
}

static void apply_create(struct sim_operation *operation)
{
    struct link *link = operation->link;
    if (operation->changes)
        return;
    model_settle(link, operation->change_at);
    if (operation->instance->create_leaves_link) {
        link->broken = true;
        free(link->report.most_recent_error);
        link->report.most_recent_error = text_copy(operation->message);
        return;
    }
    drop_copies(link, true);
    link->exists = false;
}

/* A primary's databases were outside links; the new link holds them from now on. */
static void take_over(struct instance *instance, const struct link_order *order)
{
    for (int i = 0; i < cJSON_GetArraySize(order->databases); i++) {
        struct found_database found = model_database(instance, name_at(order->databases, i));
        if (found.database)
            found.database->dropped = true;
        if (found.in_link)
            found.in_link->dropped = true;
    }
}

static struct link *add_link(struct model *model, struct instance *instance,
                             const struct link_order *order)
{
    const struct timing *timing = &model->scenario.timing;
    struct field_error error = {{0}};
    int64_t now = clock_now();
    cJSON *json = describe(order);
    struct link *link = fields_append(&link_fields, &instance->links, json, &error);
    cJSON_Delete(json);
    if (!link || !resource_check_link(link, &error))
        return NULL;
    for (size_t i = 0; i < link->databases.count; i++)
        seed(link->databases.items[i], now, now + timing->link_create_ms + timing->seeding_ms);
    return link;
}

struct sim_operation *write_create_link(struct model *model, struct instance *instance,
                                        const struct link_order *order, struct refusal *refusal)
{
    const struct link *existing = model_link(instance, order->name, false);
    struct operation_order start = {.what = OPERATION_LINK_CREATE,
                                    .instance = instance,
                                    .change_ms = model->scenario.timing.link_create_ms,
                                    .result = &instance->create_result,
                                    .apply = apply_create};
    if (!write_check_instance(instance, refusal))
        return NULL;
    if (existing && (!existing->operation || existing->operation->what == OPERATION_LINK_CREATE)) {
        refusal->status = 200; /* "already created" */
        return NULL;
    }
    if (existing) {
        write_refuse(refusal, 409, "ManagedInstanceIsBusy", "The link '%s' is busy.", order->name);
        return NULL;
    }
    if (!check_groups(instance, order, refusal) || !check_modes(instance, order, refusal) ||
        !check_databases(instance, order, refusal) || !check_certificate(instance, refusal))
        return NULL;
    take_over(instance, order);
    struct link *link = add_link(model, instance, order);
    if (!link) {
        write_refuse(refusal, 400, REQUEST, "The link cannot be made.");
        return NULL;
    }
    start.slot = &link->operation;
    struct sim_operation *operation = operation_start(model, &start);
    operation->link = link;
    return operation;
}

static bool check_free(const struct instance *instance, const struct link *link,
                       struct refusal *refusal)
{
    return write_check_instance(instance, refusal) &&
           (!link->operation ||
            write_refuse(refusal, 409, "ManagedInstanceIsBusy",
                         "Another operation is in progress on the link '%s'. Please wait a few "
                         "minutes before trying again.",
                         link->name));
}

static bool is_among(const cJSON *names, const char *name)
{
    for (int i = 0; i < cJSON_GetArraySize(names); i++)
        if (strcasecmp(name_at(names, i), name) == 0)
            return true;
    return false;
}

static bool holds(const struct link *link, const char *name)
{
    for (size_t i = 0; i < link->databases.count; i++)
        if (strcasecmp(((const struct link_database *)link->databases.items[i])->name, name) == 0)
            return true;
    return false;
}

/* A database that leaves a link stays on the instance, on its own. */
static void release(struct instance *instance, const char *name)
{
    struct field_error error = {{0}};
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", name);
    fields_append(&database_fields, &instance->databases, json, &error);
    cJSON_Delete(json);
}

static void add_database(struct link *link, const char *name, int64_t from, int64_t until)
{
    struct field_error error = {{0}};
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", name);
    struct link_database *database =
        fields_append(&link_database_fields, &link->databases, json, &error);
    cJSON_Delete(json);
    if (database && resource_check_link(link, &error))
        seed(database, from, until);
}

static void apply_update(struct sim_operation *operation)
{
    struct link *link = operation->link;
    if (!operation->changes)
        return;
    if (operation->replication_mode >= 0)
        link->replication_mode = operation->replication_mode;
    if (!operation->databases)
        return;
    for (size_t i = link->databases.count; i-- > 0;) {
        const struct link_database *database = link->databases.items[i];
        if (is_among(operation->databases, database->name))
            continue;
        release(operation->instance, database->name);
        fields_remove(&link_database_fields, &link->databases, i);
    }
    for (int i = 0; i < cJSON_GetArraySize(operation->databases); i++)
        if (!holds(link, name_at(operation->databases, i)))
            add_database(link, name_at(operation->databases, i), operation->change_at,
                         operation->change_at + operation->seeding_ms);
}

static bool check_list(struct instance *instance, const struct link *link, const cJSON *names,
                       struct refusal *refusal)
{
    if (link->link_mode != LINK_MULTI && link->databases.count < 2)
        return write_refuse(refusal, 400,
                            "InvalidMultiDbDistributedAvailabilityGroupDatabasesRequest",
                            "The databases of a link can be changed in link mode 'MultiDatabase' "
                            "only.");
    for (int i = 0; i < cJSON_GetArraySize(names); i++)
        if (!holds(link, name_at(names, i)) &&
            !check_database(instance, link->instance_role, name_at(names, i), refusal))
            return false;
    return true;
}

struct sim_operation *write_update_link(struct model *model, struct instance *instance,
                                        struct link *link, const struct link_change *change,
                                        struct refusal *refusal)
{
    const struct operation_order order = {.what = OPERATION_LINK_UPDATE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.link_update_ms,
                                          .result = &link->update_result,
                                          .slot = &link->operation,
                                          .apply = apply_update};
    if (!check_free(instance, link, refusal) ||
        (change->databases && !check_list(instance, link, change->databases, refusal)))
        return NULL;
    struct sim_operation *operation = operation_start(model, &order);
    operation->link = link;
    operation->replication_mode = change->replication_mode;
    operation->databases = cJSON_Duplicate(change->databases, 1);
    operation->seeding_ms = model->scenario.timing.seeding_ms;
    return operation;
}

static void apply_delete(struct sim_operation *operation)
{
    struct link *link = operation->link;
    if (!operation->changes)
        return;
    model_settle(link, operation->change_at);
    drop_copies(link, false);
    link->exists = false;
}

struct sim_operation *write_delete_link(struct model *model, struct instance *instance,
                                        struct link *link, struct refusal *refusal)
{
    const struct operation_order order = {.what = OPERATION_LINK_DELETE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.link_delete_ms,
                                          .result = &link->delete_result,
                                          .slot = &link->operation,
                                          .apply = apply_delete};
    if (!check_free(instance, link, refusal))
        return NULL;
    struct sim_operation *operation = operation_start(model, &order);
    operation->link = link;
    return operation;
}
