/* SPDX-License-Identifier: MIT */
/* Where there is no Event Log, the log has all there is. */
#include "event_log.h"

bool event_log_source_open(void)
{
    return false;
}

void event_log_source_close(void)
{
}

void event_log_report(const struct event *event, const char *text)
{
    (void)event;
    (void)text;
}
