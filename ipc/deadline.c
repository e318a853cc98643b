/* SPDX-License-Identifier: MIT */
/* Arithmetic of deadlines; the clocks are in clock_posix.c and clock_win.c. */
#include "deadline.h"

uint64_t clock_monotonic_ms(void)
{
    return clock_monotonic_us() / 1000;
}

struct deadline deadline_in(uint32_t milliseconds)
{
    struct deadline deadline = {clock_monotonic_ms() + milliseconds, 0, 0};

    return deadline;
}

uint32_t deadline_left_ms(const struct deadline *deadline)
{
    uint64_t now = clock_monotonic_ms();
    uint64_t left = deadline->at_ms > now ? deadline->at_ms - now : 0;

    return left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

uint32_t deadline_slice_ms(const struct deadline *deadline)
{
    uint32_t left = deadline_left_ms(deadline);

    return left < DEADLINE_SLICE_MS ? left : DEADLINE_SLICE_MS;
}

bool deadline_interrupted(const struct deadline *deadline)
{
    return deadline->interrupted != 0 && deadline->interrupted(deadline->context);
}

struct deadline deadline_within(const struct deadline *deadline, uint32_t milliseconds)
{
    struct deadline nearer = deadline_in(milliseconds);

    if (nearer.at_ms > deadline->at_ms)
        nearer.at_ms = deadline->at_ms;
    nearer.interrupted = deadline->interrupted;
    nearer.context = deadline->context;
    return nearer;
}

bool deadline_pause(const struct deadline *deadline, uint64_t milliseconds)
{
    struct deadline pause = *deadline;

    if (milliseconds >= deadline_left_ms(deadline))
        return false;
    pause = deadline_within(deadline, (uint32_t)milliseconds);
    while (deadline_left_ms(&pause) > 0) {
        if (deadline_interrupted(deadline))
            return false;
        clock_sleep_ms(deadline_slice_ms(&pause));
    }
    return true;
}
