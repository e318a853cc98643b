/* SPDX-License-Identifier: MIT */
/* The clocks on POSIX. */
#include "deadline.h"
#include <time.h>

static uint64_t clock_us(clockid_t id)
{
    struct timespec now = {0, 0};

    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

uint64_t clock_utc_ms(void)
{
    return clock_us(CLOCK_REALTIME) / 1000;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    struct timespec span = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};

    nanosleep(&span, 0);
}
