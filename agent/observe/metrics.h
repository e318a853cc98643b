/* SPDX-License-Identifier: MIT */
/* Counters of what the agent does. One set for the process; any thread, no lock. */
#ifndef MILINK_AGENT_METRICS_H
#define MILINK_AGENT_METRICS_H

#include "http.h"
#include "operation.h"

/* A call has been answered: 0 or the number of its error. procedure NULL or unknown counts as
 * "unknown". */
void metrics_count_call(const char *procedure, int32_t error_number, uint64_t microseconds);
/* A request to Azure Resource Manager has ended. */
void metrics_count_request(const char *method, const struct http_answer *answer);
/* An operation has ended as it says. */
void metrics_count_end(const struct operation *operation);
/* A connection was turned away: workers and queue are full. */
void metrics_count_busy(void);
/* Connections that wait for a worker now. */
void metrics_set_queue(size_t queued);

/* Bounds of the histograms, in milliseconds; a last bucket takes the rest. */
enum { METRICS_BUCKETS = 12 };
extern const unsigned metrics_bounds_ms[METRICS_BUCKETS];

struct metrics_histogram {
    uint64_t buckets[METRICS_BUCKETS + 1]; /* not cumulative */
    uint64_t microseconds;                 /* sum */
};

/* Outcomes of a call: what an alert needs to tell apart. */
enum metrics_outcome {
    METRICS_DONE,
    METRICS_REFUSED,  /* by the agent: parameters, rights, confirmation, the state of things */
    METRICS_CANCELED, /* by the caller */
    METRICS_IDENTITY, /* no token */
    METRICS_AZURE,    /* Azure refused, failed or did not answer */
    METRICS_FAULT,    /* the agent itself: journal, audit trail, memory */
    METRICS_OUTCOMES
};
/* Answers of Azure. */
enum metrics_status {
    METRICS_2XX,
    METRICS_3XX,
    METRICS_4XX,
    METRICS_THROTTLED, /* 429 */
    METRICS_5XX,
    METRICS_UNANSWERED,
    METRICS_STATUSES
};
enum { METRICS_PROCEDURES = 64, METRICS_METHODS = 5 };
extern const char *const metrics_outcomes[METRICS_OUTCOMES],
    *const metrics_statuses[METRICS_STATUSES], *const metrics_methods[METRICS_METHODS];

/* All counters at about one moment. */
struct metrics {
    uint64_t calls[METRICS_PROCEDURES][METRICS_OUTCOMES];
    struct metrics_histogram call_times[METRICS_PROCEDURES];
    uint64_t requests[METRICS_METHODS][METRICS_STATUSES];
    struct metrics_histogram request_times[METRICS_METHODS];
    uint64_t ends[METRICS_PROCEDURES][OPERATION_UNKNOWN + 1];
    uint64_t busy, queued;
};
void metrics_read(struct metrics *metrics);
/* "xp_milink_link_get" of a slot, the last one being "unknown"; NULL past it. */
const char *metrics_procedure(size_t slot);

#endif
