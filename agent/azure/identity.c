/* SPDX-License-Identifier: MIT */
/* Choosing the provider that the configuration names. */
#include "identity.h"

#include <stdio.h>
#include <string.h>

struct identity *identity_new(const struct config *config, struct http_client *http, char *why,
                              size_t why_size)
{
    if (strcmp(config->identity.type, "client_secret") == 0)
        return identity_secret_new(config, http, why, why_size);
    snprintf(why, why_size, "identity.type: \"%s\" is not known; it must be client_secret",
             config->identity.type);
    return NULL;
}

void identity_free(struct identity *identity)
{
    if (identity != NULL)
        identity->free(identity);
}
