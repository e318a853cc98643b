/* SPDX-License-Identifier: MIT */
/* Base64 by arithmetic alone. */
#include "base64.h"

#include <stdint.h>
#include <string.h>

bool base64url_encode(const void *bytes, size_t length, char *text, size_t size)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const uint8_t *from = bytes;
    uint32_t bits = 0;
    unsigned count = 0; /* of bits that wait */

    if (length > SIZE_MAX / 4 - 2 || BASE64_TEXT_SIZE(length) > size)
        return false;
    for (size_t i = 0; i < length; i++) {
        bits = (bits << 8 | from[i]) & 0xFFFF;
        for (count += 8; count >= 6; count -= 6)
            *text++ = alphabet[bits >> (count - 6) & 0x3F];
    }
    if (count > 0)
        *text++ = alphabet[bits << (6 - count) & 0x3F];
    *text = '\0';
    return true;
}

/* The six bits of a character; -1 when it has none. */
static int bits_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(const char *text, size_t length, void *bytes, size_t size, size_t *count)
{
    uint8_t *to = bytes;
    uint32_t bits = 0;
    size_t used = 0;

    *count = 0;
    if (length % 4 == 0)
        for (int i = 0; i < 2 && length > 0 && text[length - 1] == '='; i++)
            length--;
    if (length % 4 == 1)
        return false;
    for (size_t i = 0; i < length; i++) {
        int more = bits_of(text[i]);

        if (more < 0)
            return false;
        bits = (bits << 6 | (uint32_t)more) & 0xFFFFF;
        if (i % 4 == 0)
            continue;
        if (used == size)
            return false;
        to[used++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    *count = used;
    return true;
}
