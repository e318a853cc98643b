/* SPDX-License-Identifier: MIT */
/* How parameters are named: by name or by position, twice, too long, not ASCII; and what the DLL
 * itself obeys. */
#include "xp_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void test_no_parameters(void **state)
{
    (void)state;
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_heard()->parameter_count, 0);
    assert_int_equal(xp_heard()->deadline_ms, WIRE_DEFAULT_DEADLINE_MS);
    assert_int_equal(xp_heard()->procedure_length, strlen("xp_milink_link_get"));
    assert_memory_equal(xp_heard()->procedure, "xp_milink_link_get", 18);
}

static void test_names_are_passed_as_given(void **state)
{
    (void)state;
    xp_add_text("@LINK", "sales-link");
    xp_add_output("@operation_id", ODS_NVARCHAR, 72);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_heard()->parameter_count, 2);
    assert_int_equal(xp_heard()->parameters[0].name_length, 5);
    assert_memory_equal(xp_heard()->parameters[0].name, "@LINK", 5);
    assert_false(xp_heard()->parameters[0].output);
    assert_true(xp_heard()->parameters[1].output);
    assert_true(xp_heard()->parameters[1].value.is_null);
}

static void test_positions(void **state)
{
    (void)state;
    xp_add_text(NULL, "first");
    xp_add_int(NULL, 2);
    xp_add_null(NULL);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_heard()->parameter_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(xp_heard()->parameters[i].name_length, 0);
    assert_memory_equal(xp_heard()->parameters[0].value.bytes, "first", 5);
}

static void test_a_bad_value_by_position_is_named_by_its_number(void **state)
{
    (void)state;
    xp_add_text(NULL, "first");
    xp_add((struct ods_double_parameter){
        .token = ODS_NVARCHAR, .maximum = 4, .bytes = "\0\xD8", .length = 2});
    xp_answer("done");
    assert_int_equal(xp_run_call(), MILINK_PARAMETER_TEXT);
    assert_non_null(strstr(xp_message(0), "parameter 2"));
}

static void test_a_name_given_twice(void **state)
{
    (void)state;
    xp_add_text("@link", "a");
    xp_add_text("@other", "b");
    xp_add_text("@LINK", "c");
    xp_assert_refused(MILINK_PARAMETER_DUPLICATE, "@LINK");
    assert_int_equal(xp_output_int(4), MILINK_PARAMETER_DUPLICATE);
}

static void test_names_at_their_longest(void **state)
{
    char name[130];

    (void)state;
    memset(name, 'n', sizeof name);
    name[0] = '@';
    name[128] = '\0';
    xp_add_int(name, 1);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_heard()->parameters[0].name_length, 128);
    xp_again();
    name[128] = 'n';
    name[129] = '\0';
    xp_add_text("@link", "a");
    xp_add_int(name, 1);
    xp_assert_refused(MILINK_PARAMETER_UNKNOWN, "@nnnn");
    assert_int_equal(xp_output_int(3), MILINK_PARAMETER_UNKNOWN);
}

/* Names come in the server's code page; ours are ASCII, so that name is none of ours. What is
 * shown of it must be text
 * (the double refuses control characters and half pairs). */
static void test_a_name_that_is_not_ascii(void **state)
{
    static const char *const names[] = {"@stra\xDF"
                                        "e",
                                        "@\xE4"
                                        "bc",
                                        "@\xED\xA0\x80", "@a\xFF"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        xp_again();
        xp_add_text("@link", "a");
        xp_add_int(names[i], 1);
        xp_assert_refused(MILINK_PARAMETER_UNKNOWN, "no such parameter");
    }
}

static void test_named_and_positional_mixed(void **state)
{
    (void)state;
    xp_add_text("@link", "a");
    xp_add_text(NULL, "b");
    xp_assert_refused(MILINK_PARAMETER_MIX, "parameter 2");
    assert_int_equal(xp_output_int(3), MILINK_PARAMETER_MIX);
}

/* T-SQL lets names follow positions. That is refused, and the refusal obeys what the names say. */
static void test_quiet_and_outputs_count_in_a_mixed_call(void **state)
{
    (void)state;
    xp_add_text(NULL, "a");
    xp_add_bit("@quiet", 1);
    xp_add_errors();
    xp_answer("done");
    assert_int_equal(xp_run_call(), MILINK_PARAMETER_MIX);
    assert_int_equal(agent_callers(), 0);
    assert_int_equal(xp_output_int(3), MILINK_PARAMETER_MIX);
    assert_int_equal(xp_record()->message_count, 0);
}

/* After a refused parameter the later ones still count. */
static void test_quiet_and_outputs_count_behind_a_bad_parameter(void **state)
{
    static const char bad[] =
        "@this_name_is_far_longer_than_any_name_that_t_sql_would_ever_take_"
        "because_a_sysname_ends_at_128_characters_and_this_one_goes_on_and_on";

    (void)state;
    xp_add((struct ods_double_parameter){.name = "@when",
                                         .token = ODS_DOUBLE_DATETIMN,
                                         .maximum = 8,
                                         .bytes = "\0\0\0\0\0\0\0\0",
                                         .length = 8});
    xp_add_bit("@quiet", 1);
    xp_add_errors();
    assert_int_equal(xp_run_alone(), MILINK_PARAMETER_TYPE);
    assert_int_equal(xp_record()->message_count, 0);
    assert_int_equal(xp_output_int(3), MILINK_PARAMETER_TYPE);
    xp_again();
    xp_add_int(bad, 1);
    xp_add_bit("@quiet", 1);
    xp_add_errors();
    assert_int_equal(xp_run_alone(), MILINK_PARAMETER_UNKNOWN);
    assert_int_equal(xp_output_int(3), MILINK_PARAMETER_UNKNOWN);
    assert_int_equal(xp_record()->message_count, 0);
}

static void test_count_of_parameters(void **state)
{
    (void)state;
    for (int count = 48; count <= 49; count++) {
        xp_again();
        for (int i = 0; i < count; i++)
            xp_add_int(NULL, i);
        xp_answer("done");
        assert_int_equal(xp_run_call(), count == 48 ? 0 : MILINK_REQUEST_TOO_LARGE);
        if (count == 48)
            assert_int_equal(xp_heard()->parameter_count, 48);
        else
            assert_non_null(strstr(xp_message(0), "48"));
    }
}

static void test_the_timeout_becomes_the_deadline(void **state)
{
    static const struct {
        int32_t seconds;
        uint32_t deadline_ms;
    } cases[] = {{1, 1000}, {300, 300000}, {0, 30000}, {301, 30000}, {-1, 30000}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_again();
        xp_add_int("@Timeout_Seconds", cases[i].seconds);
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_int_equal(xp_heard()->deadline_ms, cases[i].deadline_ms);
        assert_int_equal(xp_heard()->parameters[0].value.integer, cases[i].seconds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_no_parameters),
        XP_CASE(test_names_are_passed_as_given),
        XP_CASE(test_positions),
        XP_CASE(test_a_bad_value_by_position_is_named_by_its_number),
        XP_CASE(test_a_name_given_twice),
        XP_CASE(test_names_at_their_longest),
        XP_CASE(test_a_name_that_is_not_ascii),
        XP_CASE(test_named_and_positional_mixed),
        XP_CASE(test_quiet_and_outputs_count_in_a_mixed_call),
        XP_CASE(test_quiet_and_outputs_count_behind_a_bad_parameter),
        XP_CASE(test_count_of_parameters),
        XP_CASE(test_the_timeout_becomes_the_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
