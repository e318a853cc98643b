/* SPDX-License-Identifier: MIT */
/* Writing OpenMetrics text: a family at a time, "# EOF" at the end. */
#include "metrics_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *bytes;
    size_t length, room;
    bool failed;
};

static bool make_room(struct text *text, size_t more)
{
    size_t room = text->room > 0 ? text->room : 16 * 1024;
    char *bytes = NULL;

    while (room < text->length + more)
        room *= 2;
    if (room == text->room)
        return true;
    bytes = realloc(text->bytes, room);
    text->failed = bytes == NULL;
    if (bytes == NULL)
        return false;
    text->bytes = bytes;
    text->room = room;
    return true;
}

static void __attribute__((format(gnu_printf, 2, 3)))
put(struct text *text, const char *format, ...)
{
    char line[400];
    va_list arguments;
    int length = 0;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (text->failed || length < 0 || !make_room(text, (size_t)length + 1))
        return;
    memcpy(text->bytes + text->length, line, (size_t)length + 1);
    text->length += (size_t)length;
}

/* unit may be NULL; a name with a unit ends in it. */
static void put_family(struct text *text, const char *name, const char *type, const char *unit,
                       const char *help)
{
    put(text, "# TYPE milink_%s %s\n", name, type);
    if (unit != NULL)
        put(text, "# UNIT milink_%s %s\n", name, unit);
    put(text, "# HELP milink_%s %s\n", name, help);
}

static void put_counter(struct text *text, const char *name, const char *help,
                        unsigned long long number)
{
    put_family(text, name, "counter", NULL, help);
    put(text, "milink_%s_total %llu\n", name, number);
}

static void put_gauge(struct text *text, const char *name, const char *unit, const char *help,
                      long long number)
{
    put_family(text, name, "gauge", unit, help);
    put(text, "milink_%s %lld\n", name, number);
}

/* label: procedure="xp_milink_help" */
static void put_histogram(struct text *text, const char *name, const char *label,
                          const struct metrics_histogram *histogram)
{
    uint64_t count = 0;

    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        const unsigned bound = metrics_bounds_ms[i];

        count += histogram->buckets[i];
        put(text, "milink_%s_bucket{%s,le=\"%u.%03u\"} %llu\n", name, label, bound / 1000,
            bound % 1000, (unsigned long long)count);
    }
    count += histogram->buckets[METRICS_BUCKETS];
    put(text, "milink_%s_bucket{%s,le=\"+Inf\"} %llu\n", name, label, (unsigned long long)count);
    put(text, "milink_%s_sum{%s} %llu.%06llu\n", name, label,
        (unsigned long long)(histogram->microseconds / 1000000),
        (unsigned long long)(histogram->microseconds % 1000000));
    put(text, "milink_%s_count{%s} %llu\n", name, label, (unsigned long long)count);
}

static bool is_empty(const uint64_t *counters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (counters[i] > 0)
            return false;
    return true;
}

/* Procedures that were never called are left out. */
static void put_calls(struct text *text, const struct metrics *metrics)
{
    char label[128];

    put_family(text, "calls", "counter", NULL, "Calls answered, by procedure and outcome.");
    for (size_t slot = 0; metrics_procedure(slot) != NULL; slot++)
        for (size_t i = 0; i < METRICS_OUTCOMES; i++)
            if (!is_empty(metrics->calls[slot], METRICS_OUTCOMES))
                put(text, "milink_calls_total{procedure=\"%s\",outcome=\"%s\"} %llu\n",
                    metrics_procedure(slot), metrics_outcomes[i],
                    (unsigned long long)metrics->calls[slot][i]);
    put_family(text, "call_duration_seconds", "histogram", "seconds",
               "Time from a call's arrival to its answer, by procedure.");
    for (size_t slot = 0; metrics_procedure(slot) != NULL; slot++) {
        if (is_empty(metrics->call_times[slot].buckets, METRICS_BUCKETS + 1))
            continue;
        snprintf(label, sizeof label, "procedure=\"%s\"", metrics_procedure(slot));
        put_histogram(text, "call_duration_seconds", label, &metrics->call_times[slot]);
    }
    put_counter(text, "calls_turned_away",
                "Connections refused because workers and queue were full.", metrics->busy);
    put_gauge(text, "calls_queued", NULL, "Connections that wait for a worker.",
              (long long)metrics->queued);
}

static void put_requests(struct text *text, const struct metrics *metrics)
{
    unsigned long long throttled = 0;
    char label[32];

    put_family(text, "arm_requests", "counter", NULL,
               "Requests to Azure Resource Manager, by method and class of answer.");
    for (size_t i = 0; i < METRICS_METHODS; i++) {
        for (size_t n = 0; n < METRICS_STATUSES; n++)
            put(text, "milink_arm_requests_total{method=\"%s\",status=\"%s\"} %llu\n",
                metrics_methods[i], metrics_statuses[n],
                (unsigned long long)metrics->requests[i][n]);
        throttled += metrics->requests[i][METRICS_THROTTLED];
    }
    put_family(text, "arm_request_duration_seconds", "histogram", "seconds",
               "Time from a request to Azure Resource Manager to its answer, by method.");
    for (size_t i = 0; i < METRICS_METHODS; i++) {
        snprintf(label, sizeof label, "method=\"%s\"", metrics_methods[i]);
        put_histogram(text, "arm_request_duration_seconds", label, &metrics->request_times[i]);
    }
    put_counter(text, "arm_throttled", "Answers 429 of Azure Resource Manager.", throttled);
}

static void put_operations(struct text *text, const struct metrics *metrics,
                           const struct metrics_gauges *gauges)
{
    unsigned open = 0;

    put_family(text, "operations_ended", "counter", NULL,
               "Operations that ended, by procedure and state.");
    for (size_t slot = 0; metrics_procedure(slot) != NULL; slot++)
        for (int state = OPERATION_SUCCEEDED; state <= OPERATION_UNKNOWN; state++)
            if (!is_empty(metrics->ends[slot], OPERATION_UNKNOWN + 1))
                put(text, "milink_operations_ended_total{procedure=\"%s\",state=\"%s\"} %llu\n",
                    metrics_procedure(slot), operation_state_name((enum operation_state)state),
                    (unsigned long long)metrics->ends[slot][state]);
    put_family(text, "operations_open", "gauge", NULL, "Open operations, by procedure and state.");
    for (size_t slot = 0; metrics_procedure(slot) != NULL; slot++)
        for (int state = OPERATION_ACCEPTED; state <= OPERATION_RUNNING; state++) {
            open += gauges->open[slot][state];
            if (gauges->open[slot][state] > 0)
                put(text, "milink_operations_open{procedure=\"%s\",state=\"%s\"} %u\n",
                    metrics_procedure(slot), operation_state_name((enum operation_state)state),
                    gauges->open[slot][state]);
        }
    put_gauge(text, "operations_open_all", NULL, "Open operations.", open);
    put_gauge(text, "operations_oldest_open_seconds", "seconds",
              "Age of the oldest open operation; 0 when none is open.",
              gauges->oldest_open_seconds);
}

static void put_token(struct text *text, const struct metrics_gauges *gauges)
{
    put_counter(text, "token_fetches", "Tokens received from the identity.", gauges->token_fetches);
    put_counter(text, "token_failures", "Requests for a token that failed.",
                gauges->token_failures);
    /* Without a token -1, and never an old value. */
    put_gauge(text, "token_left_seconds", "seconds",
              "Time that the token still holds; -1 without a token.", gauges->token_seconds_left);
    put_gauge(text, "token_age_seconds", "seconds",
              "Time since the token was received; -1 without a token.", gauges->token_age_seconds);
}

static void put_agent(struct text *text, const struct metrics_gauges *gauges)
{
    put_family(text, "build", "info", NULL, "The agent's version.");
    put(text, "milink_build_info{version=\"%s\"} 1\n", gauges->version);
    put_gauge(text, "start_time_seconds", "seconds", "When the agent started, since 1970.",
              (long long)(gauges->started_ms / 1000));
    if (gauges->journal_bytes >= 0)
        put_gauge(text, "journal_bytes", "bytes", "Size of the journal on disk.",
                  gauges->journal_bytes);
    put_gauge(text, "arm_reads_left", NULL,
              "Reads that Azure allows at once, of the subscription with the fewest left.",
              gauges->reads_left);
    put_gauge(text, "clock_skew_seconds", "seconds",
              "Seconds that Azure's clock is ahead of this host's.", gauges->clock_skew_seconds);
    put_counter(text, "audit_records", "Audit records written since the start.",
                gauges->audit_written);
    put_counter(text, "audit_failures", "Audit records that could not be written.",
                gauges->audit_failed);
    put_gauge(text, "audit_sequence", NULL, "Sequence number of the last audit record.",
              gauges->audit_sequence);
    put_counter(text, "log_lines_lost", "Lines of the log that could not be written.",
                gauges->log_lost);
}

char *metrics_print(const struct metrics *metrics, const struct metrics_gauges *gauges)
{
    struct text text = {.bytes = NULL};

    put_calls(&text, metrics);
    put_requests(&text, metrics);
    put_operations(&text, metrics, gauges);
    put_token(&text, gauges);
    put_agent(&text, gauges);
    put(&text, "# EOF\n");
    if (!text.failed)
        return text.bytes;
    free(text.bytes);
    return NULL;
}
