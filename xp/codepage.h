/* SPDX-License-Identifier: MIT */
/* Texts in the server's code page (varchar), to and from UTF-8. */
#ifndef MILINK_XP_CODEPAGE_H
#define MILINK_XP_CODEPAGE_H

#include <stddef.h>
#include <stdint.h>

/* Returns the UTF-8 bytes written; SIZE_MAX when the bytes are not valid in the code page or room
 * is too small. */
size_t codepage_to_utf8(unsigned codepage, const uint8_t *bytes, size_t length, char *text,
                        size_t room);
/* Returns the bytes written, cut at a whole character where room ends; what the code page lacks
 * becomes '?'. */
size_t codepage_from_utf8(unsigned codepage, const char *text, size_t length, uint8_t *bytes,
                          size_t room);

#endif
