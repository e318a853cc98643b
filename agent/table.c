/* SPDX-License-Identifier: MIT */
/* Rows for people. */
#include "table.h"
#include "json.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum { WIDE = 110 /* columns of a terminal that a table may take */ };

void table_init(struct table *table)
{
    memset(table, 0, sizeof *table);
}

void table_clear(struct table *table)
{
    for (size_t i = 0; i < table->rows * table->columns.count; i++)
        free(table->cells[i]);
    free(table->cells);
}

void table_set_columns(struct table *table, const struct wire_columns *columns)
{
    table->columns = *columns;
    for (size_t i = 0; i < columns->count; i++)
        text_copy_bytes(table->names[i], sizeof table->names[i], columns->columns[i].name,
                        columns->columns[i].name_length);
}

static char *make_cell(const struct wire_value *value)
{
    size_t room = value->type == WIRE_TEXT ? value->length + 1 : 2 * value->length + 24;
    char *cell = malloc(room);

    if (cell == NULL)
        return NULL;
    cell[0] = '\0';
    if (value->type == WIRE_TEXT)
        text_copy_bytes(cell, room, value->bytes, value->length);
    else if (value->type != WIRE_BINARY)
        text_append_number(cell, room, value->integer);
    else
        for (size_t i = 0; i < value->length; i++)
            snprintf(cell + 2 * i, 3, "%02x", ((const uint8_t *)value->bytes)[i]);
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

static const char *cell_text(const struct table *table, size_t row, size_t column)
{
    const char *cell = table->cells[row * table->columns.count + column];

    return cell != NULL ? cell : "NULL";
}

static size_t width_of(const char *text)
{
    size_t units = text_units(text, strlen(text));

    return units == SIZE_MAX ? strlen(text) : units;
}

static void pad(FILE *to, const char *text, size_t width)
{
    size_t own = width_of(text);

    fputs(text, to);
    for (size_t i = own; i < width; i++)
        fputc(' ', to);
}

static size_t measure(const struct table *table, size_t widths[WIRE_MAX_COLUMNS])
{
    size_t total = 0;

    for (size_t i = 0; i < table->columns.count; i++) {
        widths[i] = strlen(table->names[i]);
        for (size_t row = 0; row < table->rows; row++) {
            size_t width = width_of(cell_text(table, row, i));

            widths[i] = width > widths[i] ? width : widths[i];
        }
        total += widths[i] + 2;
    }
    return total;
}

static void print_vertical(const struct table *table, FILE *to)
{
    size_t width = 0;

    for (size_t i = 0; i < table->columns.count; i++)
        width = strlen(table->names[i]) > width ? strlen(table->names[i]) : width;
    for (size_t row = 0; row < table->rows; row++) {
        if (row > 0)
            fputc('\n', to);
        for (size_t i = 0; i < table->columns.count; i++) {
            pad(to, table->names[i], width + 2);
            fprintf(to, "%s\n", cell_text(table, row, i));
        }
    }
}

/* Spaces between columns, none behind the last. */
static void print_line(const struct table *table, FILE *to, size_t row, bool heading,
                       const size_t *widths)
{
    size_t count = table->columns.count;

    for (size_t i = 0; i < count; i++)
        pad(to, heading ? table->names[i] : cell_text(table, row, i),
            i + 1 < count ? widths[i] + 2 : 0);
    fputc('\n', to);
}

void table_print(const struct table *table, FILE *to)
{
    size_t widths[WIRE_MAX_COLUMNS];

    if (measure(table, widths) > WIDE && table->rows > 0) {
        print_vertical(table, to);
        return;
    }
    if (table->columns.count > 0)
        print_line(table, to, 0, true, widths);
    for (size_t row = 0; row < table->rows; row++)
        print_line(table, to, row, false, widths);
}

static bool print_object(const struct table *table, FILE *to, size_t row)
{
    struct json *object = json_new_object();
    char *text = NULL;

    for (size_t i = 0; i < table->columns.count; i++) {
        const char *cell = table->cells[row * table->columns.count + i];
        enum wire_type type = table->columns.columns[i].type;

        if (cell != NULL && type == WIRE_INT)
            json_add_integer(object, table->names[i], strtoll(cell, NULL, 10));
        else if (cell != NULL && type == WIRE_BIT)
            json_add_bool(object, table->names[i], cell[0] == '1');
        else
            json_add_string(object, table->names[i], cell);
    }
    text = json_print(object);
    if (text != NULL)
        fprintf(to, "%s\n", text);
    json_free(object);
    json_text_free(text);
    return text != NULL;
}

bool table_print_json(const struct table *table, FILE *to)
{
    for (size_t row = 0; row < table->rows; row++)
        if (!print_object(table, to, row))
            return false;
    return true;
}
