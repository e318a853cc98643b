/* SPDX-License-Identifier: MIT */
/* Counting. */
#include "metrics.h"

#include "procedures.h"

#include <stdatomic.h>
#include <string.h>

#define NAME(name) MILINK_PROCEDURE_PREFIX #name,
static const char *const procedures[] = {MILINK_PROCEDURES(NAME) "unknown"};
#undef NAME

enum { SLOTS = sizeof procedures / sizeof procedures[0], STATES = OPERATION_UNKNOWN + 1 };
_Static_assert((int)SLOTS <= METRICS_PROCEDURES, "a slot for each procedure");

const unsigned metrics_bounds_ms[METRICS_BUCKETS] = {1,   5,    10,   50,    100,   250,
                                                     500, 1000, 2500, 10000, 30000, 60000};
const char *const metrics_outcomes[METRICS_OUTCOMES] = {"done",     "refused", "canceled",
                                                        "identity", "azure",   "fault"};
const char *const metrics_statuses[METRICS_STATUSES] = {"2xx",       "3xx", "4xx",
                                                        "throttled", "5xx", "unanswered"};
const char *const metrics_methods[METRICS_METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

struct histogram {
    _Atomic uint64_t buckets[METRICS_BUCKETS + 1];
    _Atomic uint64_t microseconds;
};

static _Atomic uint64_t calls[SLOTS][METRICS_OUTCOMES];
static struct histogram call_times[SLOTS];
static _Atomic uint64_t requests[METRICS_METHODS][METRICS_STATUSES];
static struct histogram request_times[METRICS_METHODS];
static _Atomic uint64_t ends[SLOTS][STATES];
static _Atomic uint64_t busy, queue;

/* A counter needs no order with anything else. */
static void count(_Atomic uint64_t *counter, uint64_t more)
{
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

static void observe(struct histogram *histogram, uint64_t microseconds)
{
    size_t bucket = 0;

    while (bucket < METRICS_BUCKETS && microseconds > 1000ull * metrics_bounds_ms[bucket])
        bucket++;
    count(&histogram->buckets[bucket], 1);
    count(&histogram->microseconds, microseconds);
}

const char *metrics_procedure(size_t slot)
{
    return slot < SLOTS ? procedures[slot] : NULL;
}

static size_t slot_of(const char *procedure)
{
    size_t slot = 0;

    while (slot < SLOTS - 1 && (procedure == NULL || strcmp(procedures[slot], procedure) != 0))
        slot++;
    return slot;
}

static enum metrics_outcome outcome_of(int32_t number)
{
    switch (number) {
    case 0: return METRICS_DONE;
    case MILINK_CALL_CANCELED: return METRICS_CANCELED;
    case MILINK_IDENTITY_REFUSED:
    case MILINK_IDENTITY_UNREACHABLE:
    case MILINK_ARM_UNAUTHENTICATED: return METRICS_IDENTITY;
    case MILINK_OUT_OF_MEMORY:
    case MILINK_JOURNAL_FAILED:
    case MILINK_AUDIT_FAILED:
    case MILINK_AGENT_FAILED: return METRICS_FAULT;
    default: return number >= MILINK_ARM_UNREACHABLE ? METRICS_AZURE : METRICS_REFUSED;
    }
}

void metrics_count_call(const char *procedure, int32_t error_number, uint64_t microseconds)
{
    const size_t slot = slot_of(procedure);

    count(&calls[slot][outcome_of(error_number)], 1);
    observe(&call_times[slot], microseconds);
}

static enum metrics_status status_of(const struct http_answer *answer)
{
    if (answer->result != HTTP_ANSWERED)
        return METRICS_UNANSWERED;
    if (answer->status == 429)
        return METRICS_THROTTLED;
    if (answer->status >= 500)
        return METRICS_5XX;
    if (answer->status >= 400)
        return METRICS_4XX;
    return answer->status >= 300 ? METRICS_3XX : METRICS_2XX;
}

void metrics_count_request(const char *method, const struct http_answer *answer)
{
    for (size_t i = 0; i < METRICS_METHODS; i++) {
        if (strcmp(metrics_methods[i], method) != 0)
            continue;
        count(&requests[i][status_of(answer)], 1);
        observe(&request_times[i], 1000ull * answer->elapsed_ms);
    }
}

void metrics_count_end(const struct operation *operation)
{
    count(&ends[slot_of(operation->procedure)][operation->state], 1);
}

void metrics_count_busy(void)
{
    count(&busy, 1);
}

void metrics_set_queue(size_t queued)
{
    atomic_store_explicit(&queue, queued, memory_order_relaxed);
}

static uint64_t value(_Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void read_histogram(struct histogram *from, struct metrics_histogram *to)
{
    for (size_t i = 0; i <= METRICS_BUCKETS; i++)
        to->buckets[i] = value(&from->buckets[i]);
    to->microseconds = value(&from->microseconds);
}

void metrics_read(struct metrics *metrics)
{
    memset(metrics, 0, sizeof *metrics);
    for (size_t slot = 0; slot < SLOTS; slot++) {
        for (size_t i = 0; i < METRICS_OUTCOMES; i++)
            metrics->calls[slot][i] = value(&calls[slot][i]);
        for (size_t i = 0; i < STATES; i++)
            metrics->ends[slot][i] = value(&ends[slot][i]);
        read_histogram(&call_times[slot], &metrics->call_times[slot]);
    }
    for (size_t method = 0; method < METRICS_METHODS; method++) {
        for (size_t i = 0; i < METRICS_STATUSES; i++)
            metrics->requests[method][i] = value(&requests[method][i]);
        read_histogram(&request_times[method], &metrics->request_times[method]);
    }
    metrics->busy = value(&busy);
    metrics->queued = value(&queue);
}
