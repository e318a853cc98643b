/* SPDX-License-Identifier: MIT */
/* Frees what a script consists of. */
#include "script.h"
#include <stdlib.h>
#include <string.h>

static void clear_term(struct term *term)
{
    free(term->variable);
    sql_value_clear(&term->literal);
}

static void clear_statement(struct statement *statement)
{
    for (size_t i = 0; i < statement->argument_count; i++) {
        free(statement->arguments[i].name);
        clear_term(&statement->arguments[i].value);
    }
    for (size_t i = 0; i < statement->item_count; i++) {
        struct item *item = &statement->items[i];

        for (size_t j = 0; j < item->value.count; j++)
            clear_term(&item->value.terms[j]);
        free(item->value.terms);
        free(item->name);
    }
    free(statement->arguments);
    free(statement->items);
    free(statement->procedure);
    free(statement->return_status);
    free(statement->directive);
}

void script_clear(struct script *script)
{
    for (size_t i = 0; i < script->count; i++)
        clear_statement(&script->statements[i]);
    free(script->statements);
    free(script->error);
    memset(script, 0, sizeof *script);
}
