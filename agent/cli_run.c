/* SPDX-License-Identifier: MIT */
/* milink-agent run: the agent in a console. */
#include "cli.h"
#include "run.h"
#include "stop_signal.h"
#include <stdio.h>

int cli_run(const char *config_file)
{
    char why[4096];
    enum run_fault fault = RUN_NO_FAULT;
    struct run *run = run_start(config_file, true, &fault, why, sizeof why);
    struct stop_signal wishes = {run_stop, run_reload, run};

    if (run == NULL) {
        fprintf(stderr, "milink-agent: %s\n", why);
        return CLI_FAILED;
    }
    stop_signal_install(&wishes);
    run_serve(run);
    stop_signal_remove();
    run_free(run);
    return CLI_DONE;
}
