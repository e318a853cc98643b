/* SPDX-License-Identifier: MIT */
/* What a scenario file describes: the tenant, the timing, the Managed Instances with their
 * links, and the faults. The model lives in the same structs: members after "run" are its state. */
#ifndef MILINK_ARMSIM_SCENARIO_H
#define MILINK_ARMSIM_SCENARIO_H

#include "fields.h"

enum kind {
    KIND_OTHER,
    KIND_TOKEN,
    KIND_LINK_LIST,
    KIND_LINK_GET,
    KIND_LINK_FAILOVER,
    KIND_LINK_SET_ROLE,
    KIND_INSTANCE_GET,
    KIND_INSTANCE_UPDATE,
    KIND_DATABASE_LIST,
    KIND_DATABASE_GET,
    KIND_LRO_LOCATION,
    KIND_LRO_ASYNC,
    KIND_ANY
};
extern const char *const kind_names[];

enum role { ROLE_PRIMARY, ROLE_SECONDARY };
extern const char *const role_names[];
enum failover_mode { FAILOVER_NONE, FAILOVER_MANUAL };
enum usage { USAGE_ACTIVE, USAGE_PASSIVE };
extern const char *const usage_names[];
extern const char *const license_names[];

enum fault_action {
    FAULT_DELAY,
    FAULT_CUT_BEFORE,
    FAULT_CUT_AFTER,
    FAULT_STATUS,
    FAULT_HTML,
    FAULT_GARBAGE,
    FAULT_TRUNCATE,
    FAULT_DRIP,
    FAULT_EMPTY
};
extern const char *const fault_names[];

enum lro_headers { LRO_BOTH, LRO_LOCATION, LRO_ASYNC, LRO_NONE };

struct fault {
    int on; /* enum kind */
    int64_t nth, count;
    int action; /* enum fault_action */
    int64_t delay_ms, status;
    bool after_effect; /* the request takes effect although its answer is replaced */
    cJSON *headers, *body;
    /* run */
    int64_t seen;  /* requests of the kind since the fault was added */
    int64_t fired; /* how often it struck */
};

struct result { /* how an operation ends */
    int status; /* index in result_names */
    char *code, *message;
    int64_t http_status; /* of the poll of Location after a failure */
};
enum { RESULT_SUCCEEDED, RESULT_FAILED, RESULT_CANCELED };
extern const char *const result_names[];

/* What a database reports; an empty text means: as the model computes it. */
struct report {
    char *replica_state, *connected_state, *synchronization_health, *most_recent_error;
    char *seeding_progress, *certificate_name, *certificate_expires_at, *last_backup_time;
};

struct link_database {
    char *name;
    char *instance_replica_id, *partner_replica_id;
    char *start_lsn;
    int64_t lsn_per_second, receive_lag_ms, send_lag_seconds, redo_lag_seconds;
    struct report report; /* goes before the link's */
    char *status;         /* of GET databases/{db} while the link stands; empty: computed */
    /* run */
    char lsn[48]; /* as of lsn_since */
    int64_t lsn_since;
};

struct sim_operation;

struct link {
    char *name, *id;
    int instance_role, partner_role; /* enum role; partner_role absent: the opposite */
    int failover_mode, replication_mode, seeding_mode;
    char *partner_endpoint, *partner_ag, *instance_ag;
    bool exists, keeps_link, partner_reachable, load;
    struct field_list databases; /* struct link_database */
    struct report report;
    struct result failover_result;
    int failover_role_changes; /* -1: as the result says */
    /* run */
    struct sim_operation *operation; /* the running role change, or NULL */
    int64_t role_changed_at;         /* 0: never */
};

struct database {
    char *name, *status;
};

struct instance {
    char *name, *subscription_id, *resource_group, *location;
    int license_type, hybrid_secondary_usage;
    int hybrid_secondary_usage_detected; /* -1: computed from the links */
    int64_t v_cores, storage_gb;
    char *sku, *tier, *database_format, *state;
    cJSON *tags;
    struct field_list links;     /* struct link */
    struct field_list databases; /* struct database: those outside links */
    struct result update_result;
    /* run */
    struct sim_operation *operation; /* the running update, or NULL */
};

struct timing {
    int64_t failover_ms, set_role_ms, license_ms;
    int64_t operation_ms; /* when the operation URL reports the end; -1: with the change itself */
    int64_t accept_delay_ms, retry_after_seconds, lro_url_bytes, clock_skew_seconds;
    int lro_headers; /* enum lro_headers */
    bool relative_lro_urls, throttle;
};

struct scenario {
    char *tenant_id, *client_id, *client_secret;
    int64_t token_seconds;
    bool secret_rejected;
    struct timing timing;
    struct field_list instances; /* struct instance */
    struct field_list faults;    /* struct fault */
};

extern const struct fields scenario_fields, instance_fields, link_fields, fault_fields;

/* Fills a zeroed scenario from JSON text; scenario_clear frees it whatever the outcome. */
bool scenario_parse(struct scenario *scenario, const char *text, size_t length,
                    struct field_error *error);
void scenario_clear(struct scenario *scenario);
/* What the tables cannot say: the roles, ids and LSNs of a link (fills in those left out); the
 * keys a fault needs. */
bool scenario_check_link(struct link *link, struct field_error *error);
bool fault_check(const struct fault *fault, struct field_error *error);

#endif
