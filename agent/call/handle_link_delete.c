/* SPDX-License-Identifier: MIT */
/* The handler that deletes a link: while the instance is primary not before its backups go on
 * without the link (arm-api 3.5, 5; mi-link 4.8). */
#include "azure_read.h"
#include "operation_judge.h"
#include "text.h"
#include "utc.h"
#include "write.h"
#include <stdio.h>
#include <string.h>

/* The last change of the instance's role in a link that the journal knows. */
struct role_history {
    const char *link;
    uint64_t changed_ms; /* 0: it knows none */
};

static bool find_role_change(void *context, const struct operation *operation)
{
    struct role_history *history = context;

    if ((operation->kind != OPERATION_LINK_FAILOVER &&
         operation->kind != OPERATION_LINK_SET_ROLE) ||
        !text_equal(operation->link, history->link))
        return true;
    /* What was settled without a request, or never sent, changed nothing. */
    if (text_equal(operation->role_before, operation->wanted_role) ||
        operation->error.number == MILINK_NOT_SENT)
        return true;
    history->changed_ms = operation->ended_ms != 0 ? operation->ended_ms : operation->started_ms;
    return false;
}

static bool read_role_history(struct call *call, struct role_history *history)
{
    const struct store_filter filter = {.instance = call->instance->alias};
    char why[256];

    if (store_list(call->agent->store, &filter, find_role_change, history) == STORE_OK)
        return true;
    store_why(call->agent->store, why, sizeof why);
    return call_refuse(call, MILINK_JOURNAL_FAILED, NULL, why);
}

/* Every database has a backup, and where the journal knows when the instance became primary, a
 * later one. */
static bool check_backups(struct call *call, const struct link *link, uint64_t changed_ms)
{
    char since[UTC_TEXT_SIZE];

    if (json_count(link->databases) == 0)
        return call_refuse(call, MILINK_BACKUP_UNSEEN, link->name,
                           "Azure shows none of its databases");
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const struct json *database = json_at(link->databases, i);
        const char *name = json_text(database, "databaseName");
        const char *when = json_text(database, "lastBackupTime");
        uint64_t backup_ms = 0;

        if (utc_parse(when, &backup_ms) && backup_ms > changed_ms)
            continue;
        utc_text(changed_ms, since, sizeof since);
        return call_refuse_with(call, MILINK_BACKUP_UNSEEN, link->name,
                                "database %s: last backup %s, role change %s",
                                name != NULL ? name : "unknown", when != NULL ? when : "none",
                                changed_ms != 0 ? since : "not known to the journal");
    }
    return true;
}

/* A role that Azure does not tell may be the primary's. */
static bool check_primary(struct call *call, struct operation *operation, const struct link *link)
{
    struct role_history history = {.link = link->name};

    if (link_is(link->instance_role, "Secondary") || call_number(call, "@force", 0) != 0)
        return true;
    if (!read_role_history(call, &history) || !check_backups(call, link, history.changed_ms))
        return false;
    /* As after a failover that SQL Server began. */
    if (history.changed_ms == 0)
        operation_note(operation,
                       "The journal does not know when the instance became primary: see in "
                       "msdb.dbo.backupset there that a full backup has ended since.");
    return true;
}

static void note_sql_server(struct operation *operation, const char *link)
{
    char text[256];

    snprintf(text, sizeof text, "Afterwards, on SQL Server: DROP AVAILABILITY GROUP [%s].", link);
    operation_note(operation, text);
}

static bool prepare(struct call *call, struct operation *operation, void *context)
{
    const char *name = context;
    struct json *resource = NULL;
    struct link link;
    bool ready = false;

    switch (read_child(call, &azure_link, name, &resource)) {
    case READ_FAILED: return false;
    case READ_ABSENT:
        write_settle(operation, "There is no such link; nothing was sent.");
        return true;
    case READ_FOUND: break;
    }
    if (read_named_link(call, resource, name, &link) && check_primary(call, operation, &link)) {
        text_copy(operation->link, sizeof operation->link, link.name); /* as Azure writes it */
        note_sql_server(operation, link.name);
        ready = true;
    }
    json_free(resource);
    return ready;
}

bool handle_link_delete(struct call *call)
{
    const char *name = call_text(call, "@link");
    const struct write_plan plan = {.kind = OPERATION_LINK_DELETE,
                                    .method = "DELETE",
                                    .of = &azure_link,
                                    .name = name,
                                    .minutes = call->setup->config.link_minutes};
    const struct write_step step = {prepare, (void *)name};

    return call_confirm_with(call, "DELETE", name) && write_perform(call, &plan, &step);
}
