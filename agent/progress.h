/* SPDX-License-Identifier: MIT */
/* What a person who waits is shown: one line that is written anew on a terminal, else a line now
 * and then. */
#ifndef MILINK_AGENT_PROGRESS_H
#define MILINK_AGENT_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

enum { PROGRESS_LINE_MS = 15000 /* between lines where nothing can be written anew */ };

struct progress {
    FILE *to;          /* NULL: nobody is shown anything */
    size_t width;      /* columns of the terminal; 0: it is none */
    uint64_t shown_ms; /* when the last line was written; 0: none was */
    size_t shown;      /* columns of the line that stands there */
    char state[32];    /* of the last line */
};

void progress_init(struct progress *progress, FILE *to, size_t width);
/* Shows how it is: state, and the rest of the line. now_ms is of clock_monotonic_ms. Not on a
 * terminal it is shown when the state has changed or PROGRESS_LINE_MS have passed. */
void progress_show(struct progress *progress, uint64_t now_ms, const char *state, const char *text);
/* Takes the line off the terminal. */
void progress_end(struct progress *progress);

#endif
