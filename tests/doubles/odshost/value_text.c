/* SPDX-License-Identifier: MIT */
/* SQL values as the text that sqlcmd shows for them. */
#include "value.h"
#include "memory.h"
#include "ods_double.h"
#include "utf.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t sql_bytes_integer(uint8_t token, const uint8_t *bytes, size_t length)
{
    uint64_t bits = 0;
    int shift = 0;

    if (length == 0 || length > 8)
        return 0;
    for (size_t i = length; i > 0; i--)
        bits = bits << 8 | bytes[i - 1];
    /* tinyint and bit have no sign. */
    if (length == 1 || token == ODS_BIT || token == ODS_BITN)
        return (int64_t)bits;
    shift = 64 - (int)length * 8;
    return (int64_t)(bits << shift) >> shift;
}

static char *integer_text(uint8_t token, const uint8_t *bytes, size_t length)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, sql_bytes_integer(token, bytes, length));
    return host_copy(text);
}

static char *hex_text(const uint8_t *bytes, size_t length)
{
    struct string text = {0};
    char digits[4];

    string_add(&text, "0x");
    for (size_t i = 0; i < length; i++) {
        snprintf(digits, sizeof digits, "%02X", bytes[i]);
        string_append(&text, digits, 2);
    }
    return string_take(&text);
}

/* Divides a little-endian number by ten and gives the remainder. */
static uint8_t next_digit(uint8_t *number, size_t length)
{
    uint32_t rest = 0;

    for (size_t i = length; i > 0; i--) {
        rest = rest << 8 | number[i - 1];
        number[i - 1] = (uint8_t)(rest / 10);
        rest %= 10;
    }
    return (uint8_t)rest;
}

static bool is_zero(const uint8_t *number, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (number[i] != 0)
            return false;
    }
    return true;
}

/* precision, scale, sign, 16 bytes of the number without its point. */
static char *numeric_text(const uint8_t *bytes, size_t length)
{
    uint8_t number[ODS_DOUBLE_NUMERIC_BYTES - 3];
    char reversed[48];
    size_t used = 0;
    struct string text = {0};

    if (length != ODS_DOUBLE_NUMERIC_BYTES || bytes[1] > 38)
        return hex_text(bytes, length);
    memcpy(number, bytes + 3, sizeof number);
    while (used <= bytes[1] || !is_zero(number, sizeof number))
        reversed[used++] = (char)('0' + next_digit(number, sizeof number));
    if (bytes[2] == 0)
        string_add_char(&text, '-');
    while (used > 0) {
        if (used == bytes[1])
            string_add_char(&text, '.');
        string_add_char(&text, reversed[--used]);
    }
    return string_take(&text);
}

static char *guid_text(const uint8_t *bytes, size_t length)
{
    static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    struct string text = {0};
    char digits[4];

    if (length != 16)
        return hex_text(bytes, length);
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            string_add_char(&text, '-');
        snprintf(digits, sizeof digits, "%02X", bytes[order[i]]);
        string_append(&text, digits, 2);
    }
    return string_take(&text);
}

/* The date that lies so many days after 1900-01-01, as yyyy-mm-dd. */
static void add_date(struct string *text, int32_t days)
{
    /* Years begin in March here: a leap day is the last of its year. An era is 400 years. */
    int32_t since = days + 693901;
    int32_t era = since / 146097;
    int32_t in_era = since % 146097;
    int32_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int32_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * in_year + 2) / 153; /* 0 is March */
    int32_t day = in_year - (153 * month + 2) / 5 + 1;
    char date[40];

    year += era * 400 + (month >= 10 ? 1 : 0);
    month = month < 10 ? month + 3 : month - 9;
    snprintf(date, sizeof date, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    string_add(text, date);
}

static char *datetime_text(const uint8_t *bytes, size_t length)
{
    struct string text = {0};
    int32_t days = 0;
    uint32_t ticks = 0; /* 1/300 s since midnight */
    uint32_t seconds = 0;
    char time[40];

    if (length != 8)
        return hex_text(bytes, length);
    memcpy(&days, bytes, 4);
    memcpy(&ticks, bytes + 4, 4);
    add_date(&text, days);
    seconds = ticks / 300;
    snprintf(time, sizeof time, " %02u:%02u:%02u.%03u", (unsigned)(seconds / 3600),
             (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60),
             (unsigned)((ticks % 300 * 10 + 1) / 3));
    string_add(&text, time);
    return string_take(&text);
}

char *sql_bytes_text(uint8_t token, const uint8_t *bytes, size_t length)
{
    switch (token) {
    case ODS_INTN:
    case ODS_INT1:
    case ODS_INT2:
    case ODS_INT4:
    case ODS_INT8:
    case ODS_BIT:
    case ODS_BITN: return integer_text(token, bytes, length);
    case ODS_DECIMAL:
    case ODS_NUMERIC:
    case ODS_DECIMALN:
    case ODS_NUMERICN: return numeric_text(bytes, length);
    case ODS_NVARCHAR:
    case ODS_NCHAR:
    case ODS_NTEXT: return utf_from_wide(bytes, length);
    case ODS_BIGVARCHAR:
    case ODS_BIGCHAR:
    case ODS_VARCHAR:
    case ODS_CHAR:
    case ODS_TEXT: return utf_from_code_page(bytes, length);
    case ODS_DOUBLE_GUID: return guid_text(bytes, length);
    case ODS_DOUBLE_DATETIME:
    case ODS_DOUBLE_DATETIMN: return datetime_text(bytes, length);
    default: return hex_text(bytes, length);
    }
}

char *sql_value_text(const struct sql_value *value)
{
    if (value->is_null)
        return NULL;
    return sql_bytes_text(value->type.token, value->bytes, value->length);
}

bool sql_token_is_number(uint8_t token)
{
    switch (token) {
    case ODS_INTN:
    case ODS_INT1:
    case ODS_INT2:
    case ODS_INT4:
    case ODS_INT8:
    case ODS_BIT:
    case ODS_BITN:
    case ODS_DECIMAL:
    case ODS_NUMERIC:
    case ODS_DECIMALN:
    case ODS_NUMERICN: return true;
    default: return false;
    }
}
