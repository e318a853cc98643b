/* SPDX-License-Identifier: MIT */
/* Putting answers together. */
#include "answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

void answer_clear(struct answer *answer)
{
    for (size_t i = 0; i < answer->header_count; i++) {
        free(answer->headers[i].name);
        free(answer->headers[i].value);
    }
    free(answer->body);
    memset(answer, 0, sizeof *answer);
}

static struct answer_header *find(const struct answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (strcasecmp(answer->headers[i].name, name) == 0)
            return (struct answer_header *)&answer->headers[i];
    return NULL;
}

void answer_header(struct answer *answer, const char *name, const char *format, ...)
{
    char *value = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&value, format, arguments);
    va_end(arguments);
    struct answer_header *header = find(answer, name);
    if (length < 0)
        return;
    if (!header && answer->header_count == ANSWER_HEADERS) {
        free(value);
        return;
    }
    if (!header) {
        header = &answer->headers[answer->header_count++];
        header->name = text_copy(name);
    }
    free(header->value);
    header->value = value;
}

const char *answer_header_value(const struct answer *answer, const char *name)
{
    const struct answer_header *header = find(answer, name);
    return header ? header->value : NULL;
}

void answer_bytes(struct answer *answer, int status, const char *type, const char *bytes,
                  size_t length)
{
    answer->status = status;
    free(answer->body);
    answer->body = text_copy_bytes(bytes, length);
    answer->length = length;
    answer->is_json = false;
    answer_header(answer, "Content-Type", "%s", type);
}

void answer_json(struct answer *answer, int status, cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (!text)
        text = text_copy("null");
    answer_bytes(answer, status, "application/json; charset=utf-8", text, strlen(text));
    answer->is_json = true;
    free(text);
}

void answer_error(struct answer *answer, int status, const char *code, const char *format, ...)
{
    char *message = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    cJSON *json = cJSON_CreateObject();
    cJSON *error = cJSON_AddObjectToObject(json, "error");
    cJSON_AddStringToObject(error, "code", code);
    cJSON_AddStringToObject(error, "message", length < 0 ? "" : message);
    if (length >= 0)
        free(message);
    answer_json(answer, status, json);
}
