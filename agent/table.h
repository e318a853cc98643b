/* SPDX-License-Identifier: MIT */
/* Rows for people: as a table that lines up, one column a line when a row is wide, or as JSON. */
#ifndef MILINK_AGENT_TABLE_H
#define MILINK_AGENT_TABLE_H

#include "wire.h"
#include <stdio.h>

struct table {
    struct wire_columns columns;
    char names[WIRE_MAX_COLUMNS][WIRE_MAX_NAME + 1];
    char **cells; /* rows * columns texts; NULL is NULL */
    size_t rows, room;
};

void table_init(struct table *table);
void table_clear(struct table *table);
/* Copies the columns, which are a view of a frame. */
void table_set_columns(struct table *table, const struct wire_columns *columns);
/* Copies a row. False when memory ran out. */
bool table_add(struct table *table, const struct wire_value *values);
void table_print(const struct table *table, FILE *to);
/* One object a row and line. False when memory ran out. */
bool table_print_json(const struct table *table, FILE *to);

#endif
