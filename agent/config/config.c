/* SPDX-License-Identifier: MIT */
/* From the configuration's JSON to struct config: which keys there are, their defaults and what
 * must agree. */
#include "config.h"

#include "config_check.h"
#include "json.h"
#include "secret_file.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_MAX_BYTES = 256 * 1024 }; /* a hundred instances take 40 KB */

static const struct right_entry {
    enum right right;
    const char *name;
} right_table[] = {{RIGHT_READ, "read"},           {RIGHT_LICENSE, "license"},
                   {RIGHT_FAILOVER, "failover"},   {RIGHT_FORCED_FAILOVER, "forced_failover"},
                   {RIGHT_LIFECYCLE, "lifecycle"}, {RIGHT_CERTIFICATE, "certificate"},
                   {RIGHT_DATABASE, "database"}};

enum { RIGHT_COUNT = sizeof right_table / sizeof right_table[0] };

/* Azure's clouds; endpoints by azure-auth A.0. */
static const struct cloud {
    const char *name, *arm_endpoint, *authority, *audience;
} cloud_table[] = {
    {"public", "https://management.azure.com", "https://login.microsoftonline.com",
     "https://management.azure.com"},
    {"usgov", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us",
     "https://management.core.usgovcloudapi.net"},
    {"china", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn",
     "https://management.core.chinacloudapi.cn"},
};

/* ---- the keys ---- */

#define MEMBER(type, member) \
    .offset = offsetof(struct type, member), .size = sizeof((struct type *)0)->member

static const struct config_field root_fields[] = {
    {"cloud", CONFIG_TEXT, MEMBER(config, cloud), .rule = &config_rule_cloud},
    {"arm_endpoint", CONFIG_TEXT, MEMBER(config, arm_endpoint), .rule = &config_rule_url},
    {"authority", CONFIG_TEXT, MEMBER(config, authority), .rule = &config_rule_url},
    {"audience", CONFIG_TEXT, MEMBER(config, audience), .rule = &config_rule_url},
    {"api_version", CONFIG_TEXT, MEMBER(config, api_version), .rule = &config_rule_api_version},
    {"identity", CONFIG_OBJECT, .required = true},
    {"tls", CONFIG_OBJECT, .required = false},
    {"state_directory", CONFIG_TEXT, .required = true, MEMBER(config, state_directory),
     .rule = &config_rule_file},
    {"log", CONFIG_OBJECT, .required = false},
    {"listen", CONFIG_OBJECT, .required = false},
    {"sql_instances", CONFIG_LIST, .required = false},
    {"workers", CONFIG_NUMBER, MEMBER(config, workers), .least = 1, .most = CONFIG_MAX_WORKERS},
    {"queue", CONFIG_NUMBER, MEMBER(config, queue), .least = 1, .most = CONFIG_MAX_QUEUE},
    {"limits", CONFIG_OBJECT, .required = false},
    {"instances", CONFIG_LIST, .required = true},
};

static const struct config_field identity_fields[] = {
    {"type", CONFIG_TEXT, .required = true, MEMBER(config_identity, type),
     .rule = &config_rule_identity_type},
    {"tenant_id", CONFIG_TEXT, .required = true, MEMBER(config_identity, tenant_id),
     .rule = &config_rule_tenant},
    {"client_id", CONFIG_TEXT, .required = true, MEMBER(config_identity, client_id),
     .rule = &config_rule_guid},
    {"secret_file", CONFIG_TEXT, .required = true, .hidden = true,
     MEMBER(config_identity, secret_file), .rule = &config_rule_file},
};

static const struct config_field tls_fields[] = {
    {"ca_file", CONFIG_TEXT, MEMBER(config, ca_file), .rule = &config_rule_file},
};

static const struct config_field log_fields[] = {
    {"file", CONFIG_TEXT, MEMBER(config, log_file), .rule = &config_rule_file},
    {"level", CONFIG_TEXT, MEMBER(config, log_level), .rule = &config_rule_log_level},
};

static const struct config_field listen_fields[] = {
    {"socket", CONFIG_TEXT, MEMBER(config, socket), .rule = &config_rule_socket},
};

static const struct config_field limits_fields[] = {
    {"failover_minutes", CONFIG_NUMBER, MEMBER(config, failover_minutes), .least = 1, .most = 1440},
    {"license_minutes", CONFIG_NUMBER, MEMBER(config, license_minutes), .least = 1, .most = 1440},
};

static const struct config_field instance_fields[] = {
    {"alias", CONFIG_TEXT, .required = true, MEMBER(config_instance, alias),
     .rule = &config_rule_alias},
    {"subscription_id", CONFIG_TEXT, .required = true, MEMBER(config_instance, subscription_id),
     .rule = &config_rule_guid},
    {"resource_group", CONFIG_TEXT, .required = true, MEMBER(config_instance, resource_group),
     .rule = &config_rule_resource_group},
    {"managed_instance", CONFIG_TEXT, .required = true, MEMBER(config_instance, managed_instance),
     .rule = &config_rule_managed_instance},
    {"rights", CONFIG_LIST, .required = true},
};

static const struct config_field sql_instance_field = {"", CONFIG_TEXT, .size = 17,
                                                       .rule = &config_rule_sql_instance};

#define SECTION(fields)                          \
    {                                            \
        fields, sizeof fields / sizeof fields[0] \
    }

static const struct config_section root_section = SECTION(root_fields);
static const struct config_section identity_section = SECTION(identity_fields);
static const struct config_section tls_section = SECTION(tls_fields);
static const struct config_section log_section = SECTION(log_fields);
static const struct config_section listen_section = SECTION(listen_fields);
static const struct config_section limits_section = SECTION(limits_fields);
static const struct config_section instance_section = SECTION(instance_fields);

static void config_set_defaults(struct config *config)
{
    memset(config, 0, sizeof *config);
    text_copy(config->cloud, sizeof config->cloud, "public");
    text_copy(config->api_version, sizeof config->api_version, "2025-01-01");
    text_copy(config->log_level, sizeof config->log_level, "info");
    text_copy(config->sql_instances[0], sizeof config->sql_instances[0], "MSSQLSERVER");
    config->sql_instance_count = 1;
    config->workers = CONFIG_MAX_WORKERS;
    config->queue = CONFIG_MAX_QUEUE;
    config->failover_minutes = 30;
    config->license_minutes = 60;
}

/* ---- the cloud ---- */

static void trim_slash(char *url)
{
    size_t length = strlen(url);

    if (length > 0 && url[length - 1] == '/')
        url[length - 1] = '\0';
}

/* A custom cloud names its three URLs, Azure's own have theirs. Of the audience every byte counts,
 * its slash too: the service compares it as it is. */
static void read_cloud(struct config_check *check, const struct json *root, struct config *config)
{
    static const char *const keys[] = {"arm_endpoint", "authority", "audience"};
    const struct config_place top = {""};
    const char *named = json_text(root, "cloud");
    bool custom = strcmp(config->cloud, "custom") == 0;

    /* Which of them are due is not known then, and the error is told already. */
    if (json_member(root, "cloud") != NULL && (named == NULL || strcmp(named, config->cloud) != 0))
        return;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct config_place place = config_place_member(&top, keys[i]);
        bool given = json_member(root, keys[i]) != NULL;

        if (custom && !given)
            config_check_fail(check, &place, "missing; with the cloud \"custom\" it must be %s",
                              config_rule_url.text);
        else if (!custom && given)
            config_check_fail(check, &place, "taken only with the cloud \"custom\"; remove it");
    }
    trim_slash(config->arm_endpoint);
    trim_slash(config->authority);
    for (size_t i = 0; i < sizeof cloud_table / sizeof cloud_table[0]; i++) {
        const struct cloud *cloud = &cloud_table[i];

        if (strcmp(config->cloud, cloud->name) != 0)
            continue;
        text_copy(config->arm_endpoint, sizeof config->arm_endpoint, cloud->arm_endpoint);
        text_copy(config->authority, sizeof config->authority, cloud->authority);
        text_copy(config->audience, sizeof config->audience, cloud->audience);
    }
}

/* ---- lists ---- */

static void read_sql_instances(struct config_check *check, const struct json *list,
                               struct config *config)
{
    const struct config_place place = {"sql_instances"};
    size_t count = json_count(list);

    if (!json_is_array(list))
        return;
    config->sql_instance_count = 0;
    if (count > CONFIG_MAX_SQL_INSTANCES) {
        config_check_fail(check, &place, "holds %u; the most is %d", (unsigned)count,
                          CONFIG_MAX_SQL_INSTANCES);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct config_place here = config_place_element(&place, i);
        char *name = config->sql_instances[config->sql_instance_count];

        if (!config_check_text(check, &here, json_at(list, i), &sql_instance_field, name))
            continue;
        for (size_t j = 0; j < config->sql_instance_count; j++)
            if (text_equal(config->sql_instances[j], name))
                config_check_fail(check, &here, "\"%s\" stands in the list twice", name);
        config->sql_instance_count++;
    }
}

static unsigned find_right(const char *name)
{
    for (size_t i = 0; i < RIGHT_COUNT; i++)
        if (strcmp(right_table[i].name, name) == 0)
            return right_table[i].right;
    return 0;
}

static void read_rights(struct config_check *check, const struct config_place *parent,
                        const struct json *list, unsigned *rights)
{
    struct config_place place = config_place_member(parent, "rights");
    char allowed[128], shown[96];

    if (!json_is_array(list))
        return;
    rights_text(~0u, allowed, sizeof allowed);
    if (json_count(list) == 0 || json_count(list) > RIGHT_COUNT) {
        config_check_fail(check, &place, "holds %u; name one or more, each once, of %s",
                          (unsigned)json_count(list), allowed);
        return;
    }
    for (size_t i = 0; i < json_count(list); i++) {
        struct config_place here = config_place_element(&place, i);
        const struct json *value = json_at(list, i);
        unsigned right = json_is_string(value) ? find_right(json_string(value)) : 0;

        config_check_show(value, shown, sizeof shown);
        if (right == 0)
            config_check_fail(check, &here, "%s is not a right; allowed are %s", shown, allowed);
        else if ((*rights & right) != 0)
            config_check_fail(check, &here, "%s stands in the list twice", shown);
        *rights |= right;
    }
}

static bool is_same_instance(const struct config_instance *a, const struct config_instance *b)
{
    return a->managed_instance[0] != '\0' && a->subscription_id[0] != '\0' &&
           a->resource_group[0] != '\0' && text_equal(a->managed_instance, b->managed_instance) &&
           text_equal(a->resource_group, b->resource_group) &&
           text_equal(a->subscription_id, b->subscription_id);
}

/* Whether the instance at the index has something of one before it that must be its own. */
static void check_unique(struct config_check *check, const struct config_place *place,
                         const struct config_instance *instances, size_t index)
{
    const struct config_instance *mine = &instances[index];
    struct config_place alias = config_place_member(place, "alias");

    for (size_t i = 0; i < index; i++) {
        if (mine->alias[0] != '\0' && text_equal(instances[i].alias, mine->alias))
            config_check_fail(check, &alias,
                              "\"%s\" is the alias of instances[%u] already (case does not count)",
                              mine->alias, (unsigned)i);
        if (is_same_instance(mine, &instances[i]))
            config_check_fail(check, place,
                              "is the same Managed Instance as instances[%u]; name it once, with "
                              "all its rights",
                              (unsigned)i);
    }
}

static void read_instances(struct config_check *check, const struct json *list,
                           struct config *config)
{
    const struct config_place place = {"instances"};
    size_t count = json_count(list);

    if (!json_is_array(list))
        return;
    if (count == 0 || count > CONFIG_MAX_INSTANCES) {
        config_check_fail(check, &place, "holds %u; it must be 1 to %d", (unsigned)count,
                          CONFIG_MAX_INSTANCES);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct config_place here = config_place_element(&place, i);
        const struct json *value = json_at(list, i);
        char shown[96];

        if (!json_is_object(value)) {
            config_check_show(value, shown, sizeof shown);
            config_check_fail(check, &here, "holds %s; it must be an object", shown);
            continue;
        }
        config_check_section(check, &here, value, &instance_section, &config->instances[i]);
        read_rights(check, &here, json_member(value, "rights"), &config->instances[i].rights);
        check_unique(check, &here, config->instances, i);
    }
    config->instance_count = count;
}

/* ---- the whole ---- */

static void read_object(struct config_check *check, const struct json *root, const char *key,
                        const struct config_section *section, void *into)
{
    const struct config_place top = {""};
    struct config_place place = config_place_member(&top, key);
    const struct json *object = json_member(root, key);

    if (json_is_object(object))
        config_check_section(check, &place, object, section, into);
}

static void read_root(struct config_check *check, const struct json *root, struct config *config)
{
    const struct config_place top = {""};

    if (!json_is_object(root)) {
        config_check_fail(check, &top, "the configuration must be an object: { ... }");
        return;
    }
    config_check_section(check, &top, root, &root_section, config);
    read_cloud(check, root, config);
    read_object(check, root, "identity", &identity_section, &config->identity);
    read_object(check, root, "tls", &tls_section, config);
    read_object(check, root, "log", &log_section, config);
    read_object(check, root, "listen", &listen_section, config);
    read_object(check, root, "limits", &limits_section, config);
    read_sql_instances(check, json_member(root, "sql_instances"), config);
    read_instances(check, json_member(root, "instances"), config);
}

bool config_parse(const char *text, size_t length, struct config *config, char *why,
                  size_t why_size)
{
    struct config_check check = {.why = why, .why_size = why_size};
    struct json *root = json_parse(text, length, why, why_size);

    config_set_defaults(config);
    if (root == NULL) {
        memset(config, 0, sizeof *config);
        return false;
    }
    if (why_size > 0)
        why[0] = '\0';
    read_root(&check, root, config);
    config_check_end(&check);
    json_free(root);
    /* Nobody goes on with half a configuration. */
    if (check.errors > 0)
        memset(config, 0, sizeof *config);
    return check.errors == 0;
}

bool config_read(const char *file, struct config *config, char *why, size_t why_size)
{
    struct trusted_file source = {.path = file, .size = CONFIG_MAX_BYTES + 1};
    char flaw[256] = "";
    bool read = false;

    memset(config, 0, sizeof *config);
    source.bytes = malloc(source.size);
    if (source.bytes == NULL)
        snprintf(why, why_size, "out of memory");
    else if (!trusted_file_read(&source, flaw, sizeof flaw))
        snprintf(why, why_size, "%s: %s", file, flaw);
    else
        read = config_parse(source.bytes, source.length, config, why, why_size);
    free(source.bytes);
    return read;
}

const struct config_instance *config_find_instance(const struct config *config, const char *alias)
{
    for (size_t i = 0; i < config->instance_count; i++)
        if (text_equal(config->instances[i].alias, alias))
            return &config->instances[i];
    return NULL;
}

const char *right_name(enum right right)
{
    for (size_t i = 0; i < RIGHT_COUNT; i++)
        if (right_table[i].right == right)
            return right_table[i].name;
    return right == RIGHT_NONE ? "none" : "unknown";
}

void rights_text(unsigned rights, char *text, size_t size)
{
    text_copy(text, size, "");
    for (size_t i = 0; i < RIGHT_COUNT; i++) {
        if ((rights & right_table[i].right) == 0)
            continue;
        if (text[0] != '\0')
            text_append(text, size, ", ");
        text_append(text, size, right_table[i].name);
    }
}
