/* SPDX-License-Identifier: MIT */
/* The model's state: lookups, what a link reports, its LSNs, and the changes that fall due. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

static struct instance *instances(struct model *model, size_t *count)
{
    *count = model->scenario.instances.count;
    return model->scenario.instances.items;
}

void model_start(struct model *model, int64_t now)
{
    size_t count = 0;
    struct instance *instance = instances(model, &count);
    for (size_t i = 0; i < count; i++) {
        struct link *links = instance[i].links.items;
        for (size_t k = 0; k < instance[i].links.count; k++) {
            struct link_database *databases = links[k].databases.items;
            for (size_t d = 0; d < links[k].databases.count; d++)
                snprintf(databases[d].lsn, sizeof databases[d].lsn, "%s", databases[d].start_lsn);
            for (size_t d = 0; d < links[k].databases.count; d++)
                databases[d].lsn_since = now;
        }
    }
}

static void operation_free(struct sim_operation *operation)
{
    free(operation->token);
    free(operation->code);
    free(operation->message);
    cJSON_Delete(operation->tags);
    free(operation);
}

void model_clear(struct model *model)
{
    for (size_t i = 0; i < model->operation_count; i++)
        operation_free(model->operations[i]);
    free(model->operations);
    free(model->running);
    scenario_clear(&model->scenario);
    memset(model, 0, sizeof *model);
}

struct instance *model_instance(struct model *model, const char *subscription, const char *group,
                                const char *name)
{
    size_t count = 0;
    struct instance *instance = instances(model, &count);
    for (size_t i = 0; i < count; i++)
        if ((!subscription || strcasecmp(instance[i].subscription_id, subscription) == 0) &&
            (!group || strcasecmp(instance[i].resource_group, group) == 0) &&
            (!name || strcasecmp(instance[i].name, name) == 0))
            return &instance[i];
    return NULL;
}

bool model_subscription_exists(struct model *model, const char *subscription)
{
    return model_instance(model, subscription, NULL, NULL) != NULL;
}

bool model_group_exists(struct model *model, const char *subscription, const char *group)
{
    return model_instance(model, subscription, group, NULL) != NULL;
}

struct link *model_link(struct instance *instance, const char *name, bool gone)
{
    struct link *links = instance->links.items;
    for (size_t i = 0; i < instance->links.count; i++)
        if (strcasecmp(links[i].name, name) == 0 && (gone || links[i].exists))
            return &links[i];
    return NULL;
}

struct sim_operation *model_operation(struct model *model, const char *id)
{
    for (size_t i = model->operation_count; i-- > 0;) /* the newest is asked for most */
        if (strcasecmp(model->operations[i]->id, id) == 0)
            return model->operations[i];
    return NULL;
}

bool model_link_changing(const struct link *link)
{
    return link->operation && !link->operation->changed;
}

bool model_link_flows(const struct link *link)
{
    return link->exists && link->load && link->partner_reachable && !model_link_changing(link) &&
           link->instance_role != link->partner_role;
}

static const char *first_text(const char *a, const char *b, const char *otherwise)
{
    if (a && *a)
        return a;
    return b && *b ? b : otherwise;
}

const char *model_replica_state(const struct link *link, const struct link_database *database)
{
    if (model_link_changing(link))
        return "LinkFailoverInProgress";
    return first_text(database->report.replica_state, link->report.replica_state,
                      "LinkSynchronizing");
}

const char *model_connected(const struct link *link, const struct link_database *database)
{
    return first_text(database->report.connected_state, link->report.connected_state,
                      link->partner_reachable ? "CONNECTED" : "DISCONNECTED");
}

const char *model_health(const struct link *link, const struct link_database *database)
{
    bool good = link->partner_reachable && !model_link_changing(link) &&
                link->instance_role != link->partner_role;
    return first_text(database->report.synchronization_health, link->report.synchronization_health,
                      good ? "HEALTHY" : "NOT_HEALTHY");
}

/* Adds to a decimal text in place; the text has room for more digits. */
static void decimal_add(char *digits, size_t room, uint64_t amount)
{
    size_t length = strlen(digits);
    for (size_t i = length; i-- > 0 && amount > 0;) {
        amount += (uint64_t)(digits[i] - '0');
        digits[i] = (char)('0' + amount % 10);
        amount /= 10;
    }
    while (amount > 0 && length + 1 < room) {
        memmove(digits + 1, digits, ++length);
        digits[length] = '\0';
        digits[0] = (char)('0' + amount % 10);
        amount /= 10;
    }
}

int64_t model_lsn(const struct link *link, const struct link_database *database, int64_t at,
                  char lsn[48])
{
    snprintf(lsn, 48, "%s", database->lsn);
    if (!model_link_flows(link) || at <= database->lsn_since)
        return database->lsn_since;
    uint64_t elapsed = (uint64_t)(at - database->lsn_since);
    decimal_add(lsn, 48, elapsed * (uint64_t)database->lsn_per_second / 1000);
    return at;
}

void model_settle(struct link *link, int64_t at)
{
    struct link_database *databases = link->databases.items;
    for (size_t i = 0; i < link->databases.count; i++) {
        char lsn[48];
        model_lsn(link, &databases[i], at, lsn);
        memcpy(databases[i].lsn, lsn, sizeof lsn);
        if (at > databases[i].lsn_since)
            databases[i].lsn_since = at;
    }
}

int model_detected_usage(const struct instance *instance)
{
    const struct link *links = instance->links.items;
    int detected = USAGE_ACTIVE;
    if (instance->hybrid_secondary_usage_detected >= 0)
        return instance->hybrid_secondary_usage_detected;
    for (size_t i = 0; i < instance->links.count; i++) {
        if (links[i].exists && links[i].instance_role == ROLE_PRIMARY)
            return USAGE_ACTIVE;
        if (links[i].exists)
            detected = USAGE_PASSIVE;
    }
    return detected;
}

static void apply_roles(struct sim_operation *operation)
{
    struct link *link = operation->link;
    model_settle(link, operation->change_at);
    operation->changed = true;
    if (!operation->changes)
        return;
    link->instance_role = operation->instance_role;
    if (operation->partner_role >= 0)
        link->partner_role = operation->partner_role;
    if (operation->vanishes)
        link->exists = false;
    link->role_changed_at = operation->change_at;
}

static void apply_update(struct sim_operation *operation)
{
    struct instance *instance = operation->instance;
    operation->changed = true;
    if (!operation->changes)
        return;
    if (operation->license_type >= 0)
        instance->license_type = operation->license_type;
    if (operation->usage >= 0)
        instance->hybrid_secondary_usage = operation->usage;
    if (operation->tags) {
        cJSON_Delete(instance->tags);
        instance->tags = operation->tags;
        operation->tags = NULL;
    }
}

/* True when the operation has nothing more to do. */
static bool advance_operation(struct sim_operation *operation, int64_t now)
{
    if (!operation->changed && now >= operation->change_at) {
        if (operation->what == OPERATION_ROLE)
            apply_roles(operation);
        else
            apply_update(operation);
    }
    operation->ended = operation->ended || now >= operation->ends_at;
    if (!operation->changed || !operation->ended)
        return false;
    if (operation->what == OPERATION_ROLE)
        operation->link->operation = NULL;
    else
        operation->instance->operation = NULL;
    return true;
}

void model_advance(struct model *model, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->running_count; i++)
        if (!advance_operation(model->running[i], now))
            model->running[kept++] = model->running[i];
    model->running_count = kept;
}

bool model_merge_link(struct link *link, const cJSON *changes, struct field_error *error)
{
    int instance_role = link->instance_role, partner_role = link->partner_role;
    model_settle(link, clock_now());
    if (!fields_read(&link_fields, changes, link, true, error) || !scenario_check_link(link, error))
        return false;
    if (link->instance_role != instance_role || link->partner_role != partner_role)
        link->role_changed_at = clock_now();
    return true;
}
