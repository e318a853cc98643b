/* SPDX-License-Identifier: MIT */
/* OUTPUT parameters, written in the type of the caller's variable. */
#include "outputs.h"
#include "codepage.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

/* The caller's variable behind an OUTPUT parameter. */
struct target {
    struct xp_call *call;
    int n;
    uint8_t token;
    uint32_t maximum;
};

static void set(const struct target *target, const void *bytes, size_t length)
{
    target->call->ods->paramsetoutput(target->call->host, target->n, (uint8_t *)bytes,
                                      (uint32_t)length, 0);
}

/* Whether a number fits an integer of so many bytes; tinyint alone is unsigned. */
static bool fits(int64_t number, uint32_t width)
{
    int64_t top = width > 1 && width < 8 ? number >> (8 * width - 1) : 0;

    if (width == 1)
        return number >= 0 && number <= UINT8_MAX;
    return (width == 2 || width == 4 || width == 8) && (top == 0 || top == -1);
}

static void set_integer(const struct target *target, int64_t number)
{
    uint32_t width = target->maximum;
    uint8_t bytes[sizeof number];

    if (target->token == ODS_BIT || target->token == ODS_BITN)
        number = number != 0;
    if (target->token == ODS_INT1 || target->token == ODS_BIT || target->token == ODS_BITN)
        width = 1;
    else if (target->token == ODS_INT2)
        width = 2;
    else if (target->token == ODS_INT4)
        width = 4;
    else if (target->token == ODS_INT8)
        width = 8;
    if (!fits(number, width))
        return;
    for (uint32_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> 8 * i);
    set(target, bytes, width);
}

static void set_unicode(const struct target *target, const char *text, size_t length)
{
    uint32_t room = target->maximum < ODS_COLUMN_BYTES ? target->maximum : ODS_COLUMN_BYTES;
    uint16_t *units = malloc(room + sizeof *units);

    if (units == NULL)
        error_set(&target->call->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
    else
        set(target, units, 2 * text_to_utf16(text, length, units, room / 2));
    free(units);
}

static void set_varchar(const struct target *target, const char *text, size_t length)
{
    uint32_t room = target->maximum < ODS_COLUMN_BYTES ? target->maximum : ODS_COLUMN_BYTES;
    uint8_t *bytes = malloc(room + 1);

    if (bytes == NULL)
        error_set(&target->call->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
    else
        set(target, bytes,
            codepage_from_utf8(ods_code_page(target->call->ods, target->call->host), text, length,
                               bytes, room));
    free(bytes);
}

static void set_text(const struct target *target, const char *text, size_t length)
{
    switch (target->token) {
    case ODS_NVARCHAR:
    case ODS_NCHAR: set_unicode(target, text, length); break;
    case ODS_BIGVARCHAR:
    case ODS_BIGCHAR:
    case ODS_VARCHAR:
    case ODS_CHAR: set_varchar(target, text, length); break;
    default: break;
    }
}

static bool is_number(uint8_t token)
{
    return token == ODS_INTN || token == ODS_INT1 || token == ODS_INT2 || token == ODS_INT4 ||
           token == ODS_INT8 || token == ODS_BIT || token == ODS_BITN;
}

/* Fixed types cannot hold NULL. */
static bool is_not_null(uint8_t token)
{
    return is_number(token) && token != ODS_INTN && token != ODS_BITN;
}

static void set_number(const struct target *target, int64_t number)
{
    char digits[24] = "";
    size_t unit = 0;

    if (is_number(target->token)) {
        set_integer(target, number);
        return;
    }
    text_append_number(digits, sizeof digits, number);
    unit = target->token == ODS_NVARCHAR || target->token == ODS_NCHAR ? 2 : 1;
    /* Half a number would be another number. */
    if (strlen(digits) * unit <= target->maximum)
        set_text(target, digits, strlen(digits));
}

static void set_binary(const struct target *target, const struct wire_value *value)
{
    bool binary = target->token == ODS_BIGVARBINARY || target->token == ODS_VARBINARY;

    if (binary && value->length <= target->maximum)
        set(target, value->bytes, value->length);
}

void outputs_set(struct xp_call *call, int n, const struct wire_value *value)
{
    struct target target = {.call = call, .n = n};
    uint32_t actual = 0;
    int is_null = 0;

    if (n == 0 || !call->ods->paraminfo(call->host, n, &target.token, &target.maximum, &actual,
                                        NULL, &is_null))
        return;
    if (value->is_null && is_not_null(target.token))
        return;
    if (value->is_null)
        call->ods->paramsetoutput(call->host, n, NULL, 0, 1);
    else if (value->type == WIRE_TEXT)
        set_text(&target, value->bytes, value->length);
    else if (value->type == WIRE_BINARY)
        set_binary(&target, value);
    else
        set_number(&target, value->integer);
}

static void set_or_null(struct xp_call *call, int n, const char *text)
{
    const struct wire_value value = {
        .type = WIRE_TEXT, .is_null = text[0] == '\0', .bytes = text, .length = strlen(text)};

    outputs_set(call, n, &value);
}

void outputs_set_errors(struct xp_call *call)
{
    const struct wire_value number = {.type = WIRE_INT, .integer = call->error.number};

    outputs_set(call, call->error_number_at, &number);
    set_or_null(call, call->error_code_at, call->error.code);
    set_or_null(call, call->error_message_at, call->error.message);
}
