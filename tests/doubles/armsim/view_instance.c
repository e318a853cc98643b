/* SPDX-License-Identifier: MIT */
/* Managed Instances and their management operations. */
#include "view_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

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
    view_add(principal, "type", "SystemAssigned");
    view_add(principal, "clientId", id);
    view_add(principal, "principalId", id);
    view_add(principal, "tenantId", scenario->tenant_id);
}

static void add_group_id(cJSON *properties, const struct instance *instance, const char *name,
                         const char *rest)
{
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/%s",
                           instance->subscription_id, instance->resource_group, rest);
    view_add(properties, name, id);
    free(id);
}

static void add_licence(cJSON *properties, const struct instance *instance)
{
    view_add(properties, "hybridSecondaryUsage", usage_names[instance->hybrid_secondary_usage]);
    view_add(properties, "hybridSecondaryUsageDetected",
             usage_names[model_detected_usage(instance)]);
    view_add(properties, "licenseType", license_names[instance->license_type]);
    char *maintenance = text_format("/subscriptions/%s/providers/Microsoft.Maintenance/"
                                    "publicMaintenanceConfigurations/SQL_Default",
                                    instance->subscription_id);
    view_add(properties, "maintenanceConfigurationId", maintenance);
    free(maintenance);
}

/* "Creating" is not in the specification's list, but in its example. */
static const char *provisioning(const struct instance *instance)
{
    if (!instance->operation)
        return result_names[instance->creation];
    return instance->operation->what == OPERATION_INSTANCE_CREATE ? "Creating" : "InProgress";
}

static cJSON *instance_properties(const struct scenario *scenario, const struct instance *instance)
{
    char zone[TEXT_UUID];
    dns_zone(instance, zone);
    char *name = text_format("%s.%s.database.windows.net", instance->name, zone);
    cJSON *properties = cJSON_CreateObject();
    view_add(properties, "administratorLogin", instance->administrator_login);
    view_add(properties, "authenticationMetadata", "AzureAD");
    view_add(properties, "collation", "SQL_Latin1_General_CP1_CI_AS");
    if (instance->created_at)
        view_add_time(properties, "createTime", instance->created_at);
    else
        view_add(properties, "createTime", "2025-11-01T01:01:01.011Z");
    view_add(properties, "currentBackupStorageRedundancy", "Geo");
    view_add(properties, "databaseFormat", instance->database_format);
    view_add(properties, "dnsZone", zone);
    view_add(properties, "externalGovernanceStatus", "Disabled");
    view_add(properties, "fullyQualifiedDomainName", name);
    add_licence(properties, instance);
    view_add(properties, "minimalTlsVersion", "1.2");
    view_add(properties, "pricingModel", "Regular");
    view_add(properties, "provisioningState", provisioning(instance));
    view_add(properties, "proxyOverride", "Default");
    cJSON_AddBoolToObject(properties, "publicDataEndpointEnabled", 0);
    view_add(properties, "requestedBackupStorageRedundancy", "Geo");
    view_add(properties, "requestedLogicalAvailabilityZone", "NoPreference");
    add_service_principal(properties, scenario, instance);
    view_add(properties, "state", instance->state);
    cJSON_AddNumberToObject(properties, "storageSizeInGB", (double)instance->storage_gb);
    if (*instance->subnet_id)
        view_add(properties, "subnetId", instance->subnet_id);
    else
        add_group_id(properties, instance, "subnetId",
                     "Microsoft.Network/virtualNetworks/vnet1/subnets/subnet1");
    cJSON_AddNumberToObject(properties, "vCores", (double)instance->v_cores);
    add_group_id(properties, instance, "virtualClusterId",
                 "Microsoft.Sql/virtualClusters/VirtualCluster1");
    free(name);
    const cJSON *given = NULL;
    cJSON_ArrayForEach(given, instance->properties)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(properties, given->string);
        cJSON_AddItemToObject(properties, given->string, cJSON_Duplicate(given, 1));
    }
    return properties;
}

cJSON *view_instance(const struct scenario *scenario, const struct instance *instance)
{
    const char *family = strchr(instance->sku, '_');
    cJSON *object = cJSON_CreateObject();
    view_add(object, "name", instance->name);
    view_add(object, "type", "Microsoft.Sql/managedInstances");
    view_add_id(object, instance, "", "");
    view_add(object, "location", instance->location);
    cJSON_AddItemToObject(object, "properties", instance_properties(scenario, instance));
    cJSON *sku = cJSON_AddObjectToObject(object, "sku");
    view_add(sku, "name", instance->sku);
    cJSON_AddNumberToObject(sku, "capacity", (double)instance->v_cores);
    view_add(sku, "family", family ? family + 1 : instance->sku);
    view_add(sku, "tier", instance->tier);
    cJSON_AddItemToObject(
        object, "tags", instance->tags ? cJSON_Duplicate(instance->tags, 1) : cJSON_CreateObject());
    return object;
}

cJSON *view_instances(const struct scenario *scenario, const char *subscription, const char *group)
{
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < scenario->instances.count; i++) {
        const struct instance *instance = scenario->instances.items[i];
        if (!instance->gone && strcasecmp(instance->subscription_id, subscription) == 0 &&
            (!group || strcasecmp(instance->resource_group, group) == 0))
            cJSON_AddItemToArray(list, view_instance(scenario, instance));
    }
    return page;
}
