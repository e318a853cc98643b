/* SPDX-License-Identifier: MIT */
/* What the two metadata services on a host have in common, IMDS and Azure Arc: how the managed
 * identity is asked for, and how their answers are read. They are asked in plain HTTP on the host
 * itself, past any proxy, and nowhere else. */
#ifndef MILINK_AGENT_IDENTITY_MANAGED_H
#define MILINK_AGENT_IDENTITY_MANAGED_H

#include "identity_tries.h"

#define MANAGED_PATH "/metadata/identity/oauth2/token"

enum { MANAGED_URL_SIZE = 2560 };

/* A managed identity: the host's own, or the one that the configuration names. */
struct managed {
    char endpoint[128];   /* http://169.254.169.254, no slash at its end */
    const char *version;  /* api-version */
    const char *selector; /* client_id, object_id, msi_res_id; NULL: system-assigned */
    char selected[512];
};

/* Takes the selection out of the configuration, and its endpoint, else the host's. False with a
 * text in why: several identities are named, or the endpoint is not on this host. */
bool managed_set(struct managed *managed, const struct config *config, const char *endpoint,
                 char *why, size_t why_size);

/* Whether a URL is plain HTTP to this host or to 169.254.169.254: no token is asked for anywhere
 * else. */
bool managed_is_local(const char *url);

/* The URL that asks for a token. False when it is too long. */
bool managed_url(const struct managed *managed, const char *audience, char url[MANAGED_URL_SIZE]);

/* Reads the token of a 200. An identity that was selected must come back in the answer, by name or
 * by the token's own claims: a service that does not know the selector gives the host's own
 * identity instead (azure-auth A.6). False with error set. */
bool managed_read_token(const struct managed *managed, const char *subject,
                        const struct http_answer *answer, struct identity_token *token,
                        struct error *error);

/* "system-assigned", or "user-assigned, client_id ...". */
void managed_describe(const struct managed *managed, char *text, size_t size);

#endif
