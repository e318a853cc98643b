/* SPDX-License-Identifier: MIT */
/* Result sets as text, in the layout of sqlcmd or one column a line. */
#include "print.h"
#include "memory.h"
#include "utf.h"
#include "value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GUID_CHARACTERS = 36,
    DATETIME_CHARACTERS = 23,
    NUMERIC_CHARACTERS = 40 /* 38 digits, sign, point */
};

struct grid grid_of_set(const struct ods_double_set *set)
{
    size_t count = set->row_count * set->column_count;
    struct grid grid = {.column_count = set->column_count, .row_count = set->row_count};

    grid.columns = host_zeroed(set->column_count, sizeof *grid.columns);
    grid.cells = host_zeroed(count, sizeof *grid.cells);
    for (size_t i = 0; i < set->column_count; i++) {
        grid.columns[i].name = set->columns[i].name;
        grid.columns[i].token = set->columns[i].token;
        grid.columns[i].length = set->columns[i].length;
    }
    for (size_t i = 0; i < count; i++) {
        const struct ods_double_value *value = &set->values[i];
        uint8_t token = set->columns[i % set->column_count].token;

        if (!value->is_null)
            grid.cells[i] = sql_bytes_text(token, value->bytes, value->length);
    }
    return grid;
}

void grid_clear(struct grid *grid)
{
    for (size_t i = 0; i < grid->row_count * grid->column_count; i++)
        free(grid->cells[i]);
    free(grid->cells);
    free(grid->columns);
    memset(grid, 0, sizeof *grid);
}

/* The width that sqlcmd gives a column of the type. */
static size_t type_width(const struct grid_column *column)
{
    switch (column->token) {
    case ODS_INT1:
    case ODS_INT2:
    case ODS_INT4:
    case ODS_INT8:
    case ODS_INTN:
        return column->length == 8 ? 20 : column->length == 4 ? 11 : column->length == 2 ? 6 : 3;
    case ODS_BIT:
    case ODS_BITN: return 3;
    case ODS_NVARCHAR:
    case ODS_NCHAR: return column->length / 2;
    case ODS_BIGVARBINARY:
    case ODS_BIGBINARY:
    case ODS_VARBINARY:
    case ODS_BINARY: return 2 + 2 * (size_t)column->length;
    case ODS_DOUBLE_GUID: return GUID_CHARACTERS;
    case ODS_DOUBLE_DATETIME:
    case ODS_DOUBLE_DATETIMN: return DATETIME_CHARACTERS;
    default: return sql_token_is_number(column->token) ? NUMERIC_CHARACTERS : column->length;
    }
}

static const char *cell_of(const struct grid *grid, size_t row, size_t column)
{
    const char *cell = grid->cells[row * grid->column_count + column];

    return cell != NULL ? cell : "NULL";
}

static size_t column_width(enum print_style style, const struct grid *grid, size_t column)
{
    size_t width = utf_width(grid->columns[column].name);

    if (style == PRINT_WIDE && type_width(&grid->columns[column]) > width)
        width = type_width(&grid->columns[column]);
    for (size_t row = 0; row < grid->row_count; row++) {
        size_t cell = utf_width(cell_of(grid, row, column));

        if (cell > width)
            width = cell;
    }
    return width > 0 ? width : 1;
}

static void pad(char with, size_t count)
{
    while (count-- > 0)
        putchar(with);
}

/* A line end inside a cell would break the table: it is shown as a blank, as with sqlcmd -k. */
static void put_cell(const char *text)
{
    for (; *text != '\0'; text++)
        putchar((unsigned char)*text < ' ' ? ' ' : *text);
}

static void print_cell(const char *text, size_t width, bool is_right, bool is_last)
{
    size_t used = utf_width(text);

    if (is_right)
        pad(' ', width - used);
    put_cell(text);
    if (!is_right && !is_last)
        pad(' ', width - used);
    putchar(is_last ? '\n' : ' ');
}

static void print_table(enum print_style style, const struct grid *grid)
{
    size_t *widths = host_zeroed(grid->column_count, sizeof *widths);
    size_t last = grid->column_count - 1;

    for (size_t i = 0; i <= last; i++) {
        widths[i] = column_width(style, grid, i);
        print_cell(grid->columns[i].name, widths[i], false, i == last);
    }
    for (size_t i = 0; i <= last; i++) {
        pad('-', widths[i]);
        putchar(i == last ? '\n' : ' ');
    }
    for (size_t row = 0; row < grid->row_count; row++) {
        for (size_t i = 0; i <= last; i++)
            print_cell(cell_of(grid, row, i), widths[i],
                       sql_token_is_number(grid->columns[i].token), i == last);
    }
    free(widths);
}

static void print_vertical(const struct grid *grid)
{
    size_t width = 0;

    for (size_t i = 0; i < grid->column_count; i++) {
        size_t name = utf_width(grid->columns[i].name);

        width = name > width ? name : width;
    }
    for (size_t row = 0; row < grid->row_count; row++) {
        if (row > 0)
            putchar('\n');
        for (size_t i = 0; i < grid->column_count; i++) {
            const char *name = grid->columns[i].name;

            printf("%s:", name);
            pad(' ', width - utf_width(name) + 1);
            printf("%s\n", cell_of(grid, row, i));
        }
    }
}

void grid_print(enum print_style style, const struct grid *grid)
{
    if (grid->column_count == 0)
        return;
    if (style == PRINT_VERTICAL)
        print_vertical(grid);
    else
        print_table(style, grid);
}
