/* SPDX-License-Identifier: MIT */
/* The attacks on a running agent, by name. */
#ifndef MILINK_DOUBLES_BADCLIENT_ATTACKS_H
#define MILINK_DOUBLES_BADCLIENT_ATTACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attack_options {
    uint32_t seed;        /* of the random bytes; not 0 */
    unsigned connections; /* how many at a time */
};

struct attack {
    const char *name;
    const char *text; /* what it does */
    /* False when the agent answered with bytes that are no answer, or did not answer where it
     * must. */
    bool (*run)(const struct attack_options *options);
};

const struct attack *attacks(size_t *count);

#endif
