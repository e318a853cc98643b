/* SPDX-License-Identifier: MIT */
/* Widths by Unicode's East_Asian_Width (W and F) and its combining and format characters. */
#include "text_width.h"
#include <stdint.h>

struct range {
    uint32_t first, last;
};

/* Marks that stand on the character before them, and characters that are not seen. */
static const struct range invisible[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x06D6, 0x06DC}, {0x093A, 0x093A}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x26A1, 0x26A1},   {0x2705, 0x2705},
    {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x17000, 0x18CFF}, {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static bool stands_in(const struct range *ranges, size_t count, uint32_t point)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (point > ranges[middle].last)
            low = middle + 1;
        else if (point < ranges[middle].first)
            count = middle;
        else
            return true;
    }
    return false;
}

/* Bytes of the character at text, 1 for a byte that begins none. */
static size_t take_point(const unsigned char *text, size_t length, uint32_t *point)
{
    size_t size = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : text[0] >= 0xC0 ? 2 : 1;

    *point = '?';
    if (size > length || text[0] >= 0xF8)
        return 1;
    if (size == 1)
        return 1;
    *point = text[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            *point = '?';
            return 1;
        }
        *point = *point << 6 | (text[i] & 0x3F);
    }
    return size;
}

static size_t point_width(uint32_t point)
{
    if (stands_in(invisible, sizeof invisible / sizeof *invisible, point))
        return 0;
    return stands_in(wide, sizeof wide / sizeof *wide, point) ? 2 : 1;
}

size_t text_fitting_width(const char *text, size_t length, size_t columns)
{
    size_t at = 0, width = 0;

    while (at < length) {
        uint32_t point = 0;
        size_t size = take_point((const unsigned char *)text + at, length - at, &point);

        width += point_width(point);
        if (width > columns)
            break;
        at += size;
    }
    return at;
}

size_t text_width(const char *text, size_t length)
{
    size_t width = 0;

    for (size_t at = 0; at < length;) {
        uint32_t point = 0;

        at += take_point((const unsigned char *)text + at, length - at, &point);
        width += point_width(point);
    }
    return width;
}

size_t text_control(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;

    if ((byte[0] < 0x20 && byte[0] != 0) || byte[0] == 0x7F)
        return 1;
    return byte[0] == 0xC2 && byte[1] >= 0x80 && byte[1] <= 0x9F ? 2 : 0;
}

void text_disarm(char *text, bool keep_lines)
{
    for (; *text != '\0'; text++) {
        size_t size = keep_lines && *text == '\n' ? 0 : text_control(text);

        for (size_t i = 0; i < size; i++)
            text[i] = ' ';
    }
}
