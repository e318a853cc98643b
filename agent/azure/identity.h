/* SPDX-License-Identifier: MIT */
/* Who the agent is towards Azure: one interface, a provider for each kind of identity. */
#ifndef MILINK_AGENT_IDENTITY_H
#define MILINK_AGENT_IDENTITY_H

#include "config.h"
#include "deadline.h"
#include "error.h"
#include "http.h"

enum {
    IDENTITY_TOKEN_SIZE = 32 * 1024,
    IDENTITY_CLAIMS_SIZE = 4096, /* of a claims challenge, and its terminator */
    IDENTITY_DESCRIPTION_SIZE = 1024
};

/* A token as its issuer gave it. */
struct identity_token {
    char text[IDENTITY_TOKEN_SIZE];
    uint64_t lifetime_ms;   /* from now, by the issuer's count */
    uint64_t refresh_in_ms; /* when to ask again while it still holds; 0: the issuer did not say */
    bool final;             /* no token, and asking again soon is pointless */
};

/* What a token is asked for. */
struct identity_request {
    const char *audience;
    const char *claims; /* JSON text of a claims challenge to answer, or NULL */
    const struct deadline *deadline;
    /* Told of a try that failed and will be made again, so that one who cannot wait longer knows
     * why. NULL: nobody listens. */
    void (*on_trouble)(void *context, const struct error *error);
    void *context;
};

/* A provider: fetches a new token and nothing else; the cache is in token.c. */
struct identity {
    const char *name; /* "client_secret" */
    /* Fetches a token. False with error set (IDENTITY_REFUSED, IDENTITY_UNREACHABLE); token->final
     * then says whether asking again soon is pointless. One caller at a time. */
    bool (*fetch)(struct identity *identity, const struct identity_request *request,
                  struct identity_token *token, struct error *error);
    /* Says in one line what it is, without a secret: "Azure Arc at http://127.0.0.1:40342,
     * system-assigned". Any thread, beside a fetch too. NULL: the name says it all. */
    void (*describe)(const struct identity *identity, char *text, size_t size);
    /* The name of the provider that has it in turn, or NULL; any thread. NULL: there is none. */
    const char *(*chosen)(const struct identity *identity);
    void (*free)(struct identity *identity);
};

/* The provider that the configuration names; http outlives it and keeps the headers of
 * arm_kept_headers. console: a person watches, which the Azure CLI's identity needs. Reads what a
 * certificate is made of, so that one that cannot sign is found at once, and asks nobody. NULL with
 * a text in why. */
struct identity *identity_new(const struct config *config, struct http_client *http, bool console,
                              char *why, size_t why_size);
void identity_free(struct identity *identity); /* takes NULL */

/* What it is, in one line for people; size: IDENTITY_DESCRIPTION_SIZE. */
void identity_describe(const struct identity *identity, char *text, size_t size);
/* The provider in use: its name, or of "auto" what it chose: "auto: arc". */
void identity_name(const struct identity *identity, char *text, size_t size);

/* The providers; each returns NULL with a text in why. */
struct identity *identity_arc_new(const struct config *config, struct http_client *http, char *why,
                                  size_t why_size);
struct identity *identity_imds_new(const struct config *config, struct http_client *http, char *why,
                                   size_t why_size);
struct identity *identity_secret_new(const struct config *config, struct http_client *http,
                                     char *why, size_t why_size);
struct identity *identity_certificate_new(const struct config *config, struct http_client *http,
                                          char *why, size_t why_size);
struct identity *identity_workload_new(const struct config *config, struct http_client *http,
                                       char *why, size_t why_size);
struct identity *identity_cli_new(const struct config *config, struct http_client *http, char *why,
                                  size_t why_size);
struct identity *identity_auto_new(const struct config *config, struct http_client *http, char *why,
                                   size_t why_size);

/* Whether the host has what a provider needs, for auto. */
bool identity_arc_is_present(const struct config *config);
bool identity_workload_is_present(const struct config *config);
/* Asks whether an instance metadata service answers here; takes 1 s at most. */
bool identity_imds_answers(const struct config *config, struct http_client *http);

#endif
