/* SPDX-License-Identifier: MIT */
/* A running agent: its parts in the order in which they start, and their end. */
#include "run.h"
#include "admin.h"
#include "agent.h"
#include "log.h"
#include "own_process.h"
#include "server.h"
#include "text.h"
#include <stdlib.h>

enum { REPORT_SIZE = 8192 };

struct run {
    struct agent agent;
    struct server *server;
    struct admin *admin;
};

void run_stop(void *context)
{
    struct run *run = context;

    server_stop(run->server);
}

void run_reload(void *context)
{
    struct run *run = context;
    char *report = malloc(REPORT_SIZE);

    if (report != NULL)
        agent_reload(&run->agent, report, REPORT_SIZE);
    free(report);
}

/* An administrator may have had it reloaded by now. */
static void log_started(struct agent *agent)
{
    struct setup *setup = agent_setup(agent);

    log_write(LOG_INFO, "agent.started", "milink-agent %s, instances: %zu", MILINK_VERSION,
              setup->config.instance_count);
    setup_release(setup);
}

static enum run_fault start(struct run *run, const char *config_file, bool console, char *why,
                            size_t why_size)
{
    if (!agent_open(&run->agent, config_file, console, why, why_size))
        return RUN_CONFIGURATION;
    run->server = server_new(&run->agent, why, why_size);
    if (run->server == NULL)
        return RUN_PIPE;
    if (!agent_start(&run->agent, why, why_size))
        return RUN_STATE;
    run->admin = admin_start(&run->agent, run_stop, run, why, why_size);
    return run->admin != NULL ? RUN_NO_FAULT : RUN_ADMIN_PIPE;
}

struct run *run_start(const char *config_file, bool console, enum run_fault *fault, char *why,
                      size_t why_size)
{
    struct run *run = calloc(1, sizeof *run);

    process_shed_privileges();
    text_copy(why, why_size, "memory ran out");
    *fault = run != NULL ? start(run, config_file, console, why, why_size) : RUN_MEMORY;
    if (*fault == RUN_NO_FAULT) {
        log_started(&run->agent);
        return run;
    }
    /* A console shows it on standard error. */
    if (!console)
        log_write(LOG_ERROR, "agent.failed", "%s", why);
    run_free(run);
    return NULL;
}

void run_serve(struct run *run)
{
    server_run(run->server);
    log_write(LOG_INFO, "agent.stopped", "stopped as asked");
}

void run_free(struct run *run)
{
    if (run == NULL)
        return;
    admin_stop(run->admin);
    server_free(run->server);
    agent_close(&run->agent);
    free(run);
}
