/* SPDX-License-Identifier: MIT */
/* badclient: attacks a running agent, and after each attack calls it as an honest client does. */
#include "attacks.h"
#include "deadline.h"
#include "victim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WELL_MS = 10000,
    DEFAULT_SEED = 20260101,
    DEFAULT_CONNECTIONS = 32,
    MAX_CONNECTIONS = 4096,
    RESULT_USAGE = 2
};

static int help(FILE *to)
{
    size_t count = 0;
    const struct attack *all = attacks(&count);

    fputs("badclient [--seed N] [--connections N] [ATTACK...]: attacks the agent at MILINK_SOCKET "
          "(or the pipe)\nin each way named, or in all. Result 0: after each it still answered a "
          "valid call. Attacks:\n\n",
          to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "  %-9s %s\n", all[i].name, all[i].text);
    return to == stdout ? 0 : RESULT_USAGE;
}

static bool run_attack(const struct attack *attack, const struct attack_options *options)
{
    uint64_t began = clock_monotonic_ms(), ended = 0;
    bool good = attack->run(options);

    ended = clock_monotonic_ms();
    if (!good) {
        printf("%s: FAILED: the agent's answer is wrong or missing\n", attack->name);
        return false;
    }
    if (!victim_is_well(WELL_MS)) {
        printf("%s: FAILED: the agent does not answer a valid call afterwards\n", attack->name);
        return false;
    }
    printf("%s: %u ms; the agent answered %u ms later\n", attack->name, (unsigned)(ended - began),
           (unsigned)(clock_monotonic_ms() - ended));
    fflush(stdout);
    return true;
}

static bool is_named(const char *name, char **names, int count)
{
    bool named = count == 0;

    for (int i = 0; i < count; i++)
        named = named || strcmp(names[i], name) == 0;
    return named;
}

static bool is_attack(const char *name)
{
    size_t count = 0;
    const struct attack *all = attacks(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return true;
    return false;
}

/* A number of an option, 1 to most; 0 when it is none. */
static uint32_t number_of(const char *text, unsigned long most)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);

    return *text != '\0' && *end == '\0' && number <= most ? (uint32_t)number : 0;
}

/* Returns how many arguments are options, -1 when one is wrong. */
static int take_options(int argc, char **argv, struct attack_options *options)
{
    int taken = 1;

    for (; taken + 1 < argc && strncmp(argv[taken], "--", 2) == 0; taken += 2) {
        if (strcmp(argv[taken], "--seed") == 0)
            options->seed = number_of(argv[taken + 1], UINT32_MAX);
        else if (strcmp(argv[taken], "--connections") == 0)
            options->connections = number_of(argv[taken + 1], MAX_CONNECTIONS);
        else
            return -1;
    }
    for (int i = taken; i < argc; i++)
        if (!is_attack(argv[i]))
            return -1;
    return options->seed > 0 && options->connections > 0 ? taken : -1;
}

int main(int argc, char **argv)
{
    struct attack_options options = {DEFAULT_SEED, DEFAULT_CONNECTIONS};
    size_t count = 0;
    const struct attack *all = attacks(&count);
    int taken = 0;
    bool good = true;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return help(stdout);
    taken = take_options(argc, argv, &options);
    if (taken < 0)
        return help(stderr);
    if (!victim_is_well(WELL_MS)) {
        fputs("badclient: no agent answers a valid call: nothing to attack\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < count; i++)
        if (is_named(all[i].name, argv + taken, argc - taken))
            good = run_attack(&all[i], &options) && good;
    return good ? 0 : 1;
}
