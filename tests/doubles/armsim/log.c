/* SPDX-License-Identifier: MIT */
/* Keeping, writing and showing the records of exchanges. */
#include "log.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "record.h"
#include "text.h"

static struct log_entry *entry_at(const struct log *log, size_t index)
{
    return &log->entries[(log->first + index) % LOG_KEPT];
}

void log_arrive(struct log *log, struct request *request)
{
    if (!log->entries)
        log->entries = text_memory(LOG_KEPT, sizeof *log->entries);
    if (log->kept == LOG_KEPT) {
        free(entry_at(log, 0)->text);
        log->first = (log->first + 1) % LOG_KEPT;
        log->kept--;
    }
    request->number = ++log->count;
    struct log_entry *entry = entry_at(log, log->kept++);
    entry->number = request->number;
    request->arrived_at = clock_now();
    entry->text = record_print(request, false, NULL, NULL);
}

static struct log_entry *find(const struct log *log, uint64_t number)
{
    for (size_t i = log->kept; i-- > 0;)
        if (entry_at(log, i)->number == number)
            return entry_at(log, i);
    return NULL;
}

/* The path as a person reads it: without what every request has in common. */
static void trace(const struct request *request, int status, const char *fault)
{
    const char *shown = request->uri;
    const char *instance = strstr(request->uri, "/managedInstances/");
    const char *location = strstr(request->uri, "/locations/");
    if (instance)
        shown = strchr(instance + 1, '/');
    else if (location)
        shown = strchr(location + 1, '/');
    char code[16] = "cut";
    if (status)
        snprintf(code, sizeof code, "%d", status);
    fprintf(stderr, "armsim  %s %s%.*s -> %s%s%s%s\n", request->method,
            shown == request->uri ? "" : "…", (int)strcspn(shown, "?"), shown, code,
            fault ? "  (fault: " : "", fault ? fault : "", fault ? ")" : "");
}

void log_finish(struct log *log, const struct request *request, const struct answer *answer,
                const char *fault)
{
    struct log_entry *entry = find(log, request->number);
    char *text = record_print(request, true, answer, fault);
    if (log->file) {
        fprintf(log->file, "%s\n", text);
        fflush(log->file);
    }
    if (log->trace)
        trace(request, answer ? answer->status : 0, fault);
    if (!entry) {
        free(text);
        return;
    }
    free(entry->text);
    entry->text = text;
}

char *log_print(const struct log *log)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return text_copy("[]");
    fputc('[', stream);
    for (size_t i = 0; i < log->kept; i++)
        fprintf(stream, "%s%s", i ? ",\n" : "", entry_at(log, i)->text);
    fputc(']', stream);
    fclose(stream);
    return text;
}

void log_reset(struct log *log)
{
    for (size_t i = 0; i < log->kept; i++)
        free(entry_at(log, i)->text);
    log->first = log->kept = 0;
}

void log_clear(struct log *log)
{
    log_reset(log);
    free(log->entries);
    log->entries = NULL;
    if (log->file)
        fclose(log->file);
    log->file = NULL;
}
