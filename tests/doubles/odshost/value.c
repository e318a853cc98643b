/* SPDX-License-Identifier: MIT */
/* SQL values and types, and the reading of text as a value of a type. */
#include "value.h"
#include "memory.h"
#include "ods_double.h"
#include "utf.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CHARACTERS_OF_SYSNAME = 128 };

/* How the size of a type counts: not at all, in bytes, in UTF-16 units. */
static const struct {
    const char *name;
    uint8_t token;
    uint8_t unit; /* bytes of one in (n); 0: the type takes no size */
    uint32_t maximum;
} named_types[] = {
    {"int", ODS_INTN, 0, 4},
    {"bigint", ODS_INTN, 0, 8},
    {"smallint", ODS_INTN, 0, 2},
    {"tinyint", ODS_INTN, 0, 1},
    {"bit", ODS_BITN, 0, 1},
    {"nvarchar", ODS_NVARCHAR, 2, ODS_COLUMN_BYTES},
    {"varchar", ODS_BIGVARCHAR, 1, ODS_COLUMN_BYTES},
    {"varbinary", ODS_BIGVARBINARY, 1, ODS_COLUMN_BYTES},
    {"sysname", ODS_NVARCHAR, 0, CHARACTERS_OF_SYSNAME * 2},
    {"uniqueidentifier", ODS_DOUBLE_GUID, 0, 16},
    {"datetime", ODS_DOUBLE_DATETIMN, 0, 8},
};

bool sql_type_named(const char *name, const struct sql_size *size, struct sql_type *type)
{
    for (size_t i = 0; i < sizeof named_types / sizeof *named_types; i++) {
        uint32_t unit = named_types[i].unit;

        if (strcasecmp(named_types[i].name, name) != 0)
            continue;
        type->token = named_types[i].token;
        type->maximum = named_types[i].maximum;
        if (unit == 0)
            return !size->is_given;
        if (size->is_max)
            type->maximum = ODS_DOUBLE_MAX;
        else /* as T-SQL has it: nvarchar alone is nvarchar(1) */
            type->maximum = (size->is_given ? size->count : 1) * unit;
        return size->is_max || (type->maximum > 0 && type->maximum <= ODS_COLUMN_BYTES);
    }
    return false;
}

const char *sql_type_names(void)
{
    return "int, bigint, smallint, tinyint, bit, nvarchar(n|max), varchar(n|max), "
           "varbinary(n|max), sysname, uniqueidentifier, datetime";
}

void sql_value_clear(struct sql_value *value)
{
    free(value->bytes);
    value->bytes = NULL;
    value->length = 0;
    value->is_null = true;
}

static struct sql_value of_bytes(struct sql_type type, const void *bytes, size_t length)
{
    struct sql_value value = {.type = type, .length = length};

    value.bytes = (uint8_t *)host_copy_bytes(bytes, length);
    return value;
}

struct sql_value sql_value_copy(const struct sql_value *value)
{
    struct sql_value copy = *value;

    if (!value->is_null)
        copy.bytes = (uint8_t *)host_copy_bytes((const char *)value->bytes, value->length);
    return copy;
}

struct sql_value sql_value_null(struct sql_type type)
{
    return (struct sql_value){.type = type, .is_null = true};
}

struct sql_value sql_value_string(const char *text, bool is_wide)
{
    struct sql_value value = {.is_literal = true};
    size_t least = is_wide ? 2 : 1; /* '' is a varchar(1) */

    value.type.token = is_wide ? ODS_NVARCHAR : ODS_BIGVARCHAR;
    value.bytes =
        is_wide ? utf_to_wide(text, &value.length) : utf_to_code_page(text, &value.length);
    value.type.maximum = (uint32_t)(value.length > least ? value.length : least);
    if (value.length > ODS_COLUMN_BYTES)
        value.type.maximum = ODS_DOUBLE_MAX;
    return value;
}

static bool read_integer(struct sql_type type, const char *text, struct sql_value *value)
{
    bool is_tiny = type.maximum == 1;
    int bits = (int)type.maximum * 8 - 1;
    long long most = is_tiny ? UINT8_MAX : (long long)(UINT64_MAX >> (64 - bits));
    char *end = NULL;
    long long number = 0;

    errno = 0;
    number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number > most ||
        number < (is_tiny ? 0 : -most - 1))
        return false;
    *value = of_bytes(type, &number, type.maximum);
    return true;
}

static bool read_bit(struct sql_type type, const char *text, struct sql_value *value)
{
    char *end = NULL;
    uint8_t bit = strtoll(text, &end, 10) != 0;

    if (strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0)
        bit = strcasecmp(text, "true") == 0;
    else if (end == text || *end != '\0')
        return false;
    *value = of_bytes(type, &bit, 1);
    return true;
}

static bool read_numeric(struct sql_type type, const char *text, struct sql_value *value)
{
    uint8_t bytes[ODS_DOUBLE_NUMERIC_BYTES];
    bool is_negative = *text == '-';
    const char *point = strchr(text, '.');
    char digits[64];
    size_t used = 0;

    for (const char *at = text + is_negative; *at != '\0'; at++) {
        if (at == point)
            continue;
        if (*at < '0' || *at > '9' || used + 1 >= sizeof digits)
            return false;
        digits[used++] = *at;
    }
    digits[used] = '\0';
    if (used == 0 || !ods_double_numeric(digits, point != NULL ? (uint8_t)strlen(point + 1) : 0,
                                         is_negative, bytes))
        return false;
    *value = of_bytes(type, bytes, sizeof bytes);
    return true;
}

static int hex_digit(char character)
{
    if (!isxdigit((unsigned char)character))
        return -1;
    return isdigit((unsigned char)character) ? character - '0' : (character | 0x20) - 'a' + 10;
}

/* Hexadecimal digits, two a byte; false when there is anything else. */
static bool read_hex(const char *text, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count * 2; i++) {
        int digit = hex_digit(text[i]);

        if (digit < 0)
            return false;
        bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 | digit);
    }
    return text[count * 2] == '\0';
}

static bool read_binary(struct sql_type type, const char *text, struct sql_value *value)
{
    size_t count = strlen(text);
    char *padded = NULL;
    bool is_good = false;

    if (count < 2 || text[0] != '0' || (text[1] | 0x20) != 'x')
        return false;
    /* T-SQL reads 0x123 as 0x0123. */
    padded = host_copy(count % 2 == 0 ? text + 2 : text + 1);
    if (count % 2 != 0)
        padded[0] = '0';
    count = strlen(padded) / 2;
    *value = (struct sql_value){.type = type, .bytes = host_zeroed(count + 1, 1), .length = count};
    is_good = read_hex(padded, value->bytes, count);
    free(padded);
    if (value->length > type.maximum)
        value->length = type.maximum;
    if (!is_good)
        sql_value_clear(value);
    return is_good;
}

/* The first three parts of a GUID are little-endian numbers. */
static bool read_guid(struct sql_type type, const char *text, struct sql_value *value)
{
    static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t plain[16] = {0};
    uint8_t bytes[16];
    char digits[33];
    size_t used = 0;

    for (size_t i = 0; text[i] != '\0'; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_dash != (text[i] == '-') || (!is_dash && used == 32))
            return false;
        if (!is_dash)
            digits[used++] = text[i];
    }
    digits[used] = '\0';
    if (!read_hex(digits, plain, 16))
        return false;
    for (size_t i = 0; i < 16; i++)
        bytes[i] = plain[order[i]];
    *value = of_bytes(type, bytes, 16);
    return true;
}

/* Days from 1900-01-01 to a date of the Gregorian calendar. */
static int32_t days_of(int year, int month, int day)
{
    int32_t y = month > 2 ? year : year - 1;
    int32_t m = month > 2 ? month - 3 : month + 9; /* the year begins in March */

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 693901;
}

static bool read_datetime(struct sql_type type, const char *text, struct sql_value *value)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0;
    char separator = ' ';
    struct {
        int32_t days;
        uint32_t ticks; /* 1/300 s */
    } bytes = {0, 0};
    int read = sscanf(text, "%4d-%2d-%2d%c%2d:%2d:%2d.%3d", &year, &month, &day, &separator, &hour,
                      &minute, &second, &milli);

    if ((read != 3 && read < 6) || (separator != ' ' && separator != 'T') || month < 1 ||
        month > 12 || day < 1 || day > 31 || year < 1753 || hour > 23 || minute > 59 || second > 59)
        return false;
    bytes.days = days_of(year, month, day);
    bytes.ticks = (uint32_t)(((hour * 60 + minute) * 60 + second) * 300 + (milli * 3 + 5) / 10);
    *value = of_bytes(type, &bytes, sizeof bytes);
    return true;
}

static bool read_text(struct sql_type type, const char *text, struct sql_value *value)
{
    *value = sql_value_string(text, type.token == ODS_NVARCHAR);
    value->type = type;
    value->is_literal = false;
    if (value->length > type.maximum)
        value->length = type.maximum;
    /* Half a character would not be valid text. */
    if (type.token == ODS_NVARCHAR && value->length >= 2 &&
        (value->bytes[value->length - 1] & 0xFC) == 0xD8)
        value->length -= 2;
    return true;
}

bool sql_value_read(struct sql_type type, const char *text, struct sql_value *value)
{
    switch (type.token) {
    case ODS_INTN: return read_integer(type, text, value);
    case ODS_BITN: return read_bit(type, text, value);
    case ODS_NUMERICN: return read_numeric(type, text, value);
    case ODS_BIGVARBINARY: return read_binary(type, text, value);
    case ODS_DOUBLE_GUID: return read_guid(type, text, value);
    case ODS_DOUBLE_DATETIMN: return read_datetime(type, text, value);
    case ODS_NVARCHAR:
    case ODS_BIGVARCHAR: return read_text(type, text, value);
    default: return false;
    }
}

bool sql_value_number(const char *text, struct sql_value *value)
{
    static const struct sql_type integer = {ODS_INTN, 4};
    static const struct sql_type numeric = {ODS_NUMERICN, ODS_DOUBLE_NUMERIC_BYTES};
    bool is_read = sql_value_read(integer, text, value) || sql_value_read(numeric, text, value);

    value->is_literal = is_read;
    return is_read;
}

bool sql_value_cast(const struct sql_value *value, struct sql_type type, struct sql_value *cast)
{
    char *text = NULL;
    bool is_cast = false;

    if (value->is_null) {
        *cast = sql_value_null(type);
        return true;
    }
    text = sql_value_text(value);
    is_cast = sql_value_read(type, text, cast);
    free(text);
    return is_cast;
}
