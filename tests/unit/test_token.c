/* SPDX-License-Identifier: MIT */
/* The token cache: one fetch for all, renewal, end, rejection, what it remembers, and deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <string.h>
#include <cmocka.h>

#include "token_fixture.h"

/* ---- one fetch for all ---- */

static void test_single_flight(void **state)
{
    issuer_set_closed(true);
    caller_start(&callers[0], *state, CALL_MS);
    issuer_await_fetch(1);
    for (size_t i = 1; i < CALLERS; i++)
        caller_start(&callers[i], *state, CALL_MS);
    for (size_t i = 1; i < CALLERS; i++)
        caller_await_waiting(&callers[i]);
    issuer_set_closed(false);
    for (size_t i = 0; i < CALLERS; i++) {
        caller_finish(&callers[i]);
        assert_true(callers[i].got);
        assert_string_equal(callers[i].text, "token-1");
    }
    assert_int_equal(issuer_fetches(), 1);
    assert_string_equal(issuer.audience, "https://arm.test/");
}

static void test_single_refusal(void **state)
{
    issuer_fail(MILINK_IDENTITY_REFUSED, true);
    issuer_set_closed(true);
    caller_start(&callers[0], *state, CALL_MS);
    issuer_await_fetch(1);
    for (size_t i = 1; i < CALLERS; i++)
        caller_start(&callers[i], *state, CALL_MS);
    for (size_t i = 1; i < CALLERS; i++)
        caller_await_waiting(&callers[i]);
    issuer_set_closed(false);
    for (size_t i = 0; i < CALLERS; i++) {
        caller_finish(&callers[i]);
        assert_false(callers[i].got);
        assert_int_equal(callers[i].error.number, MILINK_IDENTITY_REFUSED);
        assert_string_equal(callers[i].error.message, callers[0].error.message);
    }
    assert_int_equal(issuer_fetches(), 1);
}

/* ---- how long a token counts ---- */

static void test_lifetime(void **state)
{
    assert_int_equal(token_seconds_left(*state), -1);
    assert_token(*state, "token-1");
    assert_int_equal(token_seconds_left(*state), 3600);
    now_ms += HOUR_MS - 300000 - 1;
    assert_token(*state, "token-1");
    assert_int_equal(token_seconds_left(*state), 300);
    assert_int_equal(issuer_fetches(), 1);
    now_ms += 1; /* five minutes before its end */
    assert_token(*state, "token-2");
    assert_int_equal(issuer_fetches(), 2);
    assert_int_equal(token_seconds_left(*state), 3600);
    now_ms += HOUR_MS - 30000; /* past its last moment */
    assert_int_equal(token_seconds_left(*state), -1);
    assert_token(*state, "token-3");
    assert_int_equal(issuer.left_ms, CALL_MS); /* no longer a renewal on the side */
}

static void test_refresh_in(void **state)
{
    issuer.refresh_in_ms = HOUR_MS / 2;
    assert_token(*state, "token-1");
    now_ms += HOUR_MS / 2 - 1;
    assert_token(*state, "token-1");
    now_ms += 1;
    assert_token(*state, "token-2");
    assert_true(issuer.left_ms <= 5000);
}

static void test_short_token(void **state)
{
    issuer.lifetime_ms = 80000;
    assert_token(*state, "token-1");
    now_ms += 39999;
    assert_token(*state, "token-1");
    now_ms += 1; /* half of its life */
    assert_token(*state, "token-2");
    now_ms += 50000; /* 30 s before its end */
    assert_int_equal(token_seconds_left(*state), -1);
    issuer.lifetime_ms = 0; /* no provider gives one, and it must not keep us here */
    assert_token(*state, "token-3");
    assert_int_equal(token_seconds_left(*state), -1);
}

/* Others have the good token at once while one caller renews it. */
static void test_renewal_beside_use(void **state)
{
    assert_token(*state, "token-1");
    now_ms += HOUR_MS - 200000;
    issuer_set_closed(true);
    caller_start(&callers[1], *state, CALL_MS);
    issuer_await_fetch(2);
    assert_token(*state, "token-1");
    issuer_set_closed(false);
    caller_finish(&callers[1]);
    assert_string_equal(callers[1].text, "token-2");
    assert_token(*state, "token-2");
    assert_int_equal(issuer_fetches(), 2);
}

/* A renewal that fails is nobody's trouble, and is not tried again and again. */
static void test_failed_renewal(void **state)
{
    issuer.refresh_in_ms = 60000;
    assert_token(*state, "token-1");
    issuer_fail(MILINK_IDENTITY_REFUSED, true);
    now_ms += 60000;
    assert_token(*state, "token-1");
    assert_int_equal(issuer_fetches(), 2);
    now_ms += 29999;
    assert_token(*state, "token-1");
    assert_int_equal(issuer_fetches(), 2);
    now_ms += 1;
    assert_token(*state, "token-1");
    assert_int_equal(issuer_fetches(), 3);
    now_ms += 59999; /* twice as long each time */
    assert_token(*state, "token-1");
    assert_int_equal(issuer_fetches(), 3);
    now_ms += 1;
    assert_token(*state, "token-1");
    assert_int_equal(issuer_fetches(), 4);
    now_ms += HOUR_MS; /* now it is everybody's */
    assert_refused(*state, MILINK_IDENTITY_REFUSED);
    assert_int_equal(issuer_fetches(), 5);
    issuer_fail(0, false);
    now_ms += 30000;
    assert_token(*state, "token-6");
}

/* ---- rejection ---- */

static void test_rejection(void **state)
{
    assert_token(*state, "token-1");
    token_reject(*state, "token-0"); /* another's: not ours any more */
    assert_token(*state, "token-1");
    now_ms += 31000;
    token_reject(*state, "token-1");
    assert_int_equal(token_seconds_left(*state), -1);
    token_reject(*state, "token-1"); /* by another who had it: no harm */
    assert_token(*state, "token-2");
    token_reject(*state, "token-1");
    assert_token(*state, "token-2");
    assert_int_equal(issuer_fetches(), 2);
}

static void test_rejected_again_and_again(void **state)
{
    assert_token(*state, "token-1");
    token_reject(*state, "token-1");
    assert_token(*state, "token-2");
    now_ms += 29999;
    token_reject(*state, "token-2");
    assert_refused(*state, MILINK_ARM_UNAUTHENTICATED);
    now_ms += 29999;
    assert_refused(*state, MILINK_ARM_UNAUTHENTICATED);
    assert_int_equal(issuer_fetches(), 2);
    now_ms += 1;
    assert_token(*state, "token-3");
    now_ms += 30000; /* old enough to have been good */
    token_reject(*state, "token-3");
    assert_token(*state, "token-4");
    token_reject(*state, "token-4");
    assert_token(*state, "token-5");
}

static void test_wiped(void **state)
{
    static const char text[] = "token-1";
    size_t size = malloc_usable_size(*state);

    assert_token(*state, text);
    token_reject(*state, text);
    assert_true(size > 2 * (size_t)IDENTITY_TOKEN_SIZE);
    for (size_t at = 0; at + sizeof text <= size; at++)
        assert_memory_not_equal((const char *)*state + at, text, sizeof text);
}

/* ---- failures ---- */

static void check_remembered(struct token_cache *cache, int32_t number, bool final, uint32_t span)
{
    unsigned before = issuer_fetches();

    issuer_fail(number, final);
    assert_refused(cache, number);
    assert_non_null(strstr(callers[0].error.message, "issuer: "));
    issuer_fail(0, false);
    now_ms += span - 1;
    assert_refused(cache, number);
    assert_non_null(strstr(callers[0].error.message, "issuer: "));
    assert_int_equal(issuer_fetches(), before + 1);
    now_ms += 1;
    assert_non_null(token_of(cache));
    assert_int_equal(issuer_fetches(), before + 2);
}

static void test_refusal_remembered(void **state)
{
    check_remembered(*state, MILINK_IDENTITY_REFUSED, true, 30000);
}

static void test_failure_remembered(void **state)
{
    check_remembered(*state, MILINK_IDENTITY_UNREACHABLE, false, 5000);
}

/* What one caller's own end did to its fetch says nothing to others: the next one fetches. */
static void test_own_end_not_remembered(void **state)
{
    issuer_fail(MILINK_CALL_CANCELED, false);
    issuer_set_closed(true);
    caller_start(&callers[1], *state, CALL_MS);
    issuer_await_fetch(1);
    caller_start(&callers[2], *state, CALL_MS);
    caller_await_waiting(&callers[2]);
    callers[1].interrupted = true;
    issuer_set_closed(false);
    caller_finish(&callers[1]);
    assert_false(callers[1].got);
    assert_int_equal(callers[1].error.number, MILINK_CALL_CANCELED);
    caller_finish(&callers[2]);
    assert_int_equal(issuer_fetches(), 2); /* callers[2] took over, and failed by itself */

    now_ms += 5000;
    issuer_fail(MILINK_IDENTITY_UNREACHABLE, false);
    issuer_set_closed(true);
    caller_start(&callers[1], *state, 1000);
    issuer_await_fetch(3);
    now_ms += 1000;
    issuer_set_closed(false);
    caller_finish(&callers[1]);
    assert_int_equal(callers[1].error.number, MILINK_IDENTITY_UNREACHABLE);
    issuer_fail(0, false);
    assert_token(*state, "token-4");
}

/* ---- one who waits for another's fetch ---- */

static void test_deadline_of_a_waiter(void **state)
{
    issuer_set_closed(true);
    caller_start(&callers[1], *state, CALL_MS);
    issuer_await_fetch(1);
    caller_start(&callers[2], *state, 1000);
    caller_await_waiting(&callers[2]);
    now_ms += 1000;
    caller_finish(&callers[2]);
    assert_false(callers[2].got);
    assert_int_equal(callers[2].error.number, MILINK_IDENTITY_UNREACHABLE);
    assert_non_null(strstr(callers[2].error.message, "the time allowed for the call passed"));
    assert_string_equal(callers[2].text, "");
    issuer_set_closed(false);
    caller_finish(&callers[1]);
    assert_string_equal(callers[1].text, "token-1");
}

static void test_interrupted_waiter(void **state)
{
    issuer_set_closed(true);
    caller_start(&callers[1], *state, CALL_MS);
    issuer_await_fetch(1);
    caller_start(&callers[2], *state, CALL_MS);
    caller_await_waiting(&callers[2]);
    callers[2].interrupted = true;
    caller_finish(&callers[2]);
    assert_int_equal(callers[2].error.number, MILINK_CALL_CANCELED);
    issuer_set_closed(false);
    caller_finish(&callers[1]);
    assert_true(callers[1].got);
    assert_int_equal(issuer_fetches(), 1);
}

static void test_free_nothing(void **state)
{
    (void)state;
    token_cache_free(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, token_set_up, token_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_single_flight),
        TEST(test_single_refusal),
        TEST(test_lifetime),
        TEST(test_refresh_in),
        TEST(test_short_token),
        TEST(test_renewal_beside_use),
        TEST(test_failed_renewal),
        TEST(test_rejection),
        TEST(test_rejected_again_and_again),
        TEST(test_wiped),
        TEST(test_refusal_remembered),
        TEST(test_failure_remembered),
        TEST(test_own_end_not_remembered),
        TEST(test_deadline_of_a_waiter),
        TEST(test_interrupted_waiter),
        TEST(test_free_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
