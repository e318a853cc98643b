/* SPDX-License-Identifier: MIT */
/* The record of requests and of what they were answered: in memory for the control plane, as JSON
 * lines in a file, as a trace for people. No token, secret or password is in any of them; of a
 * password there is the SHA-256. */
#ifndef MILINK_ARMSIM_LOG_H
#define MILINK_ARMSIM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "answer.h"
#include "request.h"

enum {
    LOG_KEPT = 20000,          /* entries in memory; older ones are in the file only */
    LOG_BODY_MOST = 256 * 1024 /* of a longer answer the beginning is recorded, as a string */
};

struct log_entry {
    uint64_t number;
    char *text; /* a JSON object */
};

struct log {
    FILE *file; /* NULL: none */
    bool trace; /* a line a request on stderr */
    uint64_t count;
    struct log_entry *entries; /* a ring of LOG_KEPT, made on first use */
    size_t first, kept;
};

/* Called with the simulator's lock held. log_arrive numbers the request and records it without an
 * answer; log_finish completes the record. answer NULL: the connection was cut. fault may be NULL.
 */
void log_arrive(struct log *log, struct request *request);
void log_finish(struct log *log, const struct request *request, const struct answer *answer,
                const char *fault);
char *log_print(const struct log *log); /* a JSON array, oldest first; new */
void log_reset(struct log *log);        /* forgets what is in memory; numbers go on */
void log_clear(struct log *log);

#endif
