/* SPDX-License-Identifier: MIT */
/* milink-agent run: the agent in a console. */
#include "agent.h"
#include "cli.h"
#include "log.h"
#include "server.h"
#include "stop_signal.h"
#include <stdio.h>
#include <stdlib.h>

static void stop(void *context)
{
    server_stop(context);
}

int cli_run(const char *config_file)
{
    struct agent *agent = calloc(1, sizeof *agent);
    struct server *server = NULL;
    char why[2048] = "memory ran out";
    int code = CLI_FAILED;

    if (agent == NULL)
        goto out;
    if (!agent_open(agent, config_file, why, sizeof why))
        goto out;
    /* The place first: a second agent must find it taken before it touches the journal. */
    server = server_new(agent, why, sizeof why);
    if (server == NULL || !agent_start(agent, why, sizeof why))
        goto out;
    stop_signal_install(stop, server);
    log_write(LOG_INFO, "agent.started", "milink-agent %s, %zu instances", MILINK_VERSION,
              agent->config.instance_count);
    server_run(server);
    log_write(LOG_INFO, "agent.stopped", "stopped as asked");
    code = CLI_DONE;
out:
    if (code != CLI_DONE)
        fprintf(stderr, "milink-agent: %s\n", why);
    server_free(server);
    if (agent != NULL)
        agent_close(agent);
    free(agent);
    return code;
}
