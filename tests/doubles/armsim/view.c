/* SPDX-License-Identifier: MIT */
/* Bodies in the shape of the specification's examples for 2025-01-01. */
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

enum {
    BACKUP_AGE_MS = 300000 /* log backups are this old unless the scenario says when */
};

static void add(cJSON *object, const char *name, const char *text)
{
    cJSON_AddStringToObject(object, name, text);
}

static void add_time(cJSON *object, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT];
    clock_print(ms, text);
    add(object, name, text);
}

static char *instance_id(const struct instance *instance, const char *rest)
{
    return text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Sql/%s%s%s",
                       instance->subscription_id, instance->resource_group, "managedInstances/",
                       instance->name, rest);
}

static void add_id(cJSON *object, const struct instance *instance, const char *folder,
                   const char *name)
{
    char *rest = text_format("%s%s", folder, name);
    char *id = instance_id(instance, rest);
    add(object, "id", id);
    free(id);
    free(rest);
}

static const char *given(const char *a, const char *b)
{
    return *a ? a : b;
}

static void add_lsn(cJSON *object, const char *what, const char *lsn, int64_t at)
{
    char name[40];
    snprintf(name, sizeof name, "last%sLsn", what);
    add(object, name, lsn);
    snprintf(name, sizeof name, "last%sTime", what);
    add_time(object, name, at);
}

/* The primary has committed and sent up to now; the secondary receives and hardens with its lag. */
static void add_lsns(cJSON *object, const struct link *link, const struct link_database *database)
{
    char lsn[48], received[48], backup[48];
    int64_t now = clock_now();
    int64_t at = model_lsn(link, database, now, lsn);
    int64_t received_at = model_lsn(link, database, now - database->receive_lag_ms, received);
    int64_t backup_at = model_lsn(link, database, now - BACKUP_AGE_MS, backup);
    const char *backup_time =
        given(database->report.last_backup_time, link->report.last_backup_time);
    add_lsn(object, "Received", received, received_at);
    if (link->instance_role == ROLE_PRIMARY)
        add_lsn(object, "Sent", lsn, at);
    add_lsn(object, "Commit", lsn, at);
    add_lsn(object, "Hardened", received, received_at);
    add_lsn(object, "Backup", backup, backup_at);
    if (*backup_time)
        cJSON_ReplaceItemInObject(object, "lastBackupTime", cJSON_CreateString(backup_time));
}

static cJSON *view_link_database(const struct link *link, const struct link_database *database)
{
    const struct report *own = &database->report, *all = &link->report;
    const char *progress = given(own->seeding_progress, all->seeding_progress);
    const char *error = given(own->most_recent_error, all->most_recent_error);
    const char *certificate = given(own->certificate_name, all->certificate_name);
    const char *expires = given(own->certificate_expires_at, all->certificate_expires_at);
    cJSON *object = cJSON_CreateObject();
    add(object, "databaseName", database->name);
    add(object, "instanceReplicaId", database->instance_replica_id);
    add(object, "partnerReplicaId", database->partner_replica_id);
    add(object, "replicaState", model_replica_state(link, database));
    if (*progress)
        add(object, "seedingProgress", progress);
    add(object, "synchronizationHealth", model_health(link, database));
    add(object, "connectedState", model_connected(link, database));
    add_lsns(object, link, database);
    if (*error)
        add(object, "mostRecentLinkError", error);
    if (*certificate) {
        cJSON *validity = cJSON_AddObjectToObject(object, "partnerAuthCertValidity");
        add(validity, "certificateName", certificate);
        add(validity, "expiryDate", given(expires, "2030-01-01T00:00:00Z"));
    }
    if (link->instance_role == ROLE_PRIMARY) {
        cJSON_AddNumberToObject(object, "instanceSendReplicationLagSeconds",
                                (double)database->send_lag_seconds);
        cJSON_AddNumberToObject(object, "instanceRedoReplicationLagSeconds",
                                (double)database->redo_lag_seconds);
    }
    return object;
}

cJSON *view_link(const struct instance *instance, const struct link *link, bool preview)
{
    const struct link_database *databases = link->databases.items;
    cJSON *object = cJSON_CreateObject();
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    add(properties, "distributedAvailabilityGroupName", link->name);
    add(properties, "distributedAvailabilityGroupId", link->id);
    add(properties, "replicationMode", link->replication_mode ? "Sync" : "Async");
    add(properties, "partnerLinkRole", role_names[link->partner_role]);
    add(properties, "partnerAvailabilityGroupName", link->partner_ag);
    add(properties, "partnerEndpoint", link->partner_endpoint);
    add(properties, "instanceLinkRole", role_names[link->instance_role]);
    add(properties, "instanceAvailabilityGroupName", link->instance_ag);
    add(properties, "failoverMode", link->failover_mode == FAILOVER_MANUAL ? "Manual" : "None");
    add(properties, "seedingMode", link->seeding_mode ? "Manual" : "Automatic");
    if (preview)
        add(properties, "linkMode", link->databases.count > 1 ? "MultiDatabase" : "SingleDatabase");
    cJSON *list = cJSON_AddArrayToObject(properties, "databases");
    for (size_t i = 0; i < link->databases.count; i++)
        cJSON_AddItemToArray(list, view_link_database(link, &databases[i]));
    add_id(object, instance, "/distributedAvailabilityGroups/", link->name);
    add(object, "name", link->name);
    add(object, "type", "Microsoft.Sql/managedInstances/distributedAvailabilityGroups");
    return object;
}

cJSON *view_links(const struct instance *instance, bool preview)
{
    const struct link *links = instance->links.items;
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < instance->links.count; i++)
        if (links[i].exists)
            cJSON_AddItemToArray(list, view_link(instance, &links[i], preview));
    return page;
}

/* What the DNS zone of an instance looks like: the first digits of its UUID. */
static void dns_zone(const struct instance *instance, char zone[TEXT_UUID])
{
    text_uuid_of(instance->name, zone);
    memmove(zone + 8, zone + 9, 4);
    zone[12] = '\0';
}

static void add_service_principal(cJSON *properties, const struct scenario *scenario,
                                  const struct instance *instance)
{
    char id[TEXT_UUID];
    char *seed = text_format("principal/%s", instance->name);
    text_uuid_of(seed, id);
    free(seed);
    cJSON *principal = cJSON_AddObjectToObject(properties, "servicePrincipal");
    add(principal, "type", "SystemAssigned");
    add(principal, "clientId", id);
    add(principal, "principalId", id);
    add(principal, "tenantId", scenario->tenant_id);
}

static void add_group_id(cJSON *properties, const struct instance *instance, const char *name,
                         const char *rest)
{
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/%s",
                           instance->subscription_id, instance->resource_group, rest);
    add(properties, name, id);
    free(id);
}

static void add_licence(cJSON *properties, const struct instance *instance)
{
    add(properties, "hybridSecondaryUsage", usage_names[instance->hybrid_secondary_usage]);
    add(properties, "hybridSecondaryUsageDetected", usage_names[model_detected_usage(instance)]);
    add(properties, "licenseType", license_names[instance->license_type]);
    char *maintenance = text_format("/subscriptions/%s/providers/Microsoft.Maintenance/"
                                    "publicMaintenanceConfigurations/SQL_Default",
                                    instance->subscription_id);
    add(properties, "maintenanceConfigurationId", maintenance);
    free(maintenance);
}

static cJSON *instance_properties(const struct scenario *scenario, const struct instance *instance)
{
    char zone[TEXT_UUID];
    dns_zone(instance, zone);
    char *name = text_format("%s.%s.database.windows.net", instance->name, zone);
    cJSON *properties = cJSON_CreateObject();
    add(properties, "administratorLogin", "sqladmin");
    add(properties, "authenticationMetadata", "AzureAD");
    add(properties, "collation", "SQL_Latin1_General_CP1_CI_AS");
    add(properties, "createTime", "2025-11-01T01:01:01.011Z");
    add(properties, "currentBackupStorageRedundancy", "Geo");
    add(properties, "databaseFormat", instance->database_format);
    add(properties, "dnsZone", zone);
    add(properties, "externalGovernanceStatus", "Disabled");
    add(properties, "fullyQualifiedDomainName", name);
    add_licence(properties, instance);
    add(properties, "minimalTlsVersion", "1.2");
    add(properties, "pricingModel", "Regular");
    add(properties, "provisioningState", instance->operation ? "InProgress" : "Succeeded");
    add(properties, "proxyOverride", "Default");
    cJSON_AddBoolToObject(properties, "publicDataEndpointEnabled", 0);
    add(properties, "requestedBackupStorageRedundancy", "Geo");
    add(properties, "requestedLogicalAvailabilityZone", "NoPreference");
    add_service_principal(properties, scenario, instance);
    add(properties, "state", instance->state);
    cJSON_AddNumberToObject(properties, "storageSizeInGB", (double)instance->storage_gb);
    add_group_id(properties, instance, "subnetId",
                 "Microsoft.Network/virtualNetworks/vnet1/subnets/subnet1");
    cJSON_AddNumberToObject(properties, "vCores", (double)instance->v_cores);
    add_group_id(properties, instance, "virtualClusterId",
                 "Microsoft.Sql/virtualClusters/VirtualCluster1");
    free(name);
    return properties;
}

cJSON *view_instance(const struct scenario *scenario, const struct instance *instance)
{
    const char *family = strchr(instance->sku, '_');
    cJSON *object = cJSON_CreateObject();
    add(object, "name", instance->name);
    add(object, "type", "Microsoft.Sql/managedInstances");
    add_id(object, instance, "", "");
    add(object, "location", instance->location);
    cJSON_AddItemToObject(object, "properties", instance_properties(scenario, instance));
    cJSON *sku = cJSON_AddObjectToObject(object, "sku");
    add(sku, "name", instance->sku);
    cJSON_AddNumberToObject(sku, "capacity", (double)instance->v_cores);
    add(sku, "family", family ? family + 1 : instance->sku);
    add(sku, "tier", instance->tier);
    cJSON_AddItemToObject(
        object, "tags", instance->tags ? cJSON_Duplicate(instance->tags, 1) : cJSON_CreateObject());
    return object;
}

static cJSON *database_body(const struct instance *instance, const char *name, const char *status)
{
    cJSON *object = cJSON_CreateObject();
    add_id(object, instance, "/databases/", name);
    add(object, "location", instance->location);
    add(object, "name", name);
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    add(properties, "collation", "SQL_Latin1_General_CP1_CI_AS");
    add(properties, "creationDate", "2025-11-04T15:00:17.73Z");
    add(properties, "defaultSecondaryLocation", "northeurope");
    add(properties, "status", status);
    cJSON_AddBoolToObject(properties, "isLedgerOn", 0);
    add(object, "type", "Microsoft.Sql/managedInstances/databases");
    return object;
}

static const char *link_database_status(const struct link *link,
                                        const struct link_database *database)
{
    const char *state = model_replica_state(link, database);
    bool seeding =
        text_contains_nocase(state, "Seeding") || text_contains_nocase(state, "CreatingLink");
    if (!link->exists)
        return "Online";
    if (*database->status)
        return database->status;
    return seeding && link->instance_role == ROLE_SECONDARY ? "Restoring" : "Online";
}

/* Appends every database to list, or only the one called name. */
static void collect_databases(const struct instance *instance, const char *name, cJSON *list)
{
    const struct link *links = instance->links.items;
    const struct database *others = instance->databases.items;
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link_database *databases = links[i].databases.items;
        for (size_t d = 0; d < links[i].databases.count; d++)
            if (!name || strcasecmp(name, databases[d].name) == 0)
                cJSON_AddItemToArray(list,
                                     database_body(instance, databases[d].name,
                                                   link_database_status(&links[i], &databases[d])));
    }
    for (size_t i = 0; i < instance->databases.count; i++)
        if (!name || strcasecmp(name, others[i].name) == 0)
            cJSON_AddItemToArray(list, database_body(instance, others[i].name, others[i].status));
}

cJSON *view_database(const struct instance *instance, const char *name)
{
    cJSON *list = cJSON_CreateArray();
    collect_databases(instance, name, list);
    cJSON *database = cJSON_DetachItemFromArray(list, 0);
    cJSON_Delete(list);
    return database;
}

cJSON *view_databases(const struct instance *instance)
{
    cJSON *page = cJSON_CreateObject();
    collect_databases(instance, NULL, cJSON_AddArrayToObject(page, "value"));
    return page;
}

static double percent(const struct sim_operation *operation)
{
    int64_t whole = operation->ends_at - operation->started_at;
    int64_t done = clock_now() - operation->started_at;
    if (operation->ended)
        return 100;
    return whole <= 0 || done >= whole ? 99 : (double)(done * 99 / whole);
}

cJSON *view_operation(const struct sim_operation *operation, const char *path)
{
    cJSON *object = cJSON_CreateObject();
    add(object, "id", path);
    add(object, "name", operation->id);
    add(object, "status", operation->ended ? result_names[operation->result] : "InProgress");
    cJSON_AddNumberToObject(object, "percentComplete", percent(operation));
    add_time(object, "startTime", operation->started_at);
    if (!operation->ended)
        return object;
    add_time(object, "endTime", operation->ends_at);
    if (operation->result != RESULT_SUCCEEDED) {
        cJSON *error = cJSON_AddObjectToObject(object, "error");
        add(error, "code", operation->code);
        add(error, "message", operation->message);
    }
    return object;
}

static cJSON *state_link(const struct instance *instance, const struct link *link)
{
    cJSON *object = fields_write(&link_fields, link);
    cJSON_AddNumberToObject(object, "role_changed_at", (double)link->role_changed_at);
    cJSON_AddBoolToObject(object, "changing", model_link_changing(link));
    cJSON_AddItemToObject(object, "resource", view_link(instance, link, false));
    return object;
}

static cJSON *state_instance(const struct scenario *scenario, const struct instance *instance)
{
    const struct link *links = instance->links.items;
    cJSON *object = fields_write(&instance_fields, instance);
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < instance->links.count; i++)
        cJSON_AddItemToArray(list, state_link(instance, &links[i]));
    cJSON_ReplaceItemInObject(object, "links", list);
    cJSON_AddBoolToObject(object, "updating", instance->operation != NULL);
    cJSON_AddItemToObject(object, "resource", view_instance(scenario, instance));
    return object;
}

static cJSON *state_operation(const struct sim_operation *operation)
{
    cJSON *object = view_operation(operation, "");
    cJSON_DeleteItemFromObject(object, "id");
    add(object, "what", operation->what == OPERATION_ROLE ? "role" : "update");
    add(object, "instance", operation->instance->name);
    if (operation->link)
        add(object, "link", operation->link->name);
    cJSON_AddBoolToObject(object, "changed", operation->changed);
    return object;
}

cJSON *view_state(const struct model *model)
{
    const struct instance *instances = model->scenario.instances.items;
    cJSON *state = fields_write(&scenario_fields, &model->scenario);
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < model->scenario.instances.count; i++)
        cJSON_AddItemToArray(list, state_instance(&model->scenario, &instances[i]));
    cJSON_ReplaceItemInObject(state, "instances", list);
    cJSON *operations = cJSON_AddArrayToObject(state, "operations");
    for (size_t i = 0; i < model->operation_count; i++)
        cJSON_AddItemToArray(operations, state_operation(model->operations[i]));
    cJSON_AddNumberToObject(state, "now", (double)clock_now());
    return state;
}
