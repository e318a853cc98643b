/* SPDX-License-Identifier: MIT */
/* The budget of reads: Azure's bucket is never overdrawn, callers come first, and what Azure says
 * counts. */
#include "arm_budget.h"
#include "fake_clock.h"
#include "fake_http.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define ONE   "https://management.azure.com/subscriptions/one/resourceGroups/x?api-version=1"
#define ONE_2 "/subscriptions/ONE/providers/Microsoft.Sql"
#define TWO   "/subscriptions/two/resourceGroups/x"

static struct arm_budget *budget;

static int set_up(void **state)
{
    (void)state;
    budget = arm_budget_new();
    return budget != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arm_budget_free(budget);
    return 0;
}

/* How many are given at once. */
static unsigned take_all(const char *url, enum arm_reader reader)
{
    unsigned count = 0;

    while (arm_budget_take(budget, url, reader) == 0)
        count++;
    return count;
}

static void learn(const char *url, struct fake_reply reply)
{
    struct http_answer answer;

    fake_answer(&answer, &reply);
    arm_budget_learn(budget, url, &answer);
    http_answer_clear(&answer);
}

/* Early reads leave half of it, polls a tenth, and a caller has it all. */
static void test_shares(void **state)
{
    (void)state;
    assert_int_equal(take_all(ONE, ARM_READ_EARLY), 125);
    assert_int_equal(take_all(ONE_2, ARM_READ_POLL), 100);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 25);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 0);
    assert_int_equal(take_all(TWO, ARM_READ_CALL), 250);
    assert_in_range(arm_budget_take(budget, ONE, ARM_READ_CALL), 30, 50);
    fake_clock_advance(1000);
    assert_int_equal(take_all(ONE, ARM_READ_EARLY), 0);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 25);
    fake_clock_advance(3600000);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 250);
}

/* The wait that is told is long enough, and not much too long. */
static void test_waits(void **state)
{
    static const enum arm_reader readers[] = {ARM_READ_CALL, ARM_READ_POLL, ARM_READ_EARLY};

    (void)state;
    take_all(ONE, ARM_READ_CALL);
    for (size_t i = 0; i < 3; i++) {
        uint64_t wait = arm_budget_take(budget, ONE, readers[i]);

        assert_true(wait > 0 && wait < 6000);
        fake_clock_advance(wait - 2);
        assert_true(arm_budget_take(budget, ONE, readers[i]) > 0);
        fake_clock_advance(2);
        assert_int_equal(arm_budget_take(budget, ONE, readers[i]), 0);
    }
}

/* A minute of everybody's greed, in steps of any length: never more than the bucket and its flow.
 */
static void test_never_overdrawn(void **state)
{
    uint64_t passed = 0, taken = 0;

    (void)state;
    for (unsigned step = 1; passed < 60000; step = step * 7 % 97 + 1) {
        taken += take_all(ONE, ARM_READ_EARLY);
        taken += take_all(ONE, ARM_READ_POLL);
        taken += take_all(ONE, ARM_READ_CALL);
        assert_true(taken <= 250 + passed * 25 / 1000);
        fake_clock_advance(step);
        passed += step;
    }
    assert_true(taken >= 250 + 59 * 25);
}

/* Others use the same bucket: what Azure says is left is all there is. */
static void test_told_what_is_left(void **state)
{
    (void)state;
    learn(ONE, (struct fake_reply){.status = 200,
                                   .headers = "x-ms-ratelimit-remaining-subscription-reads: 130"});
    assert_int_equal(take_all(ONE, ARM_READ_EARLY), 5);
    learn(ONE, (struct fake_reply){.status = 200,
                                   .headers = "x-ms-ratelimit-remaining-subscription-reads: 249"});
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 125);
    fake_clock_advance(60000);
    learn(ONE, (struct fake_reply){.status = 200,
                                   .headers = "x-ms-ratelimit-remaining-subscription-reads: no"});
    learn(ONE,
          (struct fake_reply){
              .status = 200,
              .headers = "x-ms-ratelimit-remaining-subscription-reads: 999999999999999999999"});
    learn(ONE, (struct fake_reply){.result = HTTP_LOST});
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 250);
}

/* After a 429 the engine's reads keep away as long as Azure asks; a caller may try. */
static void test_throttled(void **state)
{
    (void)state;
    learn(ONE, (struct fake_reply){.status = 429, .headers = "Retry-After: 30"});
    fake_clock_advance(29000);
    assert_in_range(arm_budget_take(budget, ONE, ARM_READ_EARLY), 900, 1100);
    assert_in_range(arm_budget_take(budget, ONE, ARM_READ_POLL), 900, 1100);
    assert_int_equal(arm_budget_take(budget, ONE, ARM_READ_CALL), 0);
    assert_int_equal(arm_budget_take(budget, TWO, ARM_READ_EARLY), 0);
    fake_clock_advance(1001);
    assert_int_equal(arm_budget_take(budget, ONE, ARM_READ_EARLY), 0);
    learn(ONE,
          (struct fake_reply){.status = 503, .body = "{\"error\":{\"code\":\"TooManyRequests\"}}"});
    assert_true(arm_budget_take(budget, ONE, ARM_READ_POLL) > 0);
    learn(TWO, (struct fake_reply){.status = 503});
    assert_int_equal(arm_budget_take(budget, TWO, ARM_READ_POLL), 0);
}

/* The rate is halved once for what comes together, down to one a second, and comes back. */
static void test_rate(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        learn(ONE, (struct fake_reply){.status = 429});
    fake_clock_advance(1000);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 12);
    assert_in_range(arm_budget_spacing_ms(budget, ONE, 14), 1900, 2100);
    for (int i = 0; i < 8; i++) {
        fake_clock_advance(3000);
        learn(ONE, (struct fake_reply){.status = 429});
    }
    fake_clock_advance(1000);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 1);
    fake_clock_advance(600000);
    take_all(ONE, ARM_READ_CALL);
    fake_clock_advance(1000);
    assert_int_equal(take_all(ONE, ARM_READ_CALL), 25);
}

/* Early reads of all operations take three fifths of the rate together. */
static void test_spacing(void **state)
{
    (void)state;
    assert_int_equal(arm_budget_spacing_ms(budget, ONE, 0), 1000);
    assert_int_equal(arm_budget_spacing_ms(budget, ONE, 15), 1000);
    assert_int_equal(arm_budget_spacing_ms(budget, ONE, 30), 2000);
    assert_int_equal(arm_budget_spacing_ms(budget, ONE, 150), 10000);
}

/* More subscriptions than there are buckets: those that rest make room. */
static void test_many_subscriptions(void **state)
{
    char url[64];

    (void)state;
    take_all(ONE, ARM_READ_CALL);
    for (int i = 0; i < 200; i++) {
        snprintf(url, sizeof url, "/subscriptions/number-%d/x", i);
        fake_clock_advance(1);
        assert_int_equal(arm_budget_take(budget, url, ARM_READ_EARLY), 0);
    }
    assert_int_equal(arm_budget_take(budget, "/no/subscription", ARM_READ_EARLY), 0);
    assert_int_equal(arm_budget_take(budget, "", ARM_READ_EARLY), 0);
    assert_int_equal(arm_budget_take(budget, "/subscriptions/", ARM_READ_EARLY), 0);
}

#define BUDGET_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BUDGET_TEST(test_shares),          BUDGET_TEST(test_waits),
        BUDGET_TEST(test_never_overdrawn), BUDGET_TEST(test_told_what_is_left),
        BUDGET_TEST(test_throttled),       BUDGET_TEST(test_rate),
        BUDGET_TEST(test_spacing),         BUDGET_TEST(test_many_subscriptions),
    };

    arm_budget_free(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
