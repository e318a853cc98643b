/* SPDX-License-Identifier: MIT */
/* The one table of the configuration's keys. */
#include "config_fields.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

#define MEMBER(type, member) \
    .offset = offsetof(struct type, member), .size = sizeof((struct type *)0)->member
#define LIST(...)         \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define SECTION(fields)                            \
    {                                              \
        (fields), sizeof(fields) / sizeof(*fields) \
    }

/* ---- lists, for people ---- */

static void show_no_proxy(const void *from, char *text, size_t size)
{
    text_copy(text, size, from);
}

static void show_sql_instances(const void *from, char *text, size_t size)
{
    /* offset 0: the whole configuration. */
    const struct config *config = from;

    text_copy(text, size, config->sql_instance_count == 0 ? "none" : "");
    for (size_t i = 0; i < config->sql_instance_count; i++) {
        text_append(text, size, i > 0 ? ", " : "");
        text_append(text, size, config->sql_instances[i]);
    }
}

static void show_rights(const void *from, char *text, size_t size)
{
    rights_text(*(const unsigned *)from, text, size);
}

/* ---- the keys ---- */

static const struct config_field identity_fields[] = {
    {"type", CONFIG_TEXT, MEMBER(config_identity, type), .rule = &config_rule_identity_type,
     .otherwise = "arc", .text = "how the agent proves to Azure who it is; see the table of types"},
    {"tenant_id", CONFIG_TEXT, MEMBER(config_identity, tenant_id), .rule = &config_rule_tenant,
     .text = "tenant of the application"},
    {"client_id", CONFIG_TEXT, MEMBER(config_identity, client_id), .rule = &config_rule_guid,
     .not_with = LIST("object_id", "resource_id"),
     .text = "application (client) id of the app registration; with arc and imds of the "
             "user-assigned identity to act as"},
    {"object_id", CONFIG_TEXT, MEMBER(config_identity, object_id), .rule = &config_rule_guid,
     .not_with = LIST("resource_id"),
     .text = "object id of the user-assigned identity to act as, instead of client_id"},
    {"resource_id", CONFIG_TEXT, MEMBER(config_identity, resource_id),
     .rule = &config_rule_resource_id,
     .text = "resource id of the user-assigned identity to act as, instead of client_id"},
    {"secret", CONFIG_TEXT, .hidden = true, MEMBER(config_identity, secret),
     .rule = &config_rule_secret, .not_with = LIST("secret_file"),
     .text = "name of the stored secret that holds the client secret; the secret itself is never "
             "written here"},
    {"secret_file", CONFIG_TEXT, .hidden = true, MEMBER(config_identity, secret_file),
     .rule = &config_rule_file,
     .text = "file that holds the client secret and nothing else, instead of secret"},
    {"certificate_file", CONFIG_TEXT, MEMBER(config_identity, certificate_file),
     .rule = &config_rule_file,
     .text = "file with the application's certificate and its private key, PEM or PFX"},
    {"certificate_secret", CONFIG_TEXT, .hidden = true, MEMBER(config_identity, certificate_secret),
     .rule = &config_rule_secret, .otherwise_text = "none", .needs = LIST("certificate_file"),
     .text = "name of the stored secret that holds the password of certificate_file"},
    {"federated_token_file", CONFIG_TEXT, MEMBER(config_identity, federated_token_file),
     .rule = &config_rule_file, .otherwise_text = "AZURE_FEDERATED_TOKEN_FILE",
     .text = "file with the token of the other issuer, read again for each request"},
    {"endpoint", CONFIG_TEXT, MEMBER(config_identity, endpoint), .rule = &config_rule_local_url,
     .otherwise_text = "the host's", .text = "where the metadata service of this host listens"},
    {"key_directory", CONFIG_TEXT, MEMBER(config_identity, key_directory),
     .rule = &config_rule_file, .otherwise_text = "the host's",
     .text = "directory in which Azure Arc's agent puts the keys of its challenges"},
};
static const struct config_section identity_section = SECTION(identity_fields);

static const struct config_field network_fields[] = {
    {"proxy", CONFIG_TEXT, MEMBER(config, proxy), .rule = &config_rule_proxy,
     .otherwise_text = "none", .text = "requests to Azure go through this proxy"},
    {"proxy_user", CONFIG_TEXT, MEMBER(config, proxy_user), .rule = &config_rule_user,
     .otherwise_text = "none", .needs = LIST("proxy", "proxy_secret"),
     .text = "user name that the proxy asks for"},
    {"proxy_secret", CONFIG_TEXT, .hidden = true, MEMBER(config, proxy_secret),
     .rule = &config_rule_secret, .otherwise_text = "none", .needs = LIST("proxy_user"),
     .text = "name of the stored secret that holds the proxy's password"},
    {"no_proxy", CONFIG_TEXTS, MEMBER(config, no_proxy), .rule = &config_rule_host, .most = 32,
     .needs = LIST("proxy"), .show = show_no_proxy, .otherwise_text = "none",
     .text = "hosts reached without the proxy: names, with * or . before them all below, or "
             "addresses"},
};
static const struct config_section network_section = SECTION(network_fields);

static const struct config_field tls_fields[] = {
    {"ca_file", CONFIG_TEXT, MEMBER(config, ca_file), .rule = &config_rule_file,
     .otherwise_text = "none",
     .text = "PEM file with certificate authorities to trust besides the system's, as that of a "
             "proxy that opens TLS; not writable by everybody"},
};
static const struct config_section tls_section = SECTION(tls_fields);

static const struct config_field log_fields[] = {
    {"file", CONFIG_TEXT, .restart = true, MEMBER(config, log_file), .rule = &config_rule_file,
     .otherwise_text = "standard error; of a service agent.log in state_directory",
     .text = "the log, JSON lines"},
    {"level", CONFIG_TEXT, MEMBER(config, log_level), .rule = &config_rule_log_level,
     .otherwise = "info", .text = "the least level that is logged"},
};
static const struct config_section log_section = SECTION(log_fields);

static const struct config_field metrics_fields[] = {
    {"file", CONFIG_TEXT, MEMBER(config, metrics_file), .rule = &config_rule_file,
     .otherwise_text = "none", .text = "counters as OpenMetrics text, written anew now and then"},
};
static const struct config_section metrics_section = SECTION(metrics_fields);

static const struct config_field listen_fields[] = {
    {"socket", CONFIG_TEXT, .restart = true, MEMBER(config, socket), .rule = &config_rule_socket,
     .otherwise_text = "built in",
     .text = "Linux alone: socket on which calls come; the administrators' is beside it"},
};
static const struct config_section listen_section = SECTION(listen_fields);

static const struct config_field journal_fields[] = {
    {"days", CONFIG_NUMBER, MEMBER(config, journal_days), .least = 30, .most = 36500,
     .or_zero = true, .number = 400,
     .text = "ended operations are kept for so many days; 0: for ever"},
};
static const struct config_section journal_section = SECTION(journal_fields);

#define MINUTES(key, member, default_minutes, longest, what)                                    \
    {                                                                                           \
        key, CONFIG_NUMBER, MEMBER(config, member), .least = 1, .most = (longest),              \
                                                    .number = (default_minutes), .text = (what) \
    }

static const struct config_field limits_fields[] = {
    MINUTES("failover_minutes", failover_minutes, 30, 1440,
            "how long the end of a change of roles is awaited"),
    MINUTES("license_minutes", license_minutes, 60, 1440,
            "how long the end of a change of the licence is awaited"),
    MINUTES("link_minutes", link_minutes, 60, 1440,
            "how long the end of creating, changing or deleting a link or a certificate is "
            "awaited"),
    MINUTES("instance_minutes", instance_minutes, 720, 2880,
            "how long the end of creating an instance is awaited"),
    MINUTES("database_minutes", database_minutes, 60, 1440,
            "how long the end of deleting a database or completing its restore is awaited"),
};
static const struct config_section limits_section = SECTION(limits_fields);

static const struct config_field instance_fields[] = {
    {"alias", CONFIG_TEXT, .required = true, MEMBER(config_instance, alias),
     .rule = &config_rule_alias,
     .text = "the name that @instance takes; case does not count, and each must differ"},
    {"subscription_id", CONFIG_TEXT, .required = true, MEMBER(config_instance, subscription_id),
     .rule = &config_rule_guid, .text = "the subscription"},
    {"resource_group", CONFIG_TEXT, .required = true, MEMBER(config_instance, resource_group),
     .rule = &config_rule_resource_group, .text = "its resource group"},
    {"managed_instance", CONFIG_TEXT, .required = true, MEMBER(config_instance, managed_instance),
     .rule = &config_rule_managed_instance, .text = "the Managed Instance"},
    {"rights", CONFIG_TEXTS, .required = true, .unique = true, MEMBER(config_instance, rights),
     .rule = &config_rule_right, .least = 1, .most = 7, .show = show_rights,
     .text = "what may be done with it: the rights below, each once"},
};
static const struct config_section instance_section = SECTION(instance_fields);

static const struct config_field root_fields[] = {
    {"$schema", CONFIG_TEXT, .ignored = true, .size = 1024, .rule = &config_rule_schema,
     .text = "for editors alone: where the JSON Schema is"},
    {"cloud", CONFIG_TEXT, MEMBER(config, cloud), .rule = &config_rule_cloud, .otherwise = "public",
     .text = "which Azure: usgov is US Government, china is 21Vianet, custom names its own URLs"},
    {"arm_endpoint", CONFIG_TEXT, MEMBER(config, arm_endpoint), .rule = &config_rule_url,
     .otherwise_text = "by cloud",
     .text = "with custom alone, and then required: Azure Resource Manager"},
    {"authority", CONFIG_TEXT, MEMBER(config, authority), .rule = &config_rule_url,
     .otherwise_text = "by cloud", .text = "likewise: Microsoft Entra ID"},
    {"audience", CONFIG_TEXT, MEMBER(config, audience), .rule = &config_rule_url,
     .otherwise_text = "by cloud",
     .text = "likewise: what the token is for; the scope asked for is this text and /.default, and "
             "a slash at its end counts"},
    {"api_version", CONFIG_TEXT, MEMBER(config, api_version), .rule = &config_rule_api_version,
     .otherwise = "2025-01-01", .text = "version of the API of Microsoft.Sql"},
    {"identity", CONFIG_OBJECT, MEMBER(config, identity), .section = &identity_section,
     .text = "who the agent is towards Azure"},
    {"network", CONFIG_OBJECT, .section = &network_section, .text = "the way to Azure"},
    {"tls", CONFIG_OBJECT, .section = &tls_section, .text = "whom to trust"},
    {"state_directory", CONFIG_TEXT, .required = true, .restart = true,
     MEMBER(config, state_directory), .rule = &config_rule_file,
     .text =
         "directory of the journal, the audit trail and the stored secrets; the agent's account "
         "must be able to write there, and others must not"},
    {"log", CONFIG_OBJECT, .section = &log_section, .text = "what the agent tells"},
    {"metrics", CONFIG_OBJECT, .section = &metrics_section, .text = "counters for monitoring"},
    {"listen", CONFIG_OBJECT, .section = &listen_section, .text = "where calls come"},
    {"sql_instances", CONFIG_TEXTS, .restart = true, .unique = true,
     .rule = &config_rule_sql_instance, .most = CONFIG_MAX_SQL_INSTANCES,
     .show = show_sql_instances, .otherwise_text = "[\"MSSQLSERVER\"]",
     .text = "the SQL Server instances of this host that may call: MSSQLSERVER for the default "
             "instance, else the instance's name without the host's"},
    {"workers", CONFIG_NUMBER, .restart = true, MEMBER(config, workers), .least = 1,
     .most = CONFIG_MAX_WORKERS, .number = CONFIG_MAX_WORKERS,
     .text = "calls served at the same time"},
    {"queue", CONFIG_NUMBER, .restart = true, MEMBER(config, queue), .least = 1,
     .most = CONFIG_MAX_QUEUE, .number = CONFIG_MAX_QUEUE,
     .text = "calls that may wait for a worker; the next one is refused at once with AGENT_BUSY"},
    {"journal", CONFIG_OBJECT, .section = &journal_section, .text = "the journal of operations"},
    {"limits", CONFIG_OBJECT, .section = &limits_section, .text = "how long is waited"},
    {"instances", CONFIG_OBJECTS, .required = true, .unique = true, MEMBER(config, instances),
     .section = &instance_section, .least = 1, .most = CONFIG_MAX_INSTANCES,
     .text = "the Managed Instances that exist for this agent"},
};
const struct config_section config_root_section = SECTION(root_fields);

static const struct config_field *find_in(const struct config_section *section, const char *key,
                                          size_t length)
{
    for (size_t i = 0; i < section->count; i++)
        if (strlen(section->fields[i].key) == length &&
            memcmp(section->fields[i].key, key, length) == 0)
            return &section->fields[i];
    return NULL;
}

const struct config_field *config_find_field(const char *path)
{
    const struct config_section *section = &config_root_section;
    const struct config_field *field = NULL;

    while (section != NULL) {
        size_t length = strcspn(path, ".[");

        field = find_in(section, path, length);
        path += length;
        path += strspn(path, "[]");
        if (field == NULL || *path == '\0')
            return field;
        path++;
        section = field->section;
    }
    return NULL;
}

/* ---- types of identity ---- */

#define MANAGED "client_id", "object_id", "resource_id", "endpoint"

const struct config_identity_type config_identity_types[] = {
    {"arc", "the identity of this Azure Arc-enabled server; nothing to store",
     .allowed = LIST(MANAGED, "key_directory")},
    {"imds", "the managed identity of this Azure virtual machine; nothing to store",
     .allowed = LIST(MANAGED)},
    {"client_secret", "an app registration, proved with a secret",
     .required = LIST("tenant_id", "client_id"), .allowed = LIST("secret", "secret_file"),
     .needs_secret = true},
    {"client_certificate", "an app registration, proved with a certificate",
     .required = LIST("tenant_id", "client_id", "certificate_file"),
     .allowed = LIST("certificate_secret")},
    {"workload",
     "an app registration, proved with another issuer's token; keys left out are taken from "
     "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE",
     .allowed = LIST("tenant_id", "client_id", "federated_token_file")},
    {"cli", "whoever ran az login, for trying things out: with run in a console alone",
     .allowed = LIST("tenant_id")},
    {"auto",
     "the first that works of certificate, secret, workload, arc and imds; the first two need "
     "tenant_id and client_id",
     .allowed = LIST("tenant_id", MANAGED, "key_directory", "secret", "secret_file",
                     "certificate_file", "certificate_secret", "federated_token_file"),
     .depends = true},
};
const size_t config_identity_type_count =
    sizeof config_identity_types / sizeof *config_identity_types;

const struct config_identity_type *config_find_identity_type(const char *name)
{
    for (size_t i = 0; i < config_identity_type_count; i++)
        if (strcmp(config_identity_types[i].name, name) == 0)
            return &config_identity_types[i];
    return NULL;
}

bool config_is_listed(const char *const *list, const char *key)
{
    for (; list != NULL && *list != NULL; list++)
        if (strcmp(*list, key) == 0)
            return true;
    return false;
}
