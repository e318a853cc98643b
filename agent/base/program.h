/* SPDX-License-Identifier: MIT */
/* Running another program for what it writes: no shell, none of our handles, and an environment of
 * a few names. */
#ifndef MILINK_AGENT_PROGRAM_H
#define MILINK_AGENT_PROGRAM_H

#include "deadline.h"

#include <stddef.h>

struct program {
    /* The name of the program, looked for in PATH (Windows: of a batch file NAME.cmd), then its
     * arguments, NULL at the end. Letters, digits and . _ - : / alone: nothing that any shell or
     * batch file could read in another way. */
    const char *const *arguments;
    /* Names that it may see besides the platform's few, NULL at the end; or NULL. */
    const char *const *variables;
    char *output;       /* its standard output, terminated; the caller's */
    size_t output_size; /* more output than fits is an error */
};

enum program_result {
    PROGRAM_ENDED,     /* by itself, with a code */
    PROGRAM_NOT_FOUND, /* there is no such program */
    PROGRAM_LATE,      /* the deadline came, or interrupted; it was killed */
    PROGRAM_FAILED     /* it could not be run, or wrote too much; it was killed */
};

/* Runs it to its end, with nothing to read and its errors dropped. code: what it ended with. */
enum program_result program_run(const struct program *program, const struct deadline *deadline,
                                int *code);

/* Whether every argument is made of what is allowed. */
bool program_arguments_are_safe(const struct program *program);

#endif
