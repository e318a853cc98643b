/* SPDX-License-Identifier: MIT */
/* How long the token cache hands a token out, and when it renews one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "token_fixture.h"

/* ---- how long a token counts ---- */

/* What is at hand is handed out at once, whatever the thread does; soft refreshes come up to a
 * minute early. */
static void test_lifetime(void **state)
{
    assert_int_equal(token_seconds_left(*state), -1);
    assert_token(*state, "token-1");
    assert_int_equal(token_seconds_left(*state), 3600);
    now_ms += HOUR_MS - 660000 - 1;
    assert_token(*state, "token-1");
    assert_int_equal(token_seconds_left(*state), 660);
    assert_int_equal(issuer_fetches(), 1);
    now_ms += 60000 + 1; /* ten minutes before its end */
    assert_token(*state, "token-1");
    await_ended(*state, 2);
    assert_token(*state, "token-2");
    assert_int_equal(issuer_fetches(), 2);
    assert_int_equal(token_seconds_left(*state), 3600);
    now_ms += HOUR_MS - 300000; /* past its last moment */
    assert_int_equal(token_seconds_left(*state), -1);
    assert_token(*state, "token-3");
}

/* To the millisecond: usable until 300 s before the end, and no longer. */
static void test_hard_expiry(void **state)
{
    issuer_fail(0, false);
    assert_token(*state, "token-1");
    issuer_fail(MILINK_IDENTITY_UNREACHABLE, false);
    now_ms += HOUR_MS - 300000 - 1;
    assert_token(*state, "token-1");
    await_ended(*state, 2);
    now_ms += 1;
    assert_refused(*state, MILINK_IDENTITY_UNREACHABLE);
}

/* A renewal may come between least and most ms after the token, and must by most. */
static void check_soft(struct token_cache *cache, uint64_t least, uint64_t most)
{
    unsigned before = issuer_fetches();

    token_reject(cache, NULL, NULL);
    assert_non_null(token_of(cache));
    assert_int_equal(issuer_fetches(), before + 1);
    now_ms += least - 1;
    assert_non_null(token_of(cache));
    assert_int_equal(issuer_fetches(), before + 1);
    now_ms += most - least + 1;
    assert_non_null(token_of(cache));
    await_ended(cache, before + 2);
    assert_int_equal(issuer_fetches(), before + 2);
    now_ms += 60000; /* it is no longer young: a rejection does not count */
}

static void test_soft_refresh(void **state)
{
    static const struct {
        uint64_t lifetime_ms, refresh_in_ms, least, most;
    } cases[] = {
        {HOUR_MS, 0, HOUR_MS - 660000, HOUR_MS - 600000},
        {2 * HOUR_MS, 0, 2 * HOUR_MS - 660000, 2 * HOUR_MS - 600000},
        {2 * HOUR_MS + 1000, 0, HOUR_MS + 500 - 60000, HOUR_MS + 500},
        {24 * HOUR_MS, 0, 12 * HOUR_MS - 60000, 12 * HOUR_MS},
        {HOUR_MS, HOUR_MS / 2, HOUR_MS / 2 - 60000, HOUR_MS / 2},
        {24 * HOUR_MS, 20 * HOUR_MS, 20 * HOUR_MS - 60000, 20 * HOUR_MS},
        {1500000, 0, 900000 - 60000, 900000},
        {600000, 0, 270000, 300000}, /* half of its life, less a tenth */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        issuer.lifetime_ms = cases[i].lifetime_ms;
        issuer.refresh_in_ms = cases[i].refresh_in_ms;
        check_soft(*state, cases[i].least, cases[i].most);
    }
}

static void test_short_token(void **state)
{
    issuer.lifetime_ms = 25 * 60000 - 1000;
    assert_token(*state, "token-1");
    issuer_set_closed(true);
    now_ms += (25 * 60000 - 1000) * 4 / 5 - 1;
    assert_token(*state, "token-1");
    now_ms += 1; /* four fifths of its life */
    assert_int_equal(token_seconds_left(*state), -1);
    issuer.lifetime_ms = 0; /* no provider gives one, and it must not keep us here */
    issuer_set_closed(false);
    caller_start(&callers[1], *state, 1000);
    caller_await_waiting(&callers[1]);
    now_ms += 1000;
    caller_finish(&callers[1]);
    assert_int_equal(token_seconds_left(*state), -1);
}

/* Nobody waits for a renewal. */
static void test_renewal_beside_use(void **state)
{
    assert_token(*state, "token-1");
    now_ms += HOUR_MS - 400000;
    issuer_set_closed(true);
    for (int i = 0; i < 3; i++)
        assert_token(*state, "token-1");
    issuer_await_fetch(2);
    assert_token(*state, "token-1");
    issuer_set_closed(false);
    await_ended(*state, 2);
    assert_token(*state, "token-2");
    assert_int_equal(issuer_fetches(), 2);
}

/* A renewal that fails is nobody's trouble, and is not tried again and again: 30 s, then twice as
 * long each time, 10 min at most. */
static void test_failed_renewal(void **state)
{
    static const uint64_t pauses[] = {30000, 60000, 120000, 240000, 480000, 600000, 600000};
    unsigned fetches = 2;

    issuer.lifetime_ms = 24 * HOUR_MS;
    assert_token(*state, "token-1");
    issuer_fail(MILINK_IDENTITY_REFUSED, true);
    now_ms += 12 * HOUR_MS;
    assert_token(*state, "token-1");
    await_ended(*state, fetches);
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        now_ms += pauses[i] - 1;
        assert_token(*state, "token-1");
        assert_int_equal(issuer_fetches(), fetches);
        now_ms += 1;
        assert_token(*state, "token-1");
        await_ended(*state, ++fetches);
        assert_int_equal(issuer_fetches(), fetches);
    }
    now_ms += 12 * HOUR_MS; /* now it is everybody's */
    assert_refused(*state, MILINK_IDENTITY_REFUSED);
    assert_int_equal(issuer_fetches(), fetches + 1);
    issuer_fail(0, false);
    now_ms += 30000;
    assert_token(*state, "token-11");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, token_set_up, token_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lifetime),    TEST(test_hard_expiry),        TEST(test_soft_refresh),
        TEST(test_short_token), TEST(test_renewal_beside_use), TEST(test_failed_renewal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
