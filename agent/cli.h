/* SPDX-License-Identifier: MIT */
/* The verbs of the command line. Each returns the exit code. */
#ifndef MILINK_AGENT_CLI_H
#define MILINK_AGENT_CLI_H

#include <stdbool.h>
#include <stddef.h>

enum {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_NOT_RUNNING = 3,
    CLI_UNKNOWN = 4,      /* the outcome is not known: look before repeating */
    CLI_BUSY = 5,         /* it may pass: try again later */
    CLI_INTERRUPTED = 130 /* by Ctrl-C, as a shell has it */
};

/* Serves until the operator stops it. */
int cli_run(const char *config_file);
/* The same as a Windows service; returns when the Service Control Manager has its end. */
int cli_service(const char *config_file);
/* Tests everything a call depends on, a line each with its evidence; or a JSON object each. */
int cli_check(const char *config_file, bool as_json);
/* The audit trail; arguments: verify or export, and options. CLI_USAGE: the help is due. */
int cli_audit(int count, char **arguments);
/* Shows each setting of the configuration: its value, where it comes from and what it does. */
int cli_explain(const char *config_file);
/* Calls a procedure of the running agent: [OPTION...] PROCEDURE [NAME=VALUE...]. */
int cli_call(int count, char **arguments);
/* Keeps secrets; arguments: set NAME, list, remove NAME. CLI_USAGE: the help is due. */
int cli_secret(const char *config_file, int count, char **arguments);
/* Has the running agent read its configuration again. */
int cli_reload(const char *config_file);
/* Has the running agent stop. */
int cli_stop(const char *config_file);

/* Make milink part of this Windows, and take it out again. CLI_USAGE: the help is due. */
int cli_setup(int count, char **arguments);
int cli_remove(int count, char **arguments);
/* milink in the SQL Server instances of this host; arguments: list, print, register, unregister or
 * check, and options. CLI_USAGE: the help is due. */
int cli_sql(int count, char **arguments);

/* A verb's name, its line in the list of verbs, and its help (cli_help.c). */
struct cli_help {
    const char *verb, *summary, *text;
};

extern const struct cli_help cli_help[];
extern const size_t cli_help_count;

#endif
