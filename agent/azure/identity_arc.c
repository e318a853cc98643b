/* SPDX-License-Identifier: MIT */
/* The managed identity of an Azure Arc-enabled server, by the service HIMDS on it: a question, a
 * key file that answers it, and the question again with the key (azure-auth A.6). */
#include "arc_key.h"
#include "crypto.h"
#include "identity_answer.h"
#include "identity_managed.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARC_ENDPOINT "http://127.0.0.1:40342"
#define ARC_VERSION  "2020-06-01"
#define ARC_ADVICE   "is the Azure Arc agent running and connected? Run azcmagent show"

enum { FETCH_MS = 30000 }; /* both requests and all tries: HIMDS asks Entra ID in its turn */

struct identity_arc {
    struct identity base;
    struct managed managed;
    struct identity_tries tries;
    char subject[160];
    char directory[CONFIG_PATH_SIZE];     /* of the keys */
    char authorization[ARC_KEY_SIZE + 8]; /* of the request under way; wiped after it */
};

/* ---- the key ---- */

/* Whether text begins so, in any case. */
static bool begins(const char *text, const char *start)
{
    size_t length = strlen(start);

    return strlen(text) >= length && text_equal_bytes(start, text, length);
}

/* The path in Basic realm=PATH, quoted or not; false when the header is another. */
static bool read_realm(const char *header, char *path, size_t size)
{
    size_t length = 0;

    if (!begins(header, "Basic "))
        return false;
    header += strlen("Basic ");
    header += strspn(header, " ");
    if (!begins(header, "realm="))
        return false;
    header += strlen("realm=");
    length = strlen(header);
    if (length >= 2 && header[0] == '"' && header[length - 1] == '"') {
        header++;
        length -= 2;
    }
    if (length == 0 || length >= size || memchr(header, '"', length) != NULL)
        return false;
    text_copy_bytes(path, size, header, length);
    return true;
}

static bool find_realm(const struct http_answer *answer, char *path, size_t size)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (text_equal(answer->headers[i].name, "WWW-Authenticate") &&
            read_realm(answer->headers[i].value, path, size))
            return true;
    return false;
}

static bool take_key(struct identity_arc *self, const struct http_answer *answer,
                     struct error *error)
{
    char path[CONFIG_PATH_SIZE], why[2048] = "its 401 names no key file", key[ARC_KEY_SIZE];
    bool taken = find_realm(answer, path, sizeof path) &&
                 arc_key_read(self->directory, path, key, why, sizeof why);

    if (taken)
        snprintf(self->authorization, sizeof self->authorization, "Basic %s", key);
    else
        error_set(error, MILINK_IDENTITY_REFUSED, self->subject, why);
    crypto_wipe(key, sizeof key);
    return taken;
}

/* ---- the requests ---- */

static bool ask(struct identity_arc *self, const struct identity_request *request,
                struct http_answer *answer, struct error *error)
{
    const struct http_header headers[] = {{"Metadata", "true"},
                                          {"Authorization", self->authorization}};
    char url[MANAGED_URL_SIZE];
    struct http_request http = {.method = "GET",
                                .url = url,
                                .plain_local = true,
                                .headers = headers,
                                .header_count = self->authorization[0] != '\0' ? 2 : 1,
                                .timeout_ms = FETCH_MS};

    if (managed_url(&self->managed, request->audience, url))
        return identity_ask(&self->tries, &http, request->deadline, answer, error);
    error_set(error, MILINK_AGENT_FAILED, self->subject, "the request's URL is too long");
    return false;
}

static void set_unreachable(const struct identity_arc *self, const char *what, struct error *error)
{
    char detail[512];

    snprintf(detail, sizeof detail, "%s; %s", what, ARC_ADVICE);
    error_set(error, MILINK_IDENTITY_UNREACHABLE, self->subject, detail);
}

static struct identity_attempt judge_refusal(const struct identity_arc *self,
                                             const struct http_answer *answer, struct error *error)
{
    const struct identity_reader reader = {
        .issuer = "Azure Arc", .subject = self->subject, .advice = ARC_ADVICE};
    struct identity_attempt attempt = {0};

    attempt.final = identity_read_refusal(&reader, answer, error) == IDENTITY_FINAL;
    return attempt;
}

/* Anything but the 200 of the second request, or the 401 of the first. */
static struct identity_attempt judge_failure(struct identity_arc *self,
                                             const struct http_answer *answer, struct error *error)
{
    struct identity_attempt attempt = {0};
    char what[64];

    if (answer->result == HTTP_NOT_SENT || answer->result == HTTP_LOST) {
        set_unreachable(self, answer->why, error);
        attempt.most = IDENTITY_TRIES;
    } else if (answer->result == HTTP_TOO_LARGE) {
        set_unreachable(self, "its answer is too long", error);
    } else if (answer->status == 429) {
        attempt = identity_judge_busy(&self->tries, answer, error);
    } else if (answer->status == 408 || answer->status >= 500) {
        snprintf(what, sizeof what, "it answered HTTP %d", answer->status);
        set_unreachable(self, what, error);
        attempt.most = IDENTITY_TRIES;
    } else if (answer->status == 200) {
        set_unreachable(
            self, "it gave a token without asking for a key, which Azure Arc never does", error);
    } else {
        attempt = judge_refusal(self, answer, error);
    }
    return attempt;
}

/* The key counts once: each 401 comes with a new one. */
static struct identity_attempt ask_with_key(struct identity_arc *self,
                                            const struct identity_request *request,
                                            struct identity_token *token, struct error *error)
{
    struct http_answer answer = {.result = HTTP_CANCELED};
    struct identity_attempt attempt = {0};

    if (ask(self, request, &answer, error)) {
        if (answer.result == HTTP_ANSWERED && answer.status == 200) {
            managed_read_token(&self->managed, self->subject, &answer, token, error);
            attempt.final = error->number == MILINK_IDENTITY_REFUSED;
        } else {
            attempt = judge_failure(self, &answer, error);
        }
    }
    http_answer_clear(&answer);
    return attempt;
}

static struct identity_attempt try_once(void *context, const struct identity_request *request,
                                        struct identity_token *token, struct error *error)
{
    struct identity_arc *self = context;
    struct http_answer answer = {.result = HTTP_CANCELED};
    struct identity_attempt attempt = {0};

    self->authorization[0] = '\0';
    if (!ask(self, request, &answer, error))
        goto out;
    if (answer.result != HTTP_ANSWERED || answer.status != 401)
        attempt = judge_failure(self, &answer, error);
    else if (take_key(self, &answer, error))
        attempt = ask_with_key(self, request, token, error);
    else
        attempt.final = true;
out:
    crypto_wipe(self->authorization, sizeof self->authorization);
    http_answer_clear(&answer);
    return attempt;
}

static bool arc_fetch(struct identity *identity, const struct identity_request *request,
                      struct identity_token *token, struct error *error)
{
    struct identity_arc *self = (struct identity_arc *)identity;
    struct deadline deadline = deadline_within(request->deadline, FETCH_MS);
    struct identity_request within = *request;

    within.deadline = &deadline;
    return identity_try(&self->tries, &within, token, error);
}

/* ---- the whole ---- */

static void arc_describe(const struct identity *identity, char *text, size_t size)
{
    const struct identity_arc *self = (const struct identity_arc *)identity;
    char who[640];

    managed_describe(&self->managed, who, sizeof who);
    snprintf(text, size, "Azure Arc at %s, %s", self->managed.endpoint, who);
}

static void arc_free(struct identity *identity)
{
    free(identity);
}

/* Where the Arc agent's own variables say that it listens; NULL when it did not set both. */
static const char *announced(void)
{
    const char *endpoint = getenv("IDENTITY_ENDPOINT"), *other = getenv("IMDS_ENDPOINT");

    return endpoint != NULL && endpoint[0] != '\0' && other != NULL && other[0] != '\0' ? endpoint
                                                                                        : NULL;
}

bool identity_arc_is_present(const struct config *config)
{
    return config->identity.endpoint[0] != '\0' || announced() != NULL || arc_is_installed();
}

/* The endpoint without the path, which must be the one we know. */
static bool find_endpoint(char *endpoint, size_t size, char *why, size_t why_size)
{
    const char *url = announced();
    size_t length = url != NULL ? strlen(url) : 0, path = strlen(MANAGED_PATH);

    if (url == NULL) {
        text_copy(endpoint, size, ARC_ENDPOINT);
        return true;
    }
    if (!managed_is_local(url) || begins(url, "http://169.") || length <= path ||
        length - path >= size || strchr(url + strlen("http://"), '/') != url + length - path ||
        strcmp(url + length - path, MANAGED_PATH) != 0) {
        snprintf(why, why_size,
                 "the environment variable IDENTITY_ENDPOINT is not Azure Arc's: it must be "
                 "http:// to this host and end in " MANAGED_PATH "; set it right, or "
                 "identity.endpoint");
        return false;
    }
    text_copy_bytes(endpoint, size, url, length - path);
    return true;
}

static bool set_up(struct identity_arc *self, const struct config *config, char *why,
                   size_t why_size)
{
    const char *directory = config->identity.key_directory;
    char endpoint[128] = "";

    /* What the configuration names needs no environment. */
    if (config->identity.endpoint[0] == '\0' &&
        !find_endpoint(endpoint, sizeof endpoint, why, why_size))
        return false;
    if (directory[0] != '\0') {
        text_copy(self->directory, sizeof self->directory, directory);
    } else if (!arc_key_directory(self->directory, sizeof self->directory)) {
        snprintf(why, why_size,
                 "the system does not say where Azure Arc keeps its keys; name it in "
                 "identity.key_directory");
        return false;
    }
    return managed_set(&self->managed, config, endpoint, why, why_size);
}

struct identity *identity_arc_new(const struct config *config, struct http_client *http, char *why,
                                  size_t why_size)
{
    struct identity_arc *self = calloc(1, sizeof *self);

    if (self == NULL) {
        snprintf(why, why_size, "memory ran out");
        return NULL;
    }
    self->base = (struct identity){
        .name = "arc", .fetch = arc_fetch, .describe = arc_describe, .free = arc_free};
    self->managed.version = ARC_VERSION;
    if (!set_up(self, config, why, why_size)) {
        free(self);
        return NULL;
    }
    snprintf(self->subject, sizeof self->subject, "Azure Arc at %s", self->managed.endpoint);
    self->tries = (struct identity_tries){
        .subject = self->subject, .http = http, .once = try_once, .context = self};
    return &self->base;
}
