/* SPDX-License-Identifier: MIT */
/* Conversions between UTF-8, UTF-16 and the code page of varchar values. */
#include "utf.h"
#include "memory.h"
#include <string.h>

static const uint32_t bad_point = 0xFFFFFFFF;
static const uint32_t replacement = 0xFFFD;
static uint32_t code_page = UTF_CODE_PAGE_1252;

/* Code page 1252 from 0x80 to 0x9F; the rest is Latin-1. Undefined bytes stand for themselves. */
static const uint16_t page_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

/* The next code point; bad_point when the bytes are not UTF-8. Moves on in both cases. */
static uint32_t next_point(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    uint32_t point = at[0];
    size_t more = point < 0x80 ? 0 : point < 0xE0 ? 1 : point < 0xF0 ? 2 : 3;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

    if (more > 0) {
        if (point < 0xC2 || point > 0xF4) {
            *text += 1;
            return bad_point;
        }
        point &= 0x3Fu >> more;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *text += i;
            return bad_point;
        }
        point = point << 6 | (at[i] & 0x3F);
    }
    *text += more + 1;
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        return bad_point;
    return point;
}

static void add_point(struct string *string, uint32_t point)
{
    if (point < 0x80) {
        string_add_char(string, (char)point);
        return;
    }
    if (point < 0x800) {
        string_add_char(string, (char)(0xC0 | point >> 6));
    } else if (point < 0x10000) {
        string_add_char(string, (char)(0xE0 | point >> 12));
        string_add_char(string, (char)(0x80 | (point >> 6 & 0x3F)));
    } else {
        string_add_char(string, (char)(0xF0 | point >> 18));
        string_add_char(string, (char)(0x80 | (point >> 12 & 0x3F)));
        string_add_char(string, (char)(0x80 | (point >> 6 & 0x3F)));
    }
    string_add_char(string, (char)(0x80 | (point & 0x3F)));
}

bool utf_is_valid(const char *text)
{
    while (*text != '\0') {
        if (next_point(&text) == bad_point)
            return false;
    }
    return true;
}

size_t utf_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void add_unit(struct string *string, uint32_t unit)
{
    string_add_char(string, (char)(unit & 0xFF));
    string_add_char(string, (char)(unit >> 8));
}

uint8_t *utf_to_wide(const char *text, size_t *length)
{
    struct string wide = {0};

    while (*text != '\0') {
        uint32_t point = next_point(&text);

        if (point == bad_point)
            point = replacement;
        if (point >= 0x10000) {
            add_unit(&wide, 0xD800 + ((point - 0x10000) >> 10));
            point = 0xDC00 + ((point - 0x10000) & 0x3FF);
        }
        add_unit(&wide, point);
    }
    *length = wide.length;
    return (uint8_t *)string_take(&wide);
}

char *utf_from_wide(const uint8_t *bytes, size_t length)
{
    struct string text = {0};

    for (size_t i = 0; i + 1 < length; i += 2) {
        uint32_t unit = bytes[i] | (uint32_t)bytes[i + 1] << 8;

        if ((unit & 0xFC00) == 0xD800 && i + 3 < length && (bytes[i + 3] & 0xFC) == 0xDC) {
            uint32_t low = bytes[i + 2] | (uint32_t)bytes[i + 3] << 8;

            unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
            i += 2;
        } else if ((unit & 0xF800) == 0xD800) {
            unit = replacement;
        }
        add_point(&text, unit);
    }
    return string_take(&text);
}

bool utf_set_code_page(uint32_t page)
{
    if (page != UTF_CODE_PAGE_1252 && page != UTF_CODE_PAGE_UTF8)
        return false;
    code_page = page;
    return true;
}

uint32_t utf_code_page(void)
{
    return code_page;
}

static char to_1252(uint32_t point)
{
    for (size_t i = 0; i < sizeof page_1252 / sizeof *page_1252; i++) {
        if (page_1252[i] == point)
            return (char)(0x80 + i);
    }
    if (point < 0x80 || (point >= 0xA0 && point <= 0xFF))
        return (char)point;
    return '?';
}

uint8_t *utf_to_code_page(const char *text, size_t *length)
{
    struct string bytes = {0};

    if (code_page == UTF_CODE_PAGE_UTF8)
        string_add(&bytes, text);
    else
        while (*text != '\0')
            string_add_char(&bytes, to_1252(next_point(&text)));
    *length = bytes.length;
    return (uint8_t *)string_take(&bytes);
}

char *utf_from_code_page(const uint8_t *bytes, size_t length)
{
    struct string text = {0};

    if (code_page == UTF_CODE_PAGE_UTF8)
        return host_copy_bytes((const char *)bytes, length);
    for (size_t i = 0; i < length; i++) {
        bool is_special = bytes[i] >= 0x80 && bytes[i] < 0xA0;

        add_point(&text, is_special ? page_1252[bytes[i] - 0x80] : bytes[i]);
    }
    return string_take(&text);
}
