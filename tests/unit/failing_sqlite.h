/* SPDX-License-Identifier: MIT */
/* SQLite on memory and a disk that fail as planned, and lose at a power cut what was not synced. */
#ifndef MILINK_UNIT_FAILING_SQLITE_H
#define MILINK_UNIT_FAILING_SQLITE_H

#include <stdbool.h>

/* A failure to come: the at-th call fails (0: none), and with lasting every later one too. */
struct failing_plan {
    long calls, at;
    bool lasting;
};

extern struct failing_plan failing_disk, failing_memory;

struct failing_file {
    char name[160];
    struct failing_change *changes; /* newest first: not synced */
    long syncs;
};

/* Once, before SQLite is used. Files are opened on the failing disk from then on. */
void failing_install(void);
/* Counts calls from 0 again. */
void failing_plan_set(struct failing_plan *plan, long at, bool lasting);
/* Takes back what was not synced; all files must be closed. */
void failing_cut_power(void);
/* Forgets all files, before they are removed. */
void failing_forget(void);
/* What is known about a file. Borrowed. */
struct failing_file *failing_file_of(const char *name);

#endif
