/* SPDX-License-Identifier: MIT */
/* The table of errors and the making of their texts. */
#include "error.h"
#include "text.h"
#include <string.h>

static const struct error_entry table[] = {
#define ERROR_ROW(number, symbol, cause, action) {number, #symbol, cause, action},
    MILINK_ERRORS(ERROR_ROW)
#undef ERROR_ROW
};

const struct error_entry *error_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}

const struct error_entry *error_find(int32_t number)
{
    static const struct error_entry unknown = {0, "UNKNOWN", "an error of unknown number",
                                               "report it with the agent's log"};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].number == number)
            return &table[i];
    return &unknown;
}

static void append_sentence(struct error *error, const char *sentence)
{
    size_t start = strlen(error->message);

    text_append(error->message, sizeof error->message, sentence);
    if (error->message[start] >= 'a' && error->message[start] <= 'z')
        error->message[start] = (char)(error->message[start] - 'a' + 'A');
    text_append(error->message, sizeof error->message, ".");
}

void error_set(struct error *error, int32_t number, const char *subject, const char *detail)
{
    const struct error_entry *entry = error_find(number);
    char *message = error->message;

    if (error->number != 0)
        return;
    error->number = number;
    text_copy(error->code, sizeof error->code, entry->symbol);
    message[0] = '\0';
    if (subject != NULL && subject[0] != '\0') {
        text_append(message, sizeof error->message, subject);
        text_append(message, sizeof error->message, ": ");
    }
    text_append(message, sizeof error->message, entry->cause);
    if (detail != NULL && detail[0] != '\0') {
        text_append(message, sizeof error->message, ": ");
        text_append(message, sizeof error->message, detail);
    }
    if (message[strlen(message) - 1] != '.')
        text_append(message, sizeof error->message, ".");
    text_append(message, sizeof error->message, " ");
    append_sentence(error, entry->action);
    text_repair(message);
    text_cut(message, ERROR_MESSAGE_CHARACTERS);
}

void error_set_code(struct error *error, const char *code)
{
    if (code == NULL || code[0] == '\0')
        return;
    text_copy(error->code, sizeof error->code, code);
    text_repair(error->code);
    text_cut(error->code, ERROR_CODE_CHARACTERS);
}
