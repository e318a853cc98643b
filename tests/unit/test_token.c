/* SPDX-License-Identifier: MIT */
/* The token cache: one fetch for all, rejection, what it remembers, and deadlines. */
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

/* ---- without waiting ---- */

static void test_try(void **state)
{
    static char text[IDENTITY_TOKEN_SIZE];
    struct error error = {0};

    issuer_set_closed(true);
    assert_int_equal(token_try(*state, text, &error), TOKEN_PENDING);
    issuer_await_fetch(1);
    assert_int_equal(token_try(*state, text, &error), TOKEN_PENDING);
    assert_int_equal(error.number, 0);
    issuer_set_closed(false);
    await_ended(*state, 1);
    assert_int_equal(token_try(*state, text, &error), TOKEN_READY);
    assert_string_equal(text, "token-1");
    token_reject(*state, "token-1", NULL);
    issuer_fail(MILINK_IDENTITY_REFUSED, true);
    assert_int_equal(token_try(*state, text, &error), TOKEN_PENDING);
    await_ended(*state, 2);
    assert_int_equal(token_try(*state, text, &error), TOKEN_REFUSED);
    assert_int_equal(error.number, MILINK_IDENTITY_REFUSED);
    assert_int_equal(issuer_fetches(), 2);
}

static atomic_uint told;

static void on_change(void *context)
{
    static char text[IDENTITY_TOKEN_SIZE];
    struct error error = {0};

    assert_int_equal(token_try(context, text, &error), TOKEN_READY);
    atomic_fetch_add(&told, 1);
}

static void test_watch(void **state)
{
    struct error error = {0};
    static char text[IDENTITY_TOKEN_SIZE];

    atomic_store(&told, 0);
    token_watch(*state, on_change, *state);
    assert_int_equal(token_try(*state, text, &error), TOKEN_PENDING);
    await_ended(*state, 1);
    token_watch(*state, NULL,
                NULL); /* waits for one that runs; one that has not begun never does */
    assert_true(atomic_load(&told) <= 1);
    token_watch(*state, on_change, *state);
    token_reject(*state, NULL, NULL);
    assert_int_equal(token_try(*state, text, &error), TOKEN_PENDING);
    mutex_lock(issuer.mutex);
    while (atomic_load(&told) == 0)
        condition_wait(issuer.changed, issuer.mutex, 1);
    mutex_unlock(issuer.mutex);
}

/* A cache that is freed ends its fetch. */
static void test_free_while_fetching(void **state)
{
    struct token_cache *cache = token_cache_new(&issuer.base, "https://other.test");
    static char text[IDENTITY_TOKEN_SIZE];
    struct error error = {0};

    (void)state;
    assert_non_null(cache);
    issuer_set_closed(true);
    assert_int_equal(token_try(cache, text, &error), TOKEN_PENDING);
    issuer_await_fetch(1);
    token_cache_free(cache);
    assert_int_equal(issuer_fetches(), 1);
}

/* ---- rejection ---- */

static void test_rejection(void **state)
{
    assert_token(*state, "token-1");
    token_reject(*state, "token-0", NULL); /* another's: not ours any more */
    assert_token(*state, "token-1");
    now_ms += 31000;
    token_reject(*state, "token-1", NULL);
    assert_int_equal(token_seconds_left(*state), -1);
    token_reject(*state, "token-1", NULL); /* by another who had it: no harm */
    assert_token(*state, "token-2");
    token_reject(*state, "token-1", NULL);
    assert_token(*state, "token-2");
    assert_int_equal(issuer_fetches(), 2);
}

static void test_rejected_again_and_again(void **state)
{
    assert_token(*state, "token-1");
    token_reject(*state, "token-1", NULL);
    assert_token(*state, "token-2");
    now_ms += 29999;
    token_reject(*state, "token-2", NULL);
    assert_refused(*state, MILINK_ARM_UNAUTHENTICATED);
    now_ms += 29999;
    assert_refused(*state, MILINK_ARM_UNAUTHENTICATED);
    assert_int_equal(issuer_fetches(), 2);
    now_ms += 1;
    assert_token(*state, "token-3");
    now_ms += 30000; /* old enough to have been good */
    token_reject(*state, "token-3", NULL);
    assert_token(*state, "token-4");
    token_reject(*state, "token-4", NULL);
    assert_token(*state, "token-5");
}

/* One resource rejects every token, the others take them: the agent goes on for those. */
static void test_rejected_by_one_of_many(void **state)
{
    struct http_answer answer = {.result = HTTP_ANSWERED};
    char text[16];

    for (int i = 1; i < 5; i++) {
        snprintf(text, sizeof text, "token-%d", i);
        assert_token(*state, text);
        answer.status = 200;
        token_reject_answer(*state, text, &answer);
        answer.status = 401;
        token_reject_answer(*state, text, &answer);
    }
    assert_token(*state, "token-5");
    answer.status = 200;
    token_reject_answer(*state, "token-4",
                        &answer); /* of a token that was before: proves nothing */
    token_reject(*state, "token-5", NULL);
    assert_refused(*state, MILINK_ARM_UNAUTHENTICATED);
}

static void test_wiped(void **state)
{
    static const char text[] = "token-1";
    size_t size = malloc_usable_size(*state);

    assert_token(*state, text);
    token_reject(*state, text, NULL);
    assert_true(size > 2 * (size_t)IDENTITY_TOKEN_SIZE);
    for (size_t at = 0; at + sizeof text <= size; at++)
        assert_memory_not_equal((const char *)*state + at, text, sizeof text);
}

/* ---- claims challenges ---- */

#define CLAIMS "{\"access_token\":{}}"

static void test_claims_once(void **state)
{
    assert_token(*state, "token-1");
    assert_string_equal(issuer.claims, "");
    token_reject(*state, "token-0", CLAIMS); /* another's: not ours any more */
    now_ms += 31000;
    token_reject(*state, "token-1", CLAIMS);
    assert_token(*state, "token-2");
    assert_string_equal(issuer.claims, CLAIMS);
    now_ms += 31000;
    token_reject(*state, "token-2", NULL);
    assert_token(*state, "token-3");
    assert_string_equal(issuer.claims, "");
}

/* A question that never reached the issuer is put again. */
static void test_claims_kept(void **state)
{
    assert_token(*state, "token-1");
    issuer_fail(MILINK_IDENTITY_UNREACHABLE, false);
    token_reject(*state, "token-1", CLAIMS);
    assert_refused(*state, MILINK_IDENTITY_UNREACHABLE);
    issuer_fail(0, false);
    now_ms += 5000;
    assert_token(*state, "token-3");
    assert_string_equal(issuer.claims, CLAIMS);
}

static void test_reject_answer(void **state)
{
    static const char challenge[] = "Bearer realm=\"\", error=\"insufficient_claims\", "
                                    "claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"";
    struct http_answer answer = {.status = 403, .header_count = 1};

    answer.headers[0] = (struct http_header){"WWW-Authenticate", challenge};
    assert_token(*state, "token-1");
    token_reject_answer(*state, "token-1", &answer); /* a right is missing, not a token */
    assert_token(*state, "token-1");
    answer.status = 401;
    answer.result = HTTP_LOST;
    token_reject_answer(*state, "token-1", &answer);
    assert_token(*state, "token-1");
    answer.result = HTTP_ANSWERED;
    token_reject_answer(*state, NULL, &answer);
    assert_token(*state, "token-2");
    assert_string_equal(issuer.claims, CLAIMS);
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

/* What happens to one caller says nothing to others: the fetch goes on. */
static void test_own_end_ends_nothing(void **state)
{
    issuer_set_closed(true);
    caller_start(&callers[1], *state, CALL_MS);
    issuer_await_fetch(1);
    caller_start(&callers[2], *state, CALL_MS);
    caller_await_waiting(&callers[2]);
    callers[1].interrupted = true;
    caller_finish(&callers[1]);
    assert_false(callers[1].got);
    assert_int_equal(callers[1].error.number, MILINK_CALL_CANCELED);
    issuer_set_closed(false);
    caller_finish(&callers[2]);
    assert_string_equal(callers[2].text, "token-1");
    assert_int_equal(issuer_fetches(), 1);
}

static void test_status(void **state)
{
    struct token_status status;

    token_status(*state, &status);
    assert_string_equal(status.provider, "test");
    assert_int_equal(status.seconds_left, -1);
    assert_int_equal(status.age_seconds, -1);
    assert_string_equal(status.last_error, "");
    issuer_fail(MILINK_IDENTITY_UNREACHABLE, false);
    assert_refused(*state, MILINK_IDENTITY_UNREACHABLE);
    token_status(*state, &status);
    assert_int_equal(status.failed, 1);
    assert_non_null(strstr(status.last_error, "issuer: no token could be had"));
    now_ms += 5000;
    issuer_fail(0, false);
    assert_token(*state, "token-2");
    now_ms += 17000;
    token_status(*state, &status);
    assert_int_equal(status.fetched, 1);
    assert_int_equal(status.age_seconds, 17);
    assert_int_equal(status.seconds_left, 3583);
    assert_string_equal(status.last_error, "");
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

/* One who cannot wait until the tries end still learns why there is no token. */
static void test_waiter_learns_why(void **state)
{
    issuer.trouble = "login.test: Connection refused";
    issuer_set_closed(true);
    caller_start(&callers[1], *state, 1000);
    issuer_await_fetch(1);
    caller_await_waiting(&callers[1]);
    mutex_lock(issuer.mutex); /* the issuer has told, and waits */
    mutex_unlock(issuer.mutex);
    now_ms += 1000;
    caller_finish(&callers[1]);
    assert_int_equal(callers[1].error.number, MILINK_IDENTITY_UNREACHABLE);
    assert_non_null(strstr(callers[1].error.message, "the last try: issuer: "));
    assert_non_null(strstr(callers[1].error.message, "login.test: Connection refused"));
    issuer_set_closed(false);
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
        TEST(test_try),
        TEST(test_watch),
        TEST(test_free_while_fetching),
        TEST(test_claims_once),
        TEST(test_claims_kept),
        TEST(test_reject_answer),
        TEST(test_rejection),
        TEST(test_rejected_again_and_again),
        TEST(test_rejected_by_one_of_many),
        TEST(test_wiped),
        TEST(test_refusal_remembered),
        TEST(test_failure_remembered),
        TEST(test_own_end_ends_nothing),
        TEST(test_status),
        TEST(test_waiter_learns_why),
        TEST(test_deadline_of_a_waiter),
        TEST(test_interrupted_waiter),
        TEST(test_free_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
