/* SPDX-License-Identifier: MIT */
/* Deleting databases, and completing the restore of one by log replay. */
#include "write.h"

#include <stdlib.h>
#include <strings.h>

static void apply_delete(struct sim_operation *operation)
{
    if (!operation->changes)
        return;
    if (operation->database)
        operation->database->dropped = true;
    else
        operation->link_database->dropped = true;
}

static bool check_delete(const struct instance *instance, const struct found_database *found,
                         struct refusal *refusal)
{
    const struct sim_operation *busy =
        found->database ? found->database->operation : found->in_link->operation;
    if (!write_check_instance(instance, refusal))
        return false;
    if (found->link && found->link->exists)
        return write_refuse(refusal, 409, "OperationCanNotStartDueToMiLink",
                            "The 'DropManagedDatabase' operation cannot be completed because the "
                            "Managed Instance link '%s' uses the database '%s'. Delete the link "
                            "first.",
                            found->link->name, found->in_link->name);
    return !busy || write_refuse(refusal, 409, "ConflictingDatabaseOperation",
                                 "Another operation is in progress on the database.");
}

struct sim_operation *write_delete_database(struct model *model, struct instance *instance,
                                            const struct found_database *found,
                                            struct refusal *refusal)
{
    static const struct result succeeds = {RESULT_SUCCEEDED, "", "", 500};
    struct database *database = found->database;
    const struct operation_order order = {.what = OPERATION_DATABASE_DELETE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.database_ms,
                                          .result = database ? &database->delete_result : &succeeds,
                                          .slot = database ? &database->operation
                                                           : &found->in_link->operation,
                                          .apply = apply_delete};
    if (!check_delete(instance, found, refusal))
        return NULL;
    struct sim_operation *operation = operation_start(model, &order);
    operation->database = database;
    operation->link_database = found->in_link;
    return operation;
}

static void apply_restore(struct sim_operation *operation)
{
    struct database *database = operation->database;
    database->completing = false;
    if (!operation->changes)
        return;
    free(database->status);
    database->status = text_copy("Online");
}

static bool check_restore(const struct instance *instance, const struct database *database,
                          const char *last_backup, struct refusal *refusal)
{
    if (!write_check_instance(instance, refusal))
        return false;
    if (!database || strcasecmp(database->status, "Restoring") != 0)
        return write_refuse(refusal, 400, "ManagedDatabaseNotInRestoringState",
                            "Managed database is not in Restoring state.");
    if (database->completing)
        return write_refuse(refusal, 400, "ExternalBackupAlreadySignaledToComplete",
                            "The restore request has already been signaled to complete.");
    if (database->operation)
        return write_refuse(refusal, 409, "ConflictingDatabaseOperation",
                            "Another operation is in progress on the database.");
    if (*database->last_backup_name && strcasecmp(database->last_backup_name, last_backup) != 0)
        return write_refuse(refusal, 400, "RequiredBackupIsNotLastRestored",
                            "Migration cannot be completed because provided backup file name is "
                            "not the name of the last backup file that is restored.");
    return true;
}

struct sim_operation *write_complete_restore(struct model *model, struct instance *instance,
                                             const struct found_database *found,
                                             const char *last_backup, struct refusal *refusal)
{
    struct database *database = found->database;
    if (!check_restore(instance, database, last_backup, refusal))
        return NULL;
    const struct operation_order order = {.what = OPERATION_DATABASE_RESTORE,
                                          .instance = instance,
                                          .change_ms = model->scenario.timing.database_ms,
                                          .result = &database->restore_result,
                                          .slot = &database->operation,
                                          .apply = apply_restore};
    struct sim_operation *operation = operation_start(model, &order);
    operation->database = database;
    database->completing = true;
    return operation;
}
