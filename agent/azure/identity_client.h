/* SPDX-License-Identifier: MIT */
/* An application's identity at Entra ID (client credentials): one way to ask, and a credential that
 * proves who asks. */
#ifndef MILINK_AGENT_IDENTITY_CLIENT_H
#define MILINK_AGENT_IDENTITY_CLIENT_H

#include "identity.h"

enum {
    CLIENT_VALUE_SIZE = 16 * 1024 + 1, /* longest proof, a federated token, and its terminator */
    CLIENT_URL_SIZE = 512
};

/* The fields before an assertion (azure-auth A.3). */
#define CLIENT_ASSERTION_FIELDS                              \
    "client_assertion_type="                                 \
    "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A" \
    "jwt-bearer&client_assertion="

/* Whom the application is known as, and where. */
struct client_account {
    char tenant_id[128];
    char client_id[64];
    char url[CLIENT_URL_SIZE]; /* of the token endpoint: also an assertion's audience */
};

/* The proof; a provider embeds it in its own struct as the first member. */
struct client_credential {
    const char *name;   /* "client_secret" */
    const char *fields; /* of the form, up to the proof's value: "client_secret=" */
    /* Makes the value anew for each request, so that what was renewed counts at once. False with a
     * text in why that continues "nothing was sent, for ". */
    bool (*load)(struct client_credential *credential, const struct client_account *account,
                 char value[CLIENT_VALUE_SIZE], char *why, size_t why_size);
    /* Says in a few words what proves the identity: "client secret in the file /x". */
    void (*describe)(const struct client_credential *credential, char *text, size_t size);
    void (*free)(struct client_credential *credential);
};

/* Checks and joins what the account is made of: tenant and client may come from elsewhere than the
 * configuration, and may be NULL. NULL, or what is wrong. */
const char *client_account_set(struct client_account *account, const struct config *config,
                               const char *tenant_id, const char *client_id);

/* A zeroed credential of so many bytes; NULL with why set when memory ran out, or at once when
 * there is a flaw, which becomes why. */
void *client_credential_new(size_t size, const char *flaw, char *why, size_t why_size);

/* Takes the credential, and frees it when memory ran out: NULL then. */
struct identity *identity_client_new(const struct client_account *account, struct http_client *http,
                                     struct client_credential *credential);

#endif
