/* SPDX-License-Identifier: MIT */
/* The words of a script: T-SQL literals, names and variables, and the directives of the host. */
#ifndef MILINK_ODSHOST_LEXER_H
#define MILINK_ODSHOST_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,      /* name, "name", [name] */
    TOKEN_VARIABLE,  /* @name, the text with its @ */
    TOKEN_STRING,    /* 'text' */
    TOKEN_NSTRING,   /* N'text' */
    TOKEN_BINARY,    /* 0x0A */
    TOKEN_NUMBER,    /* 12, 1.5; without its sign */
    TOKEN_DIRECTIVE, /* the rest of a line that begins with a colon, which is left out */
    TOKEN_SYMBOL,    /* one character */
    TOKEN_ERROR      /* the text says what is wrong */
};

struct token {
    enum token_kind kind;
    char *text; /* owned; quotes and brackets removed */
    bool is_quoted;
    int line; /* from 1 */
};

struct lexer {
    const char *at; /* borrowed text of the script, terminated */
    int line;
    bool at_line_start; /* nothing but blanks since the line began */
};

void lexer_init(struct lexer *lexer, const char *text, int first_line);
/* The next token; an error stays an error. */
struct token lexer_next(struct lexer *lexer);
void token_clear(struct token *token);

#endif
