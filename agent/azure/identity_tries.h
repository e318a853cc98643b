/* SPDX-License-Identifier: MIT */
/* Trying again, as all providers do that ask over HTTP: when, how often, and when not before a time
 * that the issuer named (azure-auth A.1, A.5). */
#ifndef MILINK_AGENT_IDENTITY_TRIES_H
#define MILINK_AGENT_IDENTITY_TRIES_H

#include "identity.h"

enum { IDENTITY_TRIES = 4 }; /* after 1, 2 and 4 s, each by a fifth more or less */

/* What came of one try. */
struct identity_attempt {
    unsigned most;    /* tries in all, when another may help; 0: it may not */
    uint64_t wait_ms; /* before it; 0: by the count of tries, IDENTITY_NOW: none */
    bool final;
};

#define IDENTITY_NOW UINT64_MAX

struct identity_tries {
    const char *subject; /* of errors; stays the provider's */
    struct http_client *http;
    /* One request and its answer; error is set unless there is a token. context is the provider. */
    struct identity_attempt (*once)(void *context, const struct identity_request *request,
                                    struct identity_token *token, struct error *error);
    void *context;
    uint64_t blocked_until_ms; /* monotonic: the issuer asked not to be called before */
    char blocked_why[128];
};

/* A provider's fetch, made of tries within the request's deadline. */
bool identity_try(struct identity_tries *tries, const struct identity_request *request,
                  struct identity_token *token, struct error *error);

/* Sends a request and waits for its answer, for milliseconds and the deadline at most. False with
 * error set when the caller's time is up or the agent stops. */
bool identity_ask(const struct identity_tries *tries, struct http_request *request,
                  const struct deadline *deadline, struct http_answer *answer, struct error *error);

/* What an answer of 408, 429 or 5xx means, a Retry-After included: sets error. */
struct identity_attempt identity_judge_busy(struct identity_tries *tries,
                                            const struct http_answer *answer, struct error *error);

#endif
