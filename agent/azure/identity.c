/* SPDX-License-Identifier: MIT */
/* Choosing the provider that the configuration names, and saying what it is. */
#include "identity.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

struct provider {
    const char *type;
    struct identity *(*make)(const struct config *config, struct http_client *http, char *why,
                             size_t why_size);
};

static const struct provider providers[] = {
    {"arc", identity_arc_new},
    {"imds", identity_imds_new},
    {"client_secret", identity_secret_new},
    {"client_certificate", identity_certificate_new},
    {"workload", identity_workload_new},
    {"cli", identity_cli_new},
    {"auto", identity_auto_new},
};

static const struct provider *find_provider(const char *type)
{
    for (size_t i = 0; i < sizeof providers / sizeof providers[0]; i++)
        if (strcmp(providers[i].type, type) == 0)
            return &providers[i];
    return NULL;
}

struct identity *identity_new(const struct config *config, struct http_client *http, bool console,
                              char *why, size_t why_size)
{
    const struct provider *provider = find_provider(config->identity.type);

    if (provider == NULL) {
        snprintf(why, why_size,
                 "identity.type: \"%s\" is not known; it must be arc, imds, client_secret, "
                 "client_certificate, workload, cli or auto",
                 config->identity.type);
        return NULL;
    }
    if (provider->make == identity_cli_new && !console) {
        snprintf(why, why_size,
                 "identity.type: \"cli\" needs a person who has run az login, and a service is "
                 "none; use it with milink-agent run in a console, or name another type");
        return NULL;
    }
    return provider->make(config, http, why, why_size);
}

void identity_free(struct identity *identity)
{
    if (identity != NULL)
        identity->free(identity);
}

void identity_describe(const struct identity *identity, char *text, size_t size)
{
    if (identity->describe != NULL)
        identity->describe(identity, text, size);
    else
        text_copy(text, size, identity->name);
}

void identity_name(const struct identity *identity, char *text, size_t size)
{
    const char *chosen = identity->chosen != NULL ? identity->chosen(identity) : NULL;

    text_copy(text, size, identity->name);
    if (chosen != NULL) {
        text_append(text, size, ": ");
        text_append(text, size, chosen);
    }
}
