/* SPDX-License-Identifier: MIT */
/* Memory of the host: out of memory ends the program, so that no caller tests for it. */
#ifndef MILINK_ODSHOST_MEMORY_H
#define MILINK_ODSHOST_MEMORY_H

#include <stddef.h>

/* realloc for count elements of size bytes; what is new is not initialised. */
void *host_grow(void *memory, size_t count, size_t size);
/* A zeroed element. */
void *host_zeroed(size_t count, size_t size);
char *host_copy(const char *text);
char *host_copy_bytes(const char *bytes, size_t length); /* with a NUL behind them */

/* A text that grows. {0} is an empty one; text is NULL until something was appended. */
struct string {
    char *text;
    size_t length;
    size_t room;
};

void string_append(struct string *string, const char *bytes, size_t length);
void string_add(struct string *string, const char *text);
void string_add_char(struct string *string, char character);
void string_clear(struct string *string);
/* Hands the text over to the caller, "" when nothing was appended; the string is empty then. */
char *string_take(struct string *string);

#endif
