/* SPDX-License-Identifier: MIT */
/* One good frame of every kind, and its way through the decoder and back. */
#include "wire_samples.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wire_value wire_text(const char *text)
{
    return (struct wire_value){.type = WIRE_TEXT, .bytes = text, .length = strlen(text)};
}

struct wire_value wire_binary(const void *bytes, size_t length)
{
    return (struct wire_value){.type = WIRE_BINARY, .bytes = bytes, .length = length};
}

struct wire_value wire_int(int64_t number)
{
    return (struct wire_value){.type = WIRE_INT, .integer = number};
}

struct wire_value wire_bit(int64_t number)
{
    return (struct wire_value){.type = WIRE_BIT, .integer = number};
}

struct wire_value wire_null(enum wire_type type)
{
    return (struct wire_value){.type = type, .is_null = true};
}

struct wire_column wire_column_of(const char *name, enum wire_type type, uint16_t size)
{
    return (struct wire_column){name, strlen(name), type, size};
}

/* The structs of the wire are large and the samples are rare: they live on the heap, and a test
 * that has none left
 * cannot go on. */
static void *fresh(size_t size)
{
    void *memory = calloc(1, size);

    if (memory == NULL) {
        fputs("wire samples: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void wire_put_done_with(struct buffer *buffer, int32_t number, const char *code,
                        const char *message)
{
    struct error *error = fresh(sizeof *error);

    error->number = number;
    text_copy(error->code, sizeof error->code, code);
    text_copy(error->message, sizeof error->message, message);
    wire_put_done(buffer, error, NULL, 0);
    free(error);
}

void wire_sample_columns(struct wire_columns *columns)
{
    columns->count = 2;
    columns->columns[0] = wire_column_of("link", WIRE_TEXT, 128);
    columns->columns[1] = wire_column_of("send_lag_seconds", WIRE_INT, 0);
}

static void put_hello(struct buffer *buffer)
{
    const struct wire_hello hello = {1, 1, "1.0.0", 5};

    wire_put_hello(buffer, &hello);
}

static void put_call(struct buffer *buffer)
{
    struct wire_call *call = fresh(sizeof *call);

    call->procedure = "xp_milink_link_get";
    call->procedure_length = strlen(call->procedure);
    call->deadline_ms = 30000;
    call->parameter_count = 2;
    call->parameters[0] = (struct wire_parameter){"@link", 5, false, wire_text("sales-link")};
    call->parameters[1] = (struct wire_parameter){"@error_number", 13, true, wire_null(WIRE_INT)};
    wire_put_call(buffer, call);
    free(call);
}

static void put_unsupported(struct buffer *buffer)
{
    const struct wire_hello own = {2, 3, "2.1.0", 5};

    wire_put_unsupported(buffer, &own);
}

static void put_columns(struct buffer *buffer)
{
    struct wire_columns *columns = fresh(sizeof *columns);

    wire_sample_columns(columns);
    wire_put_columns(buffer, columns);
    free(columns);
}

static void put_row(struct buffer *buffer)
{
    const struct wire_value values[] = {wire_text("sales-link"), wire_null(WIRE_INT)};

    wire_put_row(buffer, values, 2);
}

static void put_info(struct buffer *buffer)
{
    wire_put_info(buffer, "@what_if = 1: nothing was sent.");
}

static void put_done(struct buffer *buffer)
{
    wire_put_done_with(buffer, 0, "", "");
}

static void put_done_output(struct buffer *buffer)
{
    const struct wire_output output = {3, wire_text("0a1b")};
    struct error *error = fresh(sizeof *error);

    wire_put_done(buffer, error, &output, 1);
    free(error);
}

static void put_done_error(struct buffer *buffer)
{
    wire_put_done_with(buffer, MILINK_PARAMETER_UNKNOWN, "PARAMETER_UNKNOWN",
                       "@lnk: the procedure has no such parameter.");
}

static bool again_hello(struct buffer *payload, struct buffer *out)
{
    struct wire_hello hello;

    if (!wire_get_hello(payload, &hello))
        return false;
    wire_put_hello(out, &hello);
    return true;
}

static bool again_unsupported(struct buffer *payload, struct buffer *out)
{
    struct wire_hello hello;

    if (!wire_get_hello(payload, &hello))
        return false;
    wire_put_unsupported(out, &hello);
    return true;
}

static bool again_call(struct buffer *payload, struct buffer *out)
{
    struct wire_call *call = fresh(sizeof *call);
    bool good = wire_get_call(payload, call);

    if (good)
        wire_put_call(out, call);
    free(call);
    return good;
}

/* A cancel has no decoder: it is empty or it is none. */
static bool again_cancel(struct buffer *payload, struct buffer *out)
{
    if (!buffer_ended(payload))
        return false;
    wire_put_cancel(out);
    return true;
}

static bool again_columns(struct buffer *payload, struct buffer *out)
{
    struct wire_columns *columns = fresh(sizeof *columns);
    bool good = wire_get_columns(payload, columns);

    if (good)
        wire_put_columns(out, columns);
    free(columns);
    return good;
}

static bool again_row(struct buffer *payload, struct buffer *out)
{
    struct wire_columns *columns = fresh(sizeof *columns);
    struct wire_value *values = fresh(2 * sizeof *values);
    bool good = false;

    wire_sample_columns(columns);
    good = wire_get_row(payload, columns, values);
    if (good)
        wire_put_row(out, values, columns->count);
    free(values);
    free(columns);
    return good;
}

static bool again_info(struct buffer *payload, struct buffer *out)
{
    const char *text = NULL;
    size_t length = 0;
    char *copy = NULL;

    if (!wire_get_info(payload, &text, &length))
        return false;
    copy = fresh(length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    wire_put_info(out, copy);
    free(copy);
    return true;
}

static bool again_done(struct buffer *payload, struct buffer *out)
{
    struct error *error = fresh(sizeof *error);
    struct wire_output *outputs = fresh(WIRE_MAX_PARAMETERS * sizeof *outputs);
    size_t count = 0;
    bool good = wire_get_done(payload, error, &count);

    for (size_t i = 0; good && i < count; i++)
        good = wire_get_output(payload, &outputs[i]);
    good = good && buffer_ended(payload);
    if (good)
        wire_put_done(out, error, outputs, count);
    free(outputs);
    free(error);
    return good;
}

static const struct wire_sample samples[] = {
    {"hello", WIRE_HELLO, put_hello, again_hello},
    {"call", WIRE_CALL, put_call, again_call},
    {"cancel", WIRE_CANCEL, wire_put_cancel, again_cancel},
    {"unsupported", WIRE_UNSUPPORTED, put_unsupported, again_unsupported},
    {"columns", WIRE_COLUMNS, put_columns, again_columns},
    {"row", WIRE_ROW, put_row, again_row},
    {"info", WIRE_INFO, put_info, again_info},
    {"done", WIRE_DONE, put_done, again_done},
    {"done-output", WIRE_DONE, put_done_output, again_done},
    {"done-error", WIRE_DONE, put_done_error, again_done},
};

const struct wire_sample *wire_samples(size_t *count)
{
    *count = sizeof samples / sizeof samples[0];
    return samples;
}

const struct wire_sample *wire_sample_find(const char *name)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        if (strcmp(samples[i].name, name) == 0)
            return &samples[i];
    return NULL;
}
