/* SPDX-License-Identifier: MIT */
/* Reads a script batch by batch: up to GO; at a terminal also to a semicolon at a line end. */
#ifndef MILINK_ODSHOST_SOURCE_H
#define MILINK_ODSHOST_SOURCE_H

#include "memory.h"
#include <stdbool.h>
#include <stdio.h>

struct source {
    FILE *file;       /* borrowed; NULL: text */
    const char *text; /* borrowed */
    bool is_terminal; /* prompts, and ends batches early */
    int line;         /* lines read */
    struct string batch;
    int first_line; /* of the batch */
    int times;      /* GO n: how often it runs */
};

/* The next batch; false at the end. */
bool source_next(struct source *source);
void source_clear(struct source *source);

#endif
