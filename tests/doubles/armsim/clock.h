/* SPDX-License-Identifier: MIT */
/* The simulator's one clock: wall-clock milliseconds that advance with the monotonic clock, and
 * waits that end early when the simulator stops. */
#ifndef MILINK_ARMSIM_CLOCK_H
#define MILINK_ARMSIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CLOCK_TEXT = 48 /* bytes enough for every text below */
};

void clock_start(void);      /* once, before any other call */
int64_t clock_now(void);     /* milliseconds since 1970 UTC, never backwards */
bool clock_wait(int64_t ms); /* false: the simulator is stopping */
void clock_stop(void);       /* ends all waits, now and later */

void clock_print(int64_t ms, char text[CLOCK_TEXT]);         /* 2026-11-24T19:00:00.123Z */
void clock_print_http(int64_t ms, char text[CLOCK_TEXT]);    /* Tue, 24 Nov 2026 19:00:00 GMT */
void clock_print_compact(int64_t ms, char text[CLOCK_TEXT]); /* 20261124T190000Z */

#endif
