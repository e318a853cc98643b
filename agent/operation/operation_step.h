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
 *              the same, may have left in a try before        CONFIRMING   Accepted (ambiguous)
 *              (engine) cannot be sent: no token, no secret,  ENDED        Failed, and why
 *              no audit trail
 *              the same, may have left                        CONFIRMING   Accepted (ambiguous)
 *              (engine) about to send                         SENDING      Accepted
 *              give_up_ms passed; role change, deletion:      ENDED        Failed, last refusal or
 *              OPERATION_SEND_SOON_MS                                     NOT_SENT
 *              the same, may have left                        ENDED        Unknown OUTCOME_UNKNOWN
 * SENDING      the agent starts and finds it                  CONFIRMING   Accepted (ambiguous)
 *              2xx with a poll URL                            POLLING      Running
 *              2xx without                                    CONFIRMING   Running
 *              it is so already, or under way (ARM_ADOPT)     CONFIRMING   Running
 *              its name is taken (ARM_COMPARE)                CONFIRMING   Running, error set
 *              the same, may have left in a try before        CONFIRMING   Accepted (ambiguous)
 *              DELETE: 404, Azure's own                       ENDED        Succeeded
 *              surely not taken: 429, 503 TooManyRequests,    JOURNALLED   Accepted, error set
 *              busy (ARM_RETRY)
 *              the same, too late for another try; those      ENDED        Failed
 *              two: after OPERATION_SEND_SOON_MS
 *              surely not taken: not sent, 401                JOURNALLED   Accepted, error set
 *              the same after OPERATION_TRIES                 ENDED        Failed
 *              lost, 408, 5xx: POST                           CONFIRMING   Accepted (ambiguous)
 *                         others (idempotent)                 JOURNALLED   Accepted, may have left
 *              the same after OPERATION_TRIES                 CONFIRMING   Accepted (ambiguous)
 *              other 4xx, or too late                         ENDED        Failed
 *              the same, may have left in a try before        CONFIRMING   Accepted (ambiguous)
 * POLLING      running, throttled, no connection, no token    POLLING      Running
 *              succeeded                                      CONFIRMING   Running (called done)
 *              failed or cancelled, 4xx of Azure's            CONFIRMING   Running, error set
 *              404 or 403, or OPERATION_POLL_TRIES answers    CONFIRMING   Running, URLs dropped
 *              in a row that tell nothing (5xx, no JSON)
 *              resource: complete                             ENDED        Succeeded
 *              resource: broken                               ENDED        Failed
 * CONFIRMING   resource: complete                             ENDED        Succeeded
 *              resource: complete, error set                  ENDED        Failed "do not repeat";
 *                                                                          ARM_ADOPT, ARM_COMPARE:
 *                                                                          Succeeded
 *              resource: under way, ambiguous                 CONFIRMING   Running
 *              resource: not yet, error set                   ENDED        Failed or Canceled
 *              resource: not yet, ambiguous, poll_at_ms       ENDED        Unknown OUTCOME_UNKNOWN
 *              passed
 *              resource: broken                               ENDED        Failed
 *              resource: vanished (a one-way link),           ENDED        Succeeded
 *              its databases are Online
 * SENDING and  give_up_ms passed                              ENDED        Unknown TIMED_OUT;
 * later                                                                    ambiguous or SENDING:
 *                                                                          OUTCOME_UNKNOWN
 * any          the instance left the configuration            ENDED        Unknown
 * INSTANCE_REMOVED; unsent: Failed
 *
 * What is complete, under way and so on: operation_judge.c, by kind.
 */
enum {
    OPERATION_TRIES = 4,            /* sends that are lost, find no connection or no valid token */
    OPERATION_SEND_SOON_MS = 60000, /* how long after its order a role change or a deletion of a
                                       link or database may be sent */
    OPERATION_POLL_TRIES = 5,       /* polls in a row that tell nothing */
    OPERATION_POLL_MS = 15000,      /* where Azure names no Retry-After (arm-api 6) */
    OPERATION_AMBIGUOUS_MS = 30000, /* how long it is watched after a lost answer */
    OPERATION_LOOK_MS = 60000       /* what an operation has at least after a restart */
};

/* Sends of one request that came to nothing; zeroed at first. */
struct operation_tries {
    unsigned failed; /* lost, not sent, refused with its token */
    unsigned busy;   /* throttled, or told to come again */
};

/* Whether the answer to the request was lost and nothing has shown yet that Azure took it. */
bool operation_is_ambiguous(const struct operation *operation);

/* What the agent finds in its journal when it starts. True when the operation changed. Its times
 * follow a clock that was set meanwhile, and it is looked at once before it is given up. */
bool operation_on_start(struct operation *operation, uint64_t now_ms);
/* The answer to the request. Always changes it; tries are counted on. */
void operation_on_sent(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, struct operation_tries *tries,
                       uint64_t now_ms);
/* The answer to a poll; sets poll_at_ms. useless: answers in a row that told nothing, 0 at first.
 * True when more than poll_at_ms and percent changed. */
bool operation_on_poll(struct operation *operation, const char *endpoint,
                       const struct http_answer *answer, unsigned *useless, uint64_t now_ms);
/* An answer to GET of what is watched. *gone: the link is not there and its databases decide. True
 * when the operation changed. */
bool operation_on_resource(struct operation *operation, const struct http_answer *answer,
                           bool *gone, uint64_t now_ms);
/* The link is gone: whether its databases are all Online on the instance. True when the operation
 * changed. */
bool operation_on_databases(struct operation *operation, bool online, uint64_t now_ms);
/* Time alone. True when it ended. */
bool operation_on_time(struct operation *operation, uint64_t now_ms);
/* Before the request left there was a reason not to send it: Failed with error, unless a try before
 * may have been taken. */
void operation_on_refused(struct operation *operation, const struct error *error, uint64_t now_ms);
/* The configuration does not allow its instance any more. */
void operation_on_removed(struct operation *operation, uint64_t now_ms);
/* Ends it; error stays as it is. */
void operation_end(struct operation *operation, enum operation_state state, uint64_t now_ms);
/* "link sales-link of prod", for error texts. */
void operation_subject(const struct operation *operation, char *text, size_t size);

#endif
