/* SPDX-License-Identifier: MIT */
/* From the configuration's JSON to struct config: the table of keys, and what no table says. */
#include "config.h"

#include "config_check.h"
#include "json.h"
#include "secret_file.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONFIG_MAX_BYTES = 256 * 1024, /* a hundred instances take 40 KB */
    LONGEST_ELEMENT = 256          /* of a list of texts; rules are stricter */
};

/* In the order of the bits of enum right. */
const char *const config_right_names[] = {"read",      "license",     "failover", "forced_failover",
                                          "lifecycle", "certificate", "database", NULL};

enum { RIGHT_COUNT = sizeof config_right_names / sizeof *config_right_names - 1 };

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

void config_set_all_defaults(struct config *config)
{
    config_set_defaults(&config_root_section, config);
    text_copy(config->sql_instances[0], sizeof config->sql_instances[0], "MSSQLSERVER");
    config->sql_instance_count = 1;
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

/* An element of a list of texts, by the rule of the list. */
static bool take_text(struct config_check *check, const struct config_place *place,
                      const struct json *value, const struct config_field *field, char *into)
{
    struct config_field element = {.rule = field->rule, .size = LONGEST_ELEMENT};

    return config_check_text(check, place, value, &element, into);
}

/* Whether there is a list of no more than the field's most. */
static bool is_list(struct config_check *check, const struct config_place *place,
                    const struct json *list, const struct config_field *field)
{
    size_t count = json_count(list);

    if (!json_is_array(list))
        return false;
    if (count <= field->most)
        return true;
    config_check_fail(check, place, "holds %u; the most is %u", (unsigned)count, field->most);
    return false;
}

static void read_sql_instances(struct config_check *check, const struct json *list,
                               struct config *config)
{
    const struct config_place place = {"sql_instances"};
    const struct config_field *field = config_find_field(place.text);
    char name[LONGEST_ELEMENT];

    if (!is_list(check, &place, list, field))
        return;
    config->sql_instance_count = 0;
    for (size_t i = 0; i < json_count(list); i++) {
        struct config_place here = config_place_element(&place, i);

        if (!take_text(check, &here, json_at(list, i), field, name))
            continue;
        for (size_t j = 0; j < config->sql_instance_count; j++)
            if (text_equal(config->sql_instances[j], name))
                config_check_fail(check, &here, "\"%s\" stands in the list twice", name);
        text_copy(config->sql_instances[config->sql_instance_count++],
                  sizeof config->sql_instances[0], name);
    }
}

static void read_no_proxy(struct config_check *check, const struct json *list,
                          struct config *config)
{
    const struct config_place place = {"network.no_proxy"};
    const struct config_field *field = config_find_field(place.text);
    char host[LONGEST_ELEMENT];

    if (!is_list(check, &place, list, field))
        return;
    for (size_t i = 0; i < json_count(list); i++) {
        struct config_place here = config_place_element(&place, i);

        if (!take_text(check, &here, json_at(list, i), field, host))
            continue;
        if (strlen(config->no_proxy) + strlen(host) + 2 > sizeof config->no_proxy) {
            config_check_fail(check, &place, "is too long; name domains instead of their hosts");
            return;
        }
        if (config->no_proxy[0] != '\0')
            text_append(config->no_proxy, sizeof config->no_proxy, ",");
        text_append(config->no_proxy, sizeof config->no_proxy, host);
    }
}

static unsigned find_right(const char *name)
{
    for (size_t i = 0; i < RIGHT_COUNT; i++)
        if (strcmp(config_right_names[i], name) == 0)
            return 1u << i;
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
    const struct config_section *section = config_find_field(place.text)->section;
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
        config_check_section(check, &here, value, section, &config->instances[i]);
        read_rights(check, &here, json_member(value, "rights"), &config->instances[i].rights);
        check_unique(check, &here, config->instances, i);
    }
    config->instance_count = count;
}

/* ---- the whole ---- */

static void read_root(struct config_check *check, const struct json *root, struct config *config)
{
    const struct config_place top = {""};

    if (!json_is_object(root)) {
        config_check_fail(check, &top, "the configuration must be an object: { ... }");
        return;
    }
    config_check_section(check, &top, root, &config_root_section, config);
    read_cloud(check, root, config);
    config_check_identity(check, json_member(root, "identity"), &config->identity);
    read_no_proxy(check, json_member(json_member(root, "network"), "no_proxy"), config);
    read_sql_instances(check, json_member(root, "sql_instances"), config);
    read_instances(check, json_member(root, "instances"), config);
}

bool config_parse(const char *text, size_t length, struct config *config, char *why,
                  size_t why_size)
{
    struct config_check check = {.why = why, .why_size = why_size};
    struct json *root = json_parse(text, length, why, why_size);

    memset(config, 0, sizeof *config);
    if (root == NULL)
        return false;
    config_set_all_defaults(config);
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
        if (right == (enum right)(1u << i))
            return config_right_names[i];
    return right == RIGHT_NONE ? "none" : "unknown";
}

void rights_text(unsigned rights, char *text, size_t size)
{
    text_copy(text, size, "");
    for (size_t i = 0; i < RIGHT_COUNT; i++) {
        if ((rights & 1u << i) == 0)
            continue;
        if (text[0] != '\0')
            text_append(text, size, ", ");
        text_append(text, size, config_right_names[i]);
    }
}
