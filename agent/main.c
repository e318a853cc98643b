/* SPDX-License-Identifier: MIT */
/* milink-agent: its verbs and their help. */
#include "cli.h"
#include "config.h"
#include "crypto.h"
#include "http.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "milink-agent - drives Azure SQL Managed Instance links for SQL Server on this host\n"
    "\n"
    "usage: milink-agent VERB [OPTION...]\n"
    "\n"
    "  run     serve calls in this console until Ctrl-C\n"
    "  check   test configuration, identity, token, Azure and journal, and show the evidence\n"
    "  call    call a procedure of the running agent: milink-agent call link_get @link=sales-link\n"
    "\n"
    "  --config FILE   configuration (run, check); default: %s\n"
    "  --json          rows as JSON, one object a line (call)\n"
    "  --version       versions of the agent and its libraries\n"
    "  --help          this text; milink-agent call --help lists the procedures\n"
    "\n"
    "exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage,\n"
    "            3 the agent is not running (call)\n";

static int print_usage(FILE *to, int code)
{
    char file[CONFIG_PATH_SIZE];

    config_default_file(file, sizeof file);
    fprintf(to, usage, file);
    return code;
}

static int print_version(void)
{
    printf("milink-agent %s (%s, %s)\n", MILINK_VERSION, http_version(), crypto_version());
    return CLI_DONE;
}

/* --config FILE and nothing else. */
static bool take_config(int count, char **arguments, char *file, size_t size)
{
    config_default_file(file, size);
    if (count == 0)
        return true;
    if (count != 2 || strcmp(arguments[0], "--config") != 0)
        return false;
    text_copy(file, size, arguments[1]);
    return true;
}

int main(int count, char **arguments)
{
    const char *verb = count > 1 ? arguments[1] : "";
    char file[CONFIG_PATH_SIZE];

    if (strcmp(verb, "--help") == 0 || strcmp(verb, "help") == 0)
        return print_usage(stdout, CLI_DONE);
    if (strcmp(verb, "--version") == 0)
        return print_version();
    if (strcmp(verb, "call") == 0)
        return cli_call(count - 2, arguments + 2);
    if (strcmp(verb, "run") == 0 && take_config(count - 2, arguments + 2, file, sizeof file))
        return cli_run(file);
    if (strcmp(verb, "check") == 0 && take_config(count - 2, arguments + 2, file, sizeof file))
        return cli_check(file);
    return print_usage(stderr, CLI_USAGE);
}
