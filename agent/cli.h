/* SPDX-License-Identifier: MIT */
/* The verbs of the command line. Each returns the exit code. */
#ifndef MILINK_AGENT_CLI_H
#define MILINK_AGENT_CLI_H

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_NOT_RUNNING = 3 };

/* Serves until the operator stops it. */
int cli_run(const char *config_file);
/* Tests everything a call depends on, a line each with its evidence. */
int cli_check(const char *config_file);
/* Calls a procedure of the running agent; arguments: [--json] PROCEDURE [@name=value ...]. */
int cli_call(int count, char **arguments);

#endif
