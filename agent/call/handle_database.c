/* SPDX-License-Identifier: MIT */
/* Handlers of databases on the instance, and of the replay of backups into one (arm-api 5). */
#include "azure_read.h"
#include "operation_judge.h"
#include "reply_json.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

/* Why it is not accessible, in Azure's words: "DatabaseReplication 41976: ...". */
static void describe_access(const struct json *resource, char *text, size_t size)
{
    const struct json *info = json_path(resource, "properties.extendedAccessibilityInfo");
    const char *parts[] = {json_text(info, "inaccessibilityReasonKind"),
                           json_text(info, "inaccessibilityReasonErrorCode"),
                           json_text(info, "inaccessibilityReasonDescription")};

    text[0] = '\0';
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] == NULL)
            continue;
        text_append(text, size, text[0] == '\0' ? "" : i == 2 ? ": " : " ");
        text_append(text, size, parts[i]);
    }
}

static bool add_database(void *context, const struct json *resource)
{
    struct call *call = context;
    char access[2000 * 3 + 1];

    describe_access(resource, access, sizeof access);
    reply_member(&call->reply, resource, "name");
    reply_member(&call->reply, resource, "properties.status");
    reply_member(&call->reply, resource, "properties.creationDate");
    reply_member(&call->reply, resource, "properties.earliestRestorePoint");
    reply_text(&call->reply, access);
    reply_end_row(&call->reply);
    return true;
}

bool handle_database_list(struct call *call)
{
    return read_list(call, &azure_database, add_database, call);
}

static bool refuse_absent(struct call *call, const char *name)
{
    return call_refuse_with(call, MILINK_ARM_NOT_FOUND, name, "%s has no such database",
                            call->instance->alias);
}

/* GET of a database that must be there. */
static bool read_database(struct call *call, const char *name, struct json **resource)
{
    switch (read_child(call, &azure_database, name, resource)) {
    case READ_FOUND: return true;
    case READ_ABSENT: return refuse_absent(call, name);
    case READ_FAILED: break;
    }
    return false;
}

bool handle_database_get(struct call *call)
{
    struct json *resource = NULL;
    bool found = read_database(call, call_text(call, "@database"), &resource) &&
                 add_database(call, resource);

    json_free(resource);
    return found;
}

/* ---- delete ---- */

/* By Azure's own spelling of its name: beyond ASCII we do not compare without case. */
static bool refuse_linked(struct call *call, const struct json *database, const char *asked)
{
    const char *name = json_text(database, "name") != NULL ? json_text(database, "name") : asked;
    char link[129];

    if (!read_database_link(call, name, link))
        return false;
    return link[0] == '\0' ||
           call_refuse_with(call, MILINK_DATABASE_LINKED, name, "it is in link %s of %s", link,
                            call->instance->alias);
}

static bool prepare_delete(struct call *call, struct operation *operation, void *context)
{
    const char *name = context;
    struct json *resource = NULL;
    bool ready = false;

    switch (read_child(call, &azure_database, name, &resource)) {
    case READ_FAILED: return false;
    case READ_ABSENT:
        write_settle(operation, "There is no such database; nothing was sent.");
        return true;
    case READ_FOUND: break;
    }
    ready = refuse_linked(call, resource, name);
    json_free(resource);
    return ready;
}

bool handle_database_delete(struct call *call)
{
    const char *name = call_text(call, "@database");
    const struct write_plan plan = {.kind = OPERATION_DATABASE_DELETE,
                                    .method = "DELETE",
                                    .of = &azure_database,
                                    .name = name,
                                    .minutes = call->setup->config.database_minutes};
    const struct write_step step = {prepare_delete, (void *)name};

    return call_confirm_with(call, "DELETE", name) && write_perform(call, &plan, &step);
}

/* ---- replay of backups ---- */

static void add_restore(struct reply *reply, const char *name, const struct json *details)
{
    static const char *const texts[] = {"currentBackupType",    "lastUploadedFileName",
                                        "lastUploadedFileTime", "lastRestoredFileName",
                                        "lastRestoredFileTime", "currentRestoringFileName"};
    static const char *const numbers[] = {"currentRestoredSizeMB",  "currentRestorePlanSizeMB",
                                          "numberOfFilesDetected",  "numberOfFilesQueued",
                                          "numberOfFilesRestoring", "numberOfFilesRestored",
                                          "numberOfFilesSkipped",   "numberOfFilesUnrestorable"};

    reply_text(reply, name);
    reply_member(reply, details, "type");
    reply_member(reply, details, "status");
    reply_member(reply, details, "blockReason");
    reply_number(reply, details, "percentCompleted");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        reply_member(reply, details, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        reply_number(reply, details, numbers[i]);
    reply_end_row(reply);
}

bool handle_database_restore_get(struct call *call)
{
    const char *name = call_text(call, "@database");
    struct json *resource = NULL;
    bool done = false;

    switch (read_restore_details(call, name, &resource)) {
    case READ_FOUND:
        add_restore(&call->reply, name, json_member(resource, "properties"));
        done = true;
        break;
    case READ_ABSENT:
        call_refuse_with(call, MILINK_ARM_NOT_FOUND, name,
                         "%s has no such database, or no backups are being replayed into it",
                         call->instance->alias);
        break;
    case READ_FAILED: break;
    }
    json_free(resource);
    return done;
}

static bool check_restoring(struct call *call, struct operation *operation, const char *name,
                            const struct json *database)
{
    const char *status = json_text(database, "properties.status");

    if (link_is(status, "Online")) {
        write_settle(operation, "It is Online already; nothing was sent.");
        return true;
    }
    if (!link_is(status, "Restoring"))
        return call_refuse_with(call, MILINK_DATABASE_STATE, name,
                                "it is %s, and only the replay into one that is Restoring can end",
                                status != NULL ? status : "of no known status");
    return refuse_linked(call, database, name);
}

static bool prepare_complete(struct call *call, struct operation *operation, void *context)
{
    const char *name = context;
    struct json *database = NULL;
    bool ready =
        read_database(call, name, &database) && check_restoring(call, operation, name, database);

    json_free(database);
    return ready;
}

bool handle_database_restore_complete(struct call *call)
{
    const char *name = call_text(call, "@database");
    struct json *document = json_new_object();
    struct write_plan plan = {.kind = OPERATION_RESTORE_COMPLETE,
                              .method = "POST",
                              .of = &azure_database,
                              .name = name,
                              .action = "completeRestore",
                              .minutes = call->setup->config.database_minutes};
    const struct write_step step = {prepare_complete, (void *)name};
    char *body = NULL;
    bool done = false;

    json_add_string(document, "lastBackupName", call_text(call, "@last_backup_name"));
    plan.body = body = write_print(call, document);
    done = body != NULL && write_perform(call, &plan, &step);
    json_text_free(body);
    return done;
}
