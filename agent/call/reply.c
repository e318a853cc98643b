/* SPDX-License-Identifier: MIT */
/* The answer to a call while it is built. */
#include "reply.h"
#include "text.h"
#include <string.h>

void reply_init(struct reply *reply, const struct wire_column *columns, size_t count)
{
    reply->columns = columns;
    reply->column_count = count;
    reply->filled = 0;
    reply->row_count = 0;
    reply->output_count = 0;
    reply->overfull = false;
    buffer_init(&reply->rows, REPLY_MAX_BYTES);
    buffer_init(&reply->infos, REPLY_MAX_INFOS * (WIRE_MAX_TEXT + 16));
}

void reply_clear(struct reply *reply)
{
    buffer_clear(&reply->rows);
    buffer_clear(&reply->infos);
}

static struct wire_value *next_value(struct reply *reply)
{
    struct wire_value *value = NULL;

    if (reply->filled >= reply->column_count)
        return NULL;
    value = &reply->values[reply->filled];
    memset(value, 0, sizeof *value);
    value->type = reply->columns[reply->filled++].type;
    value->is_null = true;
    return value;
}

void reply_text(struct reply *reply, const char *text)
{
    struct wire_value *value = next_value(reply);

    if (value == NULL || text == NULL || text[0] == '\0')
        return;
    value->bytes = text;
    value->length = text_fitting(text, strlen(text), reply->columns[reply->filled - 1].size);
    value->is_null = value->length == 0;
}

void reply_binary(struct reply *reply, const void *bytes, size_t length)
{
    struct wire_value *value = next_value(reply);

    if (value == NULL || length == 0 || length > reply->columns[reply->filled - 1].size)
        return;
    value->bytes = bytes;
    value->length = length;
    value->is_null = false;
}

void reply_int(struct reply *reply, long long number)
{
    struct wire_value *value = next_value(reply);

    if (value == NULL)
        return;
    value->integer = number;
    value->is_null = number < INT32_MIN || number > INT32_MAX;
}

void reply_null(struct reply *reply)
{
    next_value(reply);
}

static void put_columns(struct reply *reply)
{
    struct wire_columns columns;

    columns.count = reply->column_count;
    memcpy(columns.columns, reply->columns, reply->column_count * sizeof columns.columns[0]);
    wire_put_columns(&reply->rows, &columns);
}

void reply_end_row(struct reply *reply)
{
    while (reply->filled < reply->column_count)
        reply_null(reply);
    if (reply->row_count == 0)
        put_columns(reply);
    if (++reply->row_count > WIRE_MAX_ROWS)
        reply->overfull = true;
    else
        wire_put_row(&reply->rows, reply->values, reply->column_count);
    reply->filled = 0;
}

void reply_info(struct reply *reply, const char *text)
{
    wire_put_info(&reply->infos, text);
}

void reply_output(struct reply *reply, size_t parameter, const char *text)
{
    struct wire_output *output = NULL;
    char *copy = NULL;

    if (reply->output_count == REPLY_MAX_OUTPUTS)
        return;
    copy = reply->output_texts[reply->output_count];
    text_copy(copy, sizeof reply->output_texts[0], text);
    output = &reply->outputs[reply->output_count++];
    memset(output, 0, sizeof *output);
    output->parameter = (uint16_t)parameter;
    output->value.type = WIRE_TEXT;
    output->value.bytes = copy;
    output->value.length = strlen(copy);
}

void reply_finish(struct reply *reply, struct error *error, struct buffer *out)
{
    if (error->number == 0 && reply->row_count == 0 && reply->column_count > 0)
        put_columns(reply);
    if (error->number == 0 && (reply->overfull || reply->rows.failed || reply->infos.failed))
        error_set(error,
                  reply->rows.no_memory || reply->infos.no_memory ? MILINK_OUT_OF_MEMORY
                                                                  : MILINK_ANSWER_TOO_LARGE,
                  NULL, NULL);
    if (error->number == 0) {
        buffer_put_bytes(out, reply->infos.data, reply->infos.length);
        buffer_put_bytes(out, reply->rows.data, reply->rows.length);
    }
    wire_put_done(out, error, reply->outputs, reply->output_count);
}
