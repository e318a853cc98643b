/* SPDX-License-Identifier: MIT */
/* The console that a verb of the command line runs in. */
#ifndef MILINK_AGENT_CONSOLE_H
#define MILINK_AGENT_CONSOLE_H

#include <stddef.h>
#include <stdio.h>

/* Makes the console take UTF-8 until the process ends. Returns the process's arguments in UTF-8:
 * Windows hands main those of its code page. They live as long as the process. */
char **console_start(int *count, char **arguments);
/* Columns of the terminal that the stream goes to; 0: it goes to none. */
size_t console_width(FILE *stream);

#endif
