/* SPDX-License-Identifier: MIT */
/* Asking Entra ID for a token of an application, whatever proves who asks (azure-auth A.1). */
#include "identity_client.h"

#include "clock_skew.h"
#include "crypto.h"
#include "identity_answer.h"
#include "identity_tries.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ASK_MS = 20000, /* for one try, so that a silent server leaves time for another */
    /* Only a secret is longer in a form than before, threefold; an assertion is not. */
    FORM_SIZE = CLIENT_VALUE_SIZE + 3 * IDENTITY_CLAIMS_SIZE + 2048
};

struct identity_client {
    struct identity base;
    struct client_credential *credential; /* owned */
    struct client_account account;
    struct identity_tries tries;
    char subject[256]; /* "client ... in tenant ..." */
    bool corrected;    /* the fetch that is under way has met a clock that is wrong */
    /* The request that is under way; wiped after it. */
    char value[CLIENT_VALUE_SIZE];
    char form[FORM_SIZE];
    const char *escaped; /* the value in the form */
};

/* ---- the account ---- */

static bool is_made_of(const char *text, const char *others)
{
    for (; *text != '\0'; text++)
        if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
              (*text >= '0' && *text <= '9') || strchr(others, *text) != NULL))
            return false;
    return true;
}

void *client_credential_new(size_t size, const char *flaw, char *why, size_t why_size)
{
    text_copy(why, why_size, flaw != NULL ? flaw : "memory ran out");
    return flaw == NULL ? calloc(1, size) : NULL;
}

const char *client_account_set(struct client_account *account, const struct config *config,
                               const char *tenant_id, const char *client_id)
{
    if (tenant_id == NULL || tenant_id[0] == '\0')
        return "identity.tenant_id is missing; name the tenant of the application";
    if (client_id == NULL || client_id[0] == '\0')
        return "identity.client_id is missing; name the application (client) id";
    if (!is_made_of(tenant_id, ".-") || strlen(tenant_id) >= sizeof account->tenant_id)
        return "the tenant is neither a GUID nor a domain name";
    if (!is_made_of(client_id, "-") || strlen(client_id) >= sizeof account->client_id)
        return "the client id is not a GUID";
    text_copy(account->tenant_id, sizeof account->tenant_id, tenant_id);
    text_copy(account->client_id, sizeof account->client_id, client_id);
    snprintf(account->url, sizeof account->url, "%s/%s/oauth2/v2.0/token", config->authority,
             tenant_id);
    return NULL;
}

/* ---- the request ---- */

static bool append_value(struct identity_client *self, const char *value)
{
    size_t used = strlen(self->form);

    return http_escape(value, self->form + used, sizeof self->form - used);
}

static bool append_field(struct identity_client *self, const char *name, const char *value)
{
    text_append(self->form, sizeof self->form, name);
    return append_value(self, value);
}

static bool build_form(struct identity_client *self, const struct identity_request *request)
{
    char scope[300];

    snprintf(scope, sizeof scope, "%s/.default", request->audience);
    text_copy(self->form, sizeof self->form, "grant_type=client_credentials");
    if (!append_field(self, "&client_id=", self->account.client_id) ||
        !append_field(self, "&scope=", scope) ||
        (request->claims != NULL && !append_field(self, "&claims=", request->claims)))
        return false;
    text_append(self->form, sizeof self->form, "&");
    text_append(self->form, sizeof self->form, self->credential->fields);
    self->escaped = self->form + strlen(self->form);
    return append_value(self, self->value);
}

static bool load(struct identity_client *self, const struct identity_request *request,
                 struct error *error)
{
    char why[CONFIG_PATH_SIZE + 512] = "the proof of the identity is too long to be sent";
    char detail[sizeof why + 32];

    if (self->credential->load(self->credential, &self->account, self->value, why, sizeof why) &&
        build_form(self, request))
        return true;
    snprintf(detail, sizeof detail, "nothing was sent, for %s", why);
    error_set(error, MILINK_IDENTITY_REFUSED, self->subject, detail);
    return false;
}

static bool ask(struct identity_client *self, const char *correlation,
                const struct deadline *deadline, struct http_answer *answer, struct error *error)
{
    const struct http_header headers[] = {
        {"Content-Type", "application/x-www-form-urlencoded"},
        {"Accept", "application/json"},
        {"client-request-id", correlation},
        {"return-client-request-id", "true"},
        {"x-ms-lib-capability", "retry-after, h429"},
    };
    struct http_request request = {.method = "POST",
                                   .url = self->account.url,
                                   .headers = headers,
                                   .header_count = sizeof headers / sizeof headers[0],
                                   .body = self->form,
                                   .body_length = strlen(self->form),
                                   .timeout_ms = ASK_MS};

    return identity_ask(&self->tries, &request, deadline, answer, error);
}

/* ---- what came of it ---- */

/* Entra ID's answers tell its time: a refusal for a wrong clock is worth one more try at once. */
static struct identity_attempt judge_refusal(struct identity_client *self,
                                             const struct identity_reader *reader,
                                             const struct http_answer *answer, struct error *error)
{
    struct identity_attempt attempt = {0};

    switch (identity_read_refusal(reader, answer, error)) {
    case IDENTITY_PASSING:
        attempt.most = IDENTITY_TRIES;
        attempt.final = error->number == MILINK_IDENTITY_REFUSED;
        break;
    case IDENTITY_CLOCK:
        attempt.final = true;
        attempt.most = self->corrected ? 0 : IDENTITY_TRIES;
        attempt.wait_ms = IDENTITY_NOW;
        self->corrected = true;
        break;
    case IDENTITY_FINAL: attempt.final = true; break;
    case IDENTITY_NO_ANSWER: break;
    }
    return attempt;
}

static struct identity_attempt judge(struct identity_client *self, const struct http_answer *answer,
                                     const char *correlation, struct identity_token *token,
                                     struct error *error)
{
    const struct identity_reader reader = {
        .issuer = "Entra ID",
        .subject = self->subject,
        .correlation = correlation,
        .secret = self->value,
        .escaped = self->escaped,
    };
    struct identity_attempt attempt = {0};

    clock_skew_note(answer);
    if (answer->result == HTTP_NOT_SENT || answer->result == HTTP_LOST) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, answer->why);
        attempt.most = IDENTITY_TRIES;
    } else if (answer->result == HTTP_TOO_LARGE) {
        error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, "its answer is too long");
    } else if (answer->status == 200) {
        identity_read_token(&reader, answer, token, error);
    } else if (answer->status == 408 || answer->status == 429 || answer->status >= 500) {
        attempt = identity_judge_busy(&self->tries, answer, error);
    } else {
        attempt = judge_refusal(self, &reader, answer, error);
    }
    return attempt;
}

static struct identity_attempt try_once(void *context, const struct identity_request *request,
                                        struct identity_token *token, struct error *error)
{
    struct identity_client *self = context;
    struct http_answer answer = {.result = HTTP_CANCELED};
    char correlation[CRYPTO_GUID_SIZE];
    struct identity_attempt attempt = {0};

    if (!crypto_new_guid(correlation)) {
        error_set(error, MILINK_AGENT_FAILED, self->subject, "no random numbers could be had");
        return attempt;
    }
    if (load(self, request, error) && ask(self, correlation, request->deadline, &answer, error))
        attempt = judge(self, &answer, correlation, token, error);
    crypto_wipe(self->value, sizeof self->value);
    crypto_wipe(self->form, sizeof self->form);
    http_answer_clear(&answer);
    return attempt;
}

static bool client_fetch(struct identity *identity, const struct identity_request *request,
                         struct identity_token *token, struct error *error)
{
    struct identity_client *self = (struct identity_client *)identity;

    self->corrected = false;
    return identity_try(&self->tries, request, token, error);
}

/* ---- the whole ---- */

static void client_describe(const struct identity *identity, char *text, size_t size)
{
    const struct identity_client *self = (const struct identity_client *)identity;

    self->credential->describe(self->credential, text, size);
    text_append(text, size, "; ");
    text_append(text, size, self->subject);
}

static void client_free(struct identity *identity)
{
    struct identity_client *self = (struct identity_client *)identity;

    if (self == NULL)
        return;
    self->credential->free(self->credential);
    crypto_wipe(self, sizeof *self);
    free(self);
}

struct identity *identity_client_new(const struct client_account *account, struct http_client *http,
                                     struct client_credential *credential)
{
    struct identity_client *self = calloc(1, sizeof *self);

    if (self == NULL) {
        credential->free(credential);
        return NULL;
    }
    self->base = (struct identity){.name = credential->name,
                                   .fetch = client_fetch,
                                   .describe = client_describe,
                                   .free = client_free};
    self->credential = credential;
    self->account = *account;
    snprintf(self->subject, sizeof self->subject, "client %s in tenant %s", account->client_id,
             account->tenant_id);
    self->tries = (struct identity_tries){
        .subject = self->subject, .http = http, .once = try_once, .context = self};
    return &self->base;
}
