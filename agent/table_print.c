/* SPDX-License-Identifier: MIT */
/* The styles of a table. */
#include "json.h"
#include "table.h"
#include "text_width.h"
#include <stdlib.h>
#include <string.h>

static const char *cell_text(const struct table *table, size_t row, size_t column)
{
    const char *cell = table->cells[row * table->columns.count + column];

    return cell != NULL ? cell : "NULL";
}

static size_t width_of(const char *text)
{
    return text_width(text, strlen(text));
}

static void put_spaces(FILE *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fputc(' ', to);
}

/* What comes from afar must not steer the terminal. A new line begins at the indent; SIZE_MAX:
 * there are none. */
static void put_text(FILE *to, const char *text, size_t indent)
{
    while (*text != '\0') {
        size_t control = text_control(text);

        if (*text == '\n' && indent != SIZE_MAX) {
            fputc('\n', to);
            put_spaces(to, indent);
        } else {
            fputc(control > 0 ? ' ' : *text, to);
        }
        text += control > 0 ? control : 1;
    }
}

static size_t measure(const struct table *table, size_t widths[WIRE_MAX_COLUMNS])
{
    size_t total = 0, column = 0;

    for (size_t n = 0; table_column(table, n, &column); n++) {
        widths[n] = strlen(table->names[column]);
        for (size_t row = 0; row < table->rows; row++) {
            size_t width = width_of(cell_text(table, row, column));

            widths[n] = width > widths[n] ? width : widths[n];
        }
        total += widths[n] + (n > 0 ? 2 : 0);
    }
    return total;
}

static void print_vertical(const struct table *table, FILE *to)
{
    size_t width = 0, column = 0;

    for (size_t n = 0; table_column(table, n, &column); n++)
        width = strlen(table->names[column]) > width ? strlen(table->names[column]) : width;
    for (size_t row = 0; row < table->rows; row++) {
        if (row > 0)
            fputc('\n', to);
        for (size_t n = 0; table_column(table, n, &column); n++) {
            fprintf(to, "%-*s  ", (int)width, table->names[column]);
            put_text(to, cell_text(table, row, column), width + 2);
            fputc('\n', to);
        }
    }
}

enum line { LINE_NAMES, LINE_RULE, LINE_ROW };

/* Two spaces between columns and none behind the last; numbers to the right. */
static void print_line(const struct table *table, enum line line, size_t row, const size_t *widths,
                       FILE *to)
{
    size_t column = 0, next = 0;

    for (size_t n = 0; table_column(table, n, &column); n++) {
        const char *text = line == LINE_ROW ? cell_text(table, row, column) : table->names[column];
        size_t space = widths[n] - (line == LINE_RULE ? widths[n] : width_of(text));
        bool right = table->columns.columns[column].type == WIRE_INT;

        if (n > 0)
            put_spaces(to, 2);
        if (right)
            put_spaces(to, space);
        for (size_t i = 0; line == LINE_RULE && i < widths[n]; i++)
            fputc('-', to);
        if (line != LINE_RULE)
            put_text(to, text, SIZE_MAX);
        if (!right && table_column(table, n + 1, &next))
            put_spaces(to, space);
    }
    fputc('\n', to);
}

static void print_lines(const struct table *table, const size_t *widths, FILE *to)
{
    if (table->columns.count == 0)
        return;
    print_line(table, LINE_NAMES, 0, widths, to);
    print_line(table, LINE_RULE, 0, widths, to);
    for (size_t row = 0; row < table->rows; row++)
        print_line(table, LINE_ROW, row, widths, to);
}

static bool print_object(const struct table *table, size_t row, FILE *to)
{
    struct json *object = json_new_object();
    size_t column = 0;
    char *text = NULL;

    for (size_t n = 0; table_column(table, n, &column); n++) {
        const char *cell = table->cells[row * table->columns.count + column];
        enum wire_type type = table->columns.columns[column].type;

        if (cell != NULL && type == WIRE_INT)
            json_add_integer(object, table->names[column], strtoll(cell, NULL, 10));
        else if (cell != NULL && type == WIRE_BIT)
            json_add_bool(object, table->names[column], cell[0] == '1');
        else
            json_add_string(object, table->names[column], cell);
    }
    text = json_print(object);
    if (text != NULL)
        fprintf(to, "%s\n", text);
    json_free(object);
    json_text_free(text);
    return text != NULL;
}

static bool print_json(const struct table *table, FILE *to)
{
    for (size_t row = 0; row < table->rows; row++)
        if (!print_object(table, row, to))
            return false;
    return true;
}

/* RFC 4180, with a line feed for its end of line. NULL is nothing at all. */
static void put_field(const char *text, FILE *to)
{
    if (text == NULL)
        return;
    if (text[0] != '\0' && strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

static void print_csv(const struct table *table, FILE *to)
{
    for (size_t line = 0; line <= table->rows && table->columns.count > 0; line++) {
        size_t column = 0;

        for (size_t n = 0; table_column(table, n, &column); n++) {
            if (n > 0)
                fputc(',', to);
            put_field(line == 0 ? table->names[column]
                                : table->cells[(line - 1) * table->columns.count + column],
                      to);
        }
        fputc('\n', to);
    }
}

bool table_print(const struct table *table, enum table_style style, size_t width, FILE *to)
{
    size_t widths[WIRE_MAX_COLUMNS];

    switch (style) {
    case TABLE_JSON: return print_json(table, to);
    case TABLE_CSV: print_csv(table, to); break;
    case TABLE_VERTICAL: print_vertical(table, to); break;
    case TABLE_LINES:
        if (measure(table, widths) > width && table->rows > 0)
            print_vertical(table, to);
        else
            print_lines(table, widths, to);
        break;
    }
    return true;
}
