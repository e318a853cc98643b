/* SPDX-License-Identifier: MIT */
/* The agent as a whole: making its parts, and taking them apart in reverse. */
#include "agent.h"
#include "log.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

static enum log_level level_of(const char *name)
{
    static const char *const names[] = {[LOG_ERROR] = "error",
                                        [LOG_WARNING] = "warning",
                                        [LOG_INFO] = "info",
                                        [LOG_DEBUG] = "debug"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(names[i], name))
            return (enum log_level)i;
    return LOG_INFO;
}

bool agent_open(struct agent *agent, const char *config_file, char *why, size_t why_size)
{
    struct config *config = &agent->config;
    struct http_options options = {.user_agent = "milink-agent/" MILINK_VERSION,
                                   .keep_headers = arm_kept_headers};

    agent->started_ms = clock_utc_ms();
    if (!config_read(config_file, config, why, why_size))
        return false;
    if (!log_open(config->log_file[0] != '\0' ? config->log_file : NULL,
                  level_of(config->log_level))) {
        snprintf(why, why_size, "%s: the log cannot be opened", config->log_file);
        return false;
    }
    options.ca_file = config->ca_file[0] != '\0' ? config->ca_file : NULL;
    agent->http = http_client_new(&options, why, why_size);
    if (agent->http == NULL)
        return false;
    agent->identity = identity_new(config, agent->http, why, why_size);
    if (agent->identity == NULL)
        return false;
    agent->tokens = token_cache_new(agent->identity, config->audience);
    if (agent->tokens == NULL) {
        text_copy(why, why_size, "memory ran out");
        return false;
    }
    agent->arm = (struct arm_client){config, agent->http, agent->tokens};
    return true;
}

bool agent_start(struct agent *agent, char *why, size_t why_size)
{
    char path[CONFIG_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/journal.db", agent->config.state_directory);
    agent->store = store_open(path, why, why_size);
    if (agent->store == NULL)
        return false;
    agent->engine = engine_new(&agent->arm, agent->store, why, why_size);
    return agent->engine != NULL;
}

void agent_close(struct agent *agent)
{
    engine_stop(agent->engine);
    /* Ends every request; the last answers still reach the engine and the identity. */
    http_client_free(agent->http);
    engine_free(agent->engine);
    token_cache_free(agent->tokens);
    identity_free(agent->identity);
    store_close(agent->store);
    log_close();
}
