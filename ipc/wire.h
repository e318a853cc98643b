/* SPDX-License-Identifier: MIT */
/* The wire between DLL and agent: frames, fields and limits, as PROTOCOL.md defines them. */
#ifndef MILINK_IPC_WIRE_H
#define MILINK_IPC_WIRE_H

#include "buffer.h"
#include "error.h"

/* Versions this code speaks. A version or opcode once used is never used again. */
enum { WIRE_VERSION_MIN = 1, WIRE_VERSION_MAX = 1 };

enum {
    WIRE_MAGIC = 0x4B4E4C4D,      /* "MLNK": tells a stray client at once */
    WIRE_HEADER_SIZE = 5,         /* u32 length of the payload, u8 opcode */
    WIRE_MAX_PAYLOAD = 64 * 1024, /* of one frame either way: five full texts or one wide row */
    WIRE_MAX_PARAMETERS = 48,     /* twice what the longest procedure takes */
    WIRE_MAX_COLUMNS = 64,        /* twice the widest result set */
    WIRE_MAX_ANSWER = 16 * 1024 * 1024, /* all frames of one answer */
    WIRE_MAX_INFOS = 16,                /* of one answer */
    WIRE_MAX_ROWS = 10000,              /* of one answer */
    WIRE_MAX_PRODUCT = 32,              /* "1.0.0", with room for a suffix */
    WIRE_MAX_NAME = 128,                /* bytes of a parameter's or column's name: sysname */
    WIRE_MAX_TEXT_UNITS = 4000,         /* UTF-16 units of a text value: nvarchar(4000) */
    WIRE_MAX_TEXT = 4000 * 3,           /* its bytes */
    WIRE_MAX_BINARY = 8000,             /* varbinary(8000) */
    WIRE_MIN_DEADLINE_MS = 1,           /* 0 would mean "already late" */
    WIRE_MAX_DEADLINE_MS = 300 * 1000,  /* the longest @timeout_seconds */
    WIRE_DEFAULT_DEADLINE_MS = 30 * 1000
};

enum wire_opcode {
    WIRE_HELLO = 0x01,
    WIRE_CALL = 0x02,
    WIRE_CANCEL = 0x03,
    WIRE_UNSUPPORTED = 0x81,
    WIRE_COLUMNS = 0x82,
    WIRE_ROW = 0x83,
    WIRE_INFO = 0x84,
    WIRE_DONE = 0x85
};

enum wire_type {
    WIRE_UNTYPED = 0, /* a NULL literal: fits any parameter */
    WIRE_TEXT = 1,
    WIRE_INT = 2,
    WIRE_BIT = 3,
    WIRE_BINARY = 4
};

/* A value of a parameter, column or output. Text and bytes are borrowed. */
struct wire_value {
    enum wire_type type;
    bool is_null;
    int64_t integer;   /* WIRE_INT, and 0 or 1 for WIRE_BIT */
    const void *bytes; /* WIRE_TEXT (UTF-8, not terminated) and WIRE_BINARY */
    size_t length;
};

struct wire_parameter {
    const char *name; /* with its @, not terminated; name_length 0: by position */
    size_t name_length;
    bool output;
    struct wire_value value;
};

struct wire_hello {
    uint16_t version_min, version_max;
    const char *product; /* version of the sender, "1.0.0", not terminated when decoded */
    size_t product_length;
};

struct wire_call {
    const char *procedure; /* "xp_milink_link_get", not terminated */
    size_t procedure_length;
    uint32_t deadline_ms;
    size_t parameter_count;
    struct wire_parameter parameters[WIRE_MAX_PARAMETERS];
};

struct wire_column {
    const char *name; /* ASCII, not terminated when decoded */
    size_t name_length;
    enum wire_type type;
    uint16_t size; /* UTF-16 units of a text, bytes of a binary; else 0 */
};

struct wire_columns {
    size_t count;
    struct wire_column columns[WIRE_MAX_COLUMNS];
};

/* The end of an answer. error.number 0 is success; outputs are values for OUTPUT parameters. */
struct wire_output {
    uint16_t parameter; /* number of the parameter in the call, from 1 */
    struct wire_value value;
};

/* Encoding: appends one whole frame. A frame over its limit makes the buffer fail. */
void wire_put_hello(struct buffer *buffer, const struct wire_hello *hello);
void wire_put_call(struct buffer *buffer, const struct wire_call *call);
void wire_put_cancel(struct buffer *buffer);
void wire_put_unsupported(struct buffer *buffer, const struct wire_hello *own);
void wire_put_columns(struct buffer *buffer, const struct wire_columns *columns);
void wire_put_row(struct buffer *buffer, const struct wire_value *values, size_t count);
void wire_put_info(struct buffer *buffer, const char *text);
void wire_put_done(struct buffer *buffer, const struct error *error,
                   const struct wire_output *outputs, size_t count);

/* Decoding. A header is WIRE_HEADER_SIZE bytes; false when its length is over the limit. The others
 * read a whole payload and yield views of it; false when it is malformed, over a limit or has
 * trailing bytes. */
bool wire_get_header(const uint8_t *header, uint8_t *opcode, uint32_t *length);
bool wire_get_hello(struct buffer *payload, struct wire_hello *hello);
bool wire_get_call(struct buffer *payload, struct wire_call *call);
bool wire_get_columns(struct buffer *payload, struct wire_columns *columns);
/* values has room for columns->count. */
bool wire_get_row(struct buffer *payload, const struct wire_columns *columns,
                  struct wire_value *values);
bool wire_get_info(struct buffer *payload, const char **text, size_t *length);
/* Reads the error and the count of outputs; wire_get_output then reads each, and the last one must
 * end the payload (buffer_ended). */
bool wire_get_done(struct buffer *payload, struct error *error, size_t *outputs);
bool wire_get_output(struct buffer *payload, struct wire_output *output);

#endif
