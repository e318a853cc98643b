/* SPDX-License-Identifier: MIT */
/* The parameters of a call, read with srv_paraminfo alone: size first, cap, then data. */
#include "parameters.h"
#include "codepage.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

/* One parameter as the host describes it. */
struct source {
    int n;
    uint8_t token;
    uint32_t maximum, actual;
    uint8_t *data;
    char label[WIRE_MAX_NAME + 1]; /* "@link", or "parameter 2" */
};

static bool refuse(struct xp_call *call, int32_t number, const struct source *source,
                   const char *detail)
{
    error_set(&call->error, number, source->label, detail);
    return false;
}

/* The wire type that a token belongs to; WIRE_UNTYPED for one that is not taken. */
static enum wire_type type_of(uint8_t token)
{
    switch (token) {
    case ODS_INTN:
    case ODS_INT1:
    case ODS_INT2:
    case ODS_INT4:
    case ODS_INT8:
    case ODS_DECIMAL:
    case ODS_NUMERIC:
    case ODS_DECIMALN:
    case ODS_NUMERICN: return WIRE_INT;
    case ODS_BIT:
    case ODS_BITN: return WIRE_BIT;
    case ODS_NVARCHAR:
    case ODS_NCHAR:
    case ODS_NTEXT:
    case ODS_BIGVARCHAR:
    case ODS_BIGCHAR:
    case ODS_VARCHAR:
    case ODS_CHAR:
    case ODS_TEXT: return WIRE_TEXT;
    case ODS_BIGVARBINARY:
    case ODS_BIGBINARY:
    case ODS_VARBINARY:
    case ODS_BINARY:
    case ODS_IMAGE: return WIRE_BINARY;
    default: return WIRE_UNTYPED;
    }
}

static bool is_unicode(uint8_t token)
{
    return token == ODS_NVARCHAR || token == ODS_NCHAR || token == ODS_NTEXT;
}

/* DBNUMERIC: precision, scale, sign (1 is plus), then the magnitude in little-endian order. */
static bool numeric_value(const struct source *source, int64_t *number)
{
    enum { HEAD = 3, WHOLE = 8 };
    uint64_t magnitude = 0;

    if (source->actual <= HEAD || source->data[1] != 0)
        return false;
    for (uint32_t i = HEAD; i < source->actual; i++) {
        if (i - HEAD >= WHOLE && source->data[i] != 0)
            return false;
        if (i - HEAD < WHOLE)
            magnitude |= (uint64_t)source->data[i] << 8 * (i - HEAD);
    }
    if (magnitude > INT64_MAX)
        return false;
    *number = source->data[2] == 1 ? (int64_t)magnitude : -(int64_t)magnitude;
    return true;
}

static bool integer_value(const struct source *source, int64_t *number)
{
    uint64_t bits = 0;
    uint32_t width = source->actual;

    if (source->token == ODS_DECIMAL || source->token == ODS_NUMERIC ||
        source->token == ODS_DECIMALN || source->token == ODS_NUMERICN)
        return numeric_value(source, number);
    if (width != 1 && width != 2 && width != 4 && width != 8)
        return false;
    for (uint32_t i = 0; i < width; i++)
        bits |= (uint64_t)source->data[i] << 8 * i;
    /* tinyint alone is unsigned */
    if (width == 2)
        *number = (int16_t)bits;
    else if (width == 4)
        *number = (int32_t)bits;
    else
        *number = (int64_t)bits;
    return true;
}

static bool take_integer(struct xp_call *call, const struct source *source,
                         struct wire_value *value)
{
    if (!integer_value(source, &value->integer))
        return refuse(call, MILINK_PARAMETER_TYPE, source, "a number must be whole, as int or bit");
    if (value->type == WIRE_BIT)
        value->integer = value->integer != 0;
    return true;
}

static bool take_text(struct xp_call *call, const struct source *source, struct wire_value *value)
{
    char *text = malloc(TEXT_UTF8_BYTES(source->actual) + 1);

    call->owned[source->n - 1] = text;
    if (text == NULL)
        return refuse(call, MILINK_OUT_OF_MEMORY, source, NULL);
    value->bytes = text;
    if (!is_unicode(source->token))
        value->length = codepage_to_utf8(ods_code_page(call->ods, call->host), source->data,
                                         source->actual, text, TEXT_UTF8_BYTES(source->actual));
    else if (source->actual % 2 != 0)
        value->length = SIZE_MAX;
    else
        value->length = text_from_utf16((const uint16_t *)(const void *)source->data,
                                        source->actual / 2, text, TEXT_UTF8_BYTES(source->actual));
    if (value->length == SIZE_MAX || text_units(text, value->length) == SIZE_MAX)
        return refuse(call, MILINK_PARAMETER_TEXT, source, NULL);
    if (text_units(text, value->length) > WIRE_MAX_TEXT_UNITS)
        return refuse(call, MILINK_PARAMETER_TOO_LONG, source, "at most 4000 characters");
    return true;
}

static bool take_binary(struct xp_call *call, const struct source *source, struct wire_value *value)
{
    uint8_t *bytes = malloc(source->actual + 1);

    call->owned[source->n - 1] = bytes;
    if (bytes == NULL)
        return refuse(call, MILINK_OUT_OF_MEMORY, source, NULL);
    memcpy(bytes, source->data, source->actual);
    value->bytes = bytes;
    value->length = source->actual;
    return true;
}

/* Fetches the data, whose size is known and capped, and converts it. */
static bool take_data(struct xp_call *call, struct source *source, struct wire_value *value)
{
    uint8_t token = source->token;
    uint32_t maximum = 0, actual = source->actual;
    int is_null = 0;
    bool taken = false;

    if (actual > ODS_COLUMN_BYTES)
        return refuse(call, MILINK_PARAMETER_TOO_LONG, source,
                      "at most nvarchar(4000) or varbinary(8000)");
    source->data = calloc(1, actual + sizeof(uint64_t));
    if (source->data == NULL)
        return refuse(call, MILINK_OUT_OF_MEMORY, source, NULL);
    if (!call->ods->paraminfo(call->host, source->n, &token, &maximum, &actual, source->data,
                              &is_null) ||
        actual != source->actual)
        refuse(call, MILINK_PARAMETER_TYPE, source, "its value cannot be read");
    else if (value->type == WIRE_TEXT)
        taken = take_text(call, source, value);
    else if (value->type == WIRE_BINARY)
        taken = take_binary(call, source, value);
    else
        taken = take_integer(call, source, value);
    free(source->data);
    source->data = NULL;
    return taken;
}

static bool take_value(struct xp_call *call, struct source *source,
                       struct wire_parameter *parameter)
{
    static const char hex[] = "0123456789abcdef";
    char detail[] = "type token 0x00; pass nvarchar, int, bit or varbinary";
    int is_null = 0;

    if (!call->ods->paraminfo(call->host, source->n, &source->token, &source->maximum,
                              &source->actual, NULL, &is_null))
        return refuse(call, MILINK_PARAMETER_TYPE, source, "it cannot be read");
    parameter->value.type = type_of(source->token);
    parameter->value.is_null = is_null != 0;
    /* The token of an untyped NULL is anything; a variable that is to be written needs a type. */
    if (parameter->value.type == WIRE_UNTYPED && (!is_null || parameter->output)) {
        detail[13] = hex[source->token >> 4];
        detail[14] = hex[source->token & 15];
        return refuse(call, MILINK_PARAMETER_TYPE, source, detail);
    }
    return is_null || take_data(call, source, &parameter->value);
}

/* The caller's name for the parameter, with its @; none when it is passed by position. */
static bool take_name(struct xp_call *call, struct source *source, struct wire_parameter *parameter)
{
    int length = 0;
    const char *name = call->ods->paramname(call->host, source->n, &length);

    if (name == NULL || length <= 0) {
        text_copy(source->label, sizeof source->label, "parameter ");
        text_append_number(source->label, sizeof source->label, source->n);
        return true;
    }
    text_copy_bytes(source->label, sizeof source->label, name,
                    (size_t)(length < WIRE_MAX_NAME ? length : WIRE_MAX_NAME));
    if (length > WIRE_MAX_NAME || text_units(source->label, strlen(source->label)) == SIZE_MAX)
        return refuse(call, MILINK_PARAMETER_UNKNOWN, source, NULL);
    /* A copy: nothing says how long the host's own text lasts. */
    text_copy(call->names[source->n - 1], sizeof call->names[0], source->label);
    parameter->name = call->names[source->n - 1];
    parameter->name_length = (size_t)length;
    for (size_t i = 0; i + 1 < (size_t)source->n; i++)
        if (text_equal_bytes(source->label, call->request.parameters[i].name,
                             call->request.parameters[i].name_length))
            return refuse(call, MILINK_PARAMETER_DUPLICATE, source, NULL);
    return true;
}

/* Notes what the DLL itself obeys. A value out of range is left to the agent, which refuses it. */
static void note_common(struct xp_call *call, const struct source *source,
                        const struct wire_parameter *parameter)
{
    const struct wire_value *value = &parameter->value;
    bool number = !value->is_null && (value->type == WIRE_INT || value->type == WIRE_BIT);

    if (number && text_equal(source->label, "@quiet"))
        call->quiet = value->integer != 0;
    else if (number && text_equal(source->label, "@timeout_seconds") && value->integer >= 1 &&
             value->integer <= WIRE_MAX_DEADLINE_MS / 1000)
        call->timeout_ms = (uint32_t)value->integer * 1000;
    else if (parameter->output && text_equal(source->label, "@error_number"))
        call->error_number_at = source->n;
    else if (parameter->output && text_equal(source->label, "@error_code"))
        call->error_code_at = source->n;
    else if (parameter->output && text_equal(source->label, "@error_message"))
        call->error_message_at = source->n;
}

static bool read_one(struct xp_call *call, int n)
{
    struct wire_parameter *parameter = &call->request.parameters[n - 1];
    struct source source = {.n = n};
    bool taken = false;

    parameter->output = (call->ods->paramstatus(call->host, n) & ODS_PARAMETER_OUTPUT) != 0 &&
                        call->ods->paramstatus(call->host, n) >= 0;
    taken = take_name(call, &source, parameter);
    if (taken && (parameter->name_length > 0) != (call->request.parameters[0].name_length > 0))
        refuse(call, MILINK_PARAMETER_MIX, &source, NULL);
    taken = taken && take_value(call, &source, parameter);
    if (taken)
        note_common(call, &source, parameter);
    return taken && call->error.number == 0;
}

bool parameters_read(struct xp_call *call)
{
    int count = call->ods->rpcparams(call->host);
    bool good = true;

    call->timeout_ms = WIRE_DEFAULT_DEADLINE_MS;
    if (count > WIRE_MAX_PARAMETERS) {
        error_set(&call->error, MILINK_REQUEST_TOO_LARGE, NULL, "more than 48 parameters");
        return false;
    }
    /* After the first bad one the rest are still read, for @quiet and the OUTPUT parameters among
     * them. */
    for (int n = 1; n <= count; n++)
        good = read_one(call, n) && good;
    call->request.parameter_count = count > 0 ? (size_t)count : 0;
    return good;
}

void parameters_free(struct xp_call *call)
{
    for (size_t i = 0; i < WIRE_MAX_PARAMETERS; i++)
        free(call->owned[i]);
}
