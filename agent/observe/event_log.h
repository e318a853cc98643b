/* SPDX-License-Identifier: MIT */
/* Windows' Event Log: of all that the agent logs, what an administrator must hear of. */
#ifndef MILINK_AGENT_EVENT_LOG_H
#define MILINK_AGENT_EVENT_LOG_H

#include "event_list.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The two bits at the top of an identifier, as Event Viewer reads them. */
enum event_severity { EVENT_INFORMATION = 1, EVENT_WARNING = 2, EVENT_ERROR = 3 };

struct event {
    unsigned id;
    enum event_severity severity;
    const char *name, *meaning, *action; /* name: the event of the log */
};

const struct event *event_table(size_t *count);

/* What was told of one event lately. Zeroed at first. */
struct event_memory {
    uint64_t first_ms; /* of the hour that is counted; monotonic */
    unsigned told, held_back;
    uint32_t text; /* a sum over the text that was told last */
    bool any;
};

/* Whether text is to be told at now_ms (monotonic): the same text again only after an hour, and no
 * event more than 20 times an hour, so that a fault that recurs does not push all else out of the
 * log. Counts what is held back. */
bool event_admit(struct event_memory *memory, const char *text, uint64_t now_ms);

/* From now on what is logged is told to the Event Log too, under the source milink-agent; setup
 * registers its texts. Once a process, while there is one thread. Nothing where there is none. */
void event_log_open(void);
void event_log_close(void);

/* One entry of a verb, which has no log: its event by name. While the log is not told there. */
void event_log_tell(const char *name, const char *text);

/* One entry; for event_log.c alone. */
void event_log_report(const struct event *event, const char *text);
bool event_log_source_open(void);
void event_log_source_close(void);

#endif
