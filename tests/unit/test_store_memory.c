/* SPDX-License-Identifier: MIT */
/* The journal's promise under failure: each allocation fails in turn, and all from it on. */
#include "store_failing.h"
#include "log.h"

static void test_one_failure_of_memory(void **state)
{
    (void)state;
    fail_everywhere(&failing_memory, 1, 1, false);
}

static void test_no_more_memory(void **state)
{
    (void)state;
    fail_everywhere(&failing_memory, 1, 7, true);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_one_failure_of_memory),
        TEST(test_no_more_memory),
    };

    log_open("/dev/null", LOG_ERROR);
    failing_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
