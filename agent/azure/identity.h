/* SPDX-License-Identifier: MIT */
/* Who the agent is towards Azure: one interface, a provider for each kind of identity. */
#ifndef MILINK_AGENT_IDENTITY_H
#define MILINK_AGENT_IDENTITY_H

#include "config.h"
#include "deadline.h"
#include "error.h"
#include "http.h"

enum { IDENTITY_TOKEN_SIZE = 32 * 1024 };

/* A token as its issuer gave it. */
struct identity_token {
    char text[IDENTITY_TOKEN_SIZE];
    uint64_t lifetime_ms;   /* from now, by the issuer's count */
    uint64_t refresh_in_ms; /* when to ask again while it still holds; 0: the issuer did not say */
    bool final;             /* no token, and asking again soon is pointless */
};

/* A provider: fetches a new token and nothing else; the cache is in token.c. */
struct identity {
    const char *name; /* "client_secret" */
    /* Fetches a token for the audience. False with error set (IDENTITY_REFUSED,
     * IDENTITY_UNREACHABLE); token->final then says whether asking again soon is pointless. One
     * caller at a time. */
    bool (*fetch)(struct identity *identity, const char *audience, const struct deadline *deadline,
                  struct identity_token *token, struct error *error);
    void (*free)(struct identity *identity);
};

/* The provider that the configuration names; http outlives it and keeps the headers of
 * arm_kept_headers. NULL with a text in why. */
struct identity *identity_new(const struct config *config, struct http_client *http, char *why,
                              size_t why_size);
void identity_free(struct identity *identity); /* takes NULL */

/* The providers. */
struct identity *identity_secret_new(const struct config *config, struct http_client *http,
                                     char *why, size_t why_size);

#endif
