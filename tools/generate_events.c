/* SPDX-License-Identifier: MIT */
/* What follows from the table of events: docs/events.md and agent/milink_messages.mc. */
#include "event_log.h"
#include "generate.h"
#include <ctype.h>
#include <stdio.h>

static const char *const severities[] = {
    [EVENT_INFORMATION] = "Information", [EVENT_WARNING] = "Warning", [EVENT_ERROR] = "Error"};

void put_events(FILE *to)
{
    size_t count = 0;
    const struct event *table = event_table(&count);

    fputs("# The agent in Windows' Event Log\n\n"
          "Generated from `agent/observe/event_list.h` by `tools/generate.c`; do not edit.\n\n"
          "As a service the agent tells the log *Application*, under the source `milink-agent`, "
          "what an "
          "administrator must\n"
          "hear of; its own log has these and all else ([observability.md](observability.md)). The "
          "same "
          "text comes again\n"
          "after an hour at the earliest, and no event more than 20 times an hour; the next entry "
          "then "
          "says how many were\n"
          "held back. No secret stands in any of them.\n\n"
          "| id | level | event of the log | what it means | what to do |\n|---|---|---|---|---|\n",
          to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "| %u | %s | `%s` | %s | %s |\n", table[i].id, severities[table[i].severity],
                table[i].name, table[i].meaning, table[i].action);
    fputs("\nA service that cannot start ends with Windows' code 1066 and one of its own, which "
          "`sc query milink-agent` shows:\n\n"
          "| code | what failed | what to do |\n|---|---|---|\n"
          "| 1 | memory, or a thread | free some |\n"
          "| 2 | the configuration is not there or has errors | event 102 has them all; "
          "`milink-agent "
          "check` too |\n"
          "| 3 | the pipe is taken | stop the other agent, or the program that holds it |\n"
          "| 4 | log, journal or audit trail cannot be opened | see to the state directory: "
          "permissions, "
          "disk, another agent |\n"
          "| 5 | the administrators' pipe is taken | as 3 |\n",
          to);
}

/* A per cent sign begins an insertion there. */
static void put_message_text(FILE *to, const char *text)
{
    fputc(toupper((unsigned char)*text), to);
    for (text++; *text != '\0'; text++)
        fputs(*text == '%' ? "%%" : (const char[]){*text, '\0'}, to);
}

void put_event_messages(FILE *to)
{
    size_t count = 0;
    const struct event *table = event_table(&count);

    fputs("; // Generated from agent/observe/event_list.h by tools/generate.c; do not edit.\n"
          "MessageIdTypedef=DWORD\n"
          "SeverityNames=(Success=0x0 Information=0x1 Warning=0x2 Error=0x3)\n"
          "FacilityNames=(Application=0x0)\n"
          "LanguageNames=(English=0x409:MSG00409)\n",
          to);
    for (size_t i = 0; i < count; i++) {
        fprintf(to,
                "\nMessageId=%u\nSeverity=%s\nFacility=Application\nSymbolicName=MILINK_EVENT_%u\n"
                "Language=English\n%%1%%n%%n\n",
                table[i].id, severities[table[i].severity], table[i].id);
        put_message_text(to, table[i].meaning);
        fputs(".%n\nWhat to do: ", to);
        for (const char *c = table[i].action; *c != '\0'; c++)
            fputs(*c == '%' ? "%%" : (const char[]){*c, '\0'}, to);
        fputs(".\n.\n", to);
    }
}
