/* SPDX-License-Identifier: MIT */
/* Shows what statements did as JSON, one object a line, for tests. */
#include "print.h"
#include "utf.h"
#include "value.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_string(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < ' ')
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static void put_name(const char *name)
{
    put_string(name);
    putchar(':');
}

/* A value; numbers as numbers, everything else as a string. */
static void put_cell(uint8_t token, const char *text)
{
    if (text == NULL)
        fputs("null", stdout);
    else if (sql_token_is_number(token))
        fputs(text, stdout);
    else
        put_string(text);
}

static void put_bytes(uint8_t token, const struct ods_double_value *value)
{
    char *text = NULL;

    if (!value->is_null)
        text = sql_bytes_text(token, value->bytes, value->length);
    put_cell(token, text);
    free(text);
}

static const char *separator(size_t i)
{
    return i > 0 ? "," : "";
}

static void put_columns(const struct grid *grid)
{
    fputs("\"columns\":[", stdout);
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct grid_column *column = &grid->columns[i];

        printf("%s{\"name\":", separator(i));
        put_string(column->name);
        printf(",\"type\":\"%s\",\"length\":%" PRIu32 "}",
               ods_double_type_find(column->token)->name, column->length);
    }
    putchar(']');
}

/* Rows as objects under the names of the columns. */
static void put_rows(const struct grid *grid)
{
    fputs("\"rows\":[", stdout);
    for (size_t row = 0; row < grid->row_count; row++) {
        printf("%s{", separator(row));
        for (size_t i = 0; i < grid->column_count; i++) {
            fputs(separator(i), stdout);
            put_name(grid->columns[i].name);
            put_cell(grid->columns[i].token, grid->cells[row * grid->column_count + i]);
        }
        putchar('}');
    }
    putchar(']');
}

/* The first set that has columns; a procedure of milink has one at most. */
static void put_set(const struct ods_double_record *record)
{
    struct grid grid = {0};

    for (size_t i = 0; i < record->set_count && grid.column_count == 0; i++) {
        grid_clear(&grid);
        grid = grid_of_set(&record->sets[i]);
    }
    put_columns(&grid);
    putchar(',');
    put_rows(&grid);
    grid_clear(&grid);
    fputs(",\"done\":[", stdout);
    for (size_t i = 0; i < record->set_count; i++)
        printf("%s{\"status\":%u,\"count\":%d}", separator(i), (unsigned)record->sets[i].status,
               (int)record->sets[i].count);
    putchar(']');
}

static void put_messages(const struct ods_double_record *record)
{
    fputs("\"messages\":[", stdout);
    for (size_t i = 0; i < record->message_count; i++) {
        const struct ods_double_message *message = &record->messages[i];
        char *text = utf_from_wide((const uint8_t *)message->text, message->characters * 2);

        printf("%s{\"number\":%d,\"severity\":%u,\"text\":", separator(i), (int)message->number,
               (unsigned)message->severity);
        put_string(text);
        putchar('}');
        free(text);
    }
    putchar(']');
}

/* Parameters that the procedure set; those passed with OUTPUT that it did not set are absent. */
static void put_outputs(const struct print_exec *exec)
{
    size_t shown = 0;

    fputs("\"outputs\":{", stdout);
    for (size_t i = 0; i < exec->record->parameter_count; i++) {
        const struct ods_double_output *output = &exec->record->outputs[i];

        if (!output->is_set || exec->output_names[i] == NULL)
            continue;
        fputs(separator(shown++), stdout);
        put_name(exec->output_names[i]);
        put_bytes(output->token, &output->value);
    }
    putchar('}');
}

void json_exec(const struct print_exec *exec)
{
    fputs("{\"procedure\":", stdout);
    put_string(exec->procedure);
    printf(",\"line\":%d,\"rc\":%d,", exec->line, exec->rc);
    put_set(exec->record);
    putchar(',');
    put_messages(exec->record);
    putchar(',');
    put_outputs(exec);
    fputs(",\"misuses\":[", stdout);
    for (size_t i = 0; i < exec->record->misuse_count; i++) {
        fputs(separator(i), stdout);
        put_string(exec->record->misuses[i]);
    }
    printf("],\"polls\":%" PRIu32 ",\"elapsed_ms\":%.3f}\n", exec->record->polls,
           (double)exec->elapsed_us / 1000.0);
}

void json_line(const char *text)
{
    fputs("{\"print\":", stdout);
    put_string(text);
    fputs("}\n", stdout);
}

void json_select(const struct grid *grid)
{
    fputs("{\"select\":true,", stdout);
    put_columns(grid);
    putchar(',');
    put_rows(grid);
    fputs("}\n", stdout);
}

void json_stress(const struct print_stress *stress)
{
    fputs("{\"stress\":true,\"procedure\":", stdout);
    put_string(stress->procedure);
    printf(",\"calls\":%zu,\"threads\":%zu,\"failures\":%zu,\"misuses\":%zu", stress->calls,
           stress->threads, stress->failures, stress->misuses);
    printf(",\"p50_us\":%" PRIu32 ",\"p99_us\":%" PRIu32 ",\"max_us\":%" PRIu32
           ",\"elapsed_ms\":%.3f}\n",
           stress->p50_us, stress->p99_us, stress->max_us, (double)stress->elapsed_us / 1000.0);
}

void json_load_free(const struct print_load_free *result)
{
    fputs("{\"load_free\":true,\"procedure\":", stdout);
    put_string(result->procedure);
    printf(",\"times\":%zu,\"failures\":%zu,\"real\":%s", result->times, result->failures,
           result->is_real ? "true" : "false");
    printf(",\"handles_before\":%" PRIu32 ",\"handles_after\":%" PRIu32, result->handles_before,
           result->handles_after);
    printf(",\"bytes_before\":%" PRIu64 ",\"bytes_after\":%" PRIu64 ",\"elapsed_ms\":%.3f}\n",
           result->bytes_before, result->bytes_after, (double)result->elapsed_us / 1000.0);
}
