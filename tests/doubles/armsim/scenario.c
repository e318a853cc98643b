/* SPDX-License-Identifier: MIT */
/* The tables of a scenario's keys, their defaults, and the checks that cross keys. */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

const char *const kind_names[] = {"other",         "token",
                                  "link.list",     "link.get",
                                  "link.failover", "link.set_role",
                                  "instance.get",  "instance.update",
                                  "database.list", "database.get",
                                  "lro.location",  "lro.async",
                                  "any",           NULL};
const char *const role_names[] = {"Primary", "Secondary", NULL};
const char *const usage_names[] = {"Active", "Passive", NULL};
const char *const license_names[] = {"LicenseIncluded", "BasePrice", NULL};
const char *const result_names[] = {"Succeeded", "Failed", "Canceled", NULL};
const char *const fault_names[] = {"delay",   "cut_before", "cut_after", "status", "html",
                                   "garbage", "truncate",   "drip",      "empty",  NULL};
static const char *const failover_modes[] = {"None", "Manual", NULL};
static const char *const replication_modes[] = {"Async", "Sync", NULL};
static const char *const seeding_modes[] = {"Automatic", "Manual", NULL};
static const char *const lro_header_names[] = {"both", "location", "async_operation", "none", NULL};

/* One line a key: name, type, struct, member, default, then what the type needs. */
#define KEY(kind_, owner_, name_, member_, ...)                                                   \
    {                                                                                             \
        .name = (name_), .type = (kind_), .offset = offsetof(struct owner_, member_), __VA_ARGS__ \
    }
#define TEXT(owner, name, default_) KEY(FIELD_TEXT, owner, #name, name, .otherwise = (default_))
#define NUMBER(owner, name, default_, least_, most_) \
    KEY(FIELD_INT, owner, #name, name, .otherwise = (default_), .least = (least_), .most = (most_))
#define TRUTH(owner, name, default_) KEY(FIELD_BOOL, owner, #name, name, .otherwise = (default_))
#define CHOICE(owner, name, list_, default_) \
    KEY(FIELD_CHOICE, owner, #name, name, .otherwise = (default_), .choices = (list_))
#define REPORT(owner, name) KEY(FIELD_TEXT, owner, #name, report.name, .otherwise = "")
#define TABLE(name_, owner_)                                                                      \
    {                                                                                             \
        .list = (name_), .count = sizeof(name_) / sizeof(name_)[0], .size = sizeof(struct owner_) \
    }

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
static const struct fields result_fields = TABLE(result_keys, result);

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
static const struct fields link_database_fields = TABLE(link_database_keys, link_database);

static const struct field link_keys[] = {
    KEY(FIELD_TEXT, link, "name", name, .flags = FIELD_REQUIRED),
    TEXT(link, id, ""),
    CHOICE(link, instance_role, role_names, "Secondary"),
    CHOICE(link, partner_role, role_names, NULL),
    CHOICE(link, failover_mode, failover_modes, "Manual"),
    CHOICE(link, replication_mode, replication_modes, "Async"),
    CHOICE(link, seeding_mode, seeding_modes, "Automatic"),
    TEXT(link, partner_endpoint, "TCP://sqlserver.example:5022"),
    TEXT(link, partner_ag, "BoxAg"),
    TEXT(link, instance_ag, "InstanceAg"),
    TRUTH(link, exists, "true"),
    TRUTH(link, keeps_link, "false"),
    TRUTH(link, partner_reachable, "true"),
    TRUTH(link, load, "true"),
    KEY(FIELD_LIST, link, "databases", databases, .inner = &link_database_fields,
        .flags = FIELD_REQUIRED),
    KEY(FIELD_OBJECT, link, "failover_result", failover_result, .inner = &result_fields),
    KEY(FIELD_MAYBE, link, "failover_role_changes", failover_role_changes),
    REPORT_KEYS(link),
};
const struct fields link_fields = TABLE(link_keys, link);

static const struct field database_keys[] = {
    KEY(FIELD_TEXT, database, "name", name, .flags = FIELD_REQUIRED),
    TEXT(database, status, "Online"),
};
static const struct fields database_fields = TABLE(database_keys, database);

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
    KEY(FIELD_JSON, instance, "tags", tags),
    KEY(FIELD_LIST, instance, "links", links, .inner = &link_fields),
    KEY(FIELD_LIST, instance, "databases", databases, .inner = &database_fields),
    KEY(FIELD_OBJECT, instance, "update_result", update_result, .inner = &result_fields),
};
const struct fields instance_fields = TABLE(instance_keys, instance);

static const struct field fault_keys[] = {
    KEY(FIELD_CHOICE, fault, "on", on, .choices = kind_names, .flags = FIELD_REQUIRED),
    NUMBER(fault, nth, "1", 0, INT32_MAX),
    NUMBER(fault, count, "1", 1, INT32_MAX),
    KEY(FIELD_CHOICE, fault, "action", action, .choices = fault_names, .flags = FIELD_REQUIRED),
    NUMBER(fault, delay_ms, "0", 0, MS_MOST),
    NUMBER(fault, status, "0", 0, 599),
    TRUTH(fault, after_effect, "false"),
    KEY(FIELD_JSON, fault, "headers", headers),
    KEY(FIELD_JSON, fault, "body", body),
};
const struct fields fault_fields = TABLE(fault_keys, fault);

static const struct field timing_keys[] = {
    NUMBER(timing, failover_ms, "800", 0, MS_MOST),
    NUMBER(timing, set_role_ms, "800", 0, MS_MOST),
    NUMBER(timing, license_ms, "300", 0, MS_MOST),
    NUMBER(timing, operation_ms, "-1", -1, MS_MOST),
    NUMBER(timing, accept_delay_ms, "0", 0, MS_MOST),
    NUMBER(timing, retry_after_seconds, "15", 0, 3600),
    NUMBER(timing, lro_url_bytes, "0", 0, 4096),
    NUMBER(timing, clock_skew_seconds, "0", -31536000, 31536000),
    CHOICE(timing, lro_headers, lro_header_names, "both"),
    TRUTH(timing, relative_lro_urls, "false"),
    TRUTH(timing, throttle, "false"),
};
static const struct fields timing_fields = TABLE(timing_keys, timing);

static const struct field scenario_keys[] = {
    TEXT(scenario, tenant_id, "11111111-2222-3333-4444-555555555555"),
    TEXT(scenario, client_id, "99999999-8888-7777-6666-555555555555"),
    KEY(FIELD_TEXT, scenario, "client_secret", client_secret, .otherwise = "armsim~secret.value",
        .flags = FIELD_SECRET),
    NUMBER(scenario, token_seconds, "3600", 1, 86400),
    TRUTH(scenario, secret_rejected, "false"),
    KEY(FIELD_OBJECT, scenario, "timing", timing, .inner = &timing_fields),
    KEY(FIELD_LIST, scenario, "instances", instances, .inner = &instance_fields,
        .flags = FIELD_REQUIRED),
    KEY(FIELD_LIST, scenario, "faults", faults, .inner = &fault_fields),
};
const struct fields scenario_fields = TABLE(scenario_keys, scenario);

static bool refuse(struct field_error *error, const char *where, const char *what)
{
    snprintf(error->text, sizeof error->text, "%s: %s", where, what);
    return false;
}

static bool headers_are_texts(const cJSON *headers)
{
    const cJSON *header = NULL;
    if (headers && !cJSON_IsObject(headers))
        return false;
    cJSON_ArrayForEach(header, headers)
    {
        if (!cJSON_IsString(header))
            return false;
    }
    return true;
}

bool fault_check(const struct fault *fault, struct field_error *error)
{
    if (fault->action == FAULT_DELAY && fault->delay_ms == 0)
        return refuse(error, "delay_ms", "an action \"delay\" needs it");
    if (fault->action == FAULT_STATUS && fault->status == 0)
        return refuse(error, "status", "an action \"status\" needs it");
    if (fault->status != 0 && fault->status < 200)
        return refuse(error, "status", "must be from 200 to 599");
    if (!headers_are_texts(fault->headers))
        return refuse(error, "headers", "must be an object of strings");
    if (fault->body && !cJSON_IsObject(fault->body) && !cJSON_IsString(fault->body))
        return refuse(error, "body", "must be an object or a string");
    return true;
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

bool scenario_check_link(struct link *link, struct field_error *error)
{
    struct link_database *databases = link->databases.items;
    if (link->databases.count == 0)
        return refuse(error, link->name, "a link needs at least one database");
    if (link->partner_role < 0)
        link->partner_role = link->instance_role == ROLE_PRIMARY ? ROLE_SECONDARY : ROLE_PRIMARY;
    fill_id(&link->id, "link", link->name);
    for (size_t i = 0; i < link->databases.count; i++) {
        if (!check_lsn(&databases[i]))
            return refuse(error, databases[i].name, "start_lsn must be 1 to 40 decimal digits");
        fill_id(&databases[i].instance_replica_id, "instance", databases[i].name);
        fill_id(&databases[i].partner_replica_id, "partner", databases[i].name);
    }
    return true;
}

static bool check_instance(struct instance *instance, struct field_error *error)
{
    struct link *links = instance->links.items;
    if (instance->tags && !cJSON_IsObject(instance->tags))
        return refuse(error, instance->name, "tags must be an object");
    for (size_t i = 0; i < instance->links.count; i++) {
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(links[i].name, links[k].name) == 0)
                return refuse(error, links[i].name, "two links of one instance have this name");
        if (!scenario_check_link(&links[i], error))
            return false;
    }
    return true;
}

bool scenario_parse(struct scenario *scenario, const char *text, size_t length,
                    struct field_error *error)
{
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithLengthOpts(text, length + 1, &end, 1);
    bool good = json != NULL;
    if (!good)
        snprintf(error->text, sizeof error->text, "not JSON at byte %zu",
                 end ? (size_t)(end - text) : 0);
    else
        good = fields_read(&scenario_fields, json, scenario, false, error);
    struct instance *instances = scenario->instances.items;
    for (size_t i = 0; good && i < scenario->instances.count; i++)
        good = check_instance(&instances[i], error);
    struct fault *faults = scenario->faults.items;
    for (size_t i = 0; good && i < scenario->faults.count; i++)
        good = fault_check(&faults[i], error);
    cJSON_Delete(json);
    return good;
}

void scenario_clear(struct scenario *scenario)
{
    fields_clear(&scenario_fields, scenario);
}
