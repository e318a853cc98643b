/* SPDX-License-Identifier: MIT */
/* The first identity that this host has and Azure accepts (azure-auth A.11). */
#include "identity.h"

#include "log.h"
#include "text.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CANDIDATES = 5 };

struct identity_auto {
    struct identity base;
    struct identity *candidates[MAX_CANDIDATES]; /* owned, in the order in which they are tried */
    size_t count;
    struct identity *imds; /* one of them; asked only where the service answers. NULL: none */
    struct config config;  /* what the probe asks by */
    struct http_client *http;
    _Atomic(struct identity *) chosen; /* the one that worked; NULL: none has yet */
};

static void choose(struct identity_auto *self, struct identity *candidate)
{
    char text[IDENTITY_DESCRIPTION_SIZE];

    if (atomic_exchange(&self->chosen, candidate) == candidate)
        return;
    identity_describe(candidate, text, sizeof text);
    log_write(LOG_INFO, "identity.chosen", "%s: %s", candidate->name, text);
}

static bool is_absent(const struct identity_auto *self, const struct identity *candidate)
{
    return candidate == self->imds && !identity_imds_answers(&self->config, self->http);
}

static void note_refusal(char *refusals, size_t size, const struct identity *candidate,
                         const char *message)
{
    text_append(refusals, size, refusals[0] != '\0' ? "; " : "");
    text_append(refusals, size, candidate->name);
    text_append(refusals, size, ": ");
    text_append(refusals, size, message);
}

/* A refused one gives way to the next. One that cannot be reached does not: another identity, with
 * other rights, must not slip in for the length of an outage and then stay. */
static bool try_all(struct identity_auto *self, const struct identity_request *request,
                    struct identity_token *token, struct error *error)
{
    char refusals[3000] = "";

    for (size_t i = 0; i < self->count; i++) {
        struct identity *candidate = self->candidates[i];

        if (is_absent(self, candidate)) {
            note_refusal(refusals, sizeof refusals, candidate,
                         "no instance metadata service answers here");
            continue;
        }
        memset(error, 0, sizeof *error);
        if (candidate->fetch(candidate, request, token, error)) {
            choose(self, candidate);
            return true;
        }
        if (error->number != MILINK_IDENTITY_REFUSED)
            return false;
        note_refusal(refusals, sizeof refusals, candidate, error->message);
    }
    memset(error, 0, sizeof *error);
    error_set(error, MILINK_IDENTITY_REFUSED, "identity.type auto",
              refusals[0] != '\0' ? refusals : "this host has none that could be tried");
    token->final = true;
    return false;
}

static bool auto_fetch(struct identity *identity, const struct identity_request *request,
                       struct identity_token *token, struct error *error)
{
    struct identity_auto *self = (struct identity_auto *)identity;
    struct identity *chosen = atomic_load(&self->chosen);

    return chosen != NULL ? chosen->fetch(chosen, request, token, error)
                          : try_all(self, request, token, error);
}

static void auto_describe(const struct identity *identity, char *text, size_t size)
{
    const struct identity_auto *self = (const struct identity_auto *)identity;
    const struct identity *chosen = atomic_load(&self->chosen);

    if (chosen != NULL) {
        identity_describe(chosen, text, size);
        return;
    }
    text_copy(text, size, "the first that works of");
    for (size_t i = 0; i < self->count; i++) {
        text_append(text, size, i > 0 ? ", " : " ");
        text_append(text, size, self->candidates[i]->name);
    }
}

static const char *auto_chosen(const struct identity *identity)
{
    const struct identity_auto *self = (const struct identity_auto *)identity;
    const struct identity *chosen = atomic_load(&self->chosen);

    return chosen != NULL ? chosen->name : NULL;
}

static void auto_free(struct identity *identity)
{
    struct identity_auto *self = (struct identity_auto *)identity;

    for (size_t i = 0; i < self->count; i++)
        identity_free(self->candidates[i]);
    free(self);
}

/* Makes one if it is there to be tried. */
static bool add(struct identity_auto *self, bool present,
                struct identity *(*make)(const struct config *config, struct http_client *http,
                                         char *why, size_t why_size),
                char *why, size_t why_size)
{
    struct identity *candidate = present ? make(&self->config, self->http, why, why_size) : NULL;

    if (candidate != NULL)
        self->candidates[self->count++] = candidate;
    return !present || candidate != NULL;
}

struct identity *identity_auto_new(const struct config *config, struct http_client *http, char *why,
                                   size_t why_size)
{
    const struct config_identity *from = &config->identity;
    bool has_secret = from->secret[0] != '\0' || from->secret_file[0] != '\0';
    struct identity_auto *self = calloc(1, sizeof *self);

    if (self == NULL) {
        snprintf(why, why_size, "memory ran out");
        return NULL;
    }
    self->base = (struct identity){.name = "auto",
                                   .fetch = auto_fetch,
                                   .describe = auto_describe,
                                   .chosen = auto_chosen,
                                   .free = auto_free};
    self->config = *config;
    self->http = http;
    if (!add(self, from->certificate_file[0] != '\0', identity_certificate_new, why, why_size) ||
        !add(self, has_secret, identity_secret_new, why, why_size) ||
        !add(self, identity_workload_is_present(config), identity_workload_new, why, why_size))
        goto failed;
    /* Where it is an application's, it selects no managed identity. */
    if (self->count > 0)
        self->config.identity.client_id[0] = '\0';
    if (!add(self, identity_arc_is_present(config), identity_arc_new, why, why_size) ||
        !add(self, true, identity_imds_new, why, why_size))
        goto failed;
    self->imds = self->candidates[self->count - 1];
    return &self->base;
failed:
    auto_free(&self->base);
    return NULL;
}
