/* SPDX-License-Identifier: MIT */
/* Managed Instances with their links, databases and certificates: the structs that a scenario fills
 * and that the model lives in. Members after "run" are the model's state. */
#ifndef MILINK_ARMSIM_RESOURCE_H
#define MILINK_ARMSIM_RESOURCE_H

#include "fields.h"
#include "x509.h"

enum role { ROLE_PRIMARY, ROLE_SECONDARY };
extern const char *const role_names[];
enum failover_mode { FAILOVER_NONE, FAILOVER_MANUAL };
extern const char *const failover_modes[];
enum replication_mode { REPLICATION_ASYNC, REPLICATION_SYNC };
extern const char *const replication_modes[];
enum seeding_mode { SEEDING_AUTOMATIC, SEEDING_MANUAL };
extern const char *const seeding_modes[];
enum link_mode { LINK_SINGLE, LINK_MULTI };
extern const char *const link_modes[];
enum usage { USAGE_ACTIVE, USAGE_PASSIVE };
extern const char *const usage_names[];
extern const char *const license_names[], *const database_formats[];

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

struct sim_operation;

/* How a log grew from a moment on. */
struct log_segment {
    char lsn[48]; /* decimal, as of since */
    int64_t since;
    int64_t per_second; /* 0: it stood still */
};

struct link_database {
    char *name;
    char *instance_replica_id, *partner_replica_id;
    char *start_lsn;
    int64_t lsn_per_second, receive_lag_ms, send_lag_seconds, redo_lag_seconds;
    struct report report; /* goes before the link's */
    char *status;         /* of GET databases/{db} while the link stands; empty: computed */
    /* run */
    struct log_segment log, log_before; /* now, and until log.since; log.per_second is unused */
    int64_t seeded_from, seeded_at;     /* both 0: seeded long ago */
    int64_t created_at;                 /* 0: long ago */
    bool dropped;                       /* it is no longer on the instance */
    struct sim_operation *operation;    /* its running deletion, or NULL */
};

struct link {
    char *name, *id;
    int instance_role, partner_role; /* enum role; partner_role absent: the opposite */
    int failover_mode, replication_mode, seeding_mode;
    int link_mode; /* -1: by the number of databases */
    char *partner_endpoint, *partner_ag, *instance_ag;
    bool exists, keeps_link, partner_reachable, load;
    struct field_list databases; /* struct link_database */
    struct report report;
    struct result failover_result, update_result, delete_result;
    int failover_role_changes; /* -1: as the result says */
    /* run */
    struct sim_operation *operation; /* the running creation or change, or NULL */
    bool changing_roles;             /* the running operation is about to change the roles */
    bool broken;                     /* its creation failed and left it behind */
    int64_t role_changed_at;         /* 0: never */
};

struct database { /* outside links */
    char *name, *status;
    char *creation_date, *earliest_restore_point;
    char *last_backup_name;                  /* what completeRestore must name; empty: anything */
    cJSON *extended_accessibility, *restore; /* as ARM shows them; restore: members that differ */
    struct result delete_result, restore_result;
    /* run */
    bool dropped, completing;
    struct sim_operation *operation; /* its running deletion or restore, or NULL */
};

struct certificate {
    char *name;
    char *public_blob; /* DER in hexadecimal, as it was uploaded; empty: one is made at the start */
    int64_t days;      /* of a made one's validity, from now on; 0 and less: expired */
    /* run */
    struct x509_facts facts; /* read from public_blob */
    bool exists;
    struct sim_operation *operation; /* its running upload or deletion, or NULL */
};

struct instance {
    char *name, *subscription_id, *resource_group, *location;
    int license_type, hybrid_secondary_usage;
    int hybrid_secondary_usage_detected; /* -1: computed from the links */
    int64_t v_cores, storage_gb;
    char *sku, *tier, *database_format, *state;
    char *administrator_login, *subnet_id; /* subnet_id empty: computed */
    char *partner_database_format;         /* of SQL Server; empty: the instance's own */
    bool require_certificate;              /* a link needs a trusted certificate of the partner */
    bool cancellable;                      /* its operations can be cancelled */
    cJSON *tags, *properties;       /* properties: shown as they are, before those computed */
    struct field_list links;        /* struct link */
    struct field_list databases;    /* struct database */
    struct field_list certificates; /* struct certificate: of the partner, trusted */
    struct field_list endpoint_certificates; /* struct certificate: its own */
    struct result update_result;             /* of the instance itself */
    struct result create_result;             /* of links created on it */
    struct result certificate_result;        /* of its trusted certificates, uploaded or deleted */
    bool create_leaves_link; /* a failed creation leaves the link behind, with LinkCreationError */
    /* run */
    int creation;       /* RESULT_...: how its creation ended, where it stayed nevertheless */
    bool gone;          /* its creation failed or was cancelled */
    int64_t created_at; /* 0: long ago */
    struct sim_operation *operation; /* the running creation or update, or NULL */
};

extern const struct fields result_fields, link_database_fields, link_fields, database_fields,
    certificate_fields, instance_fields;

/* What the tables cannot say: the roles, ids and LSNs of a link (fills in those left out); that
 * names occur once; that blobs are certificates (reads or makes them). */
bool resource_check_link(struct link *link, struct field_error *error);
bool resource_check_instance(struct instance *instance, struct field_error *error);

#endif
