/* SPDX-License-Identifier: MIT */
/* UTF-8 texts in buffers of fixed size, and their way to and from UTF-16. */
#include "text.h"
#include <string.h>

enum { REPLACEMENT = 0xFFFD };

/* One character of UTF-8, shortest form, no surrogates, at most U+10FFFF. Returns its bytes; 0 when
 * malformed, and then *character stays as it was. */
static size_t decode(const char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t value = 0;
    size_t need = 0;

    if (length == 0)
        return 0;
    if (bytes[0] < 0x80) {
        *character = bytes[0];
        return 1;
    }
    need = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4 || need > length)
        return 0;
    value = bytes[0] & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3F);
    }
    if (value < least[need] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *character = value;
    return need;
}

static size_t encode(uint32_t character, char bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xC0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xE0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

void text_copy_bytes(char *to, size_t size, const char *from, size_t length)
{
    size_t keep = length;

    if (size == 0)
        return;
    if (keep > size - 1) {
        keep = size - 1;
        while (keep > 0 && ((unsigned char)from[keep] & 0xC0) == 0x80)
            keep--;
    }
    if (keep > 0)
        memcpy(to, from, keep);
    to[keep] = '\0';
}

void text_copy(char *to, size_t size, const char *from)
{
    text_copy_bytes(to, size, from, strlen(from));
}

void text_append(char *to, size_t size, const char *from)
{
    size_t used = strlen(to);

    text_copy(to + used, size - used, from);
}

void text_append_number(char *to, size_t size, long long number)
{
    unsigned long long rest =
        number < 0 ? 0ull - (unsigned long long)number : (unsigned long long)number;
    char digits[24];
    size_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--at] = '-';
    text_append(to, size, digits + at);
}

void text_cut(char *text, size_t units)
{
    size_t length = strlen(text), at = 0, used = 0;

    while (at < length) {
        uint32_t character = REPLACEMENT;
        size_t bytes = decode(text + at, length - at, &character);
        size_t width = character > 0xFFFF ? 2 : 1;

        if (used + width > units) {
            text[at] = '\0';
            return;
        }
        used += width;
        at += bytes > 0 ? bytes : 1;
    }
}

size_t text_fitting(const char *text, size_t length, size_t units)
{
    size_t at = 0, used = 0;

    while (at < length) {
        uint32_t character = 0;
        size_t bytes = decode(text + at, length - at, &character);
        size_t width = character > 0xFFFF ? 2 : 1;

        if (bytes == 0 || character == 0 || used + width > units)
            break;
        used += width;
        at += bytes;
    }
    return at;
}

void text_repair(char *text)
{
    size_t length = strlen(text), at = 0;

    while (at < length) {
        uint32_t character = 0;
        size_t bytes = decode(text + at, length - at, &character);

        if (bytes == 0)
            text[at] = '?';
        at += bytes > 0 ? bytes : 1;
    }
}

size_t text_units(const char *text, size_t length)
{
    size_t units = 0;

    for (size_t at = 0; at < length;) {
        uint32_t character = 0;
        size_t bytes = decode(text + at, length - at, &character);

        if (bytes == 0 || character == 0)
            return SIZE_MAX;
        units += character > 0xFFFF ? 2 : 1;
        at += bytes;
    }
    return units;
}

size_t text_to_utf16(const char *text, size_t length, uint16_t *units, size_t room)
{
    size_t used = 0;

    for (size_t at = 0; at < length;) {
        uint32_t character = REPLACEMENT;
        size_t bytes = decode(text + at, length - at, &character);

        if (used + (character > 0xFFFF ? 2 : 1) > room)
            break;
        if (character > 0xFFFF) {
            units[used++] = (uint16_t)(0xD800 + ((character - 0x10000) >> 10));
            units[used++] = (uint16_t)(0xDC00 + ((character - 0x10000) & 0x3FF));
        } else {
            units[used++] = (uint16_t)character;
        }
        at += bytes > 0 ? bytes : 1;
    }
    return used;
}

/* One character of UTF-16; returns its units, 0 when malformed or NUL. */
static size_t decode_utf16(const uint16_t *units, size_t count, uint32_t *character)
{
    uint32_t first = units[0];

    *character = first;
    if (first == 0 || (first >= 0xDC00 && first <= 0xDFFF))
        return 0;
    if (first < 0xD800 || first > 0xDBFF)
        return 1;
    if (count < 2 || units[1] < 0xDC00 || units[1] > 0xDFFF)
        return 0;
    *character = 0x10000 + ((first - 0xD800) << 10) + (units[1] - 0xDC00u);
    return 2;
}

size_t text_from_utf16(const uint16_t *units, size_t count, char *text, size_t room)
{
    size_t used = 0;

    for (size_t at = 0; at < count;) {
        uint32_t character = 0;
        char bytes[4];
        size_t taken = decode_utf16(units + at, count - at, &character), length = 0;

        if (taken == 0)
            return SIZE_MAX;
        length = encode(character, bytes);
        if (length > room - used)
            return SIZE_MAX;
        memcpy(text + used, bytes, length);
        used += length;
        at += taken;
    }
    return used;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void text_lower(char *text)
{
    for (; *text != '\0'; text++)
        *text = lower(*text);
}

bool text_equal_bytes(const char *a, const char *b, size_t b_length)
{
    for (size_t i = 0; i < b_length; i++)
        if (a[i] == '\0' || lower(a[i]) != lower(b[i]))
            return false;
    return a[b_length] == '\0';
}

bool text_equal(const char *a, const char *b)
{
    return text_equal_bytes(a, b, strlen(b));
}
