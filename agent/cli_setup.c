/* SPDX-License-Identifier: MIT */
/* milink-agent setup and remove: options into a plan. */
#include "cli.h"
#include "install.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

/* The value behind an option; NULL, after saying so, when there is none. */
static const char *value_of(const char *verb, int count, char **arguments, int *at)
{
    if (*at + 1 < count && arguments[*at + 1][0] != '-')
        return arguments[++*at];
    fprintf(stderr, "milink-agent %s: %s takes a value\n", verb, arguments[*at]);
    return NULL;
}

static bool take_setup(struct install_plan *plan, int count, char **arguments, int *at)
{
    const char *option = arguments[*at], *value = NULL;
    char why[256];

    if (strcmp(option, "--no-start") == 0)
        return plan->no_start = true;
    if (strcmp(option, "--delayed") == 0)
        return plan->delayed = true;
    if (strcmp(option, "--instances") != 0)
        return false;
    value = value_of("setup", count, arguments, at);
    if (value == NULL)
        return false;
    if (!install_instances_check(value, why, sizeof why)) {
        fprintf(stderr, "milink-agent setup: --instances: %s\n", why);
        return false;
    }
    text_copy(plan->instances, sizeof plan->instances, value);
    return true;
}

/* False: the help is due. */
static bool take(struct install_plan *plan, bool setup, int count, char **arguments)
{
    const char *verb = setup ? "setup" : "remove", *value = NULL;
    char why[CONFIG_PATH_SIZE + 128];

    for (int at = 0; at < count; at++) {
        if (strcmp(arguments[at], "--what-if") == 0)
            plan->what_if = true;
        else if (strcmp(arguments[at], "--purge") == 0 && !setup)
            plan->purge = true;
        else if (strcmp(arguments[at], "--data") == 0) {
            value = value_of(verb, count, arguments, &at);
            if (value == NULL)
                return false;
            if (!install_data_take(value, plan->data, why, sizeof why)) {
                fprintf(stderr, "milink-agent %s: --data: %s\n", verb, why);
                return false;
            }
        } else if (!setup || !take_setup(plan, count, arguments, &at))
            return false;
    }
    return true;
}

int cli_setup(int count, char **arguments)
{
    struct install_plan plan = {.data = ""};

    if (!take(&plan, true, count, arguments))
        return CLI_USAGE;
    return install_setup(&plan) ? CLI_DONE : CLI_FAILED;
}

int cli_remove(int count, char **arguments)
{
    struct install_plan plan = {.data = ""};

    if (!take(&plan, false, count, arguments))
        return CLI_USAGE;
    return install_remove(&plan) ? CLI_DONE : CLI_FAILED;
}
