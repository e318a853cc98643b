/* SPDX-License-Identifier: MIT */
/* Texts in the server's code page, by the conversions of Windows. */
#include "codepage.h"
#include "text.h"
#include <windows.h>
#include <stdlib.h>

size_t codepage_to_utf8(unsigned codepage, const uint8_t *bytes, size_t length, char *text,
                        size_t room)
{
    size_t written = SIZE_MAX;
    WCHAR *units = NULL;
    int count = 0;

    if (length == 0)
        return 0;
    if (length > 8000)
        return SIZE_MAX;
    units = malloc(length * sizeof *units);
    if (units == NULL)
        return SIZE_MAX;
    count = MultiByteToWideChar(codepage, MB_ERR_INVALID_CHARS, (const char *)bytes, (int)length,
                                units, (int)length);
    if (count > 0)
        written = text_from_utf16((const uint16_t *)units, (size_t)count, text, room);
    free(units);
    return written;
}

size_t codepage_from_utf8(unsigned codepage, const char *text, size_t length, uint8_t *bytes,
                          size_t room)
{
    size_t used = 0;

    /* A character at a time: the cut falls between characters whatever the code page. */
    for (size_t at = 0; at < length;) {
        uint16_t unit[2];
        size_t next = at + 1;
        size_t units = 0;
        char piece[8];
        int count = 0;

        while (next < length && ((unsigned char)text[next] & 0xC0) == 0x80)
            next++;
        units = text_to_utf16(text + at, next - at, unit, 2);
        count = WideCharToMultiByte(codepage, 0, (const WCHAR *)unit, (int)units, piece,
                                    sizeof piece, NULL, NULL);
        if (count < 0 || (size_t)count > room - used)
            break;
        for (int i = 0; i < count; i++)
            bytes[used++] = (uint8_t)piece[i];
        at = next;
    }
    return used;
}
