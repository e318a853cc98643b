/* SPDX-License-Identifier: MIT */
/* A clock for tests of the agent; stands in for clock_posix.c. */
#include "fake_clock.h"
#include "deadline.h"
#include "thread.h"
#include <stdatomic.h>
#include <stddef.h>

enum {
    LOOK_MS = 2, /* how long to listen for something under way before a leap */
    SHORT_MS = 50
};

static _Atomic uint64_t monotonic = 1000000, utc = FAKE_CLOCK_START;
static struct condition *_Atomic leaping;
static bool (*_Atomic is_idle)(void);
static _Atomic bool short_waits;

bool __real_condition_wait(struct condition *condition, struct mutex *mutex, uint32_t milliseconds);
bool __wrap_condition_wait(struct condition *condition, struct mutex *mutex, uint32_t milliseconds);

uint64_t clock_monotonic_us(void)
{
    return monotonic * 1000;
}

uint64_t clock_utc_ms(void)
{
    return utc;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    fake_clock_advance(milliseconds);
}

void fake_clock_advance(uint64_t milliseconds)
{
    utc += milliseconds;
    monotonic += milliseconds;
}

void fake_clock_set_utc(uint64_t utc_ms)
{
    utc = utc_ms;
}

void fake_clock_leap_at(struct condition *condition, bool (*idle)(void))
{
    /* A wait that began to leap may still ask. */
    if (condition != NULL)
        is_idle = idle;
    leaping = condition;
}

void fake_clock_short_waits(bool are_short)
{
    short_waits = are_short;
}

bool __wrap_condition_wait(struct condition *condition, struct mutex *mutex, uint32_t milliseconds)
{
    uint64_t before = utc;

    if (condition != leaping)
        return __real_condition_wait(
            condition, mutex, short_waits && milliseconds > SHORT_MS ? SHORT_MS : milliseconds);
    if (__real_condition_wait(condition, mutex, milliseconds < LOOK_MS ? milliseconds : LOOK_MS))
        return true;
    /* An answer that came meanwhile has changed nothing yet: the waiter looks first. */
    if (condition == leaping && is_idle() && utc == before)
        fake_clock_advance(milliseconds);
    return false;
}
