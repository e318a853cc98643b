/* SPDX-License-Identifier: MIT */
/* Handlers of the licence: what an instance pays, whether that fits its role, and the change of it
 * (mi-link 6). */
#include "azure_read.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verdict {
    const char *name;
    const char *text;
};

static struct verdict judge(const struct json *instance, const struct link_roles *roles)
{
    const char *usage = json_text(instance, "properties.hybridSecondaryUsage");
    const char *detected = json_text(instance, "properties.hybridSecondaryUsageDetected");
    bool passive = link_is(usage, "Passive");

    if (passive && roles->primary > 0)
        return (struct verdict){"PASSIVE_WHILE_PRIMARY",
                                "The instance serves as primary while it is declared passive: set "
                                "@hybrid_secondary_usage = N'Active'."};
    if (passive && link_is(detected, "Active"))
        return (struct verdict){"PASSIVE_NOT_ELIGIBLE",
                                "Declared passive, but Azure detects use: no reads, no other "
                                "databases on a passive instance, or set Active."};
    if (!passive && link_is(detected, "Passive") && roles->primary == 0 && roles->secondary > 0)
        return (struct verdict){"BENEFIT_UNUSED",
                                "The instance only waits and could be free of licence cost: set "
                                "@hybrid_secondary_usage = N'Passive'."};
    return (struct verdict){"OK", passive ? "Passive, and Azure agrees."
                                          : "Active, as an instance that serves or has no link."};
}

static void add_license(struct reply *reply, const struct json *instance,
                        const struct link_roles *roles)
{
    struct verdict verdict = judge(instance, roles);
    long long cores = 0;

    reply_text(reply, json_text(instance, "properties.licenseType"));
    reply_text(reply, json_text(instance, "properties.hybridSecondaryUsage"));
    reply_text(reply, json_text(instance, "properties.hybridSecondaryUsageDetected"));
    if (json_integer(json_path(instance, "properties.vCores"), &cores))
        reply_int(reply, cores);
    else
        reply_null(reply);
    reply_text(reply, json_text(instance, "sku.name"));
    reply_text(reply, json_text(instance, "sku.tier"));
    reply_text(reply, json_text(instance, "properties.databaseFormat"));
    reply_text(reply, json_text(instance, "properties.state"));
    reply_int(reply, roles->primary);
    reply_int(reply, roles->secondary);
    reply_text(reply, verdict.name);
    reply_text(reply, verdict.text);
    reply_end_row(reply);
}

bool handle_license_get(struct call *call)
{
    struct json *instance = NULL;
    struct link_roles roles;
    bool read = read_instance(call, &instance) && read_link_roles(call, &roles);

    if (read)
        add_license(&call->reply, instance, &roles);
    json_free(instance);
    return read;
}

/* The benefit is for an instance that only waits. */
static bool check_passive(struct call *call, const char *usage)
{
    struct link_roles roles;

    if (usage == NULL || strcmp(usage, "Passive") != 0 || call_number(call, "@force", 0) != 0)
        return true;
    if (!read_link_roles(call, &roles))
        return false;
    if (roles.primary == 0)
        return true;
    return call_refuse_with(call, MILINK_BENEFIT_REFUSED, call->instance->alias,
                            "it is primary in %d link%s, %s among them", roles.primary,
                            roles.primary == 1 ? "" : "s", roles.first_primary);
}

/* The smallest PATCH that does it: a read-back PUT could change what nobody asked for. */
static bool fill(struct call *call, struct operation *operation, const char *license,
                 const char *usage)
{
    text_copy(operation->method, sizeof operation->method, "PATCH");
    if (license != NULL)
        text_copy(operation->wanted_license, sizeof operation->wanted_license, license);
    if (usage != NULL)
        text_copy(operation->wanted_usage, sizeof operation->wanted_usage, usage);
    snprintf(operation->body, sizeof operation->body, "{\"properties\":{%s%s%s%s%s%s%s}}",
             license != NULL ? "\"licenseType\":\"" : "", license != NULL ? license : "",
             license != NULL ? "\"" : "", license != NULL && usage != NULL ? "," : "",
             usage != NULL ? "\"hybridSecondaryUsage\":\"" : "", usage != NULL ? usage : "",
             usage != NULL ? "\"" : "");
    return arm_path(operation->path, sizeof operation->path, call->instance, NULL, NULL) ||
           call_refuse(call, MILINK_AGENT_FAILED, NULL, "the path is too long");
}

bool handle_license_set(struct call *call)
{
    const char *license = call_text(call, "@license_type");
    const char *usage = call_text(call, "@hybrid_secondary_usage");
    struct operation *operation = NULL;
    enum write_found found = WRITE_REFUSED;
    char asked[128];
    bool done = false;

    if (license == NULL && usage == NULL)
        return call_refuse(call, MILINK_PARAMETER_MISSING, "@license_type, @hybrid_secondary_usage",
                           "at least one is needed");
    snprintf(asked, sizeof asked, "%s %s", license != NULL ? license : "-",
             usage != NULL ? usage : "-");
    operation = write_new(call, OPERATION_LICENSE_SET, asked, call->agent->config.license_minutes);
    if (operation == NULL)
        return false;
    found = write_find_repeat(call, operation);
    if (found != WRITE_NEW)
        done = found == WRITE_ANSWERED;
    else
        done = check_passive(call, usage) && fill(call, operation, license, usage) &&
               write_run(call, operation);
    free(operation);
    return done;
}
