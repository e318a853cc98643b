/* SPDX-License-Identifier: MIT */
/* Parses batches: EXEC, DECLARE, SET, PRINT, SELECT of variables, and directives. */
#include "script.h"
#include "lexer.h"
#include "memory.h"
#include "ods_double.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct parser {
    struct lexer lexer;
    struct token token; /* the one to be looked at next */
    struct script *script;
};

static void fail(struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The first error stays. */
static void fail(struct parser *parser, const char *format, ...)
{
    char text[200];
    va_list arguments;

    if (parser->script->error != NULL)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    parser->script->error = host_copy(text);
    parser->script->error_line = parser->token.line;
}

static bool has_failed(const struct parser *parser)
{
    return parser->script->error != NULL;
}

static void advance(struct parser *parser)
{
    token_clear(&parser->token);
    parser->token = lexer_next(&parser->lexer);
    if (parser->token.kind == TOKEN_ERROR)
        fail(parser, "%s", parser->token.text);
}

/* The text of the token goes to the caller. */
static char *take_text(struct parser *parser)
{
    char *text = parser->token.text;

    parser->token.text = NULL;
    advance(parser);
    return text;
}

static bool is_symbol(const struct parser *parser, char symbol)
{
    return parser->token.kind == TOKEN_SYMBOL && parser->token.text[0] == symbol;
}

static bool skip_symbol(struct parser *parser, char symbol)
{
    if (!is_symbol(parser, symbol))
        return false;
    advance(parser);
    return true;
}

static bool is_word(const struct parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && !parser->token.is_quoted &&
           strcasecmp(parser->token.text, word) == 0;
}

static bool skip_word(struct parser *parser, const char *word)
{
    if (!is_word(parser, word))
        return false;
    advance(parser);
    return true;
}

static void fail_near(struct parser *parser, const char *expected)
{
    fail(parser, "Incorrect syntax near '%.60s': expected %s",
         parser->token.text != NULL ? parser->token.text : "the end", expected);
}

static void expect_symbol(struct parser *parser, char symbol)
{
    char text[4] = {'\'', symbol, '\'', '\0'};

    if (!skip_symbol(parser, symbol))
        fail_near(parser, text);
}

static char *take_variable(struct parser *parser)
{
    if (parser->token.kind == TOKEN_VARIABLE)
        return take_text(parser);
    fail_near(parser, "a variable");
    return NULL;
}

/* A word that begins a statement, so that the one before it has ended. */
static bool at_statement(const struct parser *parser)
{
    static const char *const keywords[] = {"EXEC", "EXECUTE", "DECLARE", "SET", "PRINT", "SELECT"};

    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (is_word(parser, keywords[i]))
            return true;
    }
    return false;
}

static bool at_end(const struct parser *parser)
{
    return parser->token.kind == TOKEN_END || parser->token.kind == TOKEN_DIRECTIVE ||
           is_symbol(parser, ';') || at_statement(parser);
}

static void parse_number(struct parser *parser, struct sql_value *value)
{
    struct string text = {0};

    if (skip_symbol(parser, '-'))
        string_add_char(&text, '-');
    else
        skip_symbol(parser, '+');
    if (parser->token.kind == TOKEN_NUMBER) {
        string_add(&text, parser->token.text);
        if (!sql_value_number(text.text, value))
            fail(parser, "The number '%s' is out of range", text.text);
        advance(parser);
    } else {
        fail_near(parser, "a number");
    }
    string_clear(&text);
}

static void parse_binary(struct parser *parser, struct sql_value *value)
{
    uint32_t bytes = (uint32_t)((strlen(parser->token.text) - 1) / 2);
    struct sql_type type = {ODS_BIGVARBINARY, bytes > 0 ? bytes : 1};

    if (bytes > ODS_COLUMN_BYTES)
        type.maximum = ODS_DOUBLE_MAX;
    sql_value_read(type, parser->token.text, value);
    value->is_literal = true;
    advance(parser);
}

static void parse_null(struct parser *parser, struct sql_value *value)
{
    *value = sql_value_null((struct sql_type){ODS_INTN, 4});
    value->is_literal = true;
    advance(parser);
}

/* A literal, a variable, or a bare word, which T-SQL takes for a varchar. */
static struct term parse_term(struct parser *parser)
{
    struct term term = {.literal = {.is_null = true}};
    enum token_kind kind = parser->token.kind;

    if (kind == TOKEN_VARIABLE) {
        term.variable = take_text(parser);
    } else if (kind == TOKEN_NUMBER || is_symbol(parser, '-') || is_symbol(parser, '+')) {
        parse_number(parser, &term.literal);
    } else if (kind == TOKEN_BINARY) {
        parse_binary(parser, &term.literal);
    } else if (is_word(parser, "NULL")) {
        parse_null(parser, &term.literal);
    } else if (kind == TOKEN_STRING || kind == TOKEN_NSTRING ||
               (kind == TOKEN_WORD && !at_statement(parser))) {
        term.literal = sql_value_string(parser->token.text, kind == TOKEN_NSTRING);
        advance(parser);
    } else {
        fail_near(parser, "a value");
    }
    return term;
}

static struct expression parse_expression(struct parser *parser)
{
    struct expression expression = {0};

    do {
        expression.terms =
            host_grow(expression.terms, expression.count + 1, sizeof *expression.terms);
        expression.terms[expression.count++] = parse_term(parser);
    } while (!has_failed(parser) && skip_symbol(parser, '+'));
    return expression;
}

static struct sql_type parse_type(struct parser *parser)
{
    struct sql_type type = {0};
    struct sql_size size = {0};
    char *name = NULL;

    if (parser->token.kind != TOKEN_WORD) {
        fail_near(parser, "a type");
        return type;
    }
    name = take_text(parser);
    if (skip_symbol(parser, '(')) {
        size.is_given = true;
        size.is_max = skip_word(parser, "MAX");
        if (!size.is_max && parser->token.kind == TOKEN_NUMBER) {
            size.count = (uint32_t)strtoul(parser->token.text, NULL, 10);
            advance(parser);
        }
        expect_symbol(parser, ')');
    }
    if (!sql_type_named(name, &size, &type))
        fail(parser, "'%s' is not a type here, or not of that size: %s", name, sql_type_names());
    free(name);
    return type;
}

static struct item *add_item(struct statement *statement)
{
    statement->items =
        host_grow(statement->items, statement->item_count + 1, sizeof *statement->items);
    memset(&statement->items[statement->item_count], 0, sizeof *statement->items);
    return &statement->items[statement->item_count++];
}

static void parse_declare(struct parser *parser, struct statement *statement)
{
    do {
        struct item *item = add_item(statement);

        item->name = take_variable(parser);
        skip_word(parser, "AS");
        item->type = parse_type(parser);
        if (skip_symbol(parser, '='))
            item->value = parse_expression(parser);
    } while (!has_failed(parser) && skip_symbol(parser, ','));
}

static void parse_assignment(struct parser *parser, struct statement *statement)
{
    struct item *item = add_item(statement);

    item->name = take_variable(parser);
    expect_symbol(parser, '=');
    if (!has_failed(parser))
        item->value = parse_expression(parser);
}

/* SET @x = value, or an option of the SQL session, which is of no account here. */
static void parse_set(struct parser *parser, struct statement *statement)
{
    if (parser->token.kind == TOKEN_VARIABLE) {
        parse_assignment(parser, statement);
        return;
    }
    while (!has_failed(parser) && parser->token.kind == TOKEN_WORD && !at_statement(parser))
        advance(parser);
}

static void parse_select(struct parser *parser, struct statement *statement)
{
    do {
        struct item *item = add_item(statement);

        item->value = parse_expression(parser);
        if (!skip_word(parser, "AS") && (parser->token.kind != TOKEN_WORD || at_statement(parser)))
            continue;
        if (parser->token.kind == TOKEN_WORD || parser->token.kind == TOKEN_STRING)
            item->name = take_text(parser);
        else
            fail_near(parser, "a column name");
    } while (!has_failed(parser) && skip_symbol(parser, ','));
}

static void parse_argument(struct parser *parser, struct statement *statement)
{
    struct argument argument = {.value = {.literal = {.is_null = true}}};

    if (parser->token.kind == TOKEN_VARIABLE) {
        argument.value.variable = take_text(parser);
        if (skip_symbol(parser, '=')) {
            argument.name = argument.value.variable;
            argument.value.variable = NULL;
        }
    }
    if (argument.name == NULL && statement->argument_count > 0 &&
        statement->arguments[statement->argument_count - 1].name != NULL)
        fail(parser, "Must pass parameter number %u and subsequent parameters as '@name = value'",
             (unsigned)(statement->argument_count + 1));
    if (argument.value.variable == NULL && is_word(parser, "DEFAULT")) {
        argument.is_default = true;
        parse_null(parser, &argument.value.literal);
    } else if (argument.value.variable == NULL) {
        argument.value = parse_term(parser);
    }
    if (skip_word(parser, "OUTPUT") || skip_word(parser, "OUT")) {
        argument.is_output = true;
        if (argument.value.variable == NULL)
            fail(parser, "Only a variable can be passed with OUTPUT");
    }
    statement->arguments = host_grow(statement->arguments, statement->argument_count + 1,
                                     sizeof *statement->arguments);
    statement->arguments[statement->argument_count++] = argument;
}

/* [database.][owner.]name; the parts before the name do not matter here. */
static void parse_procedure_name(struct parser *parser, struct statement *statement)
{
    do {
        if (is_symbol(parser, '.')) /* master..xp_name */
            continue;
        if (parser->token.kind != TOKEN_WORD) {
            fail_near(parser, "the name of a procedure");
            return;
        }
        free(statement->procedure);
        statement->procedure = take_text(parser);
    } while (skip_symbol(parser, '.'));
}

static void parse_exec(struct parser *parser, struct statement *statement)
{
    if (parser->token.kind == TOKEN_VARIABLE) {
        statement->return_status = take_text(parser);
        expect_symbol(parser, '=');
    }
    parse_procedure_name(parser, statement);
    if (has_failed(parser) || at_end(parser))
        return;
    do
        parse_argument(parser, statement);
    while (!has_failed(parser) && skip_symbol(parser, ','));
}

static void parse_statement(struct parser *parser, struct statement *statement)
{
    statement->line = parser->token.line;
    if (parser->token.kind == TOKEN_DIRECTIVE) {
        statement->kind = STATEMENT_DIRECTIVE;
        statement->directive = take_text(parser);
    } else if (skip_word(parser, "EXEC") || skip_word(parser, "EXECUTE")) {
        statement->kind = STATEMENT_EXEC;
        parse_exec(parser, statement);
    } else if (skip_word(parser, "DECLARE")) {
        statement->kind = STATEMENT_DECLARE;
        parse_declare(parser, statement);
    } else if (skip_word(parser, "SET")) {
        statement->kind = STATEMENT_SET;
        parse_set(parser, statement);
    } else if (skip_word(parser, "PRINT")) {
        statement->kind = STATEMENT_PRINT;
        add_item(statement)->value = parse_expression(parser);
    } else if (skip_word(parser, "SELECT")) {
        statement->kind = STATEMENT_SELECT;
        parse_select(parser, statement);
    } else {
        fail_near(parser, "EXEC, DECLARE, SET, PRINT, SELECT or a directive");
    }
    if (!has_failed(parser) && statement->kind != STATEMENT_DIRECTIVE && !at_end(parser))
        fail_near(parser, "the end of the statement");
}

void script_parse(struct script *script, const char *text, int first_line)
{
    struct parser parser = {.script = script};

    memset(script, 0, sizeof *script);
    lexer_init(&parser.lexer, text, first_line);
    advance(&parser);
    for (;;) {
        struct statement statement = {0};

        while (skip_symbol(&parser, ';'))
            continue;
        if (has_failed(&parser) || parser.token.kind == TOKEN_END)
            break;
        parse_statement(&parser, &statement);
        script->statements =
            host_grow(script->statements, script->count + 1, sizeof *script->statements);
        script->statements[script->count++] = statement;
    }
    token_clear(&parser.token);
}
