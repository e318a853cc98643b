/* SPDX-License-Identifier: MIT */
/* Rows as they come from the wire, kept as texts. */
#include "table.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

void table_init(struct table *table)
{
    memset(table, 0, sizeof *table);
}

void table_clear(struct table *table)
{
    for (size_t i = 0; i < table->rows * table->columns.count; i++)
        free(table->cells[i]);
    free(table->cells);
    table->cells = NULL;
    table->rows = 0;
    table->room = 0;
    table->columns.count = 0;
}

void table_set_columns(struct table *table, const struct wire_columns *columns)
{
    table_clear(table);
    table->columns = *columns;
    for (size_t i = 0; i < columns->count; i++)
        text_copy_bytes(table->names[i], sizeof table->names[i], columns->columns[i].name,
                        columns->columns[i].name_length);
}

static bool find_column(const struct table *table, const char *name, size_t length, size_t *column)
{
    for (size_t i = 0; i < table->columns.count; i++)
        if (text_equal_bytes(table->names[i], name, length)) {
            *column = i;
            return true;
        }
    return false;
}

static bool is_chosen(const struct table *table, size_t column)
{
    for (size_t i = 0; i < table->chosen_count; i++)
        if (table->chosen[i] == column)
            return true;
    return false;
}

bool table_choose(struct table *table, const char *list, char *unknown, size_t size)
{
    table->chosen_count = 0;
    for (const char *name = list; name != NULL; name = strchr(name, ',')) {
        size_t length = 0, column = 0;

        name += *name == ',';
        length = strcspn(name, ",");
        if (!find_column(table, name, length, &column)) {
            text_copy_bytes(unknown, size, name, length);
            return false;
        }
        if (!is_chosen(table, column))
            table->chosen[table->chosen_count++] = column;
    }
    return true;
}

bool table_column(const struct table *table, size_t n, size_t *column)
{
    *column = table->chosen_count == 0 ? n : n < table->chosen_count ? table->chosen[n] : SIZE_MAX;
    return *column < table->columns.count;
}

static char *make_cell(const struct wire_value *value)
{
    size_t room = value->type == WIRE_TEXT ? value->length + 1 : 2 * value->length + 24;
    char *cell = malloc(room);

    if (cell == NULL)
        return NULL;
    cell[0] = '\0';
    if (value->type == WIRE_TEXT) {
        text_copy_bytes(cell, room, value->bytes, value->length);
    } else if (value->type != WIRE_BINARY) {
        text_append_number(cell, room, value->integer);
    } else {
        text_copy(cell, room, "0x");
        for (size_t i = 0; i < value->length; i++)
            snprintf(cell + 2 + 2 * i, 3, "%02X", ((const uint8_t *)value->bytes)[i]);
    }
    return cell;
}

static bool grow(struct table *table)
{
    size_t room = table->room > 0 ? 2 * table->room : 16;
    char **cells = NULL;

    if (table->rows < table->room)
        return true;
    cells = realloc(table->cells, room * table->columns.count * sizeof *cells);
    if (cells == NULL)
        return false;
    table->cells = cells;
    table->room = room;
    return true;
}

bool table_add(struct table *table, const struct wire_value *values)
{
    size_t count = table->columns.count;
    char **row = NULL;

    if (!grow(table))
        return false;
    row = table->cells + table->rows * count;
    memset(row, 0, count * sizeof *row);
    table->rows++;
    for (size_t i = 0; i < count; i++) {
        row[i] = values[i].is_null ? NULL : make_cell(&values[i]);
        if (row[i] == NULL && !values[i].is_null)
            return false;
    }
    return true;
}

const char *table_cell(const struct table *table, size_t row, const char *column)
{
    size_t number = 0;

    if (row >= table->rows || !find_column(table, column, strlen(column), &number))
        return NULL;
    return table->cells[row * table->columns.count + number];
}
