/* SPDX-License-Identifier: MIT */
/* The statements of a script, as the parser hands them to the session that runs them. */
#ifndef MILINK_ODSHOST_SCRIPT_H
#define MILINK_ODSHOST_SCRIPT_H

#include "value.h"
#include <stdbool.h>
#include <stddef.h>

/* A literal or a variable. */
struct term {
    char *variable; /* with its @; NULL: the literal */
    struct sql_value literal;
};

/* Terms joined by plus signs. */
struct expression {
    struct term *terms;
    size_t count;
};

struct argument {
    char *name; /* with its @; NULL: positional */
    struct term value;
    bool is_default;
    bool is_output;
};

/* What DECLARE, SET, PRINT and SELECT list: a variable or an alias, a type, a value. */
struct item {
    char *name; /* DECLARE, SET: with its @. SELECT: the alias, NULL without */
    struct sql_type type;
    struct expression value; /* DECLARE: no terms without a value */
};

enum statement_kind {
    STATEMENT_EXEC,
    STATEMENT_DECLARE,
    STATEMENT_SET,
    STATEMENT_PRINT,
    STATEMENT_SELECT,
    STATEMENT_DIRECTIVE
};

struct statement {
    enum statement_kind kind;
    int line;
    char *procedure;     /* EXEC: the last part of the name */
    char *return_status; /* EXEC: the variable before the equals sign, NULL without */
    struct argument *arguments;
    size_t argument_count;
    struct item *items;
    size_t item_count;
    char *directive; /* without its colon */
};

struct script {
    struct statement *statements;
    size_t count;
    int error_line;
    char *error; /* NULL: none */
};

/* Parses a batch. On an error there are no statements to run. */
void script_parse(struct script *script, const char *text, int first_line);
void script_clear(struct script *script);

#endif
