/* SPDX-License-Identifier: MIT */
/* The host's clock against Azure's (azure-auth A.8). */
#include "clock_skew.h"

#include "deadline.h"
#include "log.h"
#include "utc.h"

#include <stdatomic.h>

enum {
    WEIGHT = 8,          /* of the average so far, against one answer */
    STEP_MS = 30000,     /* a difference that is no noise: a clock was set */
    LATE_MS = 10000,     /* an answer whose date may be that old says nothing */
    HALF_SECOND_MS = 500 /* a Date is cut to seconds */
};

static _Atomic int64_t skew_ms, set_ms; /* both of the last answer that told the time */
static atomic_bool known, warned;

static int64_t distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* What the host's clock is set to, against the one that nobody sets. */
static int64_t setting(void)
{
    return (int64_t)clock_utc_ms() - (int64_t)clock_monotonic_ms();
}

/* Whether the host's clock is still the one that was compared with Azure's: not set since, nor the
 * host asleep. */
static bool is_compared(void)
{
    return atomic_load(&known) && distance(setting(), atomic_load(&set_ms)) < STEP_MS;
}

static void warn(int64_t skew)
{
    bool large = distance(skew, 0) > CLOCK_SKEW_WARNING_S * 1000;

    if (atomic_exchange(&warned, large) == large)
        return;
    if (large)
        log_write(
            LOG_WARNING, "clock.skewed",
            "this host's clock is %lld s %s Azure's; set it, or tokens and signatures will be "
            "refused",
            (long long)(distance(skew, 0) / 1000), skew < 0 ? "ahead of" : "behind");
    else
        log_write(LOG_INFO, "clock.right", "this host's clock agrees with Azure's again");
}

void clock_skew_note(const struct http_answer *answer)
{
    uint64_t date = 0;
    int64_t seen = 0, before = atomic_load(&skew_ms), after = 0;
    bool compared = is_compared();

    if (answer->result != HTTP_ANSWERED || answer->elapsed_ms > LATE_MS ||
        !utc_parse_http(http_answer_header(answer, "Date"), &date))
        return;
    seen = (int64_t)date + HALF_SECOND_MS - (int64_t)clock_utc_ms();
    do
        after =
            compared && distance(seen, before) < STEP_MS ? before + (seen - before) / WEIGHT : seen;
    while (!atomic_compare_exchange_weak(&skew_ms, &before, after));
    atomic_store(&set_ms, setting());
    atomic_store(&known, true);
    warn(after);
}

static int64_t current_skew(void)
{
    return is_compared() ? atomic_load(&skew_ms) : 0;
}

long clock_skew_seconds(void)
{
    return (long)(current_skew() / 1000);
}

uint64_t clock_skew_utc_ms(void)
{
    int64_t now = (int64_t)clock_utc_ms() + current_skew();

    return now > 0 ? (uint64_t)now : 0;
}
