/* SPDX-License-Identifier: MIT */
/* Memory runs out in SQL Server while a procedure runs: the caller learns of it, and the host is
 * used rightly. */
#include "xp_fixture.h"
#include "allocations.h"
#include "xp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static int result;

static void act(void *context)
{
    (void)context;
    ods_double_call_begin(xp_host);
    result = xp_run("xp_milink_link_failover", xp_host);
    ods_double_call_end(xp_host);
}

static void check_host(void)
{
    agent_stop();
    for (size_t i = 0; i < xp_record()->misuse_count; i++)
        fprintf(stderr, "misuse: %s\n", xp_record()->misuses[i]);
    assert_int_equal(xp_record()->misuse_count, 0);
}

static void add_parameters(void)
{
    xp_add_text("@link", "sales-link");
    xp_add((struct ods_double_parameter){
        .name = "@reason", .token = ODS_BIGVARCHAR, .maximum = 9, .bytes = "abc", .length = 3});
    xp_add((struct ods_double_parameter){
        .name = "@key", .token = ODS_BIGVARBINARY, .maximum = 9, .bytes = "abc", .length = 3});
    xp_add_int("@wait_seconds", 5);
    xp_add_output("@operation_id", ODS_NVARCHAR, 72);
    xp_add_output("@request_id", ODS_BIGVARCHAR, 36);
    xp_add_errors();
}

static void prepare_success(void *context)
{
    const struct wire_output outputs[] = {{5, wire_text("0a1b")}, {6, wire_text("2c3d")}};
    static struct error none;

    (void)context;
    xp_again();
    add_parameters();
    xp_answer("info");
    xp_answer("columns");
    xp_answer("row");
    xp_answer("row");
    wire_put_done(&xp_script.answer, &none, outputs, 2);
    agent_start(&xp_script);
}

/* Return code 0 means that everything arrived. */
static void check_success(void *context, bool failed)
{
    (void)context;
    check_host();
    if (!failed)
        assert_int_equal(result, 0);
    if (result != 0)
        return;
    assert_int_equal(xp_record()->message_count, 1);
    assert_int_equal(xp_record()->sets[0].row_count, 2);
    assert_string_equal(xp_output_text(5), "0a1b");
    assert_memory_equal(xp_record()->outputs[5].value.bytes, "2c3d", 4);
    assert_int_equal(xp_output_int(7), 0);
}

static void test_a_good_answer_without_memory(void **state)
{
    const struct fault_scenario scenario = {prepare_success, act, check_success, NULL};

    (void)state;
    assert_true(fault_each_allocation(&scenario) > 10);
}

static void prepare_error(void *context)
{
    (void)context;
    xp_again();
    add_parameters();
    xp_answer("info");
    xp_answer_done(MILINK_ARM_CONFLICT, "Busy", "It is busy.");
    agent_start(&xp_script);
}

/* Whatever fails on the way, an error never becomes a success. */
static void check_error(void *context, bool failed)
{
    (void)context;
    check_host();
    assert_true(result == MILINK_ARM_CONFLICT || (failed && result == MILINK_OUT_OF_MEMORY));
    if (!failed)
        assert_int_equal(xp_record()->message_count, 2);
}

static void test_an_error_without_memory(void **state)
{
    const struct fault_scenario scenario = {prepare_error, act, check_error, NULL};

    (void)state;
    assert_true(fault_each_allocation(&scenario) > 5);
}

static void prepare_refusal(void *context)
{
    (void)context;
    xp_again();
    xp_add_text("@link", "a");
    xp_add_text("@link", "b");
    xp_add_errors();
}

static void check_refusal(void *context, bool failed)
{
    (void)context;
    check_host();
    assert_true(result == MILINK_PARAMETER_DUPLICATE || (failed && result == MILINK_OUT_OF_MEMORY));
}

static void test_a_refusal_without_memory(void **state)
{
    const struct fault_scenario scenario = {prepare_refusal, act, check_refusal, NULL};

    (void)state;
    assert_true(fault_each_allocation(&scenario) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_a_good_answer_without_memory),
        XP_CASE(test_an_error_without_memory),
        XP_CASE(test_a_refusal_without_memory),
    };

    fault_spare("double_");
    fault_spare("ods_double_");
    fault_spare("call_misuse");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
