/* SPDX-License-Identifier: MIT */
/* Creating a Managed Instance: its body is the longest that ARM takes. */
#include "arm_body.h"
#include "arm_check.h"
#include "view.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PASSWORD_LEAST = 16, PASSWORD_MOST = 128, PASSWORD_CLASSES = 3 };

static const char invalid_content[] = "InvalidRequestContent";
static const char invalid_value[] = "InvalidParameterValue";

bool arm_check_sizes(struct call *call, int64_t v_cores, int64_t storage_gb)
{
    static const int64_t known[] = {4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 128};
    bool found = v_cores < 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || known[i] == v_cores;
    if (found &&
        (storage_gb < 0 || (storage_gb >= 32 && storage_gb <= 32768 && storage_gb % 32 == 0)))
        return true;
    answer_error(call->answer, 400, invalid_value, "The value of '%s' is not supported.",
                 found ? "storageSizeInGB" : "vCores");
    return false;
}

static bool refuse(struct call *call, const char *code, const char *member)
{
    answer_error(call->answer, 400, code, "The value of '%s' is missing or not valid.", member);
    return false;
}

static const char *text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* 1 to 63 lower-case letters and digits, single hyphens inside. */
static bool is_instance_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= 63 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length && *name != '-' &&
           name[length - 1] != '-' && !strstr(name, "--");
}

static bool is_complex(const char *password, const char *login)
{
    bool upper = false, lower = false, digit = false, other = false;
    size_t length = strlen(password);
    for (const char *c = password; *c; c++) {
        if (isupper((unsigned char)*c))
            upper = true;
        else if (islower((unsigned char)*c))
            lower = true;
        else if (isdigit((unsigned char)*c))
            digit = true;
        else
            other = true;
    }
    return length >= PASSWORD_LEAST && length <= PASSWORD_MOST &&
           upper + lower + digit + other >= PASSWORD_CLASSES && !strcasestr(password, login);
}

static bool check_login(struct call *call, const cJSON *properties)
{
    static const char *const taken[] = {"admin",     "administrator", "sa",    "root",
                                        "dbmanager", "guest",         "public"};
    const char *login = text(properties, "administratorLogin");
    const char *password = text(properties, "administratorLoginPassword");
    if (!login || !*login)
        return refuse(call, "InvalidLoginName", "administratorLogin");
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (strcasecmp(taken[i], login) == 0)
            return refuse(call, "InvalidLoginName", "administratorLogin");
    return (password && is_complex(password, login)) ||
           refuse(call, "PasswordNotComplex", "administratorLoginPassword");
}

static bool is_subnet(const char *id)
{
    return id && strncasecmp(id, "/subscriptions/", strlen("/subscriptions/")) == 0 &&
           text_contains_nocase(id, "/providers/Microsoft.Network/virtualNetworks/") &&
           text_contains_nocase(id, "/subnets/") && id[strlen(id) - 1] != '/';
}

static bool check_sku(struct call *call, const cJSON *sku)
{
    static const char *const members[] = {"name", "tier", "family", "capacity", NULL};
    static const char *const names[] = {"GP_Gen5", "GP_G8IM", "GP_G8IH",
                                        "BC_Gen5", "BC_G8IM", "BC_G8IH"};
    const char *name = text(sku, "name"), *tier = text(sku, "tier");
    bool known = false;
    for (size_t i = 0; name && i < sizeof names / sizeof names[0]; i++)
        known = known || strcmp(names[i], name) == 0;
    if (!known)
        return refuse(call, "InvalidSku", "sku.name");
    const char *right = name[0] == 'G' ? "GeneralPurpose" : "BusinessCritical";
    if (tier && strcmp(tier, right) != 0)
        return refuse(call, "InvalidSku", "sku.tier");
    return arm_only_members(call, invalid_content, sku, members);
}

/* What the simulator keeps in members of its own; what else is known is shown as it was sent. */
static bool check_members(struct call *call, const cJSON *properties)
{
    static const char *const members[] = {"administratorLogin",
                                          "administratorLoginPassword",
                                          "subnetId",
                                          "vCores",
                                          "storageSizeInGB",
                                          "licenseType",
                                          "hybridSecondaryUsage",
                                          "databaseFormat",
                                          "collation",
                                          "publicDataEndpointEnabled",
                                          "proxyOverride",
                                          "minimalTlsVersion",
                                          "timezoneId",
                                          "zoneRedundant",
                                          "requestedBackupStorageRedundancy",
                                          "maintenanceConfigurationId",
                                          "pricingModel",
                                          "storageIOps",
                                          "memorySizeInGB",
                                          "authenticationMetadata",
                                          NULL};
    static const char *const license[2] = {"licenseType", "license type"};
    static const char *const usage[2] = {"hybridSecondaryUsage", "hybrid secondary usage"};
    static const char *const format[2] = {"databaseFormat", "database format"};
    return arm_only_members(call, invalid_content, properties, members) &&
           check_login(call, properties) &&
           (is_subnet(text(properties, "subnetId")) ||
            refuse(call, "InvalidSubnetId", "subnetId")) &&
           arm_member_choice(call, "ManagedInstanceInvalidLicenseType", properties, license,
                             license_names) != -2 &&
           arm_member_choice(call, invalid_value, properties, usage, usage_names) != -2 &&
           arm_member_choice(call, invalid_value, properties, format, database_formats) != -2;
}

static bool check_body(struct call *call, const cJSON *body)
{
    static const char *const top[] = {"location", "sku", "properties", "tags", NULL};
    const cJSON *properties = NULL;
    const char *location = text(body, "location");
    if (!is_instance_name(call->request->arguments[2])) {
        answer_error(call->answer, 400, "InvalidServerName", "Invalid server name specified.");
        return false;
    }
    if (!location || !*location) {
        answer_error(call->answer, 400, "LocationRequired",
                     "The location property is required for this definition.");
        return false;
    }
    return arm_only_members(call, invalid_content, body, top) &&
           arm_properties(call, invalid_content, body, &properties) &&
           check_sku(call, cJSON_GetObjectItemCaseSensitive(body, "sku")) &&
           check_members(call, properties) &&
           arm_check_sizes(call, arm_member_number(call, properties, "vCores"),
                           arm_member_number(call, properties, "storageSizeInGB")) &&
           arm_tags_are_texts(call, cJSON_GetObjectItemCaseSensitive(body, "tags"));
}

/* "Japan East" is "japaneast". New. */
static char *normal_location(const char *location)
{
    char *normal = text_copy(location), *out = normal;
    for (; *location; location++)
        if (*location != ' ')
            *out++ = (char)tolower((unsigned char)*location);
    *out = '\0';
    return normal;
}

static void move(cJSON *from, const char *name, cJSON *to, const char *key)
{
    cJSON *member = cJSON_DetachItemFromObjectCaseSensitive(from, name);
    if (member)
        cJSON_AddItemToObject(to, key, member);
}

/* The instance as a scenario would describe it. The password is not kept. New. */
static cJSON *describe(const struct call *call, const cJSON *body)
{
    const char *const *names = call->request->arguments;
    const cJSON *sku = cJSON_GetObjectItemCaseSensitive(body, "sku");
    cJSON *properties = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(body, "properties"), 1);
    cJSON *tags = cJSON_GetObjectItemCaseSensitive(body, "tags");
    char *location = normal_location(text(body, "location"));
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", names[2]);
    cJSON_AddStringToObject(json, "subscription_id", names[0]);
    cJSON_AddStringToObject(json, "resource_group", names[1]);
    cJSON_AddStringToObject(json, "location", location);
    cJSON_AddStringToObject(json, "state", "Creating");
    cJSON_AddStringToObject(json, "sku", text(sku, "name"));
    cJSON_AddStringToObject(json, "tier",
                            *text(sku, "name") == 'G' ? "GeneralPurpose" : "BusinessCritical");
    cJSON_DeleteItemFromObjectCaseSensitive(properties, "administratorLoginPassword");
    move(properties, "administratorLogin", json, "administrator_login");
    move(properties, "subnetId", json, "subnet_id");
    move(properties, "vCores", json, "v_cores");
    move(properties, "storageSizeInGB", json, "storage_gb");
    move(properties, "licenseType", json, "license_type");
    move(properties, "hybridSecondaryUsage", json, "hybrid_secondary_usage");
    move(properties, "databaseFormat", json, "database_format");
    cJSON_AddItemToObject(json, "properties", properties);
    if (tags)
        cJSON_AddItemToObject(json, "tags", cJSON_Duplicate(tags, 1));
    free(location);
    return json;
}

static void create(struct call *call, const cJSON *body)
{
    struct field_error error = {{0}};
    cJSON *keys = describe(call, body);
    struct sim_operation *operation = write_create_instance(&call->sim->model, keys, &error);
    cJSON_Delete(keys);
    if (!operation) {
        answer_error(call->answer, 400, invalid_value, "%s", error.text);
        return;
    }
    call->instance = operation->instance;
    lro_accept(call, operation);
}

/* The member of an instance's properties that a PUT would change, or NULL. */
static const char *difference(const cJSON *wanted, const cJSON *shown)
{
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, wanted)
    {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(shown, member->string);
        if (strcmp(member->string, "administratorLoginPassword") != 0 &&
            !cJSON_Compare(member, other, 1))
            return member->string;
    }
    return NULL;
}

/* A PUT that repeats an instance is answered with it. Another one is refused: PATCH is there for
 * changes. */
static void repeat(struct call *call, const cJSON *body)
{
    struct refusal refusal = {0};
    if (!write_check_instance(call->instance, &refusal)) {
        arm_refuse(call, &refusal);
        return;
    }
    cJSON *shown = view_instance(&call->sim->model.scenario, call->instance);
    const char *member = difference(cJSON_GetObjectItemCaseSensitive(body, "properties"),
                                    cJSON_GetObjectItemCaseSensitive(shown, "properties"));
    if (!member) {
        answer_json(call->answer, 200, shown);
        return;
    }
    answer_error(call->answer, 400, invalid_value,
                 "The instance exists, and armsim does not change its '%s' by PUT.", member);
    cJSON_Delete(shown);
}

void arm_put_instance(struct call *call)
{
    const char *const *names = call->request->arguments;
    cJSON *body = arm_read_body(call, invalid_content);
    call->instance = model_instance(&call->sim->model, names[0], names[1], names[2]);
    if (body && check_body(call, body)) {
        if (call->instance)
            repeat(call, body);
        else
            create(call, body);
    }
    cJSON_Delete(body);
}
