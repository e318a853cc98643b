/* SPDX-License-Identifier: MIT */
/* The reference of the bench: the least that can answer a call over the same transport. */
#ifndef MILINK_BENCH_ECHO_H
#define MILINK_BENCH_ECHO_H

#include <stddef.h>

/* Listens where the agent would; for each connection reads request_bytes, writes answer_bytes and
 * waits for the caller to close. One thread, no parsing, no allocation. Returns only when it cannot
 * listen. */
int echo_run(size_t request_bytes, size_t answer_bytes);

#endif
