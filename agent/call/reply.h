/* SPDX-License-Identifier: MIT */
/* The answer to a call while it is built: information, rows and OUTPUT values, as frames at the
 * end. */
#ifndef MILINK_AGENT_REPLY_H
#define MILINK_AGENT_REPLY_H

#include "wire.h"

enum {
    REPLY_MAX_BYTES = WIRE_MAX_ANSWER - 256 * 1024,
    REPLY_MAX_INFOS = WIRE_MAX_INFOS,
    REPLY_MAX_OUTPUTS = 4
};

struct reply {
    const struct wire_column *columns;
    size_t column_count;
    struct buffer rows;                         /* COLUMNS and ROW frames */
    struct buffer infos;                        /* INFO frames */
    struct wire_value values[WIRE_MAX_COLUMNS]; /* of the row being built; texts are borrowed */
    size_t filled;
    size_t row_count;
    struct wire_output outputs[REPLY_MAX_OUTPUTS];
    char output_texts[REPLY_MAX_OUTPUTS][64];
    size_t output_count;
    bool overfull; /* more rows or bytes than an answer may have */
};

void reply_init(struct reply *reply, const struct wire_column *columns, size_t count);
void reply_clear(struct reply *reply);

/* Values of the next row, in the order of the columns; texts must last until reply_end_row. An
 * empty text is NULL, a text longer than its column is cut. */
void reply_text(struct reply *reply, const char *text); /* NULL: NULL */
void reply_int(struct reply *reply, long long number);
/* Bytes that must last until reply_end_row; none, or more than the column holds, are NULL. */
void reply_binary(struct reply *reply, const void *bytes, size_t length);
void reply_null(struct reply *reply);
/* What is missing at the end of a row becomes NULL. */
void reply_end_row(struct reply *reply);

/* Information for people, shown before the rows. */
void reply_info(struct reply *reply, const char *text);
void reply_output(struct reply *reply, size_t parameter, const char *text);

/* Appends the whole answer to out: infos, rows and DONE, or for an error DONE alone. An answer over
 * its limit becomes the error ANSWER_TOO_LARGE. */
void reply_finish(struct reply *reply, struct error *error, struct buffer *out);

#endif
