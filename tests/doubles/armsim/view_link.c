/* SPDX-License-Identifier: MIT */
/* Links and their databases, in the shape of the specification's examples for 2025-01-01. */
#include "view_private.h"

#include <stdio.h>
#include <strings.h>

#include "clock.h"

enum {
    BACKUP_AGE_MS = 300000 /* log backups are this old unless the scenario says when */
};

static const char *given(const char *a, const char *b)
{
    return *a ? a : b;
}

static void add_lsn(cJSON *object, const char *what, const char *lsn, int64_t at)
{
    char name[40];
    snprintf(name, sizeof name, "last%sLsn", what);
    view_add(object, name, lsn);
    snprintf(name, sizeof name, "last%sTime", what);
    view_add_time(object, name, at);
}

/* The primary has committed and sent up to now; the secondary receives and hardens with its lag. */
static void add_lsns(cJSON *object, const struct link *link, const struct link_database *database)
{
    char lsn[48], received[48], backup[48];
    int64_t now = clock_now();
    int64_t at = model_lsn(link, database, now, lsn);
    int64_t received_at = model_lsn(link, database, now - database->receive_lag_ms, received);
    int64_t backup_at = model_lsn(link, database, now - BACKUP_AGE_MS, backup);
    const char *backup_time =
        given(database->report.last_backup_time, link->report.last_backup_time);
    add_lsn(object, "Received", received, received_at);
    if (link->instance_role == ROLE_PRIMARY)
        add_lsn(object, "Sent", lsn, at);
    add_lsn(object, "Commit", lsn, at);
    add_lsn(object, "Hardened", received, received_at);
    add_lsn(object, "Backup", backup, backup_at);
    if (*backup_time)
        cJSON_ReplaceItemInObject(object, "lastBackupTime", cJSON_CreateString(backup_time));
}

static void add_progress(cJSON *object, const struct link *link,
                         const struct link_database *database)
{
    const char *progress = given(database->report.seeding_progress, link->report.seeding_progress);
    char computed[16];
    if (!*progress && model_is_seeding(database)) {
        int64_t whole = database->seeded_at - database->seeded_from;
        int64_t done = (clock_now() - database->seeded_from) * 100 / whole;
        snprintf(computed, sizeof computed, "%d%%", done > 99 ? 99 : (int)done);
        progress = computed;
    }
    if (*progress)
        view_add(object, "seedingProgress", progress);
}

/* The certificate of the partner that the report names, or else the first that is trusted. */
static const struct certificate *partner_certificate(const struct instance *instance,
                                                     const char *name)
{
    for (size_t i = 0; i < instance->certificates.count; i++) {
        const struct certificate *certificate = instance->certificates.items[i];
        if (certificate->exists && (!*name || strcasecmp(certificate->name, name) == 0))
            return certificate;
    }
    return NULL;
}

static void add_certificate(cJSON *object, const struct instance *instance, const struct link *link,
                            const struct link_database *database)
{
    const struct report *own = &database->report, *all = &link->report;
    const char *name = given(own->certificate_name, all->certificate_name);
    const char *expires = given(own->certificate_expires_at, all->certificate_expires_at);
    const struct certificate *trusted = partner_certificate(instance, name);
    if (!*name && !trusted)
        return;
    cJSON *validity = cJSON_AddObjectToObject(object, "partnerAuthCertValidity");
    view_add(validity, "certificateName", *name ? name : trusted->name);
    view_add(validity, "expiryDate",
             given(expires, trusted ? trusted->facts.expires_at : "2030-01-01T00:00:00Z"));
}

static cJSON *view_link_database(const struct instance *instance, const struct link *link,
                                 const struct link_database *database)
{
    const char *error = given(database->report.most_recent_error, link->report.most_recent_error);
    cJSON *object = cJSON_CreateObject();
    view_add(object, "databaseName", database->name);
    view_add(object, "instanceReplicaId", database->instance_replica_id);
    view_add(object, "partnerReplicaId", database->partner_replica_id);
    view_add(object, "replicaState", model_replica_state(link, database));
    add_progress(object, link, database);
    view_add(object, "synchronizationHealth", model_health(link, database));
    view_add(object, "connectedState", model_connected(link, database));
    add_lsns(object, link, database);
    if (*error)
        view_add(object, "mostRecentLinkError", error);
    add_certificate(object, instance, link, database);
    if (link->instance_role == ROLE_PRIMARY) {
        cJSON_AddNumberToObject(object, "instanceSendReplicationLagSeconds",
                                (double)database->send_lag_seconds);
        cJSON_AddNumberToObject(object, "instanceRedoReplicationLagSeconds",
                                (double)database->redo_lag_seconds);
    }
    return object;
}

cJSON *view_link(const struct instance *instance, const struct link *link, bool preview)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *properties = cJSON_AddObjectToObject(object, "properties");
    view_add(properties, "distributedAvailabilityGroupName", link->name);
    view_add(properties, "distributedAvailabilityGroupId", link->id);
    view_add(properties, "replicationMode", replication_modes[link->replication_mode]);
    view_add(properties, "partnerLinkRole", role_names[link->partner_role]);
    view_add(properties, "partnerAvailabilityGroupName", link->partner_ag);
    view_add(properties, "partnerEndpoint", link->partner_endpoint);
    view_add(properties, "instanceLinkRole", role_names[link->instance_role]);
    view_add(properties, "instanceAvailabilityGroupName", link->instance_ag);
    view_add(properties, "failoverMode", failover_modes[link->failover_mode]);
    view_add(properties, "seedingMode", seeding_modes[link->seeding_mode]);
    if (preview)
        view_add(properties, "linkMode",
                 link_modes[link->link_mode >= 0 ? link->link_mode : link->databases.count > 1]);
    cJSON *list = cJSON_AddArrayToObject(properties, "databases");
    for (size_t i = 0; i < link->databases.count; i++)
        cJSON_AddItemToArray(list, view_link_database(instance, link, link->databases.items[i]));
    view_add_id(object, instance, "/distributedAvailabilityGroups/", link->name);
    view_add(object, "name", link->name);
    view_add(object, "type", "Microsoft.Sql/managedInstances/distributedAvailabilityGroups");
    return object;
}

cJSON *view_links(const struct instance *instance, bool preview)
{
    cJSON *page = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(page, "value");
    for (size_t i = 0; i < instance->links.count; i++) {
        const struct link *link = instance->links.items[i];
        if (link->exists)
            cJSON_AddItemToArray(list, view_link(instance, link, preview));
    }
    return page;
}

/* What the DNS zone of an instance looks like: the first digits of its UUID. */
