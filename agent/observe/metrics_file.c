/* SPDX-License-Identifier: MIT */
/* Looking at the agent and writing its metrics. */
#include "metrics_file.h"

#include "audit.h"
#include "clock_skew.h"
#include "file.h"
#include "log.h"
#include "metrics_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERIOD_MS = 15000 };

struct metrics_file {
    struct agent *agent;
    struct thread *thread;
    struct mutex *mutex; /* guards stopping and due */
    struct condition *wake;
    bool stopping;
    bool due;     /* now, not only after the period */
    bool failing; /* the thread's: said once, not every 15 s */
};

/* Open operations being counted. */
struct counting {
    struct metrics_gauges *gauges;
    uint64_t now;
};

static bool count_open(void *context, const struct operation *operation)
{
    struct counting *counting = context;
    const uint64_t started = operation->started_ms;
    const long long age = counting->now > started ? (long long)(counting->now - started) / 1000 : 0;
    size_t slot = 0;

    while (metrics_procedure(slot + 1) != NULL &&
           strcmp(metrics_procedure(slot), operation->procedure) != 0)
        slot++;
    if (operation_is_open(operation))
        counting->gauges->open[slot][operation->state]++;
    if (age > counting->gauges->oldest_open_seconds)
        counting->gauges->oldest_open_seconds = age;
    return true;
}

static long long journal_bytes(const struct config *config)
{
    static const char *const names[] = {"journal.db", "journal.db-wal"};
    char path[CONFIG_PATH_SIZE + 32];
    long long bytes = -1;

    for (size_t i = 0; i < 2; i++) {
        uint64_t size = 0;

        snprintf(path, sizeof path, "%s/%s", config->state_directory, names[i]);
        if (file_size_of(path, &size))
            bytes = (bytes < 0 ? 0 : bytes) + (long long)size;
    }
    return bytes;
}

static void look(struct agent *agent, struct setup *setup, struct metrics_gauges *gauges)
{
    const struct store_filter open = {.open_only = true};
    struct counting counting = {gauges, clock_utc_ms()};
    struct token_status token;
    struct audit_status audit;

    memset(gauges, 0, sizeof *gauges);
    token_status(setup->tokens, &token);
    audit_status(&audit);
    gauges->version = MILINK_VERSION;
    gauges->started_ms = agent->started_ms;
    gauges->token_seconds_left = token.seconds_left;
    gauges->token_age_seconds = token.age_seconds;
    gauges->token_fetches = token.fetched;
    gauges->token_failures = token.failed;
    gauges->journal_bytes = journal_bytes(&setup->config);
    gauges->reads_left = arm_budget_left(setup->budget);
    gauges->clock_skew_seconds = clock_skew_seconds();
    gauges->audit_written = audit.written;
    gauges->audit_failed = audit.failed;
    gauges->audit_sequence = audit.head.sequence;
    gauges->log_lost = log_lost_lines();
    if (agent->store != NULL)
        store_list(agent->store, &open, count_open, &counting);
}

bool metrics_file_write(struct agent *agent, const char *path)
{
    struct setup *setup = agent_setup(agent);
    struct metrics *metrics = malloc(sizeof *metrics);
    struct metrics_gauges *gauges = malloc(sizeof *gauges);
    char *text = NULL;
    bool written = false;

    if (metrics != NULL && gauges != NULL) {
        metrics_read(metrics);
        look(agent, setup, gauges);
        text = metrics_print(metrics, gauges);
    }
    if (text != NULL)
        written = file_replace(path, text, strlen(text));
    free(text);
    free(gauges);
    free(metrics);
    setup_release(setup);
    return written;
}

static void write_now(struct metrics_file *file)
{
    struct setup *setup = agent_setup(file->agent);
    const char *path = setup->config.metrics_file; /* a reload may have named another one */
    bool written = path[0] == '\0' || metrics_file_write(file->agent, path);

    if (!written && !file->failing)
        log_write(
            LOG_WARNING, "metrics.failed",
            "%s cannot be written; see that its directory exists and that the agent's account "
            "may write there",
            path);
    else if (written && file->failing && path[0] != '\0')
        log_write(LOG_INFO, "metrics.written", "%s is written again", path);
    file->failing = !written;
    setup_release(setup);
}

static void run(void *context)
{
    struct metrics_file *file = context;
    bool stopping = false;

    while (!stopping) {
        write_now(file);
        mutex_lock(file->mutex);
        if (!file->stopping && !file->due)
            condition_wait(file->wake, file->mutex, PERIOD_MS);
        stopping = file->stopping;
        file->due = false;
        mutex_unlock(file->mutex);
    }
    write_now(file);
}

struct metrics_file *metrics_file_start(struct agent *agent)
{
    struct metrics_file *file = calloc(1, sizeof *file);

    if (file == NULL)
        goto failed;
    file->agent = agent;
    file->mutex = mutex_new();
    file->wake = condition_new();
    if (file->mutex != NULL && file->wake != NULL)
        file->thread = thread_start(run, file);
    if (file->thread != NULL)
        return file;
    metrics_file_stop(file);
failed:
    log_write(LOG_WARNING, "metrics.failed", "no metrics are written: memory ran out");
    return NULL;
}

void metrics_file_refresh(struct metrics_file *file)
{
    if (file == NULL)
        return;
    mutex_lock(file->mutex);
    file->due = true;
    condition_signal(file->wake);
    mutex_unlock(file->mutex);
}

void metrics_file_stop(struct metrics_file *file)
{
    if (file == NULL)
        return;
    if (file->thread != NULL) {
        mutex_lock(file->mutex);
        file->stopping = true;
        condition_signal(file->wake);
        mutex_unlock(file->mutex);
        thread_join(file->thread);
    }
    condition_free(file->wake);
    mutex_free(file->mutex);
    free(file);
}
