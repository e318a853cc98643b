/* SPDX-License-Identifier: MIT */
/* A secret from standard input. */
#include "secret_input.h"

#include "crypto.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* Ends the line; NULL, or what is wrong with it. */
static const char *take_line(char *line, size_t length, bool typed)
{
    char next = 0;

    if (length > 0 && line[length - 1] == '\n')
        length--;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    if (length == 0)
        return "no secret came on standard input";
    if (length >= SECRET_FILE_SIZE)
        return "the secret is longer than 4096 bytes";
    if (!typed && secret_input_line(&next, 1, false) > 0)
        return "standard input has more than one line; give the secret alone";
    return NULL;
}

bool secret_input_read(const char *prompt, char secret[SECRET_FILE_SIZE], char *why,
                       size_t why_size)
{
    char line[SECRET_FILE_SIZE + 2];
    bool typed = secret_input_is_terminal();
    const char *flaw = "standard input cannot be read";
    long length = 0;

    if (typed)
        fprintf(stderr, "%s", prompt);
    length = secret_input_line(line, SECRET_FILE_SIZE + 1, typed);
    if (typed)
        fputc('\n', stderr);
    if (length >= 0)
        flaw = take_line(line, (size_t)length, typed);
    if (flaw != NULL)
        text_copy(why, why_size, flaw);
    text_copy(secret, SECRET_FILE_SIZE, flaw == NULL ? line : "");
    crypto_wipe(line, sizeof line);
    return flaw == NULL;
}
