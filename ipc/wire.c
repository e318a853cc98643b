/* SPDX-License-Identifier: MIT */
/* Encoding and decoding of every frame; PROTOCOL.md is the text that this code follows. */
#include "wire.h"
#include "text.h"
#include <string.h>

/* Flags of a parameter and of a value. */
enum { FLAG_NULL = 0x01, FLAG_OUTPUT = 0x02 };

static size_t begin_frame(struct buffer *buffer, enum wire_opcode opcode)
{
    size_t start = buffer->length;

    buffer_put_u32(buffer, 0);
    buffer_put_u8(buffer, (uint8_t)opcode);
    return start;
}

static void end_frame(struct buffer *buffer, size_t start)
{
    size_t length = 0;

    if (buffer->failed)
        return;
    length = buffer->length - start - WIRE_HEADER_SIZE;
    if (length > WIRE_MAX_PAYLOAD)
        buffer->failed = true;
    else
        buffer_set_u32(buffer, start, (uint32_t)length);
}

static void put_text(struct buffer *buffer, const char *text)
{
    buffer_put_counted(buffer, text, strlen(text));
}

/* The content of a value that is not NULL; its type stands before or is known from the column. */
static void put_content(struct buffer *buffer, const struct wire_value *value)
{
    switch (value->type) {
    case WIRE_TEXT:
    case WIRE_BINARY: buffer_put_counted(buffer, value->bytes, value->length); break;
    case WIRE_INT: buffer_put_u64(buffer, (uint64_t)value->integer); break;
    case WIRE_BIT: buffer_put_u8(buffer, value->integer != 0); break;
    case WIRE_UNTYPED: buffer->failed = true; break;
    }
}

static void put_value(struct buffer *buffer, const struct wire_value *value, uint8_t flags)
{
    buffer_put_u8(buffer, (uint8_t)value->type);
    buffer_put_u8(buffer, (uint8_t)(flags | (value->is_null ? FLAG_NULL : 0)));
    if (!value->is_null)
        put_content(buffer, value);
}

static void put_range(struct buffer *buffer, const struct wire_hello *hello)
{
    buffer_put_u32(buffer, WIRE_MAGIC);
    buffer_put_u16(buffer, hello->version_min);
    buffer_put_u16(buffer, hello->version_max);
    buffer_put_counted(buffer, hello->product, hello->product_length);
}

void wire_put_hello(struct buffer *buffer, const struct wire_hello *hello)
{
    size_t frame = begin_frame(buffer, WIRE_HELLO);

    put_range(buffer, hello);
    end_frame(buffer, frame);
}

void wire_put_unsupported(struct buffer *buffer, const struct wire_hello *own)
{
    size_t frame = begin_frame(buffer, WIRE_UNSUPPORTED);

    put_range(buffer, own);
    end_frame(buffer, frame);
}

void wire_put_cancel(struct buffer *buffer)
{
    end_frame(buffer, begin_frame(buffer, WIRE_CANCEL));
}

void wire_put_call(struct buffer *buffer, const struct wire_call *call)
{
    size_t frame = begin_frame(buffer, WIRE_CALL);

    buffer_put_counted(buffer, call->procedure, call->procedure_length);
    buffer_put_u32(buffer, call->deadline_ms);
    buffer_put_u16(buffer, (uint16_t)call->parameter_count);
    for (size_t i = 0; i < call->parameter_count; i++) {
        const struct wire_parameter *parameter = &call->parameters[i];

        buffer_put_counted(buffer, parameter->name, parameter->name_length);
        put_value(buffer, &parameter->value, parameter->output ? FLAG_OUTPUT : 0);
    }
    end_frame(buffer, frame);
}

void wire_put_columns(struct buffer *buffer, const struct wire_columns *columns)
{
    size_t frame = begin_frame(buffer, WIRE_COLUMNS);

    buffer_put_u16(buffer, (uint16_t)columns->count);
    for (size_t i = 0; i < columns->count; i++) {
        const struct wire_column *column = &columns->columns[i];

        buffer_put_counted(buffer, column->name, column->name_length);
        buffer_put_u8(buffer, (uint8_t)column->type);
        buffer_put_u16(buffer, column->size);
    }
    end_frame(buffer, frame);
}

void wire_put_row(struct buffer *buffer, const struct wire_value *values, size_t count)
{
    size_t frame = begin_frame(buffer, WIRE_ROW);

    for (size_t i = 0; i < count; i++) {
        buffer_put_u8(buffer, values[i].is_null ? FLAG_NULL : 0);
        if (!values[i].is_null)
            put_content(buffer, &values[i]);
    }
    end_frame(buffer, frame);
}

void wire_put_info(struct buffer *buffer, const char *text)
{
    size_t frame = begin_frame(buffer, WIRE_INFO);

    put_text(buffer, text);
    end_frame(buffer, frame);
}

void wire_put_done(struct buffer *buffer, const struct error *error,
                   const struct wire_output *outputs, size_t count)
{
    size_t frame = begin_frame(buffer, WIRE_DONE);

    buffer_put_u32(buffer, (uint32_t)error->number);
    put_text(buffer, error->code);
    put_text(buffer, error->message);
    buffer_put_u16(buffer, (uint16_t)count);
    for (size_t i = 0; i < count; i++) {
        buffer_put_u16(buffer, outputs[i].parameter);
        put_value(buffer, &outputs[i].value, 0);
    }
    end_frame(buffer, frame);
}

bool wire_get_header(const uint8_t *header, uint8_t *opcode, uint32_t *length)
{
    struct buffer view;

    buffer_init_view(&view, header, WIRE_HEADER_SIZE);
    *length = buffer_get_u32(&view);
    *opcode = buffer_get_u8(&view);
    return *length <= WIRE_MAX_PAYLOAD;
}

/* Text in place: UTF-8 without NUL, at most so many bytes and UTF-16 units. */
static const char *get_text(struct buffer *payload, size_t *length, size_t units)
{
    const char *text = buffer_get_counted(payload, length);

    if (text != NULL && text_units(text, *length) > units)
        payload->failed = true;
    return payload->failed ? NULL : text;
}

static void get_content(struct buffer *payload, struct wire_value *value)
{
    switch (value->type) {
    case WIRE_TEXT: value->bytes = get_text(payload, &value->length, WIRE_MAX_TEXT_UNITS); break;
    case WIRE_BINARY:
        value->bytes = buffer_get_counted(payload, &value->length);
        if (value->length > WIRE_MAX_BINARY)
            payload->failed = true;
        break;
    case WIRE_INT: value->integer = (int64_t)buffer_get_u64(payload); break;
    case WIRE_BIT:
        value->integer = buffer_get_u8(payload);
        if (value->integer > 1)
            payload->failed = true;
        break;
    default: payload->failed = true; break;
    }
}

/* Returns the flags that stand beside the NULL flag. */
static uint8_t get_value(struct buffer *payload, struct wire_value *value)
{
    uint8_t type = buffer_get_u8(payload);
    uint8_t flags = buffer_get_u8(payload);

    memset(value, 0, sizeof *value);
    if (type > WIRE_BINARY || (flags & ~(FLAG_NULL | FLAG_OUTPUT)) != 0)
        payload->failed = true;
    value->type = (enum wire_type)type;
    value->is_null = (flags & FLAG_NULL) != 0;
    if (!value->is_null && !payload->failed)
        get_content(payload, value);
    return flags;
}

bool wire_get_hello(struct buffer *payload, struct wire_hello *hello)
{
    if (buffer_get_u32(payload) != WIRE_MAGIC)
        payload->failed = true;
    hello->version_min = buffer_get_u16(payload);
    hello->version_max = buffer_get_u16(payload);
    hello->product = get_text(payload, &hello->product_length, WIRE_MAX_PRODUCT);
    return buffer_ended(payload) && hello->version_min <= hello->version_max;
}

static void get_parameter(struct buffer *payload, struct wire_parameter *parameter)
{
    parameter->name = get_text(payload, &parameter->name_length, WIRE_MAX_NAME);
    parameter->output = (get_value(payload, &parameter->value) & FLAG_OUTPUT) != 0;
}

bool wire_get_call(struct buffer *payload, struct wire_call *call)
{
    call->procedure = get_text(payload, &call->procedure_length, WIRE_MAX_NAME);
    call->deadline_ms = buffer_get_u32(payload);
    call->parameter_count = buffer_get_u16(payload);
    if (call->deadline_ms < WIRE_MIN_DEADLINE_MS || call->deadline_ms > WIRE_MAX_DEADLINE_MS ||
        call->parameter_count > WIRE_MAX_PARAMETERS)
        payload->failed = true;
    for (size_t i = 0; i < call->parameter_count && !payload->failed; i++)
        get_parameter(payload, &call->parameters[i]);
    return buffer_ended(payload);
}

/* Hosts take column names as bytes of their code page. */
static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; text != NULL && i < length; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

static void get_column(struct buffer *payload, struct wire_column *column)
{
    uint8_t type = 0;

    column->name = get_text(payload, &column->name_length, WIRE_MAX_NAME);
    type = buffer_get_u8(payload);
    column->size = buffer_get_u16(payload);
    column->type = (enum wire_type)type;
    if (!is_ascii(column->name, column->name_length) ||
        ((type == WIRE_INT || type == WIRE_BIT) && column->size != 0))
        payload->failed = true;
    if (type == WIRE_UNTYPED || type > WIRE_BINARY ||
        (type == WIRE_TEXT && (column->size == 0 || column->size > WIRE_MAX_TEXT_UNITS)) ||
        (type == WIRE_BINARY && (column->size == 0 || column->size > WIRE_MAX_BINARY)))
        payload->failed = true;
}

bool wire_get_columns(struct buffer *payload, struct wire_columns *columns)
{
    columns->count = buffer_get_u16(payload);
    if (columns->count == 0 || columns->count > WIRE_MAX_COLUMNS)
        payload->failed = true;
    for (size_t i = 0; i < columns->count && !payload->failed; i++)
        get_column(payload, &columns->columns[i]);
    return buffer_ended(payload);
}

bool wire_get_row(struct buffer *payload, const struct wire_columns *columns,
                  struct wire_value *values)
{
    for (size_t i = 0; i < columns->count && !payload->failed; i++) {
        uint8_t flags = buffer_get_u8(payload);

        memset(&values[i], 0, sizeof values[i]);
        values[i].type = columns->columns[i].type;
        values[i].is_null = (flags & FLAG_NULL) != 0;
        if ((flags & ~FLAG_NULL) != 0)
            payload->failed = true;
        if (!values[i].is_null)
            get_content(payload, &values[i]);
    }
    return buffer_ended(payload);
}

bool wire_get_info(struct buffer *payload, const char **text, size_t *length)
{
    *text = get_text(payload, length, WIRE_MAX_TEXT_UNITS);
    return buffer_ended(payload);
}

bool wire_get_done(struct buffer *payload, struct error *error, size_t *outputs)
{
    const char *text = NULL;
    size_t length = 0;

    memset(error, 0, sizeof *error);
    error->number = (int32_t)buffer_get_u32(payload);
    text = get_text(payload, &length, ERROR_CODE_CHARACTERS);
    if (text != NULL)
        text_copy_bytes(error->code, sizeof error->code, text, length);
    text = get_text(payload, &length, ERROR_MESSAGE_CHARACTERS);
    if (text != NULL)
        text_copy_bytes(error->message, sizeof error->message, text, length);
    *outputs = buffer_get_u16(payload);
    if (*outputs > WIRE_MAX_PARAMETERS || error->number < 0 ||
        (error->number != 0 && error->message[0] == '\0'))
        payload->failed = true;
    return *outputs > 0 ? !payload->failed : buffer_ended(payload);
}

bool wire_get_output(struct buffer *payload, struct wire_output *output)
{
    output->parameter = buffer_get_u16(payload);
    if ((get_value(payload, &output->value) & FLAG_OUTPUT) != 0)
        payload->failed = true;
    return !payload->failed;
}
