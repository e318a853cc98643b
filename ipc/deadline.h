/* SPDX-License-Identifier: MIT */
/* An absolute deadline, computed once and passed down every layer, that can also be interrupted. */
#ifndef MILINK_IPC_DEADLINE_H
#define MILINK_IPC_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* How often a wait wakes to ask whether it was interrupted: KILL must end a call within 500 ms. */
enum { DEADLINE_SLICE_MS = 250 };

struct deadline {
    uint64_t at_ms;                     /* on the clock of clock_monotonic_ms */
    bool (*interrupted)(void *context); /* NULL: never; asked on the waiting thread */
    void *context;
};

/* Milliseconds of a clock that never goes back; its zero means nothing. */
uint64_t clock_monotonic_ms(void);
/* The same in microseconds, for measuring. */
uint64_t clock_monotonic_us(void);
/* Milliseconds since 1970-01-01T00:00:00Z, as the host's clock has it. */
uint64_t clock_utc_ms(void);
/* Sleeps; for waits between tries alone. */
void clock_sleep_ms(uint32_t milliseconds);

/* A deadline so far from now. */
struct deadline deadline_in(uint32_t milliseconds);
/* What is left, 0 when it has passed. */
uint32_t deadline_left_ms(const struct deadline *deadline);
/* How long to wait before asking again: what is left, at most DEADLINE_SLICE_MS. */
uint32_t deadline_slice_ms(const struct deadline *deadline);
bool deadline_interrupted(const struct deadline *deadline);
/* Waits so long before another try; false at once when the deadline would come first, and soon when
 * interrupted. */
bool deadline_pause(const struct deadline *deadline, uint64_t milliseconds);
/* The earlier of a deadline and so far from now; keeps the interruption. */
struct deadline deadline_within(const struct deadline *deadline, uint32_t milliseconds);

#endif
