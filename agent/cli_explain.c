/* SPDX-License-Identifier: MIT */
/* milink-agent check --verbose: what each setting of the configuration does. */
#include "cli.h"
#include "config_explain.h"

#include <stdio.h>
#include <stdlib.h>

static void print_line(void *context, const char *text)
{
    (void)context;
    puts(text);
}

int cli_explain(const char *config_file)
{
    struct config *config = calloc(1, sizeof *config);
    char why[4096] = "memory ran out";
    int code = CLI_FAILED;

    if (config != NULL && config_read(config_file, config, why, sizeof why)) {
        config_explain(config, print_line, NULL);
        putchar('\n');
        code = CLI_DONE;
    }
    if (code != CLI_DONE)
        fprintf(stderr, "milink-agent: %s\n", why);
    free(config);
    return code;
}
