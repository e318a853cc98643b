/* SPDX-License-Identifier: MIT */
/* One good frame of every kind, as PROTOCOL.md shows them, and the way of each through its
 * decoder and back. */
#ifndef MILINK_UNIT_WIRE_SAMPLES_H
#define MILINK_UNIT_WIRE_SAMPLES_H

#include "wire.h"

struct wire_sample {
    const char *name; /* as in PROTOCOL.md: "done-error" */
    uint8_t opcode;
    void (*put)(struct buffer *buffer);
    /* Decodes a payload and, when it is good, encodes what came out. False when the decoder
     * refuses it. */
    bool (*again)(struct buffer *payload, struct buffer *out);
};

const struct wire_sample *wire_samples(size_t *count);
const struct wire_sample *wire_sample_find(const char *name);

/* The value of a text, of bytes, of a number. */
struct wire_value wire_text(const char *text);
struct wire_value wire_binary(const void *bytes, size_t length);
struct wire_value wire_int(int64_t number);
struct wire_value wire_bit(int64_t number);
struct wire_value wire_null(enum wire_type type);

/* A column of a name, a type and a size. */
struct wire_column wire_column_of(const char *name, enum wire_type type, uint16_t size);
/* An error of number, code and message, as an agent of any version might send. */
void wire_put_done_with(struct buffer *buffer, int32_t number, const char *code,
                        const char *message);
/* The two columns of the examples: link nvarchar(128), send_lag_seconds int. */
void wire_sample_columns(struct wire_columns *columns);

#endif
