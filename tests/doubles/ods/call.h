/* SPDX-License-Identifier: MIT */
/* What the files of the double share: the state of one call and the recording of misuses. */
#ifndef MILINK_DOUBLES_ODS_CALL_H
#define MILINK_DOUBLES_ODS_CALL_H

#include "ods_double.h"
#include "opends60.h"
#include <stdatomic.h>

enum { ODS_FAIL = 0, ODS_SUCCEED = 1 };

enum lie {
    LIE_INT_LITERAL,
    LIE_NULL_LITERAL,
    LIE_MAX,
    LIE_PFIELD,
    LIE_USER,
    LIE_ATTENTION,
    LIE_SENDROW,
    LIE_RPCPARAMS,
    LIE_NAMES,
    LIE_PARAMINFO,
    LIE_SETOUTPUT,
    LIE_DESCRIBE,
    LIE_SENDDONE,
    LIE_WSENDMSG,
    LIE_INTN8,
    LIE_COUNT
};

/* Values of the lies that choose a representation, in the order of their words. */
enum lie_int_literal { INT_LITERAL_INTN, INT_LITERAL_INT4, INT_LITERAL_NUMERICN };
enum lie_null_literal { NULL_LITERAL_INTN, NULL_LITERAL_VARCHAR, NULL_LITERAL_NULL };
enum lie_max { MAX_LONG, MAX_UNLIMITED };

struct lie_told {
    bool is_told;
    int32_t value;
};

struct parameter {
    char *name;  /* what srv_paramname hands out */
    char *truth; /* its copy: the caller must not write into the name */
    uint8_t token;
    uint32_t maximum;
    struct ods_double_value value;
    int status;
    bool size_asked; /* srv_paraminfo without a buffer came first */
};

/* A column while its rows are sent. Flags about this row fall with srv_sendrow. */
struct column {
    const struct ods_double_type *type;
    uint32_t described;
    const uint8_t *data; /* the procedure's buffer */
    uint32_t length;
    bool data_set;   /* in this row */
    bool length_set; /* in this row */
    bool has_sum;
    uint32_t summed; /* bytes under the checksum, which is of the time the buffer was set */
    uint64_t sum;
};

struct ods_call {
    const struct ods_api *api; /* never read: it draws every srv_ function into a static program */
    struct ods_double_record record;
    struct parameter *parameters;
    struct lie_told lies[LIE_COUNT];
    char code_page[12];
    char code_page_given[12]; /* what srv_pfield hands out */
    const void *thread;       /* mark of the thread that runs the procedure */
    bool is_running;
    bool is_over;
    atomic_bool attention;
    atomic_flag misuse_lock; /* the list of misuses is the one thing that a wrong thread writes */

    struct column *columns; /* of the set that is open */
    bool is_open;           /* columns described, srv_senddone still to come */
    bool has_rows;
    bool has_message; /* sent since the first column */
    bool is_done;     /* srv_senddone was called */
    bool is_gone;     /* srv_sendrow failed: the client is gone */
};

/* True when the call may go on: it runs, on this thread. Else records why not. */
bool call_enter(struct ods_call *call, const char *function);
/* Records "function: text". Any thread. */
void call_misuse(struct ods_call *call, const char *function, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* True when the lie is told with this value: number of a row, column or parameter, or a choice. */
bool call_lies(const struct ods_call *call, enum lie lie, int32_t value);

/* realloc for count elements of size bytes that ends the process when memory ran out. */
void *double_grow(void *memory, size_t count, size_t size);
/* Copies of bytes (one byte at least is allocated) and of a text. */
uint8_t *double_copy(const void *bytes, size_t length);
char *double_copy_text(const char *text, size_t length);

/* The set that is open, begun if need be. */
struct ods_double_set *results_open(struct ods_call *call);
/* At the end of the call: says what was left undone. */
void results_close(struct ods_call *call);

/* True when bytes is a length that values of this type may have, NULL aside. */
bool type_takes(const struct ods_double_type *type, uint32_t bytes);
/* True when UTF-16 units end inside a surrogate pair. */
bool type_ends_in_pair(const uint8_t *bytes, uint32_t length);

#endif
