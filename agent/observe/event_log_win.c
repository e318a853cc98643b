/* SPDX-License-Identifier: MIT */
/* Entries in Windows' Event Log, under the source that setup registers. */
#include "event_log.h"
#include "endpoint.h"
#include "text.h"
#include <windows.h>

static HANDLE source;

bool event_log_source_open(void)
{
    source = RegisterEventSourceA(NULL, MILINK_SERVICE_NAME);
    return source != NULL;
}

void event_log_source_close(void)
{
    if (source != NULL)
        DeregisterEventSource(source);
    source = NULL;
}

static WORD type_of(const struct event *event)
{
    switch (event->severity) {
    case EVENT_ERROR: return EVENTLOG_ERROR_TYPE;
    case EVENT_WARNING: return EVENTLOG_WARNING_TYPE;
    default: return EVENTLOG_INFORMATION_TYPE;
    }
}

/* milink_messages.dll has the rest of the text: what it means and what to do. */
void event_log_report(const struct event *event, const char *text)
{
    uint16_t units[1201];
    const size_t length = strlen(text);
    const size_t count = text_to_utf16(text, length, units, 1200);
    LPCWSTR strings[] = {(LPCWSTR)units};

    units[count < 1200 ? count : 1200] = 0;
    ReportEventW(source, type_of(event), 0, (DWORD)event->severity << 30 | event->id, NULL, 1, 0,
                 strings, NULL);
}
