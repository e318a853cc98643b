/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648): base64url for JSON Web Tokens out, either alphabet in. */
#ifndef MILINK_AGENT_BASE64_H
#define MILINK_AGENT_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Characters of base64url that so many bytes need, with the terminator. */
#define BASE64_TEXT_SIZE(bytes) (((bytes)*4 + 2) / 3 + 1)

/* The URL's alphabet, without padding, terminated. False when text (size bytes) has no room. */
bool base64url_encode(const void *bytes, size_t length, char *text, size_t size);

/* Either alphabet, padded or not, of text's first length characters. Bytes beyond size, a character
 * of neither alphabet, or a length that no bytes have: false. */
bool base64_decode(const char *text, size_t length, void *bytes, size_t size, size_t *count);

#endif
