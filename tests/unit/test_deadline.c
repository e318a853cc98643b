/* SPDX-License-Identifier: MIT */
/* Deadlines: what is left of them, the slices of a wait, interruption; by arithmetic, not by the
 * clock's speed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "deadline.h"

static void test_the_clock_never_goes_back(void **state)
{
    uint64_t before = clock_monotonic_ms();

    (void)state;
    for (int i = 0; i < 10000; i++) {
        uint64_t now = clock_monotonic_ms();

        assert_true(now >= before);
        before = now;
    }
    clock_sleep_ms(5);
    assert_true(clock_monotonic_ms() >= before + 4);
    assert_true(clock_utc_ms() > 1577836800000); /* 2020-01-01 */
}

static void test_a_new_deadline_has_all_its_time(void **state)
{
    struct deadline deadline = deadline_in(300000);

    (void)state;
    assert_true(deadline_left_ms(&deadline) <= 300000);
    assert_true(deadline_left_ms(&deadline) > 200000);
    assert_false(deadline_interrupted(&deadline));
}

static void test_a_passed_deadline_has_nothing_left(void **state)
{
    struct deadline deadline = deadline_in(0);

    (void)state;
    assert_int_equal(deadline_left_ms(&deadline), 0);
    assert_int_equal(deadline_slice_ms(&deadline), 0);
    deadline.at_ms = 0;
    assert_int_equal(deadline_left_ms(&deadline), 0);
}

static void test_the_longest_times(void **state)
{
    struct deadline deadline = deadline_in(UINT32_MAX);

    (void)state;
    assert_true(deadline_left_ms(&deadline) > UINT32_MAX - 100000);
    deadline.at_ms = UINT64_MAX;
    assert_int_equal(deadline_left_ms(&deadline), UINT32_MAX);
    assert_int_equal(deadline_slice_ms(&deadline), DEADLINE_SLICE_MS);
}

static void test_a_slice_is_never_longer_than_what_is_left(void **state)
{
    struct deadline deadline = deadline_in(100);

    (void)state;
    assert_true(deadline_slice_ms(&deadline) <= 100);
    deadline = deadline_in(300000);
    assert_int_equal(deadline_slice_ms(&deadline), DEADLINE_SLICE_MS);
}

static bool count_up(void *context)
{
    return ++*(int *)context >= 3;
}

static void test_an_interruption_is_asked_for_each_time(void **state)
{
    int asked = 0;
    struct deadline deadline = {UINT64_MAX, count_up, &asked};

    (void)state;
    assert_false(deadline_interrupted(&deadline));
    assert_false(deadline_interrupted(&deadline));
    assert_true(deadline_interrupted(&deadline));
    assert_int_equal(asked, 3);
}

static void test_within_takes_the_earlier_and_keeps_the_interruption(void **state)
{
    int asked = 0;
    struct deadline outer = deadline_in(300000), nearer, same;

    (void)state;
    outer.interrupted = count_up;
    outer.context = &asked;
    nearer = deadline_within(&outer, 1000);
    assert_true(deadline_left_ms(&nearer) <= 1000);
    same = deadline_within(&outer, 600000);
    assert_true(same.at_ms == outer.at_ms);
    deadline_interrupted(&nearer);
    deadline_interrupted(&same);
    assert_int_equal(asked, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_clock_never_goes_back),
        cmocka_unit_test(test_a_new_deadline_has_all_its_time),
        cmocka_unit_test(test_a_passed_deadline_has_nothing_left),
        cmocka_unit_test(test_the_longest_times),
        cmocka_unit_test(test_a_slice_is_never_longer_than_what_is_left),
        cmocka_unit_test(test_an_interruption_is_asked_for_each_time),
        cmocka_unit_test(test_within_takes_the_earlier_and_keeps_the_interruption),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
