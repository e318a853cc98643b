/* SPDX-License-Identifier: MIT */
/* The host's clock against the dates of answers: noise, steps, and what says nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "clock_skew.h"
#include "deadline.h"

/* Stands in for clock_posix.c: 2026-11-24T18:50:00Z and so much. */
static int64_t now_ms;

uint64_t clock_utc_ms(void)
{
    return UINT64_C(1795546200000) + (uint64_t)now_ms;
}

static uint64_t monotonic_ms;

uint64_t clock_monotonic_us(void)
{
    return monotonic_ms * 1000;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    (void)milliseconds;
}

/* An answer of 18:50:00 that took so long. */
static void note(const char *date, uint32_t elapsed_ms)
{
    struct http_answer answer = {.status = 401, .header_count = 1, .elapsed_ms = elapsed_ms};

    answer.headers[0] = (struct http_header){"date", date};
    clock_skew_note(&answer);
}

static void note_azure(void)
{
    note("Tue, 24 Nov 2026 18:50:00 GMT", 100);
}

static void test_steps(void **state)
{
    static const int64_t hosts[] = {0, 7200000, -7200000, 86400000, 40000, 0};

    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        now_ms = hosts[i] + 500; /* the middle of the second that a Date names */
        note_azure();
        assert_int_equal(clock_skew_seconds(), -hosts[i] / 1000);
        assert_int_equal(clock_skew_utc_ms(), UINT64_C(1795546200500));
    }
}

static void test_noise(void **state)
{
    (void)state;
    now_ms = 500;
    note_azure();
    now_ms = -15500; /* 16 s behind: 2 s of it count at first */
    note_azure();
    assert_int_equal(clock_skew_seconds(), 2);
    for (int i = 0; i < 100; i++)
        note_azure();
    assert_in_range(clock_skew_seconds(), 15, 16);
}

static void test_nothing_said(void **state)
{
    static const char *const dates[] = {"", "yesterday", "Mon, 24 Nov 2026 18:50:00 GMT",
                                        "2026-11-24T18:50:00Z"};
    struct http_answer lost = {.result = HTTP_LOST};
    struct http_answer bare = {.status = 200};

    (void)state;
    now_ms = 500;
    note_azure();
    for (int i = 0; i < 100; i++)
        note_azure();
    now_ms = 3600500;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
        note(dates[i], 100);
    note("Tue, 24 Nov 2026 18:50:00 GMT", 10001); /* old when it came */
    clock_skew_note(&lost);
    clock_skew_note(&bare);
    assert_int_equal(clock_skew_seconds(), 0);
}

/* A clock that was wrong, and was set right or slept since: what it was off by is history, and
 * must not spoil the time that tokens are measured by. */
static void test_host_set(void **state)
{
    static const int64_t off[] = {7200000, -7200000, 31000};

    (void)state;
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        now_ms = off[i] + 500;
        note_azure();
        assert_int_equal(clock_skew_seconds(), -off[i] / 1000);
        now_ms = 500;
        assert_int_equal(clock_skew_seconds(), 0);
        assert_int_equal(clock_skew_utc_ms(), UINT64_C(1795546200500));
    }
    /* Time that merely passes changes nothing. */
    now_ms = 7200500;
    note_azure();
    now_ms += 86400000;
    monotonic_ms += 86400000;
    assert_int_equal(clock_skew_seconds(), -7200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_nothing_said),
        cmocka_unit_test(test_host_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
