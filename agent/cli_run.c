/* SPDX-License-Identifier: MIT */
/* milink-agent run: the agent in a console. */
#include "admin.h"
#include "agent.h"
#include "cli.h"
#include "log.h"
#include "server.h"
#include "stop_signal.h"
#include <stdio.h>
#include <stdlib.h>

enum { REPORT_SIZE = 8192 };

struct run {
    struct agent agent;
    struct server *server;
    struct admin *admin;
};

static void stop(void *context)
{
    struct run *run = context;

    server_stop(run->server);
}

/* What came of it is in the log. */
static void reload(void *context)
{
    struct run *run = context;
    char *report = malloc(REPORT_SIZE);

    if (report != NULL)
        agent_reload(&run->agent, report, REPORT_SIZE);
    free(report);
}

/* The places first: a second agent must find them taken before it touches the journal. */
static bool start(struct run *run, char *why, size_t why_size)
{
    run->server = server_new(&run->agent, why, why_size);
    if (run->server == NULL || !agent_start(&run->agent, why, why_size))
        return false;
    run->admin = admin_start(&run->agent, stop, run, why, why_size);
    return run->admin != NULL;
}

/* An administrator may have had it reloaded by now. */
static void log_started(struct agent *agent)
{
    struct setup *setup = agent_setup(agent);

    log_write(LOG_INFO, "agent.started", "milink-agent %s, instances: %zu", MILINK_VERSION,
              setup->config.instance_count);
    setup_release(setup);
}

int cli_run(const char *config_file)
{
    struct run *run = calloc(1, sizeof *run);
    struct stop_signal wishes = {stop, reload, run};
    char why[4096] = "memory ran out";
    int code = CLI_FAILED;

    if (run == NULL || !agent_open(&run->agent, config_file, true, why, sizeof why) ||
        !start(run, why, sizeof why))
        goto out;
    stop_signal_install(&wishes);
    log_started(&run->agent);
    server_run(run->server);
    log_write(LOG_INFO, "agent.stopped", "stopped as asked");
    code = CLI_DONE;
out:
    if (code != CLI_DONE)
        fprintf(stderr, "milink-agent: %s\n", why);
    stop_signal_remove();
    if (run != NULL) {
        admin_stop(run->admin);
        server_free(run->server);
        agent_close(&run->agent);
    }
    free(run);
    return code;
}
