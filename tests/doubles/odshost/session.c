/* SPDX-License-Identifier: MIT */
/* Runs the statements of a batch one after the other. */
#include "session.h"
#include "memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void session_clear(struct session *session)
{
    for (size_t i = 0; i < session->variable_count; i++) {
        free(session->variables[i].name);
        sql_value_clear(&session->variables[i].value);
    }
    for (size_t i = 0; i < session->lie_count; i++)
        free(session->lies[i]);
    free(session->next.until_column);
    free(session->next.until_value);
    free(session->variables);
    memset(session, 0, sizeof *session);
}

void session_error(struct session *session, int line, const char *text)
{
    fflush(stdout);
    fprintf(stderr, "%s:%d: %s\n", session->source, line, text);
    session->has_script_error = true;
}

static void run_declare(struct session *session, const struct statement *statement)
{
    char fault[SESSION_FAULT_BYTES];

    for (size_t i = 0; i < statement->item_count; i++) {
        const struct item *item = &statement->items[i];
        struct sql_value value = {.is_null = true};

        variable_declare(session, item->name, item->type);
        if (item->value.count == 0)
            continue;
        if (!expression_evaluate(session, &item->value, &value, fault) ||
            !variable_assign(session, item->name, &value, fault))
            session_error(session, statement->line, fault);
        sql_value_clear(&value);
    }
}

static void run_set(struct session *session, const struct statement *statement)
{
    struct sql_value value = {.is_null = true};
    char fault[SESSION_FAULT_BYTES];

    if (statement->item_count == 0) /* an option of the SQL session */
        return;
    if (!expression_evaluate(session, &statement->items[0].value, &value, fault) ||
        !variable_assign(session, statement->items[0].name, &value, fault))
        session_error(session, statement->line, fault);
    sql_value_clear(&value);
}

static void run_print(struct session *session, const struct statement *statement)
{
    struct sql_value value = {.is_null = true};
    char fault[SESSION_FAULT_BYTES];
    char *text = NULL;

    if (expression_evaluate(session, &statement->items[0].value, &value, fault)) {
        text = sql_value_text(&value);
        print_line(session->style, text != NULL ? text : "");
    } else {
        session_error(session, statement->line, fault);
    }
    free(text);
    sql_value_clear(&value);
}

static void run_select(struct session *session, const struct statement *statement)
{
    struct grid grid = {.column_count = statement->item_count, .row_count = 1};
    char fault[SESSION_FAULT_BYTES];
    bool is_good = true;

    grid.columns = host_zeroed(grid.column_count, sizeof *grid.columns);
    grid.cells = host_zeroed(grid.column_count, sizeof *grid.cells);
    for (size_t i = 0; is_good && i < grid.column_count; i++) {
        const struct item *item = &statement->items[i];
        struct sql_value value = {.is_null = true};

        is_good = expression_evaluate(session, &item->value, &value, fault);
        grid.columns[i].name = item->name != NULL ? item->name : "";
        grid.columns[i].token = value.type.token;
        grid.columns[i].length =
            value.type.maximum == ODS_DOUBLE_MAX ? ODS_COLUMN_BYTES : value.type.maximum;
        grid.cells[i] = is_good ? sql_value_text(&value) : NULL;
        sql_value_clear(&value);
    }
    if (is_good)
        print_select(session->style, &grid);
    else
        session_error(session, statement->line, fault);
    grid_clear(&grid);
}

static void run_statement(struct session *session, const struct statement *statement)
{
    switch (statement->kind) {
    case STATEMENT_EXEC: exec_run(session, statement); break;
    case STATEMENT_DECLARE: run_declare(session, statement); break;
    case STATEMENT_SET: run_set(session, statement); break;
    case STATEMENT_PRINT: run_print(session, statement); break;
    case STATEMENT_SELECT: run_select(session, statement); break;
    case STATEMENT_DIRECTIVE: directive_run(session, statement); break;
    }
}

bool session_run(struct session *session, const char *batch, int first_line)
{
    struct script script = {0};

    script_parse(&script, batch, first_line);
    if (script.error != NULL)
        session_error(session, script.error_line, script.error);
    for (size_t i = 0; i < script.count; i++) {
        if (session->has_script_error || session->has_stopped)
            break;
        run_statement(session, &script.statements[i]);
    }
    script_clear(&script);
    return !session->has_script_error && !session->has_stopped;
}
