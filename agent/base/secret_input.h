/* SPDX-License-Identifier: MIT */
/* A secret from standard input: typed unseen at a terminal, or the first line of a pipe or file. */
#ifndef MILINK_AGENT_SECRET_INPUT_H
#define MILINK_AGENT_SECRET_INPUT_H

#include "secret_file.h"

/* Whether a person types. */
bool secret_input_is_terminal(void);
/* One line without its end; prompt is shown to a person, and what is typed is not. The caller wipes
 * secret. False with a text in why for a sentence of its own: nothing there, more than one line, or
 * too long. */
bool secret_input_read(const char *prompt, char secret[SECRET_FILE_SIZE], char *why,
                       size_t why_size);

/* The platform's part: takes bytes from standard input, up to size, until a line feed (which is
 * taken along), the end or an error; the count, or -1. quiet: not echoed. */
long secret_input_line(char *bytes, size_t size, bool quiet);

#endif
