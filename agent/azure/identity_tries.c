/* SPDX-License-Identifier: MIT */
/* The loop of tries, the waits between them, and what ends it early. */
#include "identity_tries.h"

#include "arm.h"
#include "crypto.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <string.h>

enum {
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 10000, /* a Retry-After that is worth waiting for within a fetch */
    THROTTLED_MS = 30000     /* where a 429 names no time */
};

static void set_interrupted(const struct identity_tries *tries, const struct deadline *deadline,
                            struct error *error)
{
    error->number = 0; /* of the try before */
    if (deadline_interrupted(deadline))
        error_set(error, MILINK_CALL_CANCELED, tries->subject, NULL);
    else if (deadline_left_ms(deadline) == 0)
        error_set(error, MILINK_IDENTITY_UNREACHABLE, tries->subject,
                  "the time allowed for the call passed");
    else
        error_set(error, MILINK_AGENT_STOPPING, tries->subject, NULL);
}

static bool keep_waiting(void *context)
{
    const struct deadline *deadline = context;

    return deadline_left_ms(deadline) > 0 && !deadline_interrupted(deadline);
}

bool identity_ask(const struct identity_tries *tries, struct http_request *request,
                  const struct deadline *deadline, struct http_answer *answer, struct error *error)
{
    uint32_t left = deadline_left_ms(deadline);

    if (left == 0 || deadline_interrupted(deadline)) {
        set_interrupted(tries, deadline, error);
        return false;
    }
    if (request->timeout_ms > left)
        request->timeout_ms = left;
    http_perform(tries->http, request, keep_waiting, (void *)(uintptr_t)deadline, answer);
    if (answer->result != HTTP_CANCELED)
        return true;
    set_interrupted(tries, deadline, error);
    return false;
}

/* Remembers until when the issuer is not to be asked. */
static void block(struct identity_tries *tries, int status, uint64_t wait_ms)
{
    char until[UTC_TEXT_SIZE];

    utc_text(clock_utc_ms() + wait_ms, until, sizeof until);
    tries->blocked_until_ms = clock_monotonic_ms() + wait_ms;
    snprintf(tries->blocked_why, sizeof tries->blocked_why,
             "HTTP %d, it asks not to be called before %s", status, until);
}

struct identity_attempt identity_judge_busy(struct identity_tries *tries,
                                            const struct http_answer *answer, struct error *error)
{
    bool named = http_answer_header(answer, "Retry-After") != NULL;
    uint64_t wait_ms = arm_retry_after_ms(answer, clock_utc_ms());
    char detail[64];

    if (answer->status == 429 && wait_ms == 0 && !named)
        wait_ms = THROTTLED_MS;
    if (wait_ms > LONGEST_WAIT_MS) {
        block(tries, answer->status, wait_ms);
        error_set(error, MILINK_IDENTITY_UNREACHABLE, tries->subject, tries->blocked_why);
        return (struct identity_attempt){.final = true};
    }
    snprintf(detail, sizeof detail, "it answered HTTP %d", answer->status);
    error_set(error, MILINK_IDENTITY_UNREACHABLE, tries->subject, detail);
    return (struct identity_attempt){.most = IDENTITY_TRIES, .wait_ms = wait_ms};
}

/* Doubles with each try, by up to a fifth more or less so that agents do not come in step. */
static uint64_t wait_before_try(unsigned tries)
{
    uint64_t base = (uint64_t)FIRST_WAIT_MS << (tries - 1);
    uint64_t span = base * 2 / 5;
    uint16_t random = UINT16_MAX / 2;

    (void)crypto_random(&random, sizeof random);
    return base - span / 2 + span * random / UINT16_MAX;
}

/* False when no other try is to be made: it would not help, or not in time. */
static bool wait_for_try(const struct identity_attempt *attempt, unsigned tries,
                         const struct identity_request *request, const struct error *error)
{
    uint64_t wait_ms = attempt->wait_ms;

    if (tries >= attempt->most)
        return false;
    if (wait_ms == IDENTITY_NOW)
        return true;
    if (request->on_trouble != NULL)
        request->on_trouble(request->context, error);
    return deadline_pause(request->deadline, wait_ms > 0 ? wait_ms : wait_before_try(tries));
}

bool identity_try(struct identity_tries *tries, const struct identity_request *request,
                  struct identity_token *token, struct error *error)
{
    struct identity_attempt attempt = {0};

    memset(token, 0, sizeof *token);
    if (clock_monotonic_ms() < tries->blocked_until_ms) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, tries->subject, tries->blocked_why);
        token->final = true;
        return false;
    }
    for (unsigned count = 1;; count++) {
        error->number = 0; /* of the try before */
        attempt = tries->once(tries->context, request, token, error);
        if (!wait_for_try(&attempt, count, request, error))
            break;
    }
    if (attempt.most > 0 && deadline_interrupted(request->deadline)) /* the wait ended so */
        set_interrupted(tries, request->deadline, error);
    if (error->number != 0)
        crypto_wipe(token, sizeof *token);
    token->final = attempt.final;
    return error->number == 0;
}
