/* SPDX-License-Identifier: MIT */
/* Matching actions against permissions, and showing them. */
#include "permission.h"

#include <ctype.h>

/* What a tool for the link needs; the simulator's routes ask for nothing else. */
static const char *const defaults[] = {
    "Microsoft.Sql/managedInstances/read",
    "Microsoft.Sql/managedInstances/write",
    "Microsoft.Sql/managedInstances/delete",
    "Microsoft.Sql/managedInstances/start/action",
    "Microsoft.Sql/managedInstances/stop/action",
    "Microsoft.Sql/managedInstances/failover/action",
    "Microsoft.Sql/managedInstances/operations/read",
    "Microsoft.Sql/managedInstances/operations/cancel/action",
    "Microsoft.Sql/managedInstances/databases/read",
    "Microsoft.Sql/managedInstances/databases/write",
    "Microsoft.Sql/managedInstances/databases/delete",
    "Microsoft.Sql/managedInstances/databases/completeRestore/action",
    "Microsoft.Sql/managedInstances/databases/readBackups/action",
    "Microsoft.Sql/managedInstances/databases/restoreDetails/read",
    "Microsoft.Sql/managedInstances/inaccessibleManagedDatabases/read",
    "Microsoft.Sql/managedInstances/distributedAvailabilityGroups/read",
    "Microsoft.Sql/managedInstances/distributedAvailabilityGroups/write",
    "Microsoft.Sql/managedInstances/distributedAvailabilityGroups/delete",
    "Microsoft.Sql/managedInstances/distributedAvailabilityGroups/failover/action",
    "Microsoft.Sql/managedInstances/distributedAvailabilityGroups/setRole/action",
    "Microsoft.Sql/managedInstances/endpointCertificates/read",
    "Microsoft.Sql/managedInstances/serverTrustCertificates/read",
    "Microsoft.Sql/managedInstances/serverTrustCertificates/write",
    "Microsoft.Sql/managedInstances/serverTrustCertificates/delete",
    "Microsoft.Sql/managedInstances/hybridCertificate/action",
    "Microsoft.Sql/managedInstances/hybridLink/read",
    "Microsoft.Sql/managedInstances/hybridLink/write",
    "Microsoft.Sql/managedInstances/hybridLink/delete",
    "Microsoft.Sql/locations/*/read",
};

static bool matches(const char *pattern, const char *text)
{
    for (; *pattern; pattern++, text++) {
        if (*pattern == '*') {
            for (; *text; text++)
                if (matches(pattern + 1, text))
                    return true;
            return matches(pattern + 1, text);
        }
        if (tolower((unsigned char)*pattern) != tolower((unsigned char)*text))
            return false;
    }
    return !*text;
}

static bool any_matches(const cJSON *patterns, const char *text)
{
    const cJSON *pattern = NULL;
    cJSON_ArrayForEach(pattern, patterns)
    {
        if (matches(pattern->valuestring, text))
            return true;
    }
    return false;
}

bool permission_grants(const struct field_list *permissions, const char *action)
{
    for (size_t i = 0; i < permissions->count; i++) {
        const struct permission *permission = permissions->items[i];
        if (any_matches(permission->actions, action) &&
            !any_matches(permission->not_actions, action))
            return true;
    }
    for (size_t i = 0; permissions->count == 0 && i < sizeof defaults / sizeof defaults[0]; i++)
        if (matches(defaults[i], action))
            return true;
    return false;
}

static void add_entry(cJSON *list, cJSON *actions, cJSON *not_actions)
{
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddItemToObject(entry, "actions", actions ? actions : cJSON_CreateArray());
    cJSON_AddItemToObject(entry, "notActions", not_actions ? not_actions : cJSON_CreateArray());
    cJSON_AddArrayToObject(entry, "dataActions");
    cJSON_AddArrayToObject(entry, "notDataActions");
    cJSON_AddItemToArray(list, entry);
}

cJSON *permission_page(const struct field_list *permissions)
{
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < permissions->count; i++) {
        const struct permission *permission = permissions->items[i];
        add_entry(list, cJSON_Duplicate(permission->actions, 1),
                  cJSON_Duplicate(permission->not_actions, 1));
    }
    if (permissions->count == 0)
        add_entry(list,
                  cJSON_CreateStringArray(defaults, (int)(sizeof defaults / sizeof defaults[0])),
                  NULL);
    return page;
}
