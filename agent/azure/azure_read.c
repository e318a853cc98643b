/* SPDX-License-Identifier: MIT */
/* What several handlers read from Azure. */
#include "azure_read.h"
#include "arm_code.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

const struct azure_kind azure_link = {"link", "distributedAvailabilityGroups"};
const struct azure_kind azure_database = {"database", "databases"};
const struct azure_kind azure_certificate = {"certificate", "serverTrustCertificates"};
const struct azure_kind azure_endpoint_certificate = {"endpoint certificate",
                                                      "endpointCertificates"};
const struct azure_kind azure_instance_operation = {"instance operation", "operations"};

enum { SUBJECT_SIZE = 640 };

/* ---- what is not there ---- */

static bool is_code(const struct call *call, const char *code)
{
    return call->error.number == MILINK_ARM_NOT_FOUND && strcmp(call->error.code, code) == 0;
}

/* Azure's own word for what is not there; a proxy's page or a missing subscription tells nothing
 * of it. */
static bool says_gone(const struct call *call)
{
    return call->error.number == MILINK_ARM_NOT_FOUND &&
           arm_code_disposition(call->error.code) == ARM_GONE;
}

/* The configuration may name an instance that is yet to be created. */
static bool refuse_not_created(struct call *call)
{
    const struct config_instance *instance = call->instance;
    char subject[128], code[sizeof call->error.code];

    text_copy(code, sizeof code, call->error.code);
    call_forget_error(call);
    snprintf(subject, sizeof subject, "instance %s", instance->alias);
    call_refuse_with(call, MILINK_ARM_NOT_FOUND, subject,
                     "there is no managed instance %s in resource group %s; "
                     "xp_milink_instance_create can create it",
                     instance->managed_instance, instance->resource_group);
    error_set_code(&call->error, code);
    return false;
}

/* ---- one resource ---- */

static void set_subject(char subject[SUBJECT_SIZE], const struct call *call, const char *word,
                        const char *name)
{
    text_copy(subject, SUBJECT_SIZE, word);
    text_append(subject, SUBJECT_SIZE, " ");
    text_append(subject, SUBJECT_SIZE, name);
    text_append(subject, SUBJECT_SIZE, " of ");
    text_append(subject, SUBJECT_SIZE, call->instance->alias);
}

static struct json *get(struct call *call, const struct azure_kind *kind, const char *name,
                        const char *subject)
{
    char path[ARM_PATH_SIZE];

    if (arm_path(path, sizeof path, call->instance, kind != NULL ? kind->collection : NULL, name))
        return arm_get(&call->setup->arm, path, subject, &call->deadline, &call->error);
    call_refuse(call, MILINK_AGENT_FAILED, subject, "the path is too long");
    return NULL;
}

enum read_found read_instance_if_any(struct call *call, struct json **resource)
{
    char subject[128];

    snprintf(subject, sizeof subject, "instance %s", call->instance->alias);
    *resource = get(call, NULL, NULL, subject);
    if (*resource != NULL)
        return READ_FOUND;
    if (!says_gone(call))
        return READ_FAILED;
    call_forget_error(call);
    return READ_ABSENT;
}

bool read_instance(struct call *call, struct json **resource)
{
    switch (read_instance_if_any(call, resource)) {
    case READ_FOUND: return true;
    case READ_ABSENT: return refuse_not_created(call);
    case READ_FAILED: break;
    }
    return false;
}

/* After a GET below the instance that failed. Azure may mean the instance. */
static enum read_found judge_failure(struct call *call)
{
    struct json *instance = NULL;
    bool there = false;

    if (is_code(call, "ParentResourceNotFound"))
        refuse_not_created(call);
    if (!says_gone(call))
        return READ_FAILED;
    call_forget_error(call);
    there = read_instance(call, &instance);
    json_free(instance);
    return there ? READ_ABSENT : READ_FAILED;
}

enum read_found read_child(struct call *call, const struct azure_kind *kind, const char *name,
                           struct json **resource)
{
    char subject[SUBJECT_SIZE];

    set_subject(subject, call, kind->word, name);
    *resource = get(call, kind, name, subject);
    return *resource != NULL ? READ_FOUND : judge_failure(call);
}

enum read_found read_restore_details(struct call *call, const char *database,
                                     struct json **resource)
{
    char path[ARM_PATH_SIZE], subject[SUBJECT_SIZE];

    *resource = NULL;
    set_subject(subject, call, azure_database.word, database);
    if (!arm_path(path, sizeof path, call->instance, azure_database.collection, database) ||
        !arm_path_append(path, sizeof path, "restoreDetails") ||
        !arm_path_append(path, sizeof path, "Default")) {
        call_refuse(call, MILINK_AGENT_FAILED, subject, "the path is too long");
        return READ_FAILED;
    }
    *resource = arm_get(&call->setup->arm, path, subject, &call->deadline, &call->error);
    if (*resource != NULL)
        return READ_FOUND;
    if (strcmp(call->error.code, "RestoreDetailsNotAvailableOrExpired") != 0)
        return judge_failure(call);
    call_forget_error(call); /* Azure's word, with status 400, for a database without a replay */
    return READ_ABSENT;
}

bool read_named_link(struct call *call, const struct json *resource, const char *name,
                     struct link *link)
{
    if (link_read(resource, link) && link_is(link->name, name))
        return true;
    return call_refuse(call, MILINK_ARM_BAD_ANSWER, name,
                       "a link without properties or of another name");
}

bool read_link(struct call *call, const char *name, struct json **resource, struct link *link)
{
    char subject[SUBJECT_SIZE];

    set_subject(subject, call, azure_link.word, name);
    *resource = get(call, &azure_link, name, subject);
    if (*resource == NULL)
        return is_code(call, "ParentResourceNotFound") ? refuse_not_created(call) : false;
    return read_named_link(call, *resource, name, link);
}

/* ---- lists ---- */

bool read_list(struct call *call, const struct azure_kind *kind,
               bool (*element)(void *context, const struct json *resource), void *context)
{
    char path[ARM_PATH_SIZE], subject[128];
    const struct arm_each each = {subject, element, context};

    snprintf(subject, sizeof subject, "%ss of %s", kind->word, call->instance->alias);
    if (!arm_path(path, sizeof path, call->instance, kind->collection, NULL))
        return call_refuse(call, MILINK_AGENT_FAILED, subject, "the path is too long");
    if (arm_list(&call->setup->arm, path, &each, &call->deadline, &call->error))
        return call->error.number == 0;
    return says_gone(call) || is_code(call, "ParentResourceNotFound") ? refuse_not_created(call)
                                                                      : false;
}

struct links_reader {
    struct call *call;
    bool (*each)(void *context, const struct link *link);
    void *context;
};

static bool take_link(void *context, const struct json *resource)
{
    const struct links_reader *reader = context;
    struct link link;

    if (!link_read(resource, &link))
        return call_refuse(reader->call, MILINK_ARM_BAD_ANSWER, reader->call->instance->alias,
                           "a link without a name or properties");
    return reader->each(reader->context, &link);
}

bool read_links(struct call *call, bool (*each)(void *context, const struct link *link),
                void *context)
{
    struct links_reader reader = {call, each, context};

    return read_list(call, &azure_link, take_link, &reader);
}

static bool count_role(void *context, const struct link *link)
{
    struct link_roles *roles = context;

    if (link_is(link->instance_role, "Primary")) {
        if (roles->primary++ == 0)
            text_copy(roles->first_primary, sizeof roles->first_primary, link->name);
    } else if (link_is(link->instance_role, "Secondary")) {
        roles->secondary++;
    } else if (roles->unknown++ == 0) {
        text_copy(roles->first_unknown, sizeof roles->first_unknown, link->name);
    }
    return true;
}

bool read_link_roles(struct call *call, struct link_roles *roles)
{
    memset(roles, 0, sizeof *roles);
    return read_links(call, count_role, roles);
}

struct holder {
    struct call *call;
    const char *database;
    char *link;
};

static bool find_holder(void *context, const struct link *link)
{
    const struct holder *holder = context;

    if (link_has_database(link, holder->database)) {
        text_copy(holder->link, 129, link->name);
        return false;
    }
    return link_tells_databases(link) ||
           call_refuse_with(holder->call, MILINK_LINK_UNCLEAR, link->name,
                            "Azure does not show all of its databases, of which %s may be one; try "
                            "again, or delete the link first when it is broken",
                            holder->database);
}

bool read_database_link(struct call *call, const char *database, char link[129])
{
    struct holder holder = {call, database, link};

    link[0] = '\0';
    return read_links(call, find_holder, &holder);
}
