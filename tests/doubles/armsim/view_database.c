/* SPDX-License-Identifier: MIT */
/* Databases: those outside links, those in links, and the restore of one. */
#include "view_private.h"

#include <stdlib.h>
#include <strings.h>

static cJSON *body(const struct instance *instance, const char *name, const char *status)
{
    cJSON *object = cJSON_CreateObject();
    view_add_id(object, instance, "/databases/", name);
    view_add(object, "location", instance->location);
    view_add(object, "name", name);
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    view_add(properties, "collation", "SQL_Latin1_General_CP1_CI_AS");
    view_add(properties, "creationDate", "2025-11-04T15:00:17.73Z");
    view_add(properties, "defaultSecondaryLocation", "northeurope");
    view_add(properties, "status", status);
    cJSON_AddBoolToObject(properties, "isLedgerOn", 0);
    view_add(object, "type", "Microsoft.Sql/managedInstances/databases");
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

static cJSON *in_link(const struct instance *instance, const struct link *link,
                      const struct link_database *database)
{
    cJSON *object = body(instance, database->name, link_database_status(link, database));
    cJSON *properties = cJSON_GetObjectItemCaseSensitive(object, "properties");
    if (database->created_at) {
        cJSON_DeleteItemFromObject(properties, "creationDate");
        view_add_time(properties, "creationDate", database->created_at);
    }
    return object;
}

static cJSON *outside(const struct instance *instance, const struct database *database)
{
    cJSON *object = body(instance, database->name, database->status);
    cJSON *properties = cJSON_GetObjectItemCaseSensitive(object, "properties");
    cJSON_ReplaceItemInObject(properties, "creationDate",
                              cJSON_CreateString(database->creation_date));
    if (*database->earliest_restore_point)
        view_add(properties, "earliestRestorePoint", database->earliest_restore_point);
    if (database->extended_accessibility)
        cJSON_AddItemToObject(properties, "extendedAccessibilityInfo",
                              cJSON_Duplicate(database->extended_accessibility, 1));
    return object;
}

cJSON *view_database(const struct instance *instance, const struct found_database *found)
{
    if (found->database)
        return outside(instance, found->database);
    return in_link(instance, found->link, found->in_link);
}

static void add_wanted(cJSON *list, cJSON *database, bool inaccessible)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(database, "properties");
    const char *status =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(properties, "status"));
    if (inaccessible && strcasecmp(status, "Inaccessible") != 0)
        cJSON_Delete(database);
    else
        cJSON_AddItemToArray(list, database);
}

cJSON *view_databases(const struct instance *instance, bool inaccessible)
{
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link *link = instance->links.items[i];
        for (size_t d = 0; d < link->databases.count; d++) {
            const struct link_database *database = link->databases.items[d];
            if (!database->dropped)
                add_wanted(list, in_link(instance, link, database), inaccessible);
        }
    }
    for (size_t i = 0; i < instance->databases.count; i++) {
        const struct database *database = instance->databases.items[i];
        if (!database->dropped)
            add_wanted(list, outside(instance, database), inaccessible);
    }
    return page;
}

static const char *last_backup(const struct database *database)
{
    return *database->last_backup_name ? database->last_backup_name : "log_0003.trn";
}

/* The members that a log replay has; those that the scenario gives go before. */
static cJSON *restore_properties(const struct database *database)
{
    bool restoring = strcasecmp(database->status, "Restoring") == 0;
    const cJSON *member = NULL;
    cJSON *properties = cJSON_CreateObject();
    view_add(properties, "type", "LRSRestore");
    view_add(properties, "status", restoring ? "Restoring" : "Completed");
    view_add(properties, "lastUploadedFileName", last_backup(database));
    view_add(properties, "lastUploadedFileTime", "2025-11-04T15:10:00Z");
    view_add(properties, "lastRestoredFileName", last_backup(database));
    view_add(properties, "lastRestoredFileTime", "2025-11-04T15:12:00Z");
    view_add_number(properties, "percentCompleted", 100);
    view_add_number(properties, "numberOfFilesDetected", 3);
    view_add_number(properties, "numberOfFilesQueued", 0);
    view_add_number(properties, "numberOfFilesSkipped", 0);
    view_add_number(properties, "numberOfFilesRestoring", 0);
    view_add_number(properties, "numberOfFilesRestored", 3);
    view_add_number(properties, "numberOfFilesUnrestorable", 0);
    cJSON_ArrayForEach(member, database->restore)
    {
        cJSON_DeleteItemFromObject(properties, member->string);
        cJSON_AddItemToObject(properties, member->string, cJSON_Duplicate(member, 1));
    }
    return properties;
}

cJSON *view_restore(const struct instance *instance, const struct database *database)
{
    char *name = text_format("%s/restoreDetails/Default", database->name);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToObject(object, "properties", restore_properties(database));
    view_add_id(object, instance, "/databases/", name);
    view_add(object, "name", "Default");
    view_add(object, "type", "Microsoft.Sql/managedInstances/databases/restoreDetails");
    free(name);
    return object;
}
