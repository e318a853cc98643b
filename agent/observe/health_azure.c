/* SPDX-License-Identifier: MIT */
/* The checks of what Azure says about an instance: there, API version, permissions, links. */
#include "health.h"

#include "link.h"
#include "permission.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, EXPIRY_WARN_DAYS = 30 };

/* One instance under test. */
struct target {
    struct health *health;
    const struct config_instance *instance;
    char area[80];
    size_t links;
};

static void tell(struct target *target, const char *name, enum health_status status,
                 const char *evidence, const char *action)
{
    health_tell(target->health,
                &(struct health_check){target->area, name, status, evidence, action});
}

static bool is_version_error(const struct error *error)
{
    return text_equal(error->code, "InvalidApiVersionParameter") ||
           text_equal(error->code, "NoRegisteredProviderFound") ||
           text_equal(error->code, "InvalidResourceType");
}

static void tell_version(struct target *target, const struct error *error)
{
    char evidence[400];

    snprintf(evidence, sizeof evidence, "%s is %s", target->health->setup->config.api_version,
             is_version_error(error) ? "not accepted by Azure" : "accepted");
    if (is_version_error(error))
        tell(target, "api_version", HEALTH_FAIL, evidence,
             "set api_version in the agent's configuration to one that this cloud has");
    else if (error->number == 0)
        tell(target, "api_version", HEALTH_OK, evidence, NULL);
}

/* Whether there is something to ask further about. */
static bool check_resource(struct target *target)
{
    const struct setup *setup = target->health->setup;
    const struct config_instance *instance = target->instance;
    char path[ARM_PATH_SIZE], evidence[400], rights[200];
    struct json *document = NULL;
    struct error error = {0};
    const char *state = NULL;

    if (!arm_path(path, sizeof path, instance, NULL, NULL))
        error_set(&error, MILINK_AGENT_FAILED, instance->alias, "the path is too long");
    else
        document = arm_get(&setup->arm, path, instance->alias, target->health->deadline, &error);
    state = json_text(document, "properties.state");
    rights_text(instance->rights, rights, sizeof rights);
    snprintf(evidence, sizeof evidence, "%s, state %s; granted here: %s",
             instance->managed_instance, state != NULL ? state : "unknown", rights);
    if (error.number == MILINK_ARM_NOT_FOUND && (instance->rights & RIGHT_LIFECYCLE) != 0)
        tell(target, "azure", HEALTH_WARN, error.message,
             "create it with xp_milink_instance_create, or correct the configuration");
    else
        health_tell_error(target->health,
                          (struct health_check){target->area, "azure", HEALTH_OK, evidence, NULL},
                          &error);
    tell_version(target, &error);
    json_free(document);
    return error.number == 0;
}

static void check_permissions(struct target *target)
{
    static const char action[] =
        "assign a role that holds it to the agent's identity on the instance's resource group, as "
        "\"SQL Managed Instance Contributor\"; it may take some minutes to count";
    struct permission_set set;
    struct error error = {0};
    const char *missing = NULL;
    size_t at = 0;

    if (!permission_read(&target->health->setup->arm, target->instance, target->health->deadline,
                         &set, &error)) {
        health_tell_error(target->health,
                          (struct health_check){.area = target->area, .name = "permissions"},
                          &error);
        return;
    }
    while ((missing = permission_missing(&set, target->instance->rights, &at)) != NULL) {
        char evidence[200];

        snprintf(evidence, sizeof evidence, "Azure does not grant %s", missing);
        tell(target, "permissions", HEALTH_FAIL, evidence, action);
        error.number = MILINK_ARM_FORBIDDEN;
    }
    if (error.number == 0)
        tell(target, "permissions", HEALTH_OK,
             "Azure grants what the rights need; locks and policies do not show here", NULL);
}

/* When the certificate ends by which SQL Server is known to the instance. */
static void check_expiry(struct target *target, const struct link *link,
                         const struct json *database)
{
    const char *name = json_text(database, "partnerAuthCertValidity.certificateName");
    const char *when = json_text(database, "partnerAuthCertValidity.expiryDate");
    char check[160], evidence[400];
    uint64_t expires = 0, now = clock_utc_ms();
    long long days = 0;

    if (when == NULL || !utc_parse(when, &expires))
        return;
    days = ((long long)expires - (long long)now) / DAY_MS;
    snprintf(check, sizeof check, "certificate of %s", link->name);
    snprintf(evidence, sizeof evidence, "%s expires %s, %s%lld days", name != NULL ? name : "it",
             when, expires < now ? "past for " : "in ", expires < now ? -days : days);
    if (expires >= now && days >= EXPIRY_WARN_DAYS)
        tell(target, check, HEALTH_OK, evidence, NULL);
    else
        tell(target, check, expires < now ? HEALTH_FAIL : HEALTH_WARN, evidence,
             "put the next certificate with xp_milink_certificate_put and switch SQL Server's "
             "endpoint to it");
}

static bool take_link(void *context, const struct json *element)
{
    struct target *target = context;
    struct link link;

    target->links++;
    /* One certificate serves all databases of a link. */
    if (link_read(element, &link))
        check_expiry(target, &link, json_at(link.databases, 0));
    return true;
}

static void check_links(struct target *target)
{
    const struct arm_each each = {target->instance->alias, take_link, target};
    char path[ARM_PATH_SIZE], evidence[64];
    struct error error = {0};

    if (!arm_path(path, sizeof path, target->instance, "distributedAvailabilityGroups", NULL))
        error_set(&error, MILINK_AGENT_FAILED, target->instance->alias, "the path is too long");
    else
        arm_list(&target->health->setup->arm, path, &each, target->health->deadline, &error);
    snprintf(evidence, sizeof evidence, "links: %zu", target->links);
    health_tell_error(target->health,
                      (struct health_check){target->area, "links", HEALTH_OK, evidence, NULL},
                      &error);
}

void health_check_instance(struct health *health, const struct config_instance *instance)
{
    struct target target = {.health = health, .instance = instance};
    bool there = false;

    snprintf(target.area, sizeof target.area, "instance %s", instance->alias);
    if (!health_has_time(health, target.area, "azure"))
        return;
    there = check_resource(&target);
    if (health_has_time(health, target.area, "permissions"))
        check_permissions(&target);
    if (there && health_has_time(health, target.area, "links"))
        check_links(&target);
}
