/* SPDX-License-Identifier: MIT */
/* Errors as users meet them: number, symbol and one text that names the subject, the cause and the
 * next action. */
#ifndef MILINK_IPC_ERROR_H
#define MILINK_IPC_ERROR_H

#include "error_list.h"
#include <stddef.h>
#include <stdint.h>

enum milink_error_number {
#define MILINK_ERROR_NUMBER(number, symbol, cause, action) MILINK_##symbol = number,
    MILINK_ERRORS(MILINK_ERROR_NUMBER)
#undef MILINK_ERROR_NUMBER
};

enum {
    ERROR_CODE_CHARACTERS = 128,    /* @error_code nvarchar(128) */
    ERROR_NUMBER_LEAST = 50001,     /* SQL Server keeps the numbers below for itself */
    ERROR_MESSAGE_CHARACTERS = 2048 /* @error_message nvarchar(2048), and the text of the message */
};

struct error_entry {
    int32_t number;
    const char *symbol; /* "AGENT_NOT_RUNNING" */
    const char *cause;  /* no capital, no full stop: it continues a sentence */
    const char *action;
};

/* An error as it travels: number 0 means none. Texts are UTF-8, terminated, cut at a whole
 * character. */
struct error {
    int32_t number;
    char code[ERROR_CODE_CHARACTERS * 3 + 1];       /* ARM's code, else our symbol */
    char message[ERROR_MESSAGE_CHARACTERS * 3 + 1]; /* subject: cause. detail. Action. */
};

/* The table's row for a number; a row that says so when the number is not in it. Never NULL. */
const struct error_entry *error_find(int32_t number);
/* All rows in order of number. */
const struct error_entry *error_table(size_t *count);

/* Sets number, symbol and the text "subject: cause: detail. Action." subject and detail may be
 * NULL. code NULL means the symbol. The first error stays: does nothing when one is set already. */
void error_set(struct error *error, int32_t number, const char *subject, const char *detail);
void error_set_code(struct error *error, const char *code);

#endif
