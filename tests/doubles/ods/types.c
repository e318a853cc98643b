/* SPDX-License-Identifier: MIT */
/* The type tokens of parameters and columns, with the lengths that their values may have. */
#include "call.h"
#include <string.h>

#define SIZE(n) (1u << (n))

enum {
    SHORT_BYTES = 255, /* of the types before SQL Server 7 */
    NUMERIC_DIGITS = 38
};

static const struct ods_double_type types[] = {
    {ODS_NULL, "NULL", ODS_DOUBLE_SIZED, 0, 0, false},
    {ODS_IMAGE, "IMAGE", ODS_DOUBLE_LONG, 0, 0, false},
    {ODS_TEXT, "TEXT", ODS_DOUBLE_LONG, 0, 0, false},
    {ODS_NTEXT, "NTEXT", ODS_DOUBLE_LONG, 0, 0, true},
    {ODS_DOUBLE_GUID, "GUID", ODS_DOUBLE_SIZED, SIZE(16), 0, false},
    {ODS_VARBINARY, "VARBINARY", ODS_DOUBLE_VARIABLE, 0, SHORT_BYTES, false},
    {ODS_VARCHAR, "VARCHAR", ODS_DOUBLE_VARIABLE, 0, SHORT_BYTES, false},
    {ODS_BINARY, "BINARY", ODS_DOUBLE_VARIABLE, 0, SHORT_BYTES, false},
    {ODS_CHAR, "CHAR", ODS_DOUBLE_VARIABLE, 0, SHORT_BYTES, false},
    {ODS_INTN, "INTN", ODS_DOUBLE_SIZED, SIZE(1) | SIZE(2) | SIZE(4) | SIZE(8), 0, false},
    {ODS_INT1, "INT1", ODS_DOUBLE_FIXED, SIZE(1), 0, false},
    {ODS_BIT, "BIT", ODS_DOUBLE_FIXED, SIZE(1), 0, false},
    {ODS_INT2, "INT2", ODS_DOUBLE_FIXED, SIZE(2), 0, false},
    {ODS_INT4, "INT4", ODS_DOUBLE_FIXED, SIZE(4), 0, false},
    {ODS_INT8, "INT8", ODS_DOUBLE_FIXED, SIZE(8), 0, false},
    {0x3A, "DATETIM4", ODS_DOUBLE_FIXED, SIZE(4), 0, false},
    {0x3B, "FLT4", ODS_DOUBLE_FIXED, SIZE(4), 0, false},
    {0x3C, "MONEY", ODS_DOUBLE_FIXED, SIZE(8), 0, false},
    {ODS_DOUBLE_DATETIME, "DATETIME", ODS_DOUBLE_FIXED, SIZE(8), 0, false},
    {0x3E, "FLT8", ODS_DOUBLE_FIXED, SIZE(8), 0, false},
    {0x7A, "MONEY4", ODS_DOUBLE_FIXED, SIZE(4), 0, false},
    {ODS_DECIMAL, "DECIMAL", ODS_DOUBLE_SIZED, SIZE(19), 0, false},
    {ODS_NUMERIC, "NUMERIC", ODS_DOUBLE_SIZED, SIZE(19), 0, false},
    {ODS_BITN, "BITN", ODS_DOUBLE_SIZED, SIZE(1), 0, false},
    {ODS_DECIMALN, "DECIMALN", ODS_DOUBLE_SIZED, SIZE(19), 0, false},
    {ODS_NUMERICN, "NUMERICN", ODS_DOUBLE_SIZED, SIZE(19), 0, false},
    {0x6D, "FLTN", ODS_DOUBLE_SIZED, SIZE(4) | SIZE(8), 0, false},
    {0x6E, "MONEYN", ODS_DOUBLE_SIZED, SIZE(4) | SIZE(8), 0, false},
    {ODS_DOUBLE_DATETIMN, "DATETIMN", ODS_DOUBLE_SIZED, SIZE(4) | SIZE(8), 0, false},
    {ODS_BIGVARBINARY, "BIGVARBINARY", ODS_DOUBLE_VARIABLE, 0, ODS_COLUMN_BYTES, false},
    {ODS_BIGVARCHAR, "BIGVARCHAR", ODS_DOUBLE_VARIABLE, 0, ODS_COLUMN_BYTES, false},
    {ODS_BIGBINARY, "BIGBINARY", ODS_DOUBLE_VARIABLE, 0, ODS_COLUMN_BYTES, false},
    {ODS_BIGCHAR, "BIGCHAR", ODS_DOUBLE_VARIABLE, 0, ODS_COLUMN_BYTES, false},
    {ODS_NVARCHAR, "NVARCHAR", ODS_DOUBLE_VARIABLE, 0, ODS_COLUMN_BYTES, true},
    {ODS_NCHAR, "NCHAR", ODS_DOUBLE_VARIABLE, 0, ODS_COLUMN_BYTES, true},
};

const struct ods_double_type *ods_double_type_find(uint8_t token)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].token == token)
            return &types[i];
    }
    return NULL;
}

bool type_takes(const struct ods_double_type *type, uint32_t bytes)
{
    switch (type->kind) {
    case ODS_DOUBLE_FIXED:
    case ODS_DOUBLE_SIZED: return bytes < 32 && (type->sizes & SIZE(bytes)) != 0;
    case ODS_DOUBLE_VARIABLE:
    case ODS_DOUBLE_LONG: break;
    }
    return !type->is_wide || bytes % 2 == 0;
}

bool type_ends_in_pair(const uint8_t *bytes, uint32_t length)
{
    /* Little-endian: the last byte is the high half of the last unit. */
    return length >= 2 && (bytes[length - 1] & 0xFC) == 0xD8;
}

bool ods_double_numeric(const char *digits, uint8_t scale, bool is_negative,
                        uint8_t out[ODS_DOUBLE_NUMERIC_BYTES])
{
    size_t count = 0;

    while (*digits == '0')
        digits++;
    count = strlen(digits);
    if (count > NUMERIC_DIGITS || scale > NUMERIC_DIGITS)
        return false;
    memset(out, 0, ODS_DOUBLE_NUMERIC_BYTES);
    out[0] = (uint8_t)(count > scale ? count : scale);
    if (out[0] == 0)
        out[0] = 1;
    out[1] = scale;
    out[2] = is_negative ? 0 : 1;
    for (; *digits != '\0'; digits++) {
        uint32_t carry = (uint32_t)(*digits - '0');

        for (size_t i = 3; i < ODS_DOUBLE_NUMERIC_BYTES; i++) {
            carry += out[i] * 10u;
            out[i] = (uint8_t)carry;
            carry >>= 8;
        }
    }
    return true;
}
