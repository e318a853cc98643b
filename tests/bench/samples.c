/* SPDX-License-Identifier: MIT */
/* Percentiles of what was measured. */
#include "samples.h"
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void samples_print(struct samples *samples)
{
    double *all = samples->microseconds;
    size_t count = samples->count;

    qsort(all, count, sizeof *all, compare);
    printf("%zu,%zu,%zu,%.1f,%.1f,%.1f,%.0f\n", samples->callers, count, samples->failures,
           all[count / 2], all[count * 99 / 100], all[count - 1],
           (double)count * 1e6 / (double)samples->elapsed_us);
}
