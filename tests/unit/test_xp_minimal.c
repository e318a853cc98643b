/* SPDX-License-Identifier: MIT */
/* A host whose opends60 lacks srv_wsendmsg, srv_got_attention and srv_pfield: calls work,
 * without what these do. */
#include "xp_fixture.h"
#include "modes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static void test_rows_arrive_and_information_does_not(void **state)
{
    (void)state;
    xp_add((struct ods_double_parameter){
        .name = "@link", .token = ODS_BIGVARCHAR, .maximum = 9, .bytes = "abc", .length = 3});
    xp_answer("info");
    xp_answer("columns");
    xp_answer("row");
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_record()->message_count, 0);
    assert_int_equal(xp_record()->sets[0].row_count, 1);
    assert_memory_equal(xp_heard()->parameters[0].value.bytes, "abc", 3);
}

static void test_errors_arrive_as_outputs_and_return_code(void **state)
{
    (void)state;
    xp_add_errors();
    xp_answer_done(MILINK_ARM_FAILED, "Code", "It failed.");
    assert_int_equal(xp_run_call(), MILINK_ARM_FAILED);
    assert_int_equal(xp_record()->message_count, 0);
    assert_int_equal(xp_output_int(1), MILINK_ARM_FAILED);
    assert_string_equal(xp_output_text(3), "It failed.");
    assert_int_equal(xp_record()->sets[0].status, ODS_DONE_MORE | ODS_DONE_ERROR);
}

static void test_the_timeout_holds_without_attention(void **state)
{
    (void)state;
    bad_mode_find("silent")->make(&xp_script);
    xp_add_int("@timeout_seconds", 1);
    assert_int_equal(xp_run_call(), MILINK_AGENT_TIMED_OUT);
    assert_true(xp_took_ms < 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_rows_arrive_and_information_does_not),
        XP_CASE(test_errors_arrive_as_outputs_and_return_code),
        XP_CASE(test_the_timeout_holds_without_attention),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
