/* SPDX-License-Identifier: MIT */
/* The state machine: links with both sides' roles and LSNs, databases, certificates and Managed
 * Instances, and the long-running operations that change them. Every function is called with the
 * lock of the simulator held. */
#ifndef MILINK_ARMSIM_MODEL_H
#define MILINK_ARMSIM_MODEL_H

#include "operation.h"

struct model {
    struct scenario scenario;
    struct sim_operation **operations; /* all of them, oldest first */
    size_t operation_count, operation_room;
    struct sim_operation **running;
    size_t running_count, running_room;
};

/* scenario is filled; the model owns it from now on. */
void model_start(struct model *model, int64_t now);
void model_clear(struct model *model);
/* Applies whatever is due. Call it before each look at the model. */
void model_advance(struct model *model, int64_t now);

struct instance *model_instance(struct model *model, const char *subscription, const char *group,
                                const char *name);
bool model_subscription_exists(struct model *model, const char *subscription);
bool model_group_exists(struct model *model, const char *subscription, const char *group);
/* By name; NULL when absent. A link that has vanished is found with gone. */
struct link *model_link(struct instance *instance, const char *name, bool gone);
struct certificate *model_certificate(struct instance *instance, const char *name);
struct certificate *model_endpoint_certificate(struct instance *instance, const char *name);
struct sim_operation *model_operation(struct model *model, const char *id);

/* A database of an instance: outside links, or in one; both NULL: there is none. */
struct found_database {
    struct database *database;
    struct link *link; /* holds it while link->exists */
    struct link_database *in_link;
};
struct found_database model_database(struct instance *instance, const char *name);

/* Merges JSON into a link or an instance (keys of a scenario's; an instance's without links). */
bool model_merge_link(struct link *link, const cJSON *changes, struct field_error *error);
bool model_merge_instance(struct instance *instance, const cJSON *changes,
                          struct field_error *error);
void model_set_load(struct link *link, bool load); /* log is generated from now on, or not */

bool model_link_changing(const struct link *link); /* its roles are about to change */
bool model_link_flows(const struct link *link);    /* log is generated and arrives */
bool model_is_seeding(const struct link_database *database);
bool model_has_seeding(const struct instance *instance); /* by what its links report */
/* What a database of a link reports now. */
const char *model_replica_state(const struct link *link, const struct link_database *database);
const char *model_connected(const struct link *link, const struct link_database *database);
const char *model_health(const struct link *link, const struct link_database *database);
/* LSN of the primary as of a time, and the time of that LSN. at is taken no earlier than the last
 * change of the link but one, so that what lags goes on to arrive after the log stands still. */
int64_t model_lsn(const struct link *link, const struct link_database *database, int64_t at,
                  char lsn[48]);
/* Fixes the LSNs as of a moment; call it before anything that starts or stops the flow of log. */
void model_settle(struct link *link, int64_t at);
void model_start_lsn(struct link_database *database, int64_t now); /* its LSNs begin */
int model_detected_usage(const struct instance *instance);         /* enum usage */

#endif
