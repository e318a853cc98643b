/* SPDX-License-Identifier: MIT */
/* The handler that changes a link: its replication mode, and which databases a multi-database link
 * has (arm-api 3.4, mi-link 1.2). */
#include "arm_version.h"
#include "azure_read.h"
#include "name_list.h"
#include "operation_judge.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A change as it is asked for, all texts the call's. */
struct link_change {
    const char *name, *replication_mode, *databases; /* NULL: stays as it is */
    size_t added, removed;
};

static bool check_asked(struct call *call, const struct link_change *change)
{
    const char *version = call->setup->config.api_version;

    if (change->replication_mode == NULL && change->databases == NULL)
        return call_refuse(call, MILINK_PARAMETER_MISSING, "@replication_mode, @databases",
                           "at least one is needed");
    return change->databases == NULL ||
           arm_version_carries(version, ARM_VERSION_UPDATE_DATABASES) ||
           call_refuse_with(call, MILINK_API_VERSION_OLD, "@databases",
                            "changing the databases of a link needs api_version %s-preview or "
                            "later; it is %s",
                            ARM_VERSION_UPDATE_DATABASES, version);
}

static char *print_change(struct call *call, const struct link_change *change)
{
    struct json *document = json_new_object();
    struct json *properties = json_add_object(document, "properties"), *array = NULL;
    const char *rest = change->databases;
    char name[NAME_LIST_NAME_SIZE];

    if (change->replication_mode != NULL)
        json_add_string(properties, "replicationMode", change->replication_mode);
    if (rest != NULL)
        array = json_add_array(properties, "databases");
    while (rest != NULL && name_list_next(&rest, name) == NAME_LIST_TAKEN)
        json_add_string(json_append_object(array), "databaseName", name);
    return write_print(call, document);
}

/* ---- the difference ---- */

static void add_name(char *text, size_t size, const char *name)
{
    text_append(text, size, text[0] != '\0' ? ", " : "");
    text_append(text, size, name);
}

/* What is added and removed, counted and in words. */
static void compare(struct link_change *change, const struct link *link, char *added, char *removed)
{
    const char *rest = change->databases;
    char name[NAME_LIST_NAME_SIZE];

    while (name_list_next(&rest, name) == NAME_LIST_TAKEN) {
        if (link_has_database(link, name))
            continue;
        change->added++;
        add_name(added, OPERATION_DETAIL_SIZE, name);
    }
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const char *old = json_text(json_at(link->databases, i), "databaseName");

        if (name_list_has(change->databases, old))
            continue;
        change->removed++;
        add_name(removed, OPERATION_DETAIL_SIZE, old);
    }
}

/* A name left out by mistake would end the protection of that database. */
static bool confirm_removal(struct call *call, const struct link_change *change,
                            const char *removed)
{
    const char *given = call_text(call, "@confirm");
    char phrase[200];

    if (change->removed == 0)
        return true;
    snprintf(phrase, sizeof phrase, "REMOVE %zu FROM %s", change->removed, change->name);
    if (given != NULL && strcmp(given, phrase) == 0)
        return true;
    return call_refuse_with(call, MILINK_CONFIRM_REQUIRED, "@confirm",
                            "@databases leaves out %.1000s, which ends their replication; pass "
                            "@confirm = N'%s'",
                            removed, phrase);
}

static void note_names(struct operation *operation, const char *verb, const char *names)
{
    operation_note(operation, verb);
    operation_note(operation, names);
    text_append(operation->detail, sizeof operation->detail, ".");
}

/* Adding goes from the primary to the other side by itself, removing never does (mi-link 1.2). */
static void note_difference(struct operation *operation, const struct link_change *change,
                            const struct link *link, const char *added, const char *removed)
{
    bool here = link_is(link->instance_role, "Primary");

    if (change->added > 0) {
        note_names(operation, "Adds:", added);
        if (!here)
            operation_note(operation, "SQL Server is primary: there, ALTER AVAILABILITY GROUP ... "
                                      "ADD DATABASE does it without this call.");
    }
    if (change->removed > 0) {
        note_names(operation, "Removes:", removed);
        operation_note(operation, here ? "Afterwards, on SQL Server: ALTER AVAILABILITY GROUP ... "
                                         "REMOVE DATABASE."
                                       : "SQL Server is primary: there, ALTER AVAILABILITY GROUP "
                                         "... REMOVE DATABASE comes first.");
    }
}

static bool check_databases(struct call *call, struct operation *operation,
                            struct link_change *change, const struct link *link)
{
    static const size_t size = OPERATION_DETAIL_SIZE;
    const char *mode = json_text(link->properties, "linkMode");
    char *texts = calloc(2, size);
    bool fits = false;

    if (texts == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    if (!link_is(mode, "MultiDatabase")) {
        call_refuse_with(call, MILINK_LINK_UNCLEAR, change->name,
                         "its link_mode is %s, and only a multi-database link can change its "
                         "databases: create a link for each other database",
                         mode != NULL ? mode : "not told by Azure");
    } else if (!link_tells_databases(link)) {
        call_refuse(call, MILINK_LINK_UNCLEAR, change->name,
                    "Azure does not show all of its databases, so that it is not known which the "
                    "change would remove; try again");
    } else {
        compare(change, link, texts, texts + size);
        fits = confirm_removal(call, change, texts + size);
        note_difference(operation, change, link, texts, texts + size);
    }
    free(texts);
    return fits;
}

/* ---- the write ---- */

/* One name a line: what the link must have in the end. */
static bool keep_databases(struct operation *operation, const char *list)
{
    char name[NAME_LIST_NAME_SIZE];

    while (name_list_next(&list, name) == NAME_LIST_TAKEN) {
        if (strlen(operation->databases) + strlen(name) + 2 > sizeof operation->databases)
            return false;
        text_append(operation->databases, sizeof operation->databases, name);
        text_append(operation->databases, sizeof operation->databases, "\n");
    }
    return true;
}

static void note_mode(struct operation *operation, const char *mode)
{
    bool sync = strcmp(mode, "Sync") == 0;
    char text[512];

    snprintf(text, sizeof text,
             "SQL Server's side is set there: ALTER AVAILABILITY GROUP [%s] MODIFY AVAILABILITY "
             "GROUP ON ... WITH (AVAILABILITY_MODE = %s).",
             operation->link, sync ? "SYNCHRONOUS_COMMIT" : "ASYNCHRONOUS_COMMIT");
    operation_note(operation, text);
}

static bool apply(struct call *call, struct operation *operation, struct link_change *change,
                  const struct link *link)
{
    const char *mode = json_text(link->properties, "replicationMode");
    bool same_mode = change->replication_mode == NULL || link_is(mode, change->replication_mode);

    text_copy(operation->link, sizeof operation->link, link->name); /* as Azure writes it */
    operation_want(operation, "properties.replicationMode", change->replication_mode);
    if (change->databases != NULL &&
        (!check_databases(call, operation, change, link) ||
         (!keep_databases(operation, change->databases) &&
          !call_refuse(call, MILINK_AGENT_FAILED, "@databases", "names too long"))))
        return false;
    if (same_mode && change->added == 0 && change->removed == 0)
        write_settle(operation, "The link is so already; nothing was sent.");
    else if (change->replication_mode != NULL)
        note_mode(operation, change->replication_mode);
    return true;
}

static bool prepare(struct call *call, struct operation *operation, void *context)
{
    struct link_change *change = context;
    struct json *resource = NULL;
    struct link link;
    bool ready =
        read_link(call, change->name, &resource, &link) && apply(call, operation, change, &link);

    json_free(resource);
    return ready;
}

bool handle_link_update(struct call *call)
{
    struct link_change change = {.name = call_text(call, "@link"),
                                 .replication_mode = call_text(call, "@replication_mode"),
                                 .databases = call_text(call, "@databases")};
    struct write_plan plan = {.kind = OPERATION_LINK_UPDATE,
                              .method = "PATCH",
                              .of = &azure_link,
                              .name = change.name,
                              .minutes = call->setup->config.link_minutes};
    const struct write_step step = {prepare, &change};
    char *body = NULL;
    bool done = false;

    if (!check_asked(call, &change))
        return false;
    plan.body = body = print_change(call, &change);
    done = body != NULL && write_perform(call, &plan, &step);
    json_text_free(body);
    return done;
}
