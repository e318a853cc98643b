/* SPDX-License-Identifier: MIT */
/* A clock for tests of the agent: it stands still, leaps where the engine would wait, and sleeps
 * take no time. */
#ifndef MILINK_UNIT_FAKE_CLOCK_H
#define MILINK_UNIT_FAKE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct condition;

/* 2026-11-24T18:50:00Z, where the clock starts. */
#define FAKE_CLOCK_START UINT64_C(1795546200000)

/* Both clocks go so far ahead. */
void fake_clock_advance(uint64_t milliseconds);
/* The host's clock is set; the monotonic one goes on as it was. */
void fake_clock_set_utc(uint64_t utc_ms);
/* From now on a wait on this condition costs no time: while idle says that nothing is under way,
 * the clock leaps to its end. NULL: every wait is real again. The program is linked with
 * --wrap=condition_wait. */
void fake_clock_leap_at(struct condition *condition, bool (*idle)(void));

/* No real wait takes longer than 50 ms: for tests that stop the agent at any moment and are not
 * about being woken. */
void fake_clock_short_waits(bool are_short);

#endif
