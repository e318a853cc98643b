/* SPDX-License-Identifier: MIT */
/* Control of the strict double of opends60: prepares a call, and reads back what it did.
 *
 * One call: new, code page and lies, parameters, begin (on the thread that runs the procedure), the
 * procedure, end, record, free. Every srv_ function checks its caller, by what Microsoft documents
 * and by milink's stricter rules (one result set, message numbers from 50001), and records a misuse
 * as a text; the host decides what it means. What it cannot see: an empty string that was meant but
 * went out as NULL (length 0 is NULL), and a freed buffer that still holds its bytes. Out of memory
 * ends the process. */
#ifndef MILINK_DOUBLES_ODS_DOUBLE_H
#define MILINK_DOUBLES_ODS_DOUBLE_H

#include "ods.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* Tokens of T-SQL types that milink itself never sends, for declared variables. */
    ODS_DOUBLE_GUID = 0x24,
    ODS_DOUBLE_DATETIME = 0x3D,
    ODS_DOUBLE_DATETIMN = 0x6F,
    ODS_DOUBLE_MAX = 0x7FFFFFFF,   /* maximum of a (max) type; the lie "max" says how it arrives */
    ODS_DOUBLE_NUMERIC_BYTES = 19, /* precision, scale, sign (1 is plus), 16 bytes little-endian */
    ODS_DOUBLE_PARAMETER_DEFAULT = 2 /* srv_paramstatus of @p = DEFAULT (srv.h; not documented) */
};

enum ods_double_kind {
    ODS_DOUBLE_FIXED,    /* one length, never NULL, no srv_setcollen */
    ODS_DOUBLE_SIZED,    /* one of a few lengths, or NULL: INTN, BITN, NUMERICN */
    ODS_DOUBLE_VARIABLE, /* up to a limit, or NULL */
    ODS_DOUBLE_LONG      /* text, ntext, image */
};

struct ods_double_type {
    uint8_t token;
    const char *name; /* "INTN" */
    enum ods_double_kind kind;
    uint32_t sizes; /* FIXED, SIZED: bit n is set when n bytes are a length of it */
    uint32_t limit; /* VARIABLE: the most bytes */
    bool is_wide;   /* UTF-16 */
};

/* A parameter as T-SQL passes it. Everything is copied. */
struct ods_double_parameter {
    const char *name; /* with its @, in the call's code page; NULL: positional */
    uint8_t token;
    uint32_t maximum; /* bytes */
    const void *bytes;
    uint32_t length;
    bool is_null;
    bool is_output;  /* passed with OUTPUT */
    bool is_default; /* passed as DEFAULT */
    bool is_literal; /* the lies about literals apply */
};

struct ods_double_value {
    uint8_t *bytes;
    uint32_t length;
    bool is_null;
};

struct ods_double_column {
    char *name; /* "" when the procedure gave none */
    uint8_t token;
    uint32_t length; /* as described, bytes */
};

/* What lies between two srv_senddone: columns and rows, or nothing (column_count 0). */
struct ods_double_set {
    struct ods_double_column *columns;
    size_t column_count;
    struct ods_double_value *values; /* row after row */
    size_t row_count;
    bool is_done;
    uint16_t status; /* of srv_senddone */
    int32_t count;
};

struct ods_double_message {
    int32_t number;
    uint8_t severity;
    uint16_t *text;
    size_t characters;
    size_t sets_before; /* sets begun when it was sent: 0 is before the columns */
};

struct ods_double_output {
    bool is_set; /* by srv_paramsetoutput; the last one counts */
    uint8_t token;
    struct ods_double_value value;
};

/* Owned by the call. */
struct ods_double_record {
    struct ods_double_set *sets;
    size_t set_count;
    struct ods_double_message *messages;
    size_t message_count;
    struct ods_double_output *outputs; /* one a parameter, in order */
    size_t parameter_count;
    char **misuses;
    size_t misuse_count;
    uint32_t polls; /* of srv_got_attention */
};

/* A call with no parameters, code page 1252, no lies. */
struct ods_call *ods_double_call_new(void);
void ods_double_call_free(struct ods_call *call);

void ods_double_call_set_code_page(struct ods_call *call, uint32_t code_page);
/* One lie, "name=value" of ods_double_lies; false when there is no such. Before the parameters. */
bool ods_double_call_lie(struct ods_call *call, const char *lie);
/* One line a lie: what may be said and what it does. */
const char *ods_double_lies(void);
/* Appends a parameter. False when its token is unknown or its length does not fit. */
bool ods_double_call_add(struct ods_call *call, const struct ods_double_parameter *parameter);

/* The procedure runs between the two, on the thread that calls begin. */
void ods_double_call_begin(struct ods_call *call);
void ods_double_call_end(struct ods_call *call);
/* KILL, cancel or query timeout: srv_got_attention says so from now on. Any thread. */
void ods_double_call_attention(struct ods_call *call);
/* Records a misuse that the host saw: what the procedure left behind on its thread. */
void ods_double_call_misuse(struct ods_call *call, const char *text);
/* What the call did; complete after end. */
const struct ods_double_record *ods_double_call_record(const struct ods_call *call);

/* NULL when the token is unknown. */
const struct ods_double_type *ods_double_type_find(uint8_t token);
/* Decimal digits (no sign, no point; at most 38) as DBNUMERIC. False when they are too many. */
bool ods_double_numeric(const char *digits, uint8_t scale, bool is_negative,
                        uint8_t out[ODS_DOUBLE_NUMERIC_BYTES]);
/* The srv_ functions; optional ones are NULL in the minimal build. */
const struct ods_api *ods_double_api(void);

#endif
