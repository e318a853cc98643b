/* SPDX-License-Identifier: MIT */
/* One reading of the configuration and all that is made from it. It never changes: a reload makes
 * another, and whoever still works with the old one keeps it until done. */
#ifndef MILINK_AGENT_SETUP_H
#define MILINK_AGENT_SETUP_H

#include "arm_client.h"
#include <stdatomic.h>

struct setup {
    struct config config;
    struct arm_client arm; /* borrows the parts */
    struct http_client *http;
    struct identity *identity;
    struct token_cache *tokens;
    struct arm_budget *budget;
    atomic_uint holders;
};

/* Reads and checks the file and makes the parts; asks nobody anything. console: a person watches,
 * so that identities which need one are allowed. Held once; NULL with a text in why. */
struct setup *setup_new(const char *config_file, bool console, char *why, size_t why_size);
/* The same from a configuration that was read already; it is copied. */
struct setup *setup_make(const struct config *config, bool console, char *why, size_t why_size);
/* One more holder; returns setup. Any thread that knows of a holder. */
struct setup *setup_hold(struct setup *setup);
/* One holder less; the last one ends everything that is under way in it. Takes NULL. Not from a
 * callback of its HTTP client. */
void setup_release(struct setup *setup);

#endif
