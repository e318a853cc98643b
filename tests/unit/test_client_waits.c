/* SPDX-License-Identifier: MIT */
/* The client's waits: each ends by the deadline and soon after a KILL, whatever the agent does. */
#include "client_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "modes.h"

static bool always(void *context)
{
    ++*(size_t *)context;
    return true;
}

static void test_kill_while_the_agent_is_swamped(void **state)
{
    int sockets[4];
    size_t asked = 0;

    (void)state;
    deadline.interrupted = always;
    deadline.context = &asked;
    swamp(sockets);
    assert_int_equal(run_call(), MILINK_CALL_CANCELED);
    assert_true(took_ms < 500);
    drain(sockets);
}

static void test_the_deadline_ends_a_silence(void **state)
{
    (void)state;
    script.end = SCRIPT_WAIT;
    agent_start(&script);
    deadline = deadline_in(SHORT_MS);
    assert_int_equal(run_call(), MILINK_AGENT_TIMED_OUT);
    assert_true(took_ms >= SHORT_MS - 1);
    assert_true(took_ms < SHORT_MS + LATE_MS);
    agent_stop();
    assert_true(agent_heard_cancel());
}

/* In each of these the bytes never stop coming: a wait that is never empty must end all the
 * same. */
static void test_the_deadline_ends_a_flood(void **state)
{
    (void)state;
    bad_mode_find("endless-rows")->make(&script);
    agent_start(&script);
    slow_ms = 5;
    deadline = deadline_in(SHORT_MS);
    assert_int_equal(run_call(), MILINK_AGENT_TIMED_OUT);
    assert_true(took_ms < SHORT_MS + LATE_MS);
}

static bool after_three(void *context)
{
    return ++*(size_t *)context >= 3;
}

static void kill_during(const char *mode)
{
    size_t asked = 0;

    slow_ms = 5;
    bad_mode_find(mode)->make(&script);
    agent_start(&script);
    deadline.interrupted = after_three;
    deadline.context = &asked;
    assert_int_equal(run_call(), MILINK_CALL_CANCELED);
    assert_true(took_ms < 3 * DEADLINE_SLICE_MS + LATE_MS);
    agent_stop();
}

static void test_kill_ends_a_silence(void **state)
{
    (void)state;
    kill_during("silent");
    assert_true(agent_heard_cancel());
}

static void test_kill_ends_a_drip(void **state)
{
    (void)state;
    kill_during("drip");
}

static void test_kill_ends_a_flood(void **state)
{
    (void)state;
    kill_during("endless-rows");
}

/* The limit of PROTOCOL.md 5: a whole answer is 16 MiB. */
static void test_an_answer_over_16_mib(void **state)
{
    (void)state;
    bad_mode_find("endless-rows")->make(&script);
    agent_start(&script);
    deadline = deadline_in(LONG_MS);
    run_call();
    if (error.number != MILINK_AGENT_BAD_ANSWER)
        assert_int_equal(error.number, MILINK_ANSWER_TOO_LARGE);
    assert_true(frames[WIRE_ROW] <= 16 * 1024 * 1024 / (8 * WIRE_MAX_TEXT_UNITS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_kill_while_the_agent_is_swamped),
        CLIENT_CASE(test_the_deadline_ends_a_silence),
        CLIENT_CASE(test_the_deadline_ends_a_flood),
        CLIENT_CASE(test_kill_ends_a_silence),
        CLIENT_CASE(test_kill_ends_a_drip),
        CLIENT_CASE(test_kill_ends_a_flood),
        CLIENT_CASE(test_an_answer_over_16_mib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
