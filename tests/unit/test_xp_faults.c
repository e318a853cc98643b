/* SPDX-License-Identifier: MIT */
/* A host that behaves otherwise than its documentation, clients that go, calls that are killed. */
#include "xp_fixture.h"
#include "modes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum {
    KILL_MS = 500, /* KILL ends a call within that */
    LATE_MS = 500, /* what a loaded machine may add */
    ROWS = 5
};

static void answer_rows(void)
{
    xp_answer("info");
    xp_answer("columns");
    for (int i = 0; i < ROWS; i++)
        xp_answer("row");
    xp_answer("done");
}

/* --- lies about parameters --- */

static void test_integer_literals_of_every_kind(void **state)
{
    static const char *const lies[] = {"int-literal=intn", "int-literal=int4",
                                       "int-literal=numericn"};
    static const int32_t numbers[] = {0, 1, -1, 42, INT32_MAX, INT32_MIN};

    (void)state;
    for (size_t i = 0; i < 3 * sizeof numbers / sizeof numbers[0]; i++) {
        xp_again();
        xp_lie(lies[i % 3]);
        xp_add_int("@wait_seconds", numbers[i / 3]);
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_int_equal(xp_heard()->parameters[0].value.type, WIRE_INT);
        assert_true(xp_heard()->parameters[0].value.integer == numbers[i / 3]);
    }
}

static void test_common_parameters_as_any_literal(void **state)
{
    static const char *const lies[] = {"int-literal=int4", "int-literal=numericn"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        xp_again();
        xp_lie(lies[i]);
        xp_add_int("@quiet", 1);
        xp_add_int("@timeout_seconds", 7);
        xp_answer_done(MILINK_ARM_FAILED, "Code", "Failed.");
        assert_int_equal(xp_run_call(), MILINK_ARM_FAILED);
        assert_int_equal(xp_record()->message_count, 0);
        assert_int_equal(xp_heard()->deadline_ms, 7000);
    }
}

static void test_null_literals_of_every_kind(void **state)
{
    static const char *const lies[] = {"null-literal=intn", "null-literal=varchar",
                                       "null-literal=null"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        xp_again();
        xp_lie(lies[i]);
        xp_add_null("@reason");
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_true(xp_heard()->parameters[0].value.is_null);
    }
}

static void test_max_types_of_both_kinds(void **state)
{
    static const char *const lies[] = {"max=ntext", "max=nvarchar"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        xp_again();
        xp_lie(lies[i]);
        xp_add((struct ods_double_parameter){.name = "@reason",
                                             .token = ODS_NVARCHAR,
                                             .maximum = ODS_DOUBLE_MAX,
                                             .bytes = "a\0b\0",
                                             .length = 4});
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_memory_equal(xp_heard()->parameters[0].value.bytes, "ab", 2);
    }
}

static void test_max_types_as_output(void **state)
{
    static const char *const lies[] = {"max=ntext", "max=nvarchar"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        xp_again();
        xp_lie(lies[i]);
        xp_add_output("@operation_id", ODS_NVARCHAR, ODS_DOUBLE_MAX);
        xp_answer_output(1, wire_text("0a1b"));
        assert_int_equal(xp_run_call(), 0);
        if (xp_output_is_set(1)) /* ntext cannot be written */
            assert_string_equal(xp_output_text(1), "0a1b");
    }
    assert_true(xp_output_is_set(1));
}

static void test_names_that_do_not_arrive(void **state)
{
    (void)state;
    xp_lie("names=absent");
    xp_add_text("@link", "a");
    xp_add_text("@instance", "b");
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_heard()->parameter_count, 2);
    assert_int_equal(xp_heard()->parameters[1].name_length, 0);
}

static void test_no_parameters_by_either_count(void **state)
{
    static const char *const lies[] = {"rpcparams=0", "rpcparams=-1"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        xp_again();
        xp_lie(lies[i]);
        xp_add_text("@link", "a");
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_int_equal(xp_heard()->parameter_count, 0);
    }
}

static void test_a_parameter_that_cannot_be_read(void **state)
{
    (void)state;
    xp_lie("paraminfo=2");
    xp_add_text("@instance", "a");
    xp_add_text("@link", "a");
    xp_assert_refused(MILINK_PARAMETER_TYPE, "@link");
    assert_int_equal(xp_output_int(3), MILINK_PARAMETER_TYPE);
}

static void test_code_page_that_is_not_told(void **state)
{
    (void)state;
    xp_lie("pfield=null");
    xp_add((struct ods_double_parameter){
        .name = "@link", .token = ODS_BIGVARCHAR, .maximum = 9, .bytes = "abc", .length = 3});
    xp_add_output("@operation_id", ODS_BIGVARCHAR, 36);
    xp_answer_output(2, wire_text("0a1b"));
    assert_int_equal(xp_run_call(), 0);
    assert_memory_equal(xp_heard()->parameters[0].value.bytes, "abc", 3);
    assert_memory_equal(xp_record()->outputs[1].value.bytes, "0a1b", 4);
}

static void test_an_output_that_cannot_be_set(void **state)
{
    (void)state;
    xp_lie("paramsetoutput=1");
    xp_add_errors();
    xp_answer_done(MILINK_ARM_FAILED, "Code", "Failed.");
    assert_int_equal(xp_run_call(), MILINK_ARM_FAILED);
    assert_false(xp_output_is_set(1));
    assert_string_equal(xp_output_text(2), "Code");
    assert_int_equal(xp_record()->message_count, 1);
}

/* --- lies about results --- */

static void test_a_client_that_goes_at_every_row(void **state)
{
    (void)state;
    for (int row = 1; row <= ROWS; row++) {
        char lie[32];

        xp_again();
        snprintf(lie, sizeof lie, "sendrow=%d", row);
        xp_lie(lie);
        xp_add_errors();
        answer_rows();
        assert_int_equal(xp_run_call(), MILINK_CLIENT_GONE);
        assert_int_equal(xp_record()->sets[0].row_count, (size_t)row - 1);
        assert_int_equal(xp_output_int(1), MILINK_CLIENT_GONE);
    }
}

static void test_a_column_that_is_refused(void **state)
{
    (void)state;
    for (int column = 1; column <= 2; column++) {
        char lie[32];

        xp_again();
        snprintf(lie, sizeof lie, "describe=%d", column);
        xp_lie(lie);
        xp_add_errors();
        answer_rows();
        assert_int_equal(xp_run_call(), MILINK_CLIENT_GONE);
        assert_int_equal(xp_record()->sets[0].row_count, 0);
    }
}

static void test_an_end_or_message_that_is_refused(void **state)
{
    (void)state;
    xp_lie("senddone=fail");
    xp_lie("wsendmsg=fail");
    answer_rows();
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_record()->sets[0].row_count, ROWS);
    assert_int_equal(xp_record()->message_count, 0);
}

static void test_a_host_without_8_byte_columns(void **state)
{
    (void)state;
    xp_lie("intn8=fail");
    xp_lie("user=blank");
    answer_rows();
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_record()->sets[0].row_count, ROWS);
}

/* --- KILL --- */

static void kill_at_poll(const char *mode, int polls)
{
    char lie[32];

    xp_again();
    snprintf(lie, sizeof lie, "attention=%d", polls);
    xp_lie(lie);
    xp_add_errors();
    bad_mode_find(mode)->make(&xp_script);
    assert_int_equal(xp_run_call(), MILINK_CALL_CANCELED);
    assert_int_equal(xp_output_int(1), MILINK_CALL_CANCELED);
    if (xp_took_ms > (uint64_t)polls * DEADLINE_SLICE_MS + KILL_MS + LATE_MS)
        fail_msg("%s: after %u ms", mode, (unsigned)xp_took_ms);
}

static void test_kill_of_a_call_to_a_silent_agent(void **state)
{
    (void)state;
    for (int polls = 0; polls <= 3; polls++) {
        kill_at_poll("silent", polls);
        assert_true(agent_heard_cancel());
    }
}

static void test_kill_of_a_call_whose_answer_drips(void **state)
{
    (void)state;
    kill_at_poll("drip", 1);
}

static void *kill_when_heard(void *context)
{
    (void)context;
    while (agent_callers() == 0)
        clock_sleep_ms(1);
    ods_double_call_attention(xp_host);
    return NULL;
}

static void test_kill_from_another_session(void **state)
{
    pthread_t killer;
    uint64_t began = clock_monotonic_ms();

    (void)state;
    bad_mode_find("silent")->make(&xp_script);
    xp_add_errors();
    agent_start(&xp_script);
    assert_int_equal(pthread_create(&killer, NULL, kill_when_heard, NULL), 0);
    assert_int_equal(xp_run_alone(), MILINK_CALL_CANCELED);
    assert_int_equal(pthread_join(killer, NULL), 0);
    agent_stop();
    assert_true(clock_monotonic_ms() - began < KILL_MS + LATE_MS);
    assert_true(agent_heard_cancel());
}

static void test_the_timeout_of_the_caller(void **state)
{
    (void)state;
    bad_mode_find("silent")->make(&xp_script);
    xp_add_int("@timeout_seconds", 1);
    xp_add_errors();
    assert_int_equal(xp_run_call(), MILINK_AGENT_TIMED_OUT);
    assert_true(xp_took_ms >= 1000 && xp_took_ms <= 2000 + LATE_MS);
    assert_non_null(strstr(xp_output_text(4), "@timeout_seconds"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_integer_literals_of_every_kind),
        XP_CASE(test_common_parameters_as_any_literal),
        XP_CASE(test_null_literals_of_every_kind),
        XP_CASE(test_max_types_of_both_kinds),
        XP_CASE(test_max_types_as_output),
        XP_CASE(test_names_that_do_not_arrive),
        XP_CASE(test_no_parameters_by_either_count),
        XP_CASE(test_a_parameter_that_cannot_be_read),
        XP_CASE(test_code_page_that_is_not_told),
        XP_CASE(test_an_output_that_cannot_be_set),
        XP_CASE(test_a_client_that_goes_at_every_row),
        XP_CASE(test_a_column_that_is_refused),
        XP_CASE(test_an_end_or_message_that_is_refused),
        XP_CASE(test_a_host_without_8_byte_columns),
        XP_CASE(test_kill_of_a_call_to_a_silent_agent),
        XP_CASE(test_kill_of_a_call_whose_answer_drips),
        XP_CASE(test_kill_from_another_session),
        XP_CASE(test_the_timeout_of_the_caller),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
