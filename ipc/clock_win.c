/* SPDX-License-Identifier: MIT */
/* The clocks on Windows. */
#include "deadline.h"
#include <windows.h>

uint64_t clock_monotonic_us(void)
{
    LARGE_INTEGER now = {.QuadPart = 0}, frequency = {.QuadPart = 1};

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    return (uint64_t)(now.QuadPart / frequency.QuadPart * 1000000 +
                      now.QuadPart % frequency.QuadPart * 1000000 / frequency.QuadPart);
}

uint64_t clock_utc_ms(void)
{
    const uint64_t from_1601_to_1970_ms = 11644473600000;
    FILETIME now = {0, 0};

    GetSystemTimeAsFileTime(&now);
    return (((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime) / 10000 -
           from_1601_to_1970_ms;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    Sleep(milliseconds);
}
