/* SPDX-License-Identifier: MIT */
/* Texts in the server's code page on POSIX: Latin-1, which suffices for development and tests. */
#include "codepage.h"
#include "text.h"

size_t codepage_to_utf8(unsigned codepage, const uint8_t *bytes, size_t length, char *text,
                        size_t room)
{
    size_t used = 0;

    (void)codepage;
    for (size_t i = 0; i < length; i++) {
        uint16_t unit = bytes[i];
        size_t count = text_from_utf16(&unit, 1, text + used, room - used);

        if (count == SIZE_MAX)
            return SIZE_MAX;
        used += count;
    }
    return used;
}

size_t codepage_from_utf8(unsigned codepage, const char *text, size_t length, uint8_t *bytes,
                          size_t room)
{
    size_t used = 0;

    (void)codepage;
    for (size_t at = 0; at < length && used < room;) {
        uint16_t unit[2] = {0, 0};
        size_t next = at + 1;

        while (next < length && ((unsigned char)text[next] & 0xC0) == 0x80)
            next++;
        text_to_utf16(text + at, next - at, unit, 2);
        bytes[used++] = unit[0] > 0xFF ? '?' : (uint8_t)unit[0];
        at = next;
    }
    return used;
}
