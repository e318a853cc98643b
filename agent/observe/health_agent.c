/* SPDX-License-Identifier: MIT */
/* The checks of what the agent keeps on this host: log, disk, journal, audit trail, operations. */
#include "health.h"

#include "audit.h"
#include "audit_walk.h"
#include "file.h"
#include "log.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum {
    MIB = 1024 * 1024,
    DISK_WARN_MIB = 1024,
    DISK_FAIL_MIB = 64,
    OLD_MINUTES = 60 /* an operation that takes longer deserves a look */
};

static void tell(struct health *health, const char *name, enum health_status status,
                 const char *evidence, const char *action)
{
    health_tell(health, &(struct health_check){"agent", name, status, evidence, action});
}

static void check_log(struct health *health)
{
    const char *file = health->setup->config.log_file;
    char evidence[CONFIG_PATH_SIZE + 100];
    const unsigned long long lost = log_lost_lines();

    snprintf(evidence, sizeof evidence, "%s, level %s%s", file[0] != '\0' ? file : "standard error",
             health->setup->config.log_level, lost > 0 ? "; lines could not be written" : "");
    tell(health, "log", lost > 0 ? HEALTH_WARN : HEALTH_OK, evidence,
         lost > 0 ? "check space and health of the log's disk, and the account's rights" : NULL);
}

static void check_disk(struct health *health)
{
    const char *directory = health->setup->config.state_directory;
    char evidence[CONFIG_PATH_SIZE + 100];
    enum health_status status = HEALTH_OK;
    uint64_t free_bytes = 0;

    if (!file_free_space(directory, &free_bytes)) {
        snprintf(evidence, sizeof evidence, "%s: its disk cannot be examined", directory);
        tell(health, "disk", HEALTH_FAIL, evidence,
             "see that the directory exists and that the agent's account may use it");
        return;
    }
    if (free_bytes / MIB < DISK_WARN_MIB)
        status = free_bytes / MIB < DISK_FAIL_MIB ? HEALTH_FAIL : HEALTH_WARN;
    snprintf(evidence, sizeof evidence, "%s: %llu MiB free", directory,
             (unsigned long long)(free_bytes / MIB));
    tell(health, "disk", status, evidence,
         status == HEALTH_OK ? NULL : "free space: journal and audit trail must be written");
}

/* In a process that does not serve. A running agent holds the journal: that, too, proves it. One
 * that is not there is not made, because this account may be another than the agent's. */
static void check_closed_journal(struct health *health, const char *path)
{
    char why[700] = "", evidence[CONFIG_PATH_SIZE + 100];
    struct store *store = NULL;

    snprintf(evidence, sizeof evidence, "%s: not there yet; the agent makes it when it starts",
             path);
    if (!file_exists(path)) {
        tell(health, "journal", HEALTH_OK, evidence, NULL);
        return;
    }
    store = store_open(path, why, sizeof why);
    snprintf(evidence, sizeof evidence, "%s: whole, and can be written", path);
    if (store != NULL)
        tell(health, "journal", HEALTH_OK, evidence, NULL);
    else if (strstr(why, "another process") != NULL)
        tell(health, "journal", HEALTH_OK, "held by the agent that is running", NULL);
    else
        tell(health, "journal", HEALTH_FAIL, why, "do what the evidence says");
    store_close(store);
}

/* Open operations as the journal has them. */
struct open_ones {
    size_t count;
    uint64_t oldest_ms;
    char oldest[128];
};

static bool count_open(void *context, const struct operation *operation)
{
    struct open_ones *open = context;

    if (open->count++ == 0 || operation->started_ms < open->oldest_ms) {
        open->oldest_ms = operation->started_ms;
        snprintf(open->oldest, sizeof open->oldest, "%s %s", operation->procedure, operation->id);
    }
    return true;
}

static void tell_open(struct health *health, const struct open_ones *open)
{
    const uint64_t now = clock_utc_ms();
    const uint64_t minutes = now > open->oldest_ms ? (now - open->oldest_ms) / 60000 : 0;
    char evidence[300];

    if (open->count == 0) {
        tell(health, "operations", HEALTH_OK, "none is open", NULL);
        return;
    }
    snprintf(evidence, sizeof evidence, "%zu open; the oldest for %llu min: %s", open->count,
             (unsigned long long)minutes, open->oldest);
    if (minutes < OLD_MINUTES)
        tell(health, "operations", HEALTH_OK, evidence, NULL);
    else
        tell(health, "operations", HEALTH_WARN, evidence,
             "see it with xp_milink_operation_get, and the resource in Azure");
}

static void check_open_journal(struct health *health, const char *path)
{
    const struct store_filter open_only = {.open_only = true};
    struct open_ones open = {.count = 0};
    char why[300] = "", evidence[CONFIG_PATH_SIZE + 100];
    uint64_t bytes = 0;

    if (store_list(health->agent->store, &open_only, count_open, &open) != STORE_OK) {
        store_why(health->agent->store, why, sizeof why);
        tell(health, "journal", HEALTH_FAIL, why, error_find(MILINK_JOURNAL_FAILED)->action);
        return;
    }
    file_size_of(path, &bytes);
    snprintf(evidence, sizeof evidence, "%s: %llu KiB", path, (unsigned long long)(bytes / 1024));
    tell(health, "journal", HEALTH_OK, evidence, NULL);
    tell_open(health, &open);
}

static void check_journal(struct health *health)
{
    char path[CONFIG_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/journal.db", health->setup->config.state_directory);
    if (health->agent->store != NULL)
        check_open_journal(health, path);
    else
        check_closed_journal(health, path);
}

/* The first flaw of a walk. */
struct first_flaw {
    char text[1100];
};

static void keep_flaw(void *context, const struct audit_flaw *flaw)
{
    struct first_flaw *first = context;

    if (first->text[0] == '\0')
        snprintf(first->text, sizeof first->text, "%s line %zu: %s", flaw->file, flaw->line,
                 flaw->text);
}

static const char broken_action[] =
    "find out who changed the files; milink-agent audit verify tells every place";

static void check_whole_trail(struct health *health)
{
    const char *directory = health->setup->config.state_directory;
    struct first_flaw first = {.text = ""};
    const struct audit_walk walk = {
        .directory = directory, .on_flaw = keep_flaw, .context = &first};
    char path[AUDIT_PATH_SIZE], why[1400] = "", evidence[200];
    struct audit_found found;

    audit_path(path, directory, AUDIT_CURRENT);
    if (!file_exists(path))
        tell(health, "audit trail", HEALTH_OK, "not there yet; the agent begins it when it starts",
             NULL);
    else if (!audit_walk(&walk, &found, why, sizeof why))
        tell(health, "audit trail", HEALTH_FAIL, why,
             "see that this account may read the state_directory");
    else if (found.flaws > 0)
        tell(health, "audit trail", HEALTH_FAIL, first.text, broken_action);
    else {
        snprintf(evidence, sizeof evidence, "whole, records: %llu; the last is %lld, hash %s",
                 found.records, found.last.sequence, found.last.hash);
        tell(health, "audit trail", HEALTH_OK, evidence, NULL);
    }
}

static void check_end_of_trail(struct health *health)
{
    struct audit_status status;
    char evidence[900] = "";

    audit_status(&status);
    if (!status.open)
        tell(health, "audit trail", HEALTH_FAIL, "it is not open", "restart the agent");
    else if (status.why[0] != '\0')
        tell(health, "audit trail", HEALTH_FAIL, status.why,
             error_find(MILINK_AUDIT_FAILED)->action);
    else if (!audit_check_end(evidence, sizeof evidence))
        tell(health, "audit trail", HEALTH_FAIL, evidence, broken_action);
    else {
        snprintf(evidence, sizeof evidence, "its end is whole: record %lld, hash %s",
                 status.head.sequence, status.head.hash);
        tell(health, "audit trail", HEALTH_OK, evidence, NULL);
    }
}

void health_check_agent(struct health *health)
{
    check_log(health);
    check_disk(health);
    check_journal(health);
    if (health->full)
        check_whole_trail(health);
    else
        check_end_of_trail(health);
}
