/* SPDX-License-Identifier: MIT */
/* A clock that stands still but for sleeps, which take no time; stands in for clock_posix.c. */
#include "deadline.h"

static uint64_t slept_ms;

uint64_t clock_monotonic_us(void)
{
    return (1000000 + slept_ms) * 1000;
}

/* From 2026-11-24T18:50:00Z on. */
uint64_t clock_utc_ms(void)
{
    return UINT64_C(1795546200000) + slept_ms;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    slept_ms += milliseconds;
}
