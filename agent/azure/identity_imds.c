/* SPDX-License-Identifier: MIT */
/* The managed identity of an Azure virtual machine, by its instance metadata service (azure-auth
 * A.5). */
#include "identity_answer.h"
#include "identity_managed.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMDS_ENDPOINT "http://169.254.169.254"
#define IMDS_VERSION  "2018-02-01"

enum {
    ASK_MS = 10000,
    PROBE_MS = 1000,
    UPDATING_TRIES = 8, /* 410: the service is being updated, for 70 s at most */
    UPDATING_WAIT_MS = 10000
};

struct identity_imds {
    struct identity base;
    struct managed managed;
    struct identity_tries tries;
    char subject[160];
};

/* Answers that pass: 410 while the service is updated, 404 while it or the identity is set up, 429
 * when it is asked too often and names no time. NULL: another. */
static const char *passing(const struct http_answer *answer)
{
    switch (answer->status) {
    case 404: return "it is being set up";
    case 410: return "it is being updated";
    case 429:
        return http_answer_header(answer, "Retry-After") == NULL ? "it asks for fewer requests"
                                                                 : NULL;
    default: return NULL;
    }
}

static struct identity_attempt judge_passing(const struct identity_imds *self, int status,
                                             const char *why, struct error *error)
{
    bool updating = status == 410;
    char detail[80];

    snprintf(detail, sizeof detail, "it answered HTTP %d: %s", status, why);
    error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, detail);
    return updating ? (struct identity_attempt){.most = UPDATING_TRIES, .wait_ms = UPDATING_WAIT_MS}
                    : (struct identity_attempt){.most = IDENTITY_TRIES};
}

static struct identity_attempt judge_refusal(const struct identity_imds *self,
                                             const struct http_answer *answer, struct error *error)
{
    const struct identity_reader reader = {
        .issuer = "an instance metadata service",
        .subject = self->subject,
        .advice = "switch the identity on for this virtual machine, or assign the one that is "
                  "configured to it"};
    struct identity_attempt attempt = {0};

    attempt.final = identity_read_refusal(&reader, answer, error) == IDENTITY_FINAL;
    return attempt;
}

static struct identity_attempt judge(struct identity_imds *self, const struct http_answer *answer,
                                     struct identity_token *token, struct error *error)
{
    struct identity_attempt attempt = {0};

    if (answer->result == HTTP_NOT_SENT || answer->result == HTTP_LOST) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, answer->why);
        attempt.most = IDENTITY_TRIES;
    } else if (answer->result == HTTP_TOO_LARGE) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, "its answer is too long");
    } else if (answer->status == 200) {
        managed_read_token(&self->managed, self->subject, answer, token, error);
        attempt.final = error->number == MILINK_IDENTITY_REFUSED;
    } else if (passing(answer) != NULL) {
        attempt = judge_passing(self, answer->status, passing(answer), error);
    } else if (answer->status == 408 || answer->status == 429 || answer->status >= 500) {
        attempt = identity_judge_busy(&self->tries, answer, error);
    } else {
        attempt = judge_refusal(self, answer, error);
    }
    return attempt;
}

static struct identity_attempt try_once(void *context, const struct identity_request *request,
                                        struct identity_token *token, struct error *error)
{
    static const struct http_header headers[] = {{"Metadata", "true"}};
    struct identity_imds *self = context;
    struct http_answer answer = {.result = HTTP_CANCELED};
    struct identity_attempt attempt = {0};
    char url[MANAGED_URL_SIZE];
    struct http_request http = {.method = "GET",
                                .url = url,
                                .plain_local = true,
                                .headers = headers,
                                .header_count = 1,
                                .timeout_ms = ASK_MS};

    if (!managed_url(&self->managed, request->audience, url))
        error_set(error, MILINK_AGENT_FAILED, self->subject, "the request's URL is too long");
    else if (identity_ask(&self->tries, &http, request->deadline, &answer, error))
        attempt = judge(self, &answer, token, error);
    http_answer_clear(&answer);
    return attempt;
}

static bool imds_fetch(struct identity *identity, const struct identity_request *request,
                       struct identity_token *token, struct error *error)
{
    struct identity_imds *self = (struct identity_imds *)identity;

    return identity_try(&self->tries, request, token, error);
}

static void imds_describe(const struct identity *identity, char *text, size_t size)
{
    const struct identity_imds *self = (const struct identity_imds *)identity;
    char who[640];

    managed_describe(&self->managed, who, sizeof who);
    snprintf(text, size, "managed identity of this virtual machine at %s, %s",
             self->managed.endpoint, who);
}

static void imds_free(struct identity *identity)
{
    free(identity);
}

struct identity *identity_imds_new(const struct config *config, struct http_client *http, char *why,
                                   size_t why_size)
{
    struct identity_imds *self = calloc(1, sizeof *self);

    if (self == NULL) {
        snprintf(why, why_size, "memory ran out");
        return NULL;
    }
    self->base = (struct identity){
        .name = "imds", .fetch = imds_fetch, .describe = imds_describe, .free = imds_free};
    self->managed.version = IMDS_VERSION;
    if (!managed_set(&self->managed, config, IMDS_ENDPOINT, why, why_size)) {
        free(self);
        return NULL;
    }
    snprintf(self->subject, sizeof self->subject, "instance metadata service at %s",
             self->managed.endpoint);
    self->tries = (struct identity_tries){
        .subject = self->subject, .http = http, .once = try_once, .context = self};
    return &self->base;
}

/* Without the header Metadata the service answers 400, and whatever else may sit at its address
 * something else. */
bool identity_imds_answers(const struct config *config, struct http_client *http)
{
    struct managed managed = {.version = IMDS_VERSION};
    struct http_answer answer = {.result = HTTP_CANCELED};
    char url[MANAGED_URL_SIZE], ignored[256];
    struct http_request request = {
        .method = "GET", .url = url, .plain_local = true, .timeout_ms = PROBE_MS};
    bool answers = false;

    if (!managed_set(&managed, config, IMDS_ENDPOINT, ignored, sizeof ignored) ||
        !managed_url(&managed, config->audience, url))
        return false;
    http_perform(http, &request, NULL, NULL, &answer);
    answers = answer.result == HTTP_ANSWERED && answer.status == 400;
    http_answer_clear(&answer);
    return answers;
}
