/* SPDX-License-Identifier: MIT */
/* Memory that runs out on purpose: a scenario is run again and again, each time with another
 * allocation failing.
 *
 * The program is linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc, which catches the
 * allocations of every object in it, not those of shared libraries. Only those of the thread that
 * acts are counted. */
#ifndef MILINK_FAULT_ALLOCATIONS_H
#define MILINK_FAULT_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

struct fault_scenario {
    void (*prepare)(void *context); /* may be NULL; memory does not run out in it */
    void (*act)(void *context);     /* the code under test; memory runs out */
    /* What must hold afterwards; failed says whether an allocation did. Memory does not run out
     * in it. */
    void (*check)(void *context, bool failed);
    void *context;
};

/* Runs prepare, act and check with the n-th allocation of act failing, for n = 1, 2 ... until
 * act makes fewer; then the
 * same with the n-th and all later ones failing. Returns how many allocations act makes when none
 * fails. */
size_t fault_each_allocation(const struct fault_scenario *scenario);

/* Allocations made by functions whose names begin so never fail and do not count: those of a
 * double that ends the
 * process when memory runs out. The names must be visible (-rdynamic). prefix is kept. */
void fault_spare(const char *prefix);

#endif
