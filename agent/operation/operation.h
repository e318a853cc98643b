/* SPDX-License-Identifier: MIT */
/* A write to Azure from the promise to its end: the row of the journal. */
#ifndef MILINK_AGENT_OPERATION_H
#define MILINK_AGENT_OPERATION_H

#include "crypto.h"
#include "error.h"
#include <stdbool.h>
#include <stdint.h>

/* What users see. */
enum operation_state {
    OPERATION_ACCEPTED, /* in the journal; Azure has not taken it yet */
    OPERATION_RUNNING,  /* Azure took it */
    OPERATION_SUCCEEDED,
    OPERATION_FAILED,
    OPERATION_CANCELED,
    OPERATION_UNKNOWN /* ended without knowing what Azure did */
};

/* Where the engine stands; see the table in operation.c. */
enum operation_phase {
    PHASE_JOURNALLED, /* written, no byte sent */
    PHASE_SENDING,    /* the request may have left: never sent again */
    PHASE_POLLING,    /* Azure accepted it */
    PHASE_CONFIRMING, /* Azure calls it done, or its record is lost: the resource decides */
    PHASE_ENDED
};

enum operation_kind { OPERATION_LINK_FAILOVER, OPERATION_LINK_SET_ROLE, OPERATION_LICENSE_SET };

enum {
    OPERATION_URL_SIZE = 4097,
    OPERATION_DETAIL_SIZE = 4000 * 3 + 1,
    OPERATION_BODY_SIZE = 2048
};

/* All texts are terminated UTF-8, empty when there is none; times are UTC milliseconds, 0 when not
 * yet. */
struct operation {
    char id[CRYPTO_GUID_SIZE];
    char request_id[CRYPTO_GUID_SIZE];
    char fingerprint[2 * CRYPTO_SHA256_SIZE +
                     1]; /* of what was asked: tells a repeat from a reuse */
    enum operation_kind kind;
    char procedure[64];
    char instance[65]; /* alias */
    char link[129];
    enum operation_state state;
    enum operation_phase phase;
    int percent; /* -1: Azure does not tell */
    uint64_t started_ms, ended_ms;
    uint64_t give_up_ms; /* when an end is no longer awaited */

    /* The request: path below the ARM endpoint, without query. */
    char method[8];
    char path[1024];
    char api_version[32];
    char body[OPERATION_BODY_SIZE];

    /* What counts as done. */
    char wanted_role[16]; /* of the instance, for failover and set_role */
    char role_before[16];
    char failover_mode[16]; /* None: the link may vanish on success */
    bool forced;
    char databases[2048];    /* names of the link's databases, one a line */
    char wanted_license[32]; /* licenseType, for license_set; empty: not asked */
    char wanted_usage[16];   /* hybridSecondaryUsage; empty: not asked */

    /* Azure's long-running operation. */
    char async_url[OPERATION_URL_SIZE];
    char location_url[OPERATION_URL_SIZE];
    uint64_t poll_at_ms; /* not before: Retry-After; ambiguous: when the watch ends */
    bool may_have_left;  /* JOURNALLED for another try of a PATCH whose answer was lost */
    char arm_request_id[64];
    char arm_correlation_id[64];

    struct error error;
    char detail[OPERATION_DETAIL_SIZE];

    /* Claims of the caller. */
    char caller[256 * 3 + 1];
    int64_t session_id; /* -1: not given */
    char reason[400 * 3 + 1];
    char change_ref[64 * 3 + 1];
};

const char *operation_state_name(enum operation_state state); /* "Accepted" */
/* By name, case-insensitive; false when there is no such state. */
bool operation_state_find(const char *name, enum operation_state *state);
bool operation_is_open(const struct operation *operation); /* Accepted or Running */

#endif
