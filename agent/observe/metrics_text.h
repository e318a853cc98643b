/* SPDX-License-Identifier: MIT */
/* The metrics as OpenMetrics text (openmetrics.io, version 1.0). */
#ifndef MILINK_AGENT_METRICS_TEXT_H
#define MILINK_AGENT_METRICS_TEXT_H

#include "metrics.h"

#include <stddef.h>

/* What is not counted, but looked at when the text is made. */
struct metrics_gauges {
    const char *version;
    uint64_t started_ms;                        /* UTC */
    long token_seconds_left, token_age_seconds; /* -1: there is no token */
    unsigned long long token_fetches, token_failures;
    /* Open operations by slot of metrics_procedure and state Accepted, Running. */
    unsigned open[METRICS_PROCEDURES][2];
    long long oldest_open_seconds; /* 0: none is open */
    long long journal_bytes;       /* -1: not known, and left out */
    unsigned reads_left; /* that Azure allows at once, of the subscription with the fewest */
    long clock_skew_seconds;
    unsigned long long audit_written, audit_failed, log_lost;
    long long audit_sequence;
};

/* The whole text, for free; NULL when memory ran out. */
char *metrics_print(const struct metrics *metrics, const struct metrics_gauges *gauges);

#endif
