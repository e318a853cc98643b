/* SPDX-License-Identifier: MIT */
/* What was measured, and its line of output. */
#ifndef MILINK_BENCH_SAMPLES_H
#define MILINK_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
    size_t callers, count, failures;
    double *microseconds; /* count of them */
    uint64_t elapsed_us;
};

/* callers,calls,failures,p50_us,p99_us,max_us,calls_per_second; sorts the microseconds. */
void samples_print(struct samples *samples);

#endif
