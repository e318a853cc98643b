/* SPDX-License-Identifier: MIT */
/* Memory of the host, and texts that grow. */
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *host_grow(void *memory, size_t count, size_t size)
{
    void *grown = realloc(memory, count > 0 ? count * size : 1);

    if (grown == NULL) {
        fputs("odshost: out of memory\n", stderr);
        abort();
    }
    return grown;
}

void *host_zeroed(size_t count, size_t size)
{
    return memset(host_grow(NULL, count, size), 0, count * size);
}

char *host_copy_bytes(const char *bytes, size_t length)
{
    char *copy = host_grow(NULL, length + 1, 1);

    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *host_copy(const char *text)
{
    return host_copy_bytes(text, strlen(text));
}

void string_append(struct string *string, const char *bytes, size_t length)
{
    size_t needed = string->length + length + 1;

    if (needed > string->room) {
        string->room = needed > 2 * string->room ? needed + 32 : 2 * string->room;
        string->text = host_grow(string->text, string->room, 1);
    }
    if (length > 0)
        memcpy(string->text + string->length, bytes, length);
    string->length += length;
    string->text[string->length] = '\0';
}

void string_add(struct string *string, const char *text)
{
    string_append(string, text, strlen(text));
}

void string_add_char(struct string *string, char character)
{
    string_append(string, &character, 1);
}

void string_clear(struct string *string)
{
    free(string->text);
    memset(string, 0, sizeof *string);
}

char *string_take(struct string *string)
{
    char *text = string->text != NULL ? string->text : host_copy("");

    memset(string, 0, sizeof *string);
    return text;
}
