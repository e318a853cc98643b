/* SPDX-License-Identifier: MIT */
/* The reference of a read of Azure: libcurl alone, on one warm connection. */
#ifndef MILINK_BENCH_READER_H
#define MILINK_BENCH_READER_H

#include <stddef.h>

struct reader {
    const char *url;
    const char *token_file; /* of one line: the bearer token */
    const char *ca_file;    /* PEM */
};

/* Reads the URL once unmeasured and then calls times, and prints the line of samples. Returns the
 * exit code. */
int reader_run(size_t calls, const struct reader *reader);

#endif
