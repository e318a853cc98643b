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

/* Where the engine stands; see the table in operation_step.h. */
enum operation_phase {
    PHASE_JOURNALLED, /* written; to be sent, or sent again */
    PHASE_SENDING,    /* the request may have left */
    PHASE_POLLING,    /* Azure accepted it */
    PHASE_CONFIRMING, /* Azure calls it done, or its record is lost: the resource decides */
    PHASE_ENDED
};

enum operation_kind {
    OPERATION_LINK_FAILOVER,
    OPERATION_LINK_SET_ROLE,
    OPERATION_LICENSE_SET,
    OPERATION_LINK_CREATE,
    OPERATION_LINK_UPDATE,
    OPERATION_LINK_DELETE,
    OPERATION_CERTIFICATE_PUT,
    OPERATION_CERTIFICATE_DELETE,
    OPERATION_INSTANCE_CREATE,
    OPERATION_DATABASE_DELETE,
    OPERATION_RESTORE_COMPLETE
};

enum {
    OPERATION_URL_SIZE = 4097,
    OPERATION_PATH_SIZE = 2560,
    OPERATION_RESOURCE_SIZE = 16 + 128 * 3, /* a word, and a name of 128 characters */
    OPERATION_SUBJECT_SIZE = OPERATION_RESOURCE_SIZE + 80, /* with its instance */
    OPERATION_DETAIL_SIZE = 4000 * 3 + 1,
    OPERATION_BODY_SIZE = 20 * 1024,        /* a certificate of 8000 bytes in hexadecimal */
    OPERATION_DATABASES_SIZE = 4000 * 3 + 1 /* as long as the parameter that names them */
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
    char instance[65];                      /* alias */
    char link[129];                         /* empty: it is about no link */
    char resource[OPERATION_RESOURCE_SIZE]; /* what it changes, one open operation at a time: "link
                                               sales-link", "certificate Box", "database sales",
                                               "instance" */
    enum operation_state state;
    enum operation_phase phase;
    int percent; /* -1: Azure does not tell */
    uint64_t started_ms, ended_ms;
    uint64_t give_up_ms;  /* when an end is no longer awaited */
    int64_t clock_set_ms; /* by so much the host's clock was set since it started; the journal does
                             not keep it */

    /* The request: path below the ARM endpoint, without query. */
    char method[8];
    char path[OPERATION_PATH_SIZE];
    char api_version[32];
    char body[OPERATION_BODY_SIZE]; /* JSON; OPERATION_SECRET_MARK stands for the secret */
    char secret[65];                /* name of the stored secret that the body needs; or empty */

    /* What counts as done. */
    char wanted_role[16]; /* of the instance, for failover and set_role */
    char role_before[16];
    char failover_mode[16]; /* None: the link may vanish on success */
    bool forced;
    char databases[OPERATION_DATABASES_SIZE]; /* names of the link's databases, one a line */
    char watched[OPERATION_PATH_SIZE]; /* path of the resource whose own answer tells whether it is
                                          done */
    char wanted[512]; /* what it must say then: "properties.replicationMode=Sync", one a line */

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

    /* Of the call that asked, for the audit trail and the log; the journal does not keep it. */
    struct {
        char call[CRYPTO_GUID_SIZE]; /* empty after a restart of the agent */
        char client[256];            /* who is at the other end of the pipe; empty: unknown */
        bool confirm, force;         /* @confirm was given, @force set */
    } asker;
};

/* In a body, in place of a secret: the journal and @what_if never hold more. */
#define OPERATION_SECRET_MARK "<secret>"

const char *operation_state_name(enum operation_state state); /* "Accepted" */
/* By name, case-insensitive; false when there is no such state. */
bool operation_state_find(const char *name, enum operation_state *state);
bool operation_is_open(const struct operation *operation); /* Accepted or Running */
/* One more thing that the watched resource must say: the text at a path ("properties.licenseType").
 * NULL or an empty value wants nothing. False when there is no room. */
bool operation_want(struct operation *operation, const char *path, const char *value);

#endif
