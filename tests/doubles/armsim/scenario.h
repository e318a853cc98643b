/* SPDX-License-Identifier: MIT */
/* What a scenario file describes: the tenant, the timing, the Managed Instances with their
 * links, and the faults. The model lives in the same structs: members after "run" are its state. */
#ifndef MILINK_ARMSIM_SCENARIO_H
#define MILINK_ARMSIM_SCENARIO_H

#include "identity.h"
#include "kind.h"
#include "resource.h"

enum fault_action {
    FAULT_DELAY,
    FAULT_CUT_BEFORE,
    FAULT_CUT_AFTER,
    FAULT_STATUS,
    FAULT_HTML,
    FAULT_GARBAGE,
    FAULT_TRUNCATE,
    FAULT_DRIP,
    FAULT_EMPTY,
    FAULT_HUGE
};
extern const char *const fault_names[];

enum lro_headers { LRO_BOTH, LRO_LOCATION, LRO_ASYNC, LRO_NONE };

struct fault {
    int on; /* enum kind */
    int64_t nth, count;
    int action; /* enum fault_action */
    int64_t delay_ms, status;
    int64_t retry_after;   /* seconds; -1: as the answer has it */
    bool retry_after_date; /* written as a date */
    int64_t bytes;         /* of a huge body */
    bool after_effect;     /* the request takes effect although its answer is replaced */
    char *path;            /* a part of path and query that it strikes; empty: any */
    cJSON *headers, *body;
    /* run */
    int64_t seen;  /* such requests since the fault was added */
    int64_t fired; /* how often it struck */
};

struct timing {
    int64_t failover_ms, set_role_ms, license_ms;
    int64_t link_create_ms, link_update_ms, link_delete_ms, seeding_ms;
    int64_t certificate_ms, database_ms, instance_create_ms, instance_ms, cancel_ms;
    int64_t operation_ms; /* when the operation URL reports the end; -1: with the change itself */
    int64_t accept_delay_ms, retry_after_seconds, lro_url_bytes, clock_skew_seconds;
    int64_t lro_polls; /* the operation URLs are lost (404) after so many polls; 0: never */
    int64_t page_size; /* of every list; 0: one page */
    int64_t reads, writes, deletes; /* sizes of the subscription's buckets */
    int lro_headers;                /* enum lro_headers */
    char *running_word;             /* the status of a running operation */
    bool created_201;               /* a creation is answered 201 with the resource, not 202 */
    bool initiated_200; /* changes of a link are answered 200 "initiated", without operation URLs */
    bool relative_lro_urls, throttle;
    bool refill; /* the buckets fill again with time */
};

struct permission {
    cJSON *actions, *not_actions; /* arrays of strings */
};

struct scenario {
    char *tenant_id, *client_id, *client_secret;
    int64_t token_seconds;
    bool secret_rejected;
    struct timing timing;
    struct identity identity;
    struct result instance_create_result;
    bool instance_create_stays;    /* an instance whose creation fails is there nevertheless */
    struct field_list permissions; /* struct permission; none: all that the simulator asks for */
    struct field_list instances;   /* struct instance */
    struct field_list faults;      /* struct fault */
};

extern const struct fields scenario_fields, timing_fields, permission_fields, fault_fields;

/* Fills a zeroed scenario from JSON text; scenario_clear frees it whatever the outcome. */
bool scenario_parse(struct scenario *scenario, const char *text, size_t length,
                    struct field_error *error);
void scenario_clear(struct scenario *scenario);
/* What the tables cannot say: that permissions are texts; the keys a fault needs. */
/* Replaces the permissions by those of {"permissions": [...]}; as they were after an error. */
bool permissions_replace(struct scenario *scenario, const cJSON *json, struct field_error *error);
bool permissions_check(const struct field_list *permissions, struct field_error *error);
bool fault_check(const struct fault *fault, struct field_error *error);

#endif
