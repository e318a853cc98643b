/* SPDX-License-Identifier: MIT */
/* Small text helpers. Memory that runs out ends the simulator with a message: it is a test double,
 * and no caller could do better. */
#ifndef MILINK_ARMSIM_TEXT_H
#define MILINK_ARMSIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    TEXT_UUID = 37 /* bytes of a UUID in text with its end */
};

void *text_memory(size_t count, size_t size);             /* zeroed, new; free() */
void *text_grow(void *memory, size_t count, size_t size); /* as realloc */
char *text_copy(const char *text);                        /* new; free() */
char *text_copy_bytes(const char *bytes, size_t length);  /* new, terminated; free() */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2))); /* new; free() */

/* Undoes percent-encoding; with form, '+' is a space. New; NULL when a '%' is not followed by two
 * hexadecimal digits or decodes to a NUL byte. */
char *text_decode(const char *bytes, size_t length, bool form);
/* The decoded value of a parameter in "a=1&b=2", or NULL when absent or malformed; new. Names
 * compare exactly, or in any case with nocase. count (may be NULL) receives how often the name
 * occurs. */
char *text_parameter(const char *form, const char *name, bool nocase, size_t *count);

void text_uuid_random(char uuid[TEXT_UUID]);
void text_uuid_of(const char *seed, char uuid[TEXT_UUID]); /* the same seed gives the same UUID */
char *text_hex(const void *bytes, size_t length, bool upper); /* new */
char *text_base64url(const void *bytes, size_t length);       /* without padding; new */
bool text_ends_with(const char *text, const char *end);
bool text_contains_nocase(const char *text, const char *part);

#endif
