/* SPDX-License-Identifier: MIT */
/* A result set of three text columns: kind, item, value. */
#ifndef MILINK_PROBE_ROWS_H
#define MILINK_PROBE_ROWS_H

#include "probe_bind.h"

enum { PROBE_KIND = 20, PROBE_ITEM = 128, PROBE_VALUE = 1000 }; /* characters */

struct probe_rows {
    const struct probe_ods *ods;
    SRV_PROC *host;
    WCHAR kind[PROBE_KIND], item[PROBE_ITEM], value[PROBE_VALUE];
    long count;
    bool refused; /* the host takes no more */
};

/* Describes the columns. rows must stay where it is until probe_rows_end. */
void probe_rows_begin(struct probe_rows *rows, const struct probe_ods *ods, SRV_PROC *host);

/* One row; the texts are ASCII, longer ones are cut. */
void probe_rows_add(struct probe_rows *rows, const char *kind, const char *item, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

/* Returns what the extended procedure returns: 0, or 1 when the host refused a row. */
int probe_rows_end(struct probe_rows *rows);

/* Bytes as hexadecimal digits, at most most of them; to has room for 2 * most + 1. */
void probe_hex(char *to, const void *bytes, size_t length, size_t most);

#endif
