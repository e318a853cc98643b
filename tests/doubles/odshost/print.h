/* SPDX-License-Identifier: MIT */
/* What the host shows: as sqlcmd does, one column a line, or one JSON object a statement. */
#ifndef MILINK_ODSHOST_PRINT_H
#define MILINK_ODSHOST_PRINT_H

#include "ods_double.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum print_style {
    PRINT_TABLE,    /* columns as wide as their widest value */
    PRINT_WIDE,     /* columns as wide as sqlcmd makes them: as their type allows */
    PRINT_VERTICAL, /* "column: value", a line each */
    PRINT_JSON
};

struct grid_column {
    const char *name; /* borrowed */
    uint8_t token;
    uint32_t length; /* bytes, as described */
};

/* A result set as text. */
struct grid {
    struct grid_column *columns;
    size_t column_count;
    char **cells; /* row after row; NULL is NULL */
    size_t row_count;
};

/* The rows of a set; its names are borrowed from it. */
struct grid grid_of_set(const struct ods_double_set *set);
void grid_clear(struct grid *grid);

/* One EXEC that has been run. Everything is borrowed. */
struct print_exec {
    const char *procedure;
    int line;
    int rc;
    bool is_rc_shown; /* nobody asked for it with @rc = */
    bool is_timed;
    uint64_t elapsed_us;
    const struct ods_double_record *record;
    char *const *output_names; /* one a parameter; NULL for an input */
};

/* Many calls of one procedure. */
struct print_stress {
    const char *procedure;
    size_t calls;
    size_t threads;
    size_t failures; /* return code not 0 */
    size_t misuses;
    uint64_t elapsed_us;
    uint32_t p50_us;
    uint32_t p99_us;
    uint32_t max_us;
};

/* Loading, calling and freeing the DLL many times. */
struct print_load_free {
    const char *procedure;
    size_t times;
    size_t failures;
    bool is_real; /* false natively */
    uint64_t elapsed_us;
    uint32_t handles_before;
    uint32_t handles_after;
    uint64_t bytes_before;
    uint64_t bytes_after;
};

void print_exec(enum print_style style, const struct print_exec *exec);
void print_line(enum print_style style, const char *text); /* of PRINT */
void print_select(enum print_style style, const struct grid *grid);
void print_stress(enum print_style style, const struct print_stress *stress);
void print_load_free(enum print_style style, const struct print_load_free *result);

/* The same in JSON; print_ calls them for PRINT_JSON. */
void json_exec(const struct print_exec *exec);
void json_line(const char *text);
void json_select(const struct grid *grid);
void json_stress(const struct print_stress *stress);
void json_load_free(const struct print_load_free *result);

/* A grid alone, not PRINT_JSON. */
void grid_print(enum print_style style, const struct grid *grid);

#endif
