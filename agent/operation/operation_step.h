/* SPDX-License-Identifier: MIT */
/* The state machine of an operation: events in, the changed operation out. No I/O, no clock, no
 * lock. */
#ifndef MILINK_AGENT_OPERATION_STEP_H
#define MILINK_AGENT_OPERATION_STEP_H

#include "http.h"
#include "operation.h"

/*
 * Phase        event                                          next phase   state
 * -----------  ---------------------------------------------  -----------  ------------------------
 * JOURNALLED   the agent starts and finds it                  ENDED        Failed NOT_SENT
 *              the same, a PATCH whose answer was lost        CONFIRMING   Accepted (ambiguous)
 *              (engine) about to send                         SENDING      Accepted
 * SENDING      the agent starts and finds it                  CONFIRMING   Accepted (ambiguous)
 *              2xx with a poll URL                            POLLING      Running
 *              2xx without                                    CONFIRMING   Running
 *              409 already in role / change under way         CONFIRMING   Running
 *              surely not taken (not sent, 401, 429, 503)     JOURNALLED   Accepted
 *              the same after OPERATION_TRIES                 ENDED        Failed
 *              other 4xx                                      ENDED        Failed
 *              lost, 5xx: POST                                CONFIRMING   Accepted (ambiguous)
 *                         PATCH (idempotent)                  JOURNALLED   Accepted
 *              the same after OPERATION_TRIES                 CONFIRMING   Accepted (ambiguous)
 * POLLING      poll: running, or no usable answer             POLLING      Running
 *              poll: succeeded                                CONFIRMING   Running
 *              poll: failed or cancelled                      CONFIRMING   Running, error set
 *              poll: 404 or 403, no record to be read         CONFIRMING   Running
 *              resource: roles are as wanted                  ENDED        Succeeded
 * CONFIRMING   resource: as wanted                            ENDED        Succeeded
 *              resource: as wanted, error set                 ENDED        Failed
 *              resource: not, its state holds Error           ENDED        Failed
 *              resource: not, error set                       ENDED        Failed or Canceled
 *              resource: not, ambiguous, change under way     CONFIRMING   Running
 *              resource: not, ambiguous, AMBIGUOUS_MS passed  ENDED        Unknown OUTCOME_UNKNOWN
 *              resource: gone, one-way, databases Online      ENDED        Succeeded
 * any          give_up_ms passed                              ENDED        Unknown TIMED_OUT
 */
enum {
    OPERATION_TRIES = 4,       /* sends of a request that Azure surely has not taken */
    OPERATION_POLL_MS = 15000, /* where Azure names no Retry-After (arm-api 6) */
    OPERATION_POLL_MAX_MS = 60000,
    OPERATION_AMBIGUOUS_MS = 30000 /* how long it is watched after a lost answer */
};

/* Whether the answer to the request was lost and nothing has shown yet that Azure took it. */
bool operation_is_ambiguous(const struct operation *operation);

/* What the agent finds in its journal when it starts. True when the operation changed. */
bool operation_on_start(struct operation *operation, uint64_t now_ms);
/* The answer to the request. tries: how often it was sent, from 1. Always changes it. */
void operation_on_sent(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, unsigned tries, uint64_t now_ms);
/* The answer to a poll; sets poll_at_ms. True when more than poll_at_ms and percent changed. */
bool operation_on_poll(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, uint64_t now_ms);
/* An answer to GET of the link (link operations) or the instance. *gone: the link is not there and
 * its databases decide. True when the operation changed. */
bool operation_on_resource(struct operation *operation, const struct http_answer *answer,
                           bool *gone, uint64_t now_ms);
/* The link is gone: whether its databases are all Online on the instance. True when the operation
 * changed. */
bool operation_on_databases(struct operation *operation, bool online, uint64_t now_ms);
/* Time alone. True when it ended. */
bool operation_on_time(struct operation *operation, uint64_t now_ms);
/* Ends it; error stays as it is. */
void operation_end(struct operation *operation, enum operation_state state, uint64_t now_ms);
/* "link sales-link of prod", for error texts. */
void operation_subject(const struct operation *operation, char *text, size_t size);

#endif
