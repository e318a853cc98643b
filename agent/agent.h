/* SPDX-License-Identifier: MIT */
/* The agent as a whole: its parts, in the order in which they need each other. */
#ifndef MILINK_AGENT_AGENT_H
#define MILINK_AGENT_AGENT_H

#include "arm_client.h"
#include "engine.h"
#include "identity.h"
#include "store.h"
#include <stdatomic.h>

/* What lives as long as the agent and every call may use. */
struct agent {
    struct config config;
    struct arm_client arm; /* borrows the parts below */
    struct http_client *http;
    struct identity *identity;
    struct token_cache *tokens;
    struct store *store;
    struct engine *engine;
    uint64_t started_ms; /* UTC */
    atomic_bool stopping;
};

/* Reads the configuration and makes everything up to the token cache: enough to ask Azure. Starts
 * no request. agent is zeroed by the caller; agent_close in either case. False with a text in why.
 */
bool agent_open(struct agent *agent, const char *config_file, char *why, size_t why_size);
/* Opens the journal and starts the engine, which takes up what it finds there. */
bool agent_start(struct agent *agent, char *why, size_t why_size);
void agent_close(struct agent *agent);

#endif
