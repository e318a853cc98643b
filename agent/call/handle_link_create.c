/* SPDX-License-Identifier: MIT */
/* The handler that creates a link: everything is refused here that Azure would find out only after
 * minutes of waiting for replication (arm-api 3.3, 3.8; mi-link 1.5, 3). */
#include "arm_version.h"
#include "azure_read.h"
#include "certificate_blob.h"
#include "name_list.h"
#include "operation_judge.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <string.h>

/* A link as it is asked for, all texts the call's. */
struct link_wish {
    struct call *call;
    const char *name, *databases;
    const char *partner_endpoint, *partner_ag, *instance_ag;
    const char *instance_role, *failover_mode, *seeding_mode;
    const char *link_mode; /* NULL: by the number of databases, and not sent for one */
    bool several;          /* it is a multi-database link */
};

/* ---- what the parameters say ---- */

static bool is_lower(const char *name)
{
    for (; *name != '\0'; name++)
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *name) == NULL)
            return false;
    return true;
}

static bool check_mode(const struct link_wish *wish)
{
    size_t count = name_list_count(wish->databases);

    if (!wish->several)
        return true;
    if (wish->link_mode != NULL && strcmp(wish->link_mode, "SingleDatabase") == 0)
        return call_refuse_with(wish->call, MILINK_PARAMETER_VALUE, "@link_mode",
                                "SingleDatabase takes one database, and @databases names %zu",
                                count);
    if (!arm_version_carries(wish->call->setup->config.api_version, ARM_VERSION_LINK_MODE))
        return call_refuse_with(
            wish->call, MILINK_API_VERSION_OLD, "@databases",
            "a multi-database link needs api_version %s-preview or later; it is %s",
            ARM_VERSION_LINK_MODE, wish->call->setup->config.api_version);
    return is_lower(wish->name) ||
           call_refuse_with(wish->call, MILINK_PARAMETER_VALUE, "@link",
                            "it is '%s'; the name of a multi-database link has lower-case letters, "
                            "digits and inner hyphens alone",
                            wish->name);
}

/* SQL Server and the instance hold the link and their groups under one roof each. */
static bool check_groups(const struct link_wish *wish)
{
    if (text_equal(wish->partner_ag, wish->instance_ag))
        return call_refuse(wish->call, MILINK_PARAMETER_VALUE, "@instance_ag",
                           "it must differ from @partner_ag");
    if (text_equal(wish->partner_ag, wish->name) || text_equal(wish->instance_ag, wish->name))
        return call_refuse(wish->call, MILINK_PARAMETER_VALUE,
                           text_equal(wish->partner_ag, wish->name) ? "@partner_ag"
                                                                    : "@instance_ag",
                           "it must differ from @link: both are availability groups there");
    return true;
}

/* ---- what Azure says ---- */

static bool refuse_group(const struct link_wish *wish, const struct link *link, const char *group)
{
    return call_refuse_with(wish->call, MILINK_RESOURCE_EXISTS, group,
                            "the availability group belongs to link %s of %s", link->name,
                            wish->call->instance->alias);
}

/* A link that is there already, against the wish. */
static bool check_link(void *context, const struct link *link)
{
    const struct link_wish *wish = context;
    const char *instance_ag = json_text(link->properties, "instanceAvailabilityGroupName");
    const char *partner_ag = json_text(link->properties, "partnerAvailabilityGroupName");
    const char *endpoint = json_text(link->properties, "partnerEndpoint");
    const char *rest = wish->databases;
    char database[NAME_LIST_NAME_SIZE];

    if (link_is(link->name, wish->name))
        return call_refuse_with(wish->call, MILINK_RESOURCE_EXISTS, wish->name,
                                "the link is there, with the instance as %s; see it with "
                                "xp_milink_link_get",
                                link->instance_role != NULL ? link->instance_role : "unknown");
    if (link_is(instance_ag, wish->instance_ag))
        return refuse_group(wish, link, wish->instance_ag);
    if (link_is(partner_ag, wish->partner_ag) && link_is(endpoint, wish->partner_endpoint))
        return refuse_group(wish, link, wish->partner_ag);
    while (name_list_next(&rest, database) == NAME_LIST_TAKEN)
        if (link_has_database(link, database))
            return call_refuse_with(wish->call, MILINK_DATABASE_LINKED, database,
                                    "it is in link %s of %s", link->name,
                                    wish->call->instance->alias);
    return true;
}

struct database_search {
    const struct link_wish *wish;
    size_t found;
};

/* The receiving side must not have the databases, the giving side must. */
static bool check_database(void *context, const struct json *resource)
{
    struct database_search *search = context;
    const struct link_wish *wish = search->wish;
    const char *name = json_text(resource, "name");
    char literal[800];

    if (name == NULL || !name_list_has(wish->databases, name))
        return true;
    search->found++;
    if (strcmp(wish->instance_role, "Primary") == 0)
        return true;
    call_literal(name, literal, sizeof literal);
    return call_refuse_with(wish->call, MILINK_RESOURCE_EXISTS, name,
                            "%s has a database of that name, as a dropped link leaves it; when it "
                            "is not needed: xp_milink_database_delete @database = %s",
                            wish->call->instance->alias, literal);
}

static bool check_databases(const struct link_wish *wish)
{
    struct database_search search = {wish, 0};

    if (!read_list(wish->call, &azure_database, check_database, &search))
        return false;
    return strcmp(wish->instance_role, "Primary") != 0 ||
           search.found == name_list_count(wish->databases) ||
           call_refuse_with(wish->call, MILINK_ARM_NOT_FOUND, "@databases",
                            "with the instance as primary %s must have them; it has %zu of %zu",
                            wish->call->instance->alias, search.found,
                            name_list_count(wish->databases));
}

struct certificate_search {
    size_t found, valid;
};

static bool count_certificate(void *context, const struct json *resource)
{
    struct certificate_search *search = context;
    struct certificate certificate;

    search->found++;
    /* One that cannot be read here may be good all the same. */
    if (!certificate_of(resource, &certificate) || certificate.until_ms > clock_utc_ms())
        search->valid++;
    return true;
}

/* Certificates are exchanged before the link is made: without SQL Server's the instance admits
 * nobody, and Azure gives up after five minutes. */
static bool check_certificates(const struct link_wish *wish)
{
    struct certificate_search search = {0};

    if (!read_list(wish->call, &azure_certificate, count_certificate, &search))
        return false;
    return search.valid > 0 ||
           call_refuse_with(wish->call, MILINK_CERTIFICATE_MISSING, wish->call->instance->alias,
                            "it has %zu, of which 0 are valid", search.found);
}

/* The way back goes to SQL Server of the instance's database format alone (mi-link 1.5). */
static bool check_format(const struct link_wish *wish, struct operation *operation)
{
    bool back = strcmp(wish->failover_mode, "Manual") == 0;
    struct json *instance = NULL;
    const char *format = NULL;
    bool fits = read_instance(wish->call, &instance);

    format = json_text(instance, "properties.databaseFormat");
    if (fits && link_is(format, "AlwaysUpToDate") &&
        (back || strcmp(wish->instance_role, "Primary") == 0))
        fits = call_refuse_with(wish->call, MILINK_FORMAT_MISMATCH, wish->call->instance->alias,
                                "it is AlwaysUpToDate, which no SQL Server takes: %s",
                                back ? "use @failover_mode = N'None', which goes one way to Azure"
                                     : "a link cannot start with the instance as primary");
    else if (fits && back && format != NULL && strncmp(format, "SQLServer", 9) == 0) {
        operation_note(operation, "Database format");
        operation_note(operation, format);
        operation_note(operation, "- the way back goes to SQL Server of that version alone.");
    }
    json_free(instance);
    return fits;
}

/* ---- the request ---- */

static void add_databases(struct json *properties, const char *list)
{
    struct json *array = json_add_array(properties, "databases");
    char name[NAME_LIST_NAME_SIZE];

    while (name_list_next(&list, name) == NAME_LIST_TAKEN)
        json_add_string(json_append_object(array), "databaseName", name);
}

static char *print_link(const struct link_wish *wish)
{
    struct json *document = json_new_object();
    struct json *properties = json_add_object(document, "properties");
    const char *version = wish->call->setup->config.api_version;

    add_databases(properties, wish->databases);
    json_add_string(properties, "partnerEndpoint", wish->partner_endpoint);
    json_add_string(properties, "partnerAvailabilityGroupName", wish->partner_ag);
    json_add_string(properties, "instanceAvailabilityGroupName", wish->instance_ag);
    json_add_string(properties, "instanceLinkRole", wish->instance_role);
    json_add_string(properties, "failoverMode", wish->failover_mode);
    json_add_string(properties, "seedingMode", wish->seeding_mode);
    if (wish->several)
        json_add_string(properties, "linkMode", "MultiDatabase");
    else if (wish->link_mode != NULL && arm_version_carries(version, ARM_VERSION_LINK_MODE))
        json_add_string(properties, "linkMode", wish->link_mode);
    return write_print(wish->call, document);
}

static bool prepare(struct call *call, struct operation *operation, void *context)
{
    struct link_wish *wish = context;

    if (!wish->several && strchr(wish->name, '-') != NULL)
        operation_note(operation, "Azure's specification of failover lists no hyphen in the name "
                                  "of a link of one database; an underscore is safe.");
    return read_links(call, check_link, wish) && check_databases(wish) &&
           check_certificates(wish) && check_format(wish, operation);
}

bool handle_link_create(struct call *call)
{
    struct link_wish wish = {.call = call,
                             .name = call_text(call, "@link"),
                             .databases = call_text(call, "@databases"),
                             .partner_endpoint = call_text(call, "@partner_endpoint"),
                             .partner_ag = call_text(call, "@partner_ag"),
                             .instance_ag = call_text(call, "@instance_ag"),
                             .instance_role = call_text(call, "@instance_role"),
                             .failover_mode = call_text(call, "@failover_mode"),
                             .seeding_mode = call_text(call, "@seeding_mode"),
                             .link_mode = call_text(call, "@link_mode")};
    struct write_plan plan = {.kind = OPERATION_LINK_CREATE,
                              .method = "PUT",
                              .of = &azure_link,
                              .name = wish.name,
                              .minutes = call->setup->config.link_minutes};
    const struct write_step step = {prepare, &wish};
    char *body = NULL;
    bool done = false;

    wish.several = name_list_count(wish.databases) > 1 ||
                   (wish.link_mode != NULL && strcmp(wish.link_mode, "MultiDatabase") == 0);
    if (!check_mode(&wish) || !check_groups(&wish))
        return false;
    plan.body = body = print_link(&wish);
    done = body != NULL && write_perform(call, &plan, &step);
    json_text_free(body);
    return done;
}
