/* SPDX-License-Identifier: MIT */
/* The host's own conversions of text: not those of the code under test. */
#ifndef MILINK_ODSHOST_UTF_H
#define MILINK_ODSHOST_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF_CODE_PAGE_1252 = 1252, UTF_CODE_PAGE_UTF8 = 65001 };

/* False when the text is not UTF-8. */
bool utf_is_valid(const char *text);
/* Code points of a valid UTF-8 text: what a terminal shows as its width. */
size_t utf_width(const char *text);
/* Valid UTF-8 to little-endian UTF-16. Allocated; *length is in bytes. */
uint8_t *utf_to_wide(const char *text, size_t *length);
/* Little-endian UTF-16 to UTF-8; an unpaired surrogate becomes U+FFFD. Allocated. */
char *utf_from_wide(const uint8_t *bytes, size_t length);

/* The code page of varchar values, one of the two above (1252 at first). Not while calls run. */
bool utf_set_code_page(uint32_t code_page);
uint32_t utf_code_page(void);
/* Valid UTF-8 to the code page; what it lacks becomes '?'. Allocated. */
uint8_t *utf_to_code_page(const char *text, size_t *length);
char *utf_from_code_page(const uint8_t *bytes, size_t length);

#endif
