/* SPDX-License-Identifier: MIT */
/* Handlers of the licence: what an instance pays, whether that fits its role, and the change of it
 * (mi-link 6). */
#include "azure_read.h"
#include "reply_json.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <string.h>

struct license_change {
    const char *license, *usage; /* NULL: stays as it is */
};

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
    if (!passive && link_is(detected, "Passive") && roles->primary == 0 && roles->unknown == 0 &&
        roles->secondary > 0)
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

    reply_member(reply, instance, "properties.licenseType");
    reply_member(reply, instance, "properties.hybridSecondaryUsage");
    reply_member(reply, instance, "properties.hybridSecondaryUsageDetected");
    reply_number(reply, instance, "properties.vCores");
    reply_member(reply, instance, "sku.name");
    reply_member(reply, instance, "sku.tier");
    reply_member(reply, instance, "properties.databaseFormat");
    reply_member(reply, instance, "properties.state");
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
    if (roles.primary > 0)
        return call_refuse_with(call, MILINK_BENEFIT_REFUSED, call->instance->alias,
                                "it is primary in %d link%s, %s among them", roles.primary,
                                roles.primary == 1 ? "" : "s", roles.first_primary);
    return roles.unknown == 0 ||
           call_refuse_with(call, MILINK_LINK_UNCLEAR, roles.first_unknown,
                            "the role of %s in it is unknown; when it only waits, pass @force = 1",
                            call->instance->alias);
}

/* The smallest PATCH that does it: a read-back PUT could change what nobody asked for. */
static char *print_change(struct call *call, const struct license_change *change)
{
    struct json *document = json_new_object();
    struct json *properties = json_add_object(document, "properties");

    if (change->license != NULL)
        json_add_string(properties, "licenseType", change->license);
    if (change->usage != NULL)
        json_add_string(properties, "hybridSecondaryUsage", change->usage);
    return write_print(call, document);
}

static bool prepare(struct call *call, struct operation *operation, void *context)
{
    const struct license_change *change = context;

    operation_want(operation, "properties.licenseType", change->license);
    operation_want(operation, "properties.hybridSecondaryUsage", change->usage);
    return check_passive(call, change->usage);
}

bool handle_license_set(struct call *call)
{
    struct license_change change = {call_text(call, "@license_type"),
                                    call_text(call, "@hybrid_secondary_usage")};
    const struct write_step step = {prepare, &change};
    struct write_plan plan = {.kind = OPERATION_LICENSE_SET,
                              .method = "PATCH",
                              .minutes = call->setup->config.license_minutes};
    char *body = NULL;
    bool done = false;

    if (change.license == NULL && change.usage == NULL)
        return call_refuse(call, MILINK_PARAMETER_MISSING, "@license_type, @hybrid_secondary_usage",
                           "at least one is needed");
    plan.body = body = print_change(call, &change);
    done = body != NULL && write_perform(call, &plan, &step);
    json_text_free(body);
    return done;
}
