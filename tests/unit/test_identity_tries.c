/* SPDX-License-Identifier: MIT */
/* When the identity asks again, how long it waits, and where it leaves Entra ID alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "identity_fixture.h"
#include "utc.h"

/* ---- tries ---- */

static void test_connection_failures(void **state)
{
    static const enum http_result results[] = {HTTP_NOT_SENT, HTTP_LOST};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        fixture_script_one((struct fixture_answer){.result = results[i]});
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
        fixture_assert_text(fixture.error.message, "could not connect to login.test");
        assert_int_equal(fixture.requests, 4);
        assert_in_range(fixture.waited_ms, 5600, 8400); /* 1 + 2 + 4 s and a fifth */
        assert_false(fixture.token.final);
    }
}

static void test_server_faults(void **state)
{
    static const int statuses[] = {500, 502, 503, 504, 408};

    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        const struct fixture_answer fault = {.status = statuses[i], .body = "<html>"};
        const struct fixture_answer answers[] = {fault, fault, fault, fixture_good};

        fixture_script(answers, 4);
        assert_true(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, 4);
        assert_in_range(fixture.waited_ms, 5600, 8400);
        fixture_script_one(fault);
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, 4);
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
    }
}

static void test_passing_refusal(void **state)
{
    const struct fixture_answer answers[] = {
        {.status = 400, .body = FIXTURE_REFUSAL("temporarily_unavailable", "90033", "Try again.")},
        fixture_good};

    (void)state;
    fixture_script(answers, 2);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 2);
}

static void test_retry_after_within(void **state)
{
    static const char *const waits[] = {"3", "10"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct fixture_answer answers[] = {{.status = 429, .retry_after = waits[i]},
                                                 fixture_good};

        fixture_script(answers, 2);
        assert_true(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, 2);
        assert_int_equal(fixture.waited_ms, strtoul(waits[i], NULL, 10) * 1000);
    }
}

/* Longer waits are not waited for but kept: nothing is sent until then, by any caller. */
static void test_retry_after_beyond(void **state)
{
    static const struct {
        int status;
        const char *retry_after;
        uint32_t wait_ms;
    } cases[] = {
        {429, "11", 11000},
        {503, "120", 120000},
        {429, NULL, 30000},
        {429, "99999999999", 3600000},
    };
    char until[UTC_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_script_one((struct fixture_answer){.status = cases[i].status,
                                                   .retry_after = cases[i].retry_after});
        utc_text(clock_utc_ms() + cases[i].wait_ms, until, sizeof until);
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
        fixture_assert_text(fixture.error.message, until);
        assert_int_equal(fixture.requests, 1);
        assert_int_equal(fixture.waited_ms, 0);
        assert_true(fixture.token.final);
        fixture_script_one(fixture_good);
        fixture.now_ms += cases[i].wait_ms - 1;
        assert_false(fixture_fetch(MINUTE_MS));
        fixture_assert_text(fixture.error.message, until);
        assert_int_equal(fixture.requests, 0);
        fixture.now_ms += 1;
        assert_true(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, 1);
    }
}

/* ---- the caller's time ---- */

static void test_deadline(void **state)
{
    uint64_t start = fixture.now_ms;

    (void)state;
    fixture_script_one(fixture_unreachable);
    assert_false(fixture_fetch(2000)); /* the wait of 1 s fits, that of 2 s does not */
    assert_int_equal(fixture.requests, 2);
    assert_true(fixture.now_ms - start < 2000);
    assert_true(fixture.timeout_ms <= 1200);
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
    fixture_assert_text(fixture.error.message, "could not connect");
    fixture_script_one(fixture_good);
    assert_false(fixture_fetch(0));
    assert_int_equal(fixture.requests, 0);
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
    fixture_assert_text(fixture.error.message, "the time allowed for the call passed");
    assert_true(fixture_fetch(300000));
    assert_true(fixture.timeout_ms <= 20000);
}

static void test_interrupted_between_tries(void **state)
{
    uint64_t start = fixture.now_ms;

    (void)state;
    fixture_script_one(fixture_unreachable);
    fixture.interrupt_at_ms = start + 300;
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
    assert_in_range(fixture.now_ms - start, 300, 300 + DEADLINE_SLICE_MS);
    assert_int_equal(fixture.error.number, MILINK_CALL_CANCELED);
    assert_false(fixture.token.final);
}

/* The caller goes away while the request is under way; a hanging one interrupts it (fixture). */
static void test_interrupted_request(void **state)
{
    (void)state;
    fixture_script_one((struct fixture_answer){.hangs = true});
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
    assert_int_equal(fixture.error.number, MILINK_CALL_CANCELED);
    assert_false(fixture.token.final);
}

/* A federated credential that was just made takes a while to be known everywhere. */
static void test_spreading_credential(void **state)
{
    static const char *const numbers[] = {"70021", "700211", "700213"};
    char body[512];

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(body, sizeof body,
                 "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS%s: No.\"}",
                 numbers[i]);
        fixture_script_one((struct fixture_answer){.status = 401, .body = body});
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, 4);
        assert_int_equal(fixture.troubles, 3);
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        assert_true(fixture.token.final);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_connection_failures),       FIXTURE_TEST(test_server_faults),
        FIXTURE_TEST(test_passing_refusal),           FIXTURE_TEST(test_retry_after_within),
        FIXTURE_TEST(test_retry_after_beyond),        FIXTURE_TEST(test_deadline),
        FIXTURE_TEST(test_interrupted_between_tries), FIXTURE_TEST(test_interrupted_request),
        FIXTURE_TEST(test_spreading_credential),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
