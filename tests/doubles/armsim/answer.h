/* SPDX-License-Identifier: MIT */
/* An HTTP answer while it is put together: status, headers, body. */
#ifndef MILINK_ARMSIM_ANSWER_H
#define MILINK_ARMSIM_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

enum { ANSWER_HEADERS = 32 };

struct answer_header {
    char *name, *value;
};

struct answer {
    int status;
    char *body; /* NULL: none */
    size_t length;
    bool is_json; /* the body was written by answer_json */
    struct answer_header headers[ANSWER_HEADERS];
    size_t header_count;
};

void answer_clear(struct answer *answer); /* an empty answer again; frees what it held */
void answer_header(struct answer *answer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* replaces a header of that name */
const char *answer_header_value(const struct answer *answer, const char *name); /* or NULL */
/* Sets status and body; frees json. */
void answer_json(struct answer *answer, int status, cJSON *json);
void answer_bytes(struct answer *answer, int status, const char *type, const char *bytes,
                  size_t length); /* copies */
/* {"error":{"code","message"}} */
void answer_error(struct answer *answer, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
