/* SPDX-License-Identifier: MIT */
/* Texts on a terminal: how many columns they take, and that they do not steer it. */
#ifndef MILINK_AGENT_TEXT_WIDTH_H
#define MILINK_AGENT_TEXT_WIDTH_H

#include <stdbool.h>
#include <stddef.h>

/* Columns that length bytes of UTF-8 take: two a character of East Asian width or emoji, none a
 * combining mark. What is not UTF-8 takes one a byte. */
size_t text_width(const char *text, size_t length);
/* Bytes of the longest beginning that takes at most so many columns, never through a character. */
size_t text_fitting_width(const char *text, size_t length, size_t columns);
/* Bytes of the control character (C0, DEL or C1) that the terminated text begins with; 0: none. */
size_t text_control(const char *text);
/* Makes every control character a space, in place; line feeds may stay. */
void text_disarm(char *text, bool keep_lines);

#endif
