/* SPDX-License-Identifier: MIT */
/* The state machine: links with both sides' roles and LSNs, Managed Instances, and the long-running
 * operations that change them. Every function is called with the lock of the simulator held. */
#ifndef MILINK_ARMSIM_MODEL_H
#define MILINK_ARMSIM_MODEL_H

#include "scenario.h"
#include "text.h"

enum operation_what { OPERATION_ROLE, OPERATION_UPDATE };

struct sim_operation {
    char id[TEXT_UUID];
    char *token; /* opaque part of its URLs */
    enum operation_what what;
    struct instance *instance;
    struct link *link; /* NULL for an update */
    int64_t started_at, change_at, ends_at;
    bool changed, ended;             /* the model has changed; the operation URL reports the end */
    bool changes;                    /* false: the operation ends without any change */
    int instance_role, partner_role; /* after a role change; partner_role -1: as it is */
    bool vanishes;                   /* a one-way failover ends the link */
    int license_type, usage;         /* after an update; -1: as it is */
    cJSON *tags;                     /* after an update; NULL: as they are */
    int result;                      /* RESULT_... */
    char *code, *message;
    int http_status;
};

struct model {
    struct scenario scenario;
    struct sim_operation **operations; /* all of them, oldest first */
    size_t operation_count, operation_room;
    struct sim_operation **running;
    size_t running_count, running_room;
};

/* Why ARM refuses a write. */
struct refusal {
    int status;
    const char *code;
    char message[400];
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
/* By name; NULL when absent, and when it has vanished unless with gone. */
struct link *model_link(struct instance *instance, const char *name, bool gone);
struct sim_operation *model_operation(struct model *model, const char *id);

/* The writes. Each returns the new operation, or NULL with a refusal; refusal->status 200 means:
 * there was nothing to do. */
struct sim_operation *model_failover(struct model *model, struct instance *instance,
                                     struct link *link, bool forced, struct refusal *refusal);
struct sim_operation *model_set_role(struct model *model, struct instance *instance,
                                     struct link *link, const int wanted[2],
                                     struct refusal *refusal);
/* license_type and usage may be -1, tags NULL (else taken over). */
struct update {
    int license_type, usage;
    cJSON *tags;
};
struct sim_operation *model_update(struct model *model, struct instance *instance,
                                   struct update *update, struct refusal *refusal);

/* Merges JSON into a link (keys of a scenario's link). */
bool model_merge_link(struct link *link, const cJSON *changes, struct field_error *error);

bool model_link_changing(const struct link *link); /* its roles are about to change */
bool model_link_flows(const struct link *link);    /* log is generated and arrives */
/* What a database of a link reports now. */
const char *model_replica_state(const struct link *link, const struct link_database *database);
const char *model_connected(const struct link *link, const struct link_database *database);
const char *model_health(const struct link *link, const struct link_database *database);
/* LSN of the primary as of a time, and the time of that LSN; at is taken no earlier than the last
 * change of the link, so that LSNs never go back. */
int64_t model_lsn(const struct link *link, const struct link_database *database, int64_t at,
                  char lsn[48]);
/* Fixes the LSNs as of a moment; call it before anything that starts or stops the flow of log. */
void model_settle(struct link *link, int64_t at);
int model_detected_usage(const struct instance *instance); /* enum usage */

#endif
