/* SPDX-License-Identifier: MIT */
/* What the agent makes of configurations: takes one a line on standard input, and answers each with
 * "ok" or with its errors, parted by tabs. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_LINE = 512 * 1024, WHY_SIZE = 32 * 1024 };

int main(void)
{
    char *line = malloc(LONGEST_LINE), *why = malloc(WHY_SIZE);
    struct config *config = malloc(sizeof *config);
    int code = 1;

    if (line == NULL || why == NULL || config == NULL)
        goto out;
    while (fgets(line, LONGEST_LINE, stdin) != NULL) {
        bool good = config_parse(line, strlen(line), config, why, WHY_SIZE);

        for (char *c = why; *c != '\0'; c++)
            if (*c == '\n')
                *c = '\t';
        puts(good ? "ok" : why);
        fflush(stdout);
    }
    code = 0;
out:
    free(line);
    free(why);
    free(config);
    return code;
}
