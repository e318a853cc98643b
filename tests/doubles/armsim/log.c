/* SPDX-License-Identifier: MIT */
/* Recording requests, with everything secret struck out. */
#include "log.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"

static const char hidden[] = "***";

static bool is_secret_name(const char *name)
{
    return text_contains_nocase(name, "secret") || text_contains_nocase(name, "password") ||
           text_contains_nocase(name, "assertion") || text_contains_nocase(name, "token");
}

static void hide_secrets(cJSON *json)
{
    cJSON *child = NULL;
    cJSON_ArrayForEach(child, json)
    {
        if (child->string && is_secret_name(child->string) && cJSON_IsString(child))
            cJSON_SetValuestring(child, hidden);
        else
            hide_secrets(child);
    }
}

/* A form as a JSON object, its secret values struck out. */
static cJSON *form_body(const char *form)
{
    cJSON *object = cJSON_CreateObject();
    while (*form) {
        size_t length = strcspn(form, "&"), name_length = strcspn(form, "=&");
        char *name = text_decode(form, name_length, true);
        char *value = name_length < length
                          ? text_decode(form + name_length + 1, length - name_length - 1, true)
                          : NULL;
        if (name)
            cJSON_AddStringToObject(object, name,
                                    is_secret_name(name) ? hidden : (value ? value : ""));
        free(name);
        free(value);
        form += length + (form[length] == '&');
    }
    return object;
}

static cJSON *safe_body(const struct request *request)
{
    if (!request->body)
        return cJSON_CreateNull();
    if (request->kind == KIND_TOKEN)
        return form_body(request->body);
    cJSON *json = cJSON_Parse(request->body);
    if (json)
        hide_secrets(json);
    return json ? json : cJSON_CreateString("(not JSON)");
}

static void add_text(cJSON *object, const char *name, const char *text)
{
    cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static cJSON *entry_object(const struct request *request)
{
    char time[CLOCK_TEXT];
    clock_print(clock_now(), time);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "n", (double)request->number);
    add_text(object, "time", time);
    add_text(object, "kind", kind_names[request->kind]);
    add_text(object, "method", request->method);
    add_text(object, "path", request->uri);
    add_text(object, "client_request_id", request->client_request_id);
    add_text(object, "correlation_id", request->correlation_id);
    cJSON_AddBoolToObject(object, "authorized", request->authorized);
    cJSON_AddItemToObject(object, "body", safe_body(request));
    cJSON_AddNullToObject(object, "status");
    cJSON_AddNullToObject(object, "fault");
    return object;
}

static char *print_and_delete(cJSON *object)
{
    char *text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text ? text : text_copy("{}");
}

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
    entry->text = print_and_delete(entry_object(request));
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

void log_finish(struct log *log, const struct request *request, int status, const char *fault)
{
    struct log_entry *entry = find(log, request->number);
    cJSON *object = entry ? cJSON_Parse(entry->text) : entry_object(request);
    cJSON_ReplaceItemInObject(object, "status", cJSON_CreateNumber(status));
    cJSON_ReplaceItemInObject(object, "authorized", cJSON_CreateBool(request->authorized));
    if (fault)
        cJSON_ReplaceItemInObject(object, "fault", cJSON_CreateString(fault));
    char *text = print_and_delete(object);
    if (log->file) {
        fprintf(log->file, "%s\n", text);
        fflush(log->file);
    }
    if (log->trace)
        trace(request, status, fault);
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
