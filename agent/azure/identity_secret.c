/* SPDX-License-Identifier: MIT */
/* The identity with a client secret: asking Entra ID for a token, and trying again where that can
 * help. */
#include "identity.h"

#include "arm.h"
#include "crypto.h"
#include "identity_answer.h"
#include "secret_file.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIES = 4,               /* after 1, 2 and 4 s (azure-auth A.1) */
    FIRST_WAIT_MS = 1000,    /* each wait by a fifth more or less */
    LONGEST_WAIT_MS = 10000, /* a Retry-After that is worth waiting for within a call */
    ASK_MS = 20000,          /* for one try, so that a silent server leaves time for another */
    THROTTLED_MS = 30000     /* where a 429 names no time */
};

struct identity_secret {
    struct identity base;
    struct http_client *http; /* borrowed */
    char subject[256];        /* "client ... in tenant ..." */
    char url[512];
    char client_id[64];
    char secret_file[CONFIG_PATH_SIZE];
    uint64_t blocked_until_ms; /* monotonic: Entra ID asked not to be called before */
    char blocked_why[128];
    /* The request that is under way; wiped after it. */
    char secret[SECRET_FILE_SIZE];
    char body[3 * SECRET_FILE_SIZE + 2048];
};

/* What came of one try. */
struct attempt {
    bool again;       /* another try may help */
    uint64_t wait_ms; /* before it; 0: by the count of tries */
    bool final;
};

/* ---- the request ---- */

static bool append_field(char *body, size_t size, const char *name, const char *value)
{
    size_t used = 0;

    if (body[0] != '\0')
        text_append(body, size, "&");
    text_append(body, size, name);
    text_append(body, size, "=");
    used = strlen(body);
    return http_escape(value, body + used, size - used);
}

static bool build_body(struct identity_secret *self, const char *audience)
{
    char scope[300];
    size_t size = sizeof self->body;

    snprintf(scope, sizeof scope, "%s/.default", audience);
    self->body[0] = '\0';
    return append_field(self->body, size, "grant_type", "client_credentials") &&
           append_field(self->body, size, "client_id", self->client_id) &&
           append_field(self->body, size, "scope", scope) &&
           append_field(self->body, size, "client_secret", self->secret);
}

/* Reads the secret at each request, so that a new one counts at once. */
static bool load_secret(struct identity_secret *self, const char *audience, struct error *error)
{
    char why[256] = "", detail[CONFIG_PATH_SIZE + 320];

    if (secret_file_read(self->secret_file, self->secret, why, sizeof why)) {
        if (build_body(self, audience))
            return true;
        snprintf(why, sizeof why, "is too long to be sent");
    }
    snprintf(detail, sizeof detail, "nothing was sent, for the secret file %s %s",
             self->secret_file, why);
    error_set(error, MILINK_IDENTITY_REFUSED, self->subject, detail);
    return false;
}

static void wipe_request(struct identity_secret *self)
{
    crypto_wipe(self->secret, sizeof self->secret);
    crypto_wipe(self->body, sizeof self->body);
}

static bool keep_waiting(void *context)
{
    const struct deadline *deadline = context;

    return deadline_left_ms(deadline) > 0 && !deadline_interrupted(deadline);
}

static void ask(struct identity_secret *self, const char *correlation,
                const struct deadline *deadline, struct http_answer *answer)
{
    const struct http_header headers[] = {
        {"Content-Type", "application/x-www-form-urlencoded"},
        {"Accept", "application/json"},
        {"client-request-id", correlation},
        {"return-client-request-id", "true"},
        {"x-ms-lib-capability", "retry-after, h429"},
    };
    struct deadline soon = deadline_within(deadline, ASK_MS);
    struct http_request request = {.method = "POST",
                                   .url = self->url,
                                   .headers = headers,
                                   .header_count = sizeof headers / sizeof headers[0],
                                   .body = self->body,
                                   .body_length = strlen(self->body),
                                   .timeout_ms = deadline_left_ms(&soon)};

    if (request.timeout_ms == 0)
        request.timeout_ms = 1;
    http_perform(self->http, &request, keep_waiting, (void *)(uintptr_t)deadline, answer);
}

/* ---- what came of it ---- */

static void set_interrupted(const struct identity_secret *self, const struct deadline *deadline,
                            struct error *error)
{
    if (deadline_interrupted(deadline))
        error_set(error, MILINK_CALL_CANCELED, self->subject, NULL);
    else if (deadline_left_ms(deadline) == 0)
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject,
                  "the time allowed for the call passed");
    else
        error_set(error, MILINK_AGENT_STOPPING, self->subject, NULL);
}

/* Remembers until when Entra ID is not to be asked. */
static void block(struct identity_secret *self, int status, uint64_t wait_ms)
{
    char until[UTC_TEXT_SIZE];

    utc_text(clock_utc_ms() + wait_ms, until, sizeof until);
    self->blocked_until_ms = clock_monotonic_ms() + wait_ms;
    snprintf(self->blocked_why, sizeof self->blocked_why,
             "HTTP %d, it asks not to be called before %s", status, until);
}

/* 408, 429 and 5xx: when to try again, and whether within this call. */
static struct attempt judge_busy(struct identity_secret *self, const struct http_answer *answer,
                                 struct error *error)
{
    bool named = http_answer_header(answer, "Retry-After") != NULL;
    uint64_t wait_ms = arm_retry_after_ms(answer, clock_utc_ms());
    struct attempt attempt = {.again = true, .wait_ms = wait_ms};
    char detail[64];

    if (answer->status == 429 && wait_ms == 0 && !named)
        wait_ms = THROTTLED_MS;
    if (wait_ms > LONGEST_WAIT_MS) {
        block(self, answer->status, wait_ms);
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, self->blocked_why);
        return (struct attempt){.final = true};
    }
    snprintf(detail, sizeof detail, "it answered HTTP %d", answer->status);
    error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, detail);
    return attempt;
}

static struct attempt judge(struct identity_secret *self, const struct http_answer *answer,
                            const char *correlation, struct identity_token *token,
                            struct error *error)
{
    const struct identity_reader reader = {self->subject, correlation, self->secret,
                                           strrchr(self->body, '=') + 1};
    struct attempt attempt = {0};

    if (answer->result == HTTP_NOT_SENT || answer->result == HTTP_LOST) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, answer->why);
        attempt.again = true;
    } else if (answer->result == HTTP_TOO_LARGE) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, "its answer is too long");
    } else if (answer->status == 200) {
        identity_read_token(&reader, answer, token, error);
    } else if (answer->status == 408 || answer->status == 429 || answer->status >= 500) {
        attempt = judge_busy(self, answer, error);
    } else {
        switch (identity_read_refusal(&reader, answer, error)) {
        case IDENTITY_PASSING: attempt.again = true; break;
        case IDENTITY_FINAL: attempt.final = true; break;
        case IDENTITY_NO_ANSWER: break;
        }
    }
    return attempt;
}

/* One request and its answer. error is set unless there is a token. */
static struct attempt try_once(struct identity_secret *self, const char *audience,
                               const struct deadline *deadline, struct identity_token *token,
                               struct error *error)
{
    struct http_answer answer = {.result = HTTP_CANCELED};
    char correlation[CRYPTO_GUID_SIZE];
    struct attempt attempt = {0};

    if (deadline_left_ms(deadline) == 0 || deadline_interrupted(deadline)) {
        set_interrupted(self, deadline, error);
        return attempt;
    }
    if (!crypto_new_guid(correlation)) {
        error_set(error, MILINK_AGENT_FAILED, self->subject, "no random numbers could be had");
        return attempt;
    }
    if (!load_secret(self, audience, error))
        goto out;
    ask(self, correlation, deadline, &answer);
    if (answer.result == HTTP_CANCELED)
        set_interrupted(self, deadline, error);
    else
        attempt = judge(self, &answer, correlation, token, error);
out:
    wipe_request(self);
    http_answer_clear(&answer);
    return attempt;
}

/* ---- trying again ---- */

/* Doubles with each try, by up to a fifth more or less so that agents do not come in step. */
static uint64_t wait_before_try(unsigned tries)
{
    uint64_t base = (uint64_t)FIRST_WAIT_MS << (tries - 1);
    uint64_t span = base * 2 / 5;
    uint16_t random = UINT16_MAX / 2;

    (void)crypto_random(&random, sizeof random);
    return base - span / 2 + span * random / UINT16_MAX;
}

static bool secret_fetch(struct identity *identity, const char *audience,
                         const struct deadline *deadline, struct identity_token *token,
                         struct error *error)
{
    struct identity_secret *self = (struct identity_secret *)identity;
    struct attempt attempt = {0};

    memset(token, 0, sizeof *token);
    if (clock_monotonic_ms() < self->blocked_until_ms) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, self->blocked_why);
        token->final = true;
        return false;
    }
    for (unsigned tries = 1;; tries++) {
        error->number = 0; /* of the try before */
        attempt = try_once(self, audience, deadline, token, error);
        if (!attempt.again || tries == TRIES)
            break;
        if (attempt.wait_ms == 0)
            attempt.wait_ms = wait_before_try(tries);
        if (!deadline_pause(deadline, attempt.wait_ms))
            break;
    }
    if (attempt.again && deadline_interrupted(deadline)) { /* the wait ended so */
        error->number = 0;
        set_interrupted(self, deadline, error);
    }
    if (error->number != 0)
        crypto_wipe(token, sizeof *token);
    token->final = attempt.final;
    return error->number == 0;
}

static void secret_free(struct identity *identity)
{
    struct identity_secret *self = (struct identity_secret *)identity;

    if (self != NULL)
        crypto_wipe(self, sizeof *self);
    free(self);
}

struct identity *identity_secret_new(const struct config *config, struct http_client *http,
                                     char *why, size_t why_size)
{
    const struct config_identity *from = &config->identity;
    struct identity_secret *self = calloc(1, sizeof *self);

    if (self == NULL) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    self->base.name = "client_secret";
    self->base.fetch = secret_fetch;
    self->base.free = secret_free;
    self->http = http;
    text_copy(self->client_id, sizeof self->client_id, from->client_id);
    text_copy(self->secret_file, sizeof self->secret_file, from->secret_file);
    snprintf(self->subject, sizeof self->subject, "client %s in tenant %s", from->client_id,
             from->tenant_id);
    snprintf(self->url, sizeof self->url, "%s/%s/oauth2/v2.0/token", config->authority,
             from->tenant_id);
    return &self->base;
}
