/* SPDX-License-Identifier: MIT */
/* The tables of the keys of a Managed Instance and all it holds, and the checks that cross keys. */
#include "resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "keys.h"
#include "text.h"

const char *const role_names[] = {"Primary", "Secondary", NULL};
const char *const usage_names[] = {"Active", "Passive", NULL};
const char *const license_names[] = {"LicenseIncluded", "BasePrice", NULL};
const char *const result_names[] = {"Succeeded", "Failed", "Canceled", NULL};
const char *const failover_modes[] = {"None", "Manual", NULL};
const char *const replication_modes[] = {"Async", "Sync", NULL};
const char *const seeding_modes[] = {"Automatic", "Manual", NULL};
const char *const link_modes[] = {"SingleDatabase", "MultiDatabase", NULL};
const char *const database_formats[] = {"AlwaysUpToDate", "SQLServer2022", "SQLServer2025", NULL};

enum {
    MS_MOST = 86400000 /* a day: longer waits are a slip of the pen */
};

static const struct field result_keys[] = {
    CHOICE(result, status, result_names, "Succeeded"),
    TEXT(result, code, "OperationTimedOut"),
    TEXT(result, message,
         "The operation timed out and automatically rolled back. Please retry the operation."),
    NUMBER(result, http_status, "500", 400, 599),
};
const struct fields result_fields = TABLE(result_keys, result);

#define RESULT(owner, name) KEY(FIELD_OBJECT, owner, #name, name, .inner = &result_fields)
#define REPORT(owner, name) KEY(FIELD_TEXT, owner, #name, report.name, .otherwise = "")
#define REPORT_KEYS(owner)                                                       \
    REPORT(owner, replica_state), REPORT(owner, connected_state),                \
        REPORT(owner, synchronization_health), REPORT(owner, most_recent_error), \
        REPORT(owner, seeding_progress), REPORT(owner, certificate_name),        \
        REPORT(owner, certificate_expires_at), REPORT(owner, last_backup_time)

static const struct field link_database_keys[] = {
    KEY(FIELD_TEXT, link_database, "name", name, .flags = FIELD_REQUIRED),
    TEXT(link_database, instance_replica_id, ""),
    TEXT(link_database, partner_replica_id, ""),
    TEXT(link_database, start_lsn, "71000009407900001"),
    NUMBER(link_database, lsn_per_second, "1000", 0, 1000000000),
    NUMBER(link_database, receive_lag_ms, "0", 0, MS_MOST),
    NUMBER(link_database, send_lag_seconds, "1", 0, INT32_MAX),
    NUMBER(link_database, redo_lag_seconds, "1", 0, INT32_MAX),
    TEXT(link_database, status, ""),
    REPORT_KEYS(link_database),
};
const struct fields link_database_fields = TABLE(link_database_keys, link_database);

static const struct field link_keys[] = {
    KEY(FIELD_TEXT, link, "name", name, .flags = FIELD_REQUIRED),
    TEXT(link, id, ""),
    CHOICE(link, instance_role, role_names, "Secondary"),
    CHOICE(link, partner_role, role_names, NULL),
    CHOICE(link, failover_mode, failover_modes, "Manual"),
    CHOICE(link, replication_mode, replication_modes, "Async"),
    CHOICE(link, seeding_mode, seeding_modes, "Automatic"),
    CHOICE(link, link_mode, link_modes, NULL),
    TEXT(link, partner_endpoint, "TCP://sqlserver.example:5022"),
    TEXT(link, partner_ag, "BoxAg"),
    TEXT(link, instance_ag, "InstanceAg"),
    TRUTH(link, exists, "true"),
    TRUTH(link, keeps_link, "false"),
    TRUTH(link, partner_reachable, "true"),
    TRUTH(link, load, "true"),
    KEY(FIELD_LIST, link, "databases", databases, .inner = &link_database_fields,
        .flags = FIELD_REQUIRED),
    RESULT(link, failover_result),
    RESULT(link, update_result),
    RESULT(link, delete_result),
    KEY(FIELD_MAYBE, link, "failover_role_changes", failover_role_changes),
    REPORT_KEYS(link),
};
const struct fields link_fields = TABLE(link_keys, link);

static const struct field database_keys[] = {
    KEY(FIELD_TEXT, database, "name", name, .flags = FIELD_REQUIRED),
    TEXT(database, status, "Online"),
    TEXT(database, creation_date, "2025-11-04T15:00:17.73Z"),
    TEXT(database, earliest_restore_point, ""),
    TEXT(database, last_backup_name, ""),
    KEY(FIELD_JSON, database, "extended_accessibility", extended_accessibility),
    KEY(FIELD_JSON, database, "restore", restore),
    RESULT(database, delete_result),
    RESULT(database, restore_result),
};
const struct fields database_fields = TABLE(database_keys, database);

static const struct field certificate_keys[] = {
    KEY(FIELD_TEXT, certificate, "name", name, .flags = FIELD_REQUIRED),
    TEXT(certificate, public_blob, ""),
    NUMBER(certificate, days, "365", -36500, 36500),
};
const struct fields certificate_fields = TABLE(certificate_keys, certificate);

static const struct field instance_keys[] = {
    KEY(FIELD_TEXT, instance, "name", name, .flags = FIELD_REQUIRED),
    TEXT(instance, subscription_id, "00000000-1111-2222-3333-444444444444"),
    TEXT(instance, resource_group, "rg-dr"),
    TEXT(instance, location, "westeurope"),
    CHOICE(instance, license_type, license_names, "LicenseIncluded"),
    CHOICE(instance, hybrid_secondary_usage, usage_names, "Active"),
    CHOICE(instance, hybrid_secondary_usage_detected, usage_names, NULL),
    NUMBER(instance, v_cores, "8", 4, 128),
    NUMBER(instance, storage_gb, "1024", 32, 32768),
    TEXT(instance, sku, "GP_Gen5"),
    TEXT(instance, tier, "GeneralPurpose"),
    TEXT(instance, database_format, "SQLServer2022"),
    TEXT(instance, state, "Ready"),
    TEXT(instance, administrator_login, "sqladmin"),
    TEXT(instance, subnet_id, ""),
    TEXT(instance, partner_database_format, ""),
    TRUTH(instance, require_certificate, "false"),
    TRUTH(instance, cancellable, "true"),
    KEY(FIELD_JSON, instance, "tags", tags),
    KEY(FIELD_JSON, instance, "properties", properties),
    KEY(FIELD_LIST, instance, "links", links, .inner = &link_fields),
    KEY(FIELD_LIST, instance, "databases", databases, .inner = &database_fields),
    KEY(FIELD_LIST, instance, "certificates", certificates, .inner = &certificate_fields),
    KEY(FIELD_LIST, instance, "endpoint_certificates", endpoint_certificates,
        .inner = &certificate_fields),
    RESULT(instance, update_result),
    RESULT(instance, create_result),
    RESULT(instance, certificate_result),
    TRUTH(instance, create_leaves_link, "false"),
};
const struct fields instance_fields = TABLE(instance_keys, instance);

static bool refuse(struct field_error *error, const char *where, const char *what)
{
    snprintf(error->text, sizeof error->text, "%s: %s", where, what);
    return false;
}

static bool check_lsn(const struct link_database *database)
{
    size_t length = strlen(database->start_lsn);
    return length > 0 && length <= 40 && strspn(database->start_lsn, "0123456789") == length;
}

static void fill_id(char **id, const char *kind, const char *name)
{
    if (**id)
        return;
    char *seed = text_format("%s/%s", kind, name);
    free(*id);
    *id = text_memory(TEXT_UUID, 1);
    text_uuid_of(seed, *id);
    free(seed);
}

bool resource_check_link(struct link *link, struct field_error *error)
{
    if (link->databases.count == 0)
        return refuse(error, link->name, "a link needs at least one database");
    if (link->partner_role < 0)
        link->partner_role = link->instance_role == ROLE_PRIMARY ? ROLE_SECONDARY : ROLE_PRIMARY;
    fill_id(&link->id, "link", link->name);
    for (size_t i = 0; i < link->databases.count; i++) {
        struct link_database *database = link->databases.items[i];
        if (!check_lsn(database))
            return refuse(error, database->name, "start_lsn must be 1 to 40 decimal digits");
        fill_id(&database->instance_replica_id, "instance", database->name);
        fill_id(&database->partner_replica_id, "partner", database->name);
    }
    return true;
}

static bool check_certificate(struct certificate *certificate, struct field_error *error)
{
    if (!*certificate->public_blob) {
        free(certificate->public_blob);
        certificate->public_blob = x509_make(certificate->name, certificate->days);
    }
    if (!*certificate->facts.thumbprint)
        certificate->exists = true; /* the scenario has it; later only operations change that */
    return x509_read(certificate->public_blob, &certificate->facts) ||
           refuse(error, certificate->name, "public_blob is not a certificate, DER in hex");
}

static bool check_certificates(struct field_list *list, struct field_error *error)
{
    for (size_t i = 0; i < list->count; i++)
        if (!check_certificate(list->items[i], error))
            return false;
    return true;
}

/* An instance has its two endpoint certificates whatever the scenario says of them. */
static bool add_endpoint(struct instance *instance, const char *name, struct field_error *error)
{
    struct field_list *list = &instance->endpoint_certificates;
    for (size_t i = 0; i < list->count; i++)
        if (strcasecmp(((const struct certificate *)list->items[i])->name, name) == 0)
            return true;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", name);
    bool good = fields_append(&certificate_fields, list, json, error) != NULL;
    cJSON_Delete(json);
    return good;
}

/* Another link before this one has its name, and both exist. */
static bool has_twin(const struct field_list *links, size_t index)
{
    const struct link *link = links->items[index];
    for (size_t i = 0; i < index; i++) {
        const struct link *other = links->items[i];
        if (link->exists && other->exists && strcasecmp(link->name, other->name) == 0)
            return true;
    }
    return false;
}

bool resource_check_instance(struct instance *instance, struct field_error *error)
{
    const struct field_list *links = &instance->links;
    if (instance->tags && !cJSON_IsObject(instance->tags))
        return refuse(error, instance->name, "tags must be an object");
    if (instance->properties && !cJSON_IsObject(instance->properties))
        return refuse(error, instance->name, "properties must be an object");
    for (size_t i = 0; i < links->count; i++)
        if (has_twin(links, i))
            return refuse(error, ((const struct link *)links->items[i])->name,
                          "two links of one instance have this name");
        else if (!resource_check_link(links->items[i], error))
            return false;
    return add_endpoint(instance, "DATABASE_MIRRORING", error) &&
           add_endpoint(instance, "SERVICE_BROKER", error) &&
           check_certificates(&instance->certificates, error) &&
           check_certificates(&instance->endpoint_certificates, error);
}
