/* SPDX-License-Identifier: MIT */
/* Rows for people and for programs: a table that lines up, one column a line, JSON lines, CSV. */
#ifndef MILINK_AGENT_TABLE_H
#define MILINK_AGENT_TABLE_H

#include "wire.h"
#include <stdio.h>

enum table_style { TABLE_LINES, TABLE_VERTICAL, TABLE_JSON, TABLE_CSV };

struct table {
    struct wire_columns columns;
    char names[WIRE_MAX_COLUMNS][WIRE_MAX_NAME + 1];
    char **cells; /* rows * columns texts; NULL is NULL */
    size_t rows, room;
    size_t chosen[WIRE_MAX_COLUMNS]; /* columns to show, in this order */
    size_t chosen_count;             /* 0: all */
};

void table_init(struct table *table);
/* Forgets the rows and columns; what is chosen stays. */
void table_clear(struct table *table);
/* A new table of these columns, copied: they are a view of a frame. What is chosen stays. */
void table_set_columns(struct table *table, const struct wire_columns *columns);
/* Shows these columns alone: a list of their names parted by commas; one named twice counts once.
 * False with the name in unknown that is none of them. */
bool table_choose(struct table *table, const char *list, char *unknown, size_t size);
/* Copies a row. Numbers become decimal, binaries 0x and hexadecimal digits, as T-SQL writes them.
 * False when memory ran out. */
bool table_add(struct table *table, const struct wire_value *values);
/* NULL for NULL, and where there is no such row or column. */
const char *table_cell(const struct table *table, size_t row, const char *column);
/* The number of the n-th column to show; false behind the last. */
bool table_column(const struct table *table, size_t n, size_t *column);

/* Prints in a style. TABLE_LINES becomes TABLE_VERTICAL when a line would be wider than width
 * columns. Control characters are shown as spaces, where people read. False when memory ran out. */
bool table_print(const struct table *table, enum table_style style, size_t width, FILE *to);

#endif
