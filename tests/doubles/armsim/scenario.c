/* SPDX-License-Identifier: MIT */
/* The tables of a scenario's keys, their defaults, and the checks that cross keys. */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keys.h"
#include "text.h"

const char *const fault_names[] = {"delay", "cut_before", "cut_after", "status",
                                   "html",  "garbage",    "truncate",  "drip",
                                   "empty", "huge",       NULL};
static const char *const lro_header_names[] = {"both", "location", "async_operation", "none", NULL};

enum {
    MS_MOST = 86400000 /* a day: longer waits are a slip of the pen */
};

static const struct field fault_keys[] = {
    KEY(FIELD_CHOICE, fault, "on", on, .choices = kind_names, .flags = FIELD_REQUIRED),
    NUMBER(fault, nth, "1", 0, INT32_MAX),
    NUMBER(fault, count, "1", 1, INT32_MAX),
    KEY(FIELD_CHOICE, fault, "action", action, .choices = fault_names, .flags = FIELD_REQUIRED),
    NUMBER(fault, delay_ms, "0", 0, MS_MOST),
    NUMBER(fault, status, "0", 0, 599),
    NUMBER(fault, retry_after, "-1", -1, 86400),
    TRUTH(fault, retry_after_date, "false"),
    NUMBER(fault, bytes, "5242880", 1, 67108864),
    TRUTH(fault, after_effect, "false"),
    TEXT(fault, path, ""),
    KEY(FIELD_JSON, fault, "headers", headers),
    KEY(FIELD_JSON, fault, "body", body),
};
const struct fields fault_fields = TABLE(fault_keys, fault);

static const struct field timing_keys[] = {
    NUMBER(timing, failover_ms, "800", 0, MS_MOST),
    NUMBER(timing, set_role_ms, "800", 0, MS_MOST),
    NUMBER(timing, license_ms, "300", 0, MS_MOST),
    NUMBER(timing, link_create_ms, "300", 0, MS_MOST),
    NUMBER(timing, link_update_ms, "200", 0, MS_MOST),
    NUMBER(timing, link_delete_ms, "300", 0, MS_MOST),
    NUMBER(timing, seeding_ms, "1000", 0, MS_MOST),
    NUMBER(timing, certificate_ms, "100", 0, MS_MOST),
    NUMBER(timing, database_ms, "200", 0, MS_MOST),
    NUMBER(timing, instance_create_ms, "500", 0, MS_MOST),
    NUMBER(timing, instance_ms, "300", 0, MS_MOST),
    NUMBER(timing, cancel_ms, "200", 0, MS_MOST),
    NUMBER(timing, operation_ms, "-1", -1, MS_MOST),
    NUMBER(timing, accept_delay_ms, "0", 0, MS_MOST),
    NUMBER(timing, retry_after_seconds, "15", 0, 3600),
    NUMBER(timing, lro_url_bytes, "0", 0, 4096),
    NUMBER(timing, lro_polls, "0", 0, INT32_MAX),
    NUMBER(timing, page_size, "0", 0, INT32_MAX),
    NUMBER(timing, reads, "250", 1, INT32_MAX),
    NUMBER(timing, writes, "200", 1, INT32_MAX),
    NUMBER(timing, deletes, "200", 1, INT32_MAX),
    NUMBER(timing, clock_skew_seconds, "0", -31536000, 31536000),
    CHOICE(timing, lro_headers, lro_header_names, "both"),
    TEXT(timing, running_word, "InProgress"),
    TRUTH(timing, created_201, "false"),
    TRUTH(timing, initiated_200, "false"),
    TRUTH(timing, relative_lro_urls, "false"),
    TRUTH(timing, throttle, "false"),
    TRUTH(timing, refill, "true"),
};
const struct fields timing_fields = TABLE(timing_keys, timing);

static const struct field permission_keys[] = {
    KEY(FIELD_JSON, permission, "actions", actions),
    KEY(FIELD_JSON, permission, "notActions", not_actions),
};
const struct fields permission_fields = TABLE(permission_keys, permission);

static const struct field scenario_keys[] = {
    TEXT(scenario, tenant_id, "11111111-2222-3333-4444-555555555555"),
    TEXT(scenario, client_id, "99999999-8888-7777-6666-555555555555"),
    KEY(FIELD_TEXT, scenario, "client_secret", client_secret, .otherwise = "armsim~secret.value",
        .flags = FIELD_SECRET),
    NUMBER(scenario, token_seconds, "3600", 1, 86400),
    TRUTH(scenario, secret_rejected, "false"),
    KEY(FIELD_OBJECT, scenario, "timing", timing, .inner = &timing_fields),
    KEY(FIELD_OBJECT, scenario, "identity", identity, .inner = &identity_fields),
    KEY(FIELD_OBJECT, scenario, "instance_create_result", instance_create_result,
        .inner = &result_fields),
    TRUTH(scenario, instance_create_stays, "false"),
    KEY(FIELD_LIST, scenario, "permissions", permissions, .inner = &permission_fields),
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
    if (fault->on == KIND_CONNECTION && fault->action != FAULT_CUT_BEFORE)
        return refuse(error, "action", "on a \"connection\" it must be \"cut_before\"");
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

static bool texts(const cJSON *array)
{
    const cJSON *text = NULL;
    if (array && !cJSON_IsArray(array))
        return false;
    cJSON_ArrayForEach(text, array)
    {
        if (!cJSON_IsString(text))
            return false;
    }
    return true;
}

bool permissions_check(const struct field_list *permissions, struct field_error *error)
{
    for (size_t i = 0; i < permissions->count; i++) {
        const struct permission *permission = permissions->items[i];
        if (!texts(permission->actions) || !texts(permission->not_actions))
            return refuse(error, "permissions", "actions and notActions are arrays of strings");
    }
    return true;
}

bool permissions_replace(struct scenario *scenario, const cJSON *json, struct field_error *error)
{
    static const struct field key = KEY(FIELD_LIST, scenario, "permissions", permissions,
                                        .inner = &permission_fields, .flags = FIELD_REQUIRED);
    static const struct fields alone = {&key, 1, sizeof(struct scenario)};
    struct scenario *read = text_memory(1, sizeof *read);
    bool good = fields_read(&alone, json, read, false, error) &&
                permissions_check(&read->permissions, error);
    if (good) {
        struct field_list old = scenario->permissions;
        scenario->permissions = read->permissions;
        read->permissions = old;
    }
    fields_clear(&alone, read);
    free(read);
    return good;
}

static bool check_instances(const struct scenario *scenario, struct field_error *error)
{
    for (size_t i = 0; i < scenario->instances.count; i++)
        if (!resource_check_instance(scenario->instances.items[i], error))
            return false;
    return true;
}

static bool check_faults(const struct scenario *scenario, struct field_error *error)
{
    for (size_t i = 0; i < scenario->faults.count; i++)
        if (!fault_check(scenario->faults.items[i], error))
            return false;
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
        good = fields_read(&scenario_fields, json, scenario, false, error) &&
               check_instances(scenario, error) &&
               permissions_check(&scenario->permissions, error) &&
               identity_check(&scenario->identity, error) && check_faults(scenario, error);
    cJSON_Delete(json);
    return good;
}

void scenario_clear(struct scenario *scenario)
{
    fields_clear(&scenario_fields, scenario);
}
