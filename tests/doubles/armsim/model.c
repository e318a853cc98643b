/* SPDX-License-Identifier: MIT */
/* The model's state: lookups, what a link reports, its LSNs, and the changes that fall due. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

void model_start_lsn(struct link_database *database, int64_t now)
{
    struct log_segment *log = &database->log;
    snprintf(log->lsn, sizeof log->lsn, "%s", database->start_lsn);
    log->since = now;
    database->log_before = *log;
}

static void start_link(struct link *link, int64_t now)
{
    for (size_t i = 0; i < link->databases.count; i++)
        model_start_lsn(link->databases.items[i], now);
}

void model_start(struct model *model, int64_t now)
{
    for (size_t i = 0; i < model->scenario.instances.count; i++) {
        struct instance *instance = model->scenario.instances.items[i];
        for (size_t k = 0; k < instance->links.count; k++)
            start_link(instance->links.items[k], now);
    }
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
    for (size_t i = 0; i < model->scenario.instances.count; i++) {
        struct instance *instance = model->scenario.instances.items[i];
        if (!instance->gone &&
            (!subscription || strcasecmp(instance->subscription_id, subscription) == 0) &&
            (!group || strcasecmp(instance->resource_group, group) == 0) &&
            (!name || strcasecmp(instance->name, name) == 0))
            return instance;
    }
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
    struct link *found = NULL;
    for (size_t i = 0; i < instance->links.count; i++) {
        struct link *link = instance->links.items[i];
        if (strcasecmp(link->name, name) == 0 &&
            (link->exists || (gone && (!found || !found->exists))))
            found = link;
    }
    return found;
}

struct sim_operation *model_operation(struct model *model, const char *id)
{
    for (size_t i = model->operation_count; i-- > 0;) /* the newest is asked for most */
        if (strcasecmp(model->operations[i]->id, id) == 0)
            return model->operations[i];
    return NULL;
}

static struct certificate *find_certificate(const struct field_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        struct certificate *certificate = list->items[i];
        if (certificate->exists && strcasecmp(certificate->name, name) == 0)
            return certificate;
    }
    return NULL;
}

struct certificate *model_certificate(struct instance *instance, const char *name)
{
    return find_certificate(&instance->certificates, name);
}

struct certificate *model_endpoint_certificate(struct instance *instance, const char *name)
{
    return find_certificate(&instance->endpoint_certificates, name);
}

static struct link_database *in_link(const struct link *link, const char *name)
{
    for (size_t i = 0; i < link->databases.count; i++) {
        struct link_database *database = link->databases.items[i];
        if (!database->dropped && strcasecmp(database->name, name) == 0)
            return database;
    }
    return NULL;
}

struct found_database model_database(struct instance *instance, const char *name)
{
    struct found_database found = {NULL, NULL, NULL};
    for (size_t i = 0; !found.in_link && i < instance->links.count; i++) {
        found.link = instance->links.items[i];
        found.in_link = in_link(found.link, name);
    }
    if (!found.in_link)
        found.link = NULL;
    for (size_t i = 0; !found.in_link && !found.database && i < instance->databases.count; i++) {
        struct database *database = instance->databases.items[i];
        if (!database->dropped && strcasecmp(database->name, name) == 0)
            found.database = database;
    }
    return found;
}

bool model_link_changing(const struct link *link)
{
    return link->changing_roles;
}

bool model_link_flows(const struct link *link)
{
    return link->exists && link->load && link->partner_reachable && !model_link_changing(link) &&
           link->instance_role != link->partner_role;
}

bool model_is_seeding(const struct link_database *database)
{
    return clock_now() < database->seeded_at;
}

bool model_has_seeding(const struct instance *instance)
{
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link *link = instance->links.items[i];
        for (size_t d = 0; link->exists && d < link->databases.count; d++) {
            const char *state = model_replica_state(link, link->databases.items[d]);
            if (text_contains_nocase(state, "Seeding") ||
                text_contains_nocase(state, "CreatingLink"))
                return true;
        }
    }
    return false;
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
    const char *computed = "LinkSynchronizing";
    if (link->broken)
        computed = "LinkCreationError";
    else if (model_is_seeding(database))
        computed = "CreatingLink";
    return first_text(database->report.replica_state, link->report.replica_state, computed);
}

const char *model_connected(const struct link *link, const struct link_database *database)
{
    return first_text(database->report.connected_state, link->report.connected_state,
                      link->partner_reachable && !link->broken ? "CONNECTED" : "DISCONNECTED");
}

const char *model_health(const struct link *link, const struct link_database *database)
{
    bool good = link->partner_reachable && !link->broken && !model_is_seeding(database) &&
                !model_link_changing(link) && link->instance_role != link->partner_role;
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

/* A segment's LSN as of a time that lies in it. */
static void grow(const struct log_segment *segment, int64_t per_second, int64_t at, char lsn[48])
{
    snprintf(lsn, 48, "%s", segment->lsn);
    decimal_add(lsn, 48, (uint64_t)(at - segment->since) * (uint64_t)per_second / 1000);
}

static int64_t rate(const struct link *link, const struct link_database *database)
{
    return model_link_flows(link) ? database->lsn_per_second : 0;
}

int64_t model_lsn(const struct link *link, const struct link_database *database, int64_t at,
                  char lsn[48])
{
    const struct log_segment *now = &database->log, *before = &database->log_before;
    if (at < before->since)
        at = before->since;
    if (at < now->since) {
        grow(before, before->per_second, at, lsn);
        return at;
    }
    grow(now, rate(link, database), at, lsn);
    return model_link_flows(link) ? at : now->since;
}

void model_settle(struct link *link, int64_t at)
{
    for (size_t i = 0; i < link->databases.count; i++) {
        struct link_database *database = link->databases.items[i];
        struct log_segment *log = &database->log;
        struct log_segment ended = *log;
        if (at <= log->since)
            continue;
        ended.per_second = rate(link, database);
        grow(&ended, ended.per_second, at, log->lsn);
        log->since = at;
        database->log_before = ended;
    }
}

int model_detected_usage(const struct instance *instance)
{
    int detected = USAGE_ACTIVE;
    if (instance->hybrid_secondary_usage_detected >= 0)
        return instance->hybrid_secondary_usage_detected;
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link *link = instance->links.items[i];
        if (link->exists && link->instance_role == ROLE_PRIMARY)
            return USAGE_ACTIVE;
        if (link->exists)
            detected = USAGE_PASSIVE;
    }
    return detected;
}

void model_advance(struct model *model, int64_t now)
{
    operation_advance_all(model, now);
}

static bool same_roles(const struct link *link, const int roles[2])
{
    return link->instance_role == roles[0] && link->partner_role == roles[1];
}

bool model_merge_link(struct link *link, const cJSON *changes, struct field_error *error)
{
    const int roles[2] = {link->instance_role, link->partner_role};
    model_settle(link, clock_now());
    if (!fields_read(&link_fields, changes, link, true, error) || !resource_check_link(link, error))
        return false;
    if (!same_roles(link, roles))
        link->role_changed_at = clock_now();
    return true;
}

bool model_merge_instance(struct instance *instance, const cJSON *changes,
                          struct field_error *error)
{
    if (cJSON_GetObjectItemCaseSensitive(changes, "links")) {
        snprintf(error->text, sizeof error->text, "links are changed through link/{name}");
        return false;
    }
    return fields_read(&instance_fields, changes, instance, true, error) &&
           resource_check_instance(instance, error);
}

void model_set_load(struct link *link, bool load)
{
    model_settle(link, clock_now());
    link->load = load;
}
