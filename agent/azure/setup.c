/* SPDX-License-Identifier: MIT */
/* Making the parts that a configuration describes, in the order in which they need each other. */
#include "setup.h"
#include "crypto.h"
#include "secret_store.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>

/* The proxy's password is read here and not again: a new one counts after a reload. */
static bool make_http(struct setup *setup, char *why, size_t why_size)
{
    const struct config *config = &setup->config;
    char password[SECRET_FILE_SIZE] = "", flaw[1024] = "";
    const struct http_options options = {.user_agent = "milink-agent/" MILINK_VERSION,
                                         .keep_headers = arm_kept_headers,
                                         .ca_file = config->ca_file,
                                         .proxy = config->proxy,
                                         .proxy_user = config->proxy_user,
                                         .proxy_password = password,
                                         .no_proxy = config->no_proxy};

    if (config->proxy_secret[0] == '\0' ||
        secret_store_get(config->state_directory, config->proxy_secret, password, flaw,
                         sizeof flaw))
        setup->http = http_client_new(&options, why, why_size);
    else
        snprintf(why, why_size, "network.proxy_secret: the secret %s %s", config->proxy_secret,
                 flaw);
    crypto_wipe(password, sizeof password);
    return setup->http != NULL;
}

static bool make_parts(struct setup *setup, bool console, char *why, size_t why_size)
{
    const struct config *config = &setup->config;

    if (!make_http(setup, why, why_size))
        return false;
    setup->identity = identity_new(config, setup->http, console, why, why_size);
    if (setup->identity == NULL)
        return false;
    setup->tokens = token_cache_new(setup->identity, config->audience);
    setup->budget = arm_budget_new();
    if (setup->tokens == NULL || setup->budget == NULL) {
        text_copy(why, why_size, "memory ran out");
        return false;
    }
    setup->arm = (struct arm_client){config, setup->http, setup->tokens, setup->budget};
    return true;
}

struct setup *setup_make(const struct config *config, bool console, char *why, size_t why_size)
{
    struct setup *setup = calloc(1, sizeof *setup);

    if (setup == NULL) {
        text_copy(why, why_size, "memory ran out");
        return NULL;
    }
    atomic_store(&setup->holders, 1);
    setup->config = *config;
    if (make_parts(setup, console, why, why_size))
        return setup;
    setup_release(setup);
    return NULL;
}

struct setup *setup_new(const char *config_file, bool console, char *why, size_t why_size)
{
    struct config *config = malloc(sizeof *config);
    struct setup *setup = NULL;

    if (config == NULL)
        text_copy(why, why_size, "memory ran out");
    else if (config_read(config_file, config, why, why_size))
        setup = setup_make(config, console, why, why_size);
    free(config);
    return setup;
}

struct setup *setup_hold(struct setup *setup)
{
    atomic_fetch_add(&setup->holders, 1);
    return setup;
}

void setup_release(struct setup *setup)
{
    if (setup == NULL || atomic_fetch_sub(&setup->holders, 1) != 1)
        return;
    /* A fetch of a token ends first: it asks by the client. */
    token_cache_free(setup->tokens);
    http_client_free(setup->http);
    identity_free(setup->identity);
    arm_budget_free(setup->budget);
    free(setup);
}
