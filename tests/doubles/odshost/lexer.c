/* SPDX-License-Identifier: MIT */
/* Cuts a script into tokens; knows comments, quotes and brackets. */
#include "lexer.h"
#include "memory.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void lexer_init(struct lexer *lexer, const char *text, int first_line)
{
    lexer->at = text;
    lexer->line = first_line;
    lexer->at_line_start = true;
}

void token_clear(struct token *token)
{
    free(token->text);
    token->text = NULL;
}

static struct token make(const struct lexer *lexer, enum token_kind kind, char *text)
{
    return (struct token){.kind = kind, .text = text, .line = lexer->line};
}

static void step(struct lexer *lexer)
{
    if (*lexer->at == '\n') {
        lexer->line++;
        lexer->at_line_start = true;
    }
    lexer->at++;
}

/* Comments nest, as in T-SQL. False when one has no end. */
static bool skip_block_comment(struct lexer *lexer)
{
    size_t depth = 0;

    do {
        if (strncmp(lexer->at, "/*", 2) == 0) {
            depth++;
            lexer->at += 2;
        } else if (strncmp(lexer->at, "*/", 2) == 0) {
            depth--;
            lexer->at += 2;
        } else if (*lexer->at == '\0') {
            return false;
        } else {
            step(lexer);
        }
    } while (depth > 0);
    return true;
}

/* Blanks and comments. False when a comment has no end. */
static bool skip_blanks(struct lexer *lexer)
{
    for (;;) {
        if (isspace((unsigned char)*lexer->at)) {
            step(lexer);
        } else if (strncmp(lexer->at, "--", 2) == 0) {
            lexer->at += strcspn(lexer->at, "\n");
        } else if (strncmp(lexer->at, "/*", 2) == 0) {
            if (!skip_block_comment(lexer))
                return false;
        } else {
            return true;
        }
    }
}

/* A text up to its closing quote, which is doubled inside. The opening one is at the lexer. */
static struct token read_quoted(struct lexer *lexer, enum token_kind kind, char close)
{
    struct token token = make(lexer, kind, NULL);
    struct string text = {0};

    for (lexer->at++; *lexer->at != close || lexer->at[1] == close; step(lexer)) {
        if (*lexer->at == '\0') {
            string_clear(&text);
            token.kind = TOKEN_ERROR;
            token.text = host_copy("Unclosed quotation mark");
            return token;
        }
        if (*lexer->at == close)
            lexer->at++;
        string_add_char(&text, *lexer->at);
    }
    lexer->at++;
    token.text = string_take(&text);
    token.is_quoted = true;
    return token;
}

static bool is_name_character(char character)
{
    return isalnum((unsigned char)character) || character == '_' || character == '#' ||
           character == '$' || character == '@' || (unsigned char)character >= 0x80;
}

static struct token read_name(struct lexer *lexer, enum token_kind kind)
{
    const char *begin = lexer->at;

    while (is_name_character(*lexer->at))
        lexer->at++;
    return make(lexer, kind, host_copy_bytes(begin, (size_t)(lexer->at - begin)));
}

static struct token read_number(struct lexer *lexer)
{
    const char *begin = lexer->at;
    enum token_kind kind = TOKEN_NUMBER;

    if (begin[0] == '0' && (begin[1] | 0x20) == 'x') {
        kind = TOKEN_BINARY;
        for (lexer->at += 2; isxdigit((unsigned char)*lexer->at);)
            lexer->at++;
    } else {
        while (isdigit((unsigned char)*lexer->at))
            lexer->at++;
        if (*lexer->at == '.' && isdigit((unsigned char)lexer->at[1]))
            for (lexer->at++; isdigit((unsigned char)*lexer->at);)
                lexer->at++;
    }
    if (is_name_character(*lexer->at))
        return make(lexer, TOKEN_ERROR, host_copy("A letter follows a number"));
    return make(lexer, kind, host_copy_bytes(begin, (size_t)(lexer->at - begin)));
}

static struct token read_directive(struct lexer *lexer)
{
    const char *begin = lexer->at + 1;
    size_t length = strcspn(begin, "\n");
    struct token token = make(lexer, TOKEN_DIRECTIVE, NULL);

    lexer->at = begin + length;
    while (length > 0 && isspace((unsigned char)begin[length - 1]))
        length--;
    token.text = host_copy_bytes(begin, length);
    return token;
}

static struct token read_token(struct lexer *lexer)
{
    char first = *lexer->at;

    if (first == '\0')
        return make(lexer, TOKEN_END, NULL);
    if (first == ':' && lexer->at_line_start)
        return read_directive(lexer);
    if (first == '\'')
        return read_quoted(lexer, TOKEN_STRING, '\'');
    if ((first == 'N' || first == 'n') && lexer->at[1] == '\'') {
        lexer->at++;
        return read_quoted(lexer, TOKEN_NSTRING, '\'');
    }
    if (first == '"' || first == '[')
        return read_quoted(lexer, TOKEN_WORD, first == '[' ? ']' : '"');
    if (first == '@')
        return read_name(lexer, TOKEN_VARIABLE);
    if (isdigit((unsigned char)first))
        return read_number(lexer);
    if (is_name_character(first))
        return read_name(lexer, TOKEN_WORD);
    if (strchr(",=;().+-", first) == NULL)
        return make(lexer, TOKEN_ERROR, host_copy("A character that means nothing here"));
    lexer->at++;
    return make(lexer, TOKEN_SYMBOL, host_copy_bytes(&first, 1));
}

struct token lexer_next(struct lexer *lexer)
{
    struct token token;

    if (!skip_blanks(lexer))
        return make(lexer, TOKEN_ERROR, host_copy("Missing end comment mark '*/'"));
    token = read_token(lexer);
    lexer->at_line_start = false;
    return token;
}
