/* SPDX-License-Identifier: MIT */
/* UTF-8 texts in buffers of fixed size, and their way to and from UTF-16, the encoding of SQL
 * Server. */
#ifndef MILINK_IPC_TEXT_H
#define MILINK_IPC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of UTF-8 that n UTF-16 units need at most. */
#define TEXT_UTF8_BYTES(units) ((size_t)(units)*3)

/* Copy and append into a buffer of size bytes, always terminated, cut at a whole character. */
void text_copy(char *to, size_t size, const char *from);
void text_append(char *to, size_t size, const char *from);
void text_append_number(char *to, size_t size, long long number);
/* As text_copy for bytes that are not terminated. */
void text_copy_bytes(char *to, size_t size, const char *from, size_t length);
/* Cuts a text to at most so many UTF-16 units (SQL Server's characters), never through a character.
 */
void text_cut(char *text, size_t units);

/* Bytes of the longest beginning that is UTF-8 without NUL and takes at most so many UTF-16 units.
 */
size_t text_fitting(const char *text, size_t length, size_t units);

/* Makes a text UTF-8 in place: every byte that is not part of a character becomes '?'. */
void text_repair(char *text);

/* UTF-16 units that a text takes; SIZE_MAX when the bytes are not UTF-8 or hold a NUL. */
size_t text_units(const char *text, size_t length);

/* UTF-8 to UTF-16 in the byte order of the machine. Returns the units written, never more than room
 * and never half a pair; what is not UTF-8 becomes U+FFFD. */
size_t text_to_utf16(const char *text, size_t length, uint16_t *units, size_t room);
/* UTF-16 to UTF-8. Returns bytes written, not terminated; SIZE_MAX when a surrogate is unpaired, a
 * unit is NUL or room is too small. */
size_t text_from_utf16(const uint16_t *units, size_t count, char *text, size_t room);

/* ASCII letters to lower case, in place. */
void text_lower(char *text);
/* Comparison without regard to the case of ASCII letters, as T-SQL compares parameter names. */
bool text_equal(const char *a, const char *b);
bool text_equal_bytes(const char *a, const char *b, size_t b_length);

#endif
