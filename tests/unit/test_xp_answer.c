/* SPDX-License-Identifier: MIT */
/* What the caller sees of an answer: rows, messages, return code; and of answers that are none. */
#include "xp_fixture.h"
#include "exports.h"
#include "modes.h"
#include "text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

enum { LATE_MS = 1500 /* generous: what a loaded machine may add */ };

static const struct ods_double_set *set(void)
{
    return &xp_record()->sets[0];
}

/* --- good answers --- */

static void test_success_without_rows(void **state)
{
    (void)state;
    xp_add_errors();
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_record()->message_count, 0);
    assert_int_equal(set()->column_count, 0);
    assert_int_equal(set()->status, ODS_DONE_MORE);
    assert_int_equal(xp_output_int(1), 0);
    assert_true(xp_output_is_null(2));
    assert_true(xp_output_is_null(3));
}

static void test_rows_of_every_type(void **state)
{
    static const struct wire_column columns[] = {{"name", 4, WIRE_TEXT, 10},
                                                 {"count", 5, WIRE_INT, 0},
                                                 {"is_open", 7, WIRE_BIT, 0},
                                                 {"key", 3, WIRE_BINARY, 5}};
    const struct wire_value first[] = {wire_text("a\xF0\x9F\x98\x80"), wire_int(INT32_MIN),
                                       wire_bit(1), wire_binary("\1\0\2", 3)};
    const struct wire_value second[] = {wire_null(WIRE_TEXT), wire_null(WIRE_INT),
                                        wire_null(WIRE_BIT), wire_null(WIRE_BINARY)};

    (void)state;
    xp_answer_columns(columns, 4);
    xp_answer_row(first, 4);
    xp_answer_row(second, 4);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(set()->row_count, 2);
    assert_int_equal(set()->status, ODS_DONE_MORE | ODS_DONE_COUNT);
    assert_string_equal(set()->columns[0].name, "name");
    assert_int_equal(set()->columns[0].token, ODS_NVARCHAR);
    assert_int_equal(set()->columns[0].length, 20);
    assert_int_equal(set()->columns[1].token, ODS_INTN);
    assert_int_equal(set()->columns[2].token, ODS_BITN);
    assert_string_equal(set()->columns[3].name, "key");
    assert_int_equal(set()->columns[3].token, ODS_BIGVARBINARY);
    assert_string_equal(xp_text(xp_cell(0, 0)), "a\xF0\x9F\x98\x80");
    assert_memory_equal(xp_cell(0, 1)->bytes, "\0\0\0\x80", 4);
    assert_memory_equal(xp_cell(0, 2)->bytes, "\1", 1);
    assert_int_equal(xp_cell(0, 3)->length, 3);
    assert_memory_equal(xp_cell(0, 3)->bytes, "\1\0\2", 3);
    for (size_t i = 0; i < 4; i++)
        assert_true(xp_cell(1, i)->is_null);
}

/* A row cannot carry a text of length 0 (ods-api 2.3): the T-SQL layer knows. */
static void test_an_empty_text_is_null_in_a_row(void **state)
{
    static const struct wire_column columns[] = {{"a", 1, WIRE_TEXT, 10}, {"b", 1, WIRE_BINARY, 5}};
    const struct wire_value values[] = {wire_text(""), wire_binary("", 0)};

    (void)state;
    xp_answer_columns(columns, 2);
    xp_answer_row(values, 2);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_true(xp_cell(0, 0)->is_null);
    assert_true(xp_cell(0, 1)->is_null);
}

static void test_a_set_of_no_rows(void **state)
{
    (void)state;
    xp_answer("columns");
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(set()->column_count, 2);
    assert_int_equal(set()->row_count, 0);
    assert_int_equal(set()->count, 0);
    assert_int_equal(set()->status, ODS_DONE_MORE | ODS_DONE_COUNT);
}

/* Longer than its column: cut where the column ends, never through a pair. */
static void test_values_longer_than_their_column(void **state)
{
    static const struct wire_column columns[] = {{"a", 1, WIRE_TEXT, 2}, {"b", 1, WIRE_BINARY, 2}};
    const struct wire_value values[] = {wire_text("a\xF0\x9F\x98\x80"), wire_binary("\1\2\3", 3)};

    (void)state;
    xp_answer_columns(columns, 2);
    xp_answer_row(values, 2);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_string_equal(xp_text(xp_cell(0, 0)), "a");
    assert_int_equal(xp_cell(0, 1)->length, 2);
}

static void test_the_widest_set(void **state)
{
    static struct wire_column columns[WIRE_MAX_COLUMNS];
    static struct wire_value values[WIRE_MAX_COLUMNS];
    static char text[1001];

    (void)state;
    memset(text, 'x', 1000);
    for (size_t i = 0; i < WIRE_MAX_COLUMNS; i++) {
        columns[i] = wire_column_of("c", WIRE_TEXT, WIRE_MAX_TEXT_UNITS);
        values[i] = wire_text(text);
    }
    xp_answer_columns(columns, WIRE_MAX_COLUMNS);
    for (int i = 0; i < 3; i++)
        xp_answer_row(values, WIRE_MAX_COLUMNS);
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(set()->row_count, 3);
    assert_int_equal(xp_cell(2, 63)->length, 2000);
}

static void test_information(void **state)
{
    (void)state;
    xp_answer("info");
    wire_put_info(&xp_script.answer, "");
    wire_put_info(&xp_script.answer, "second \xE2\x82\xAC");
    xp_answer("columns");
    xp_answer("row");
    xp_answer("done");
    assert_int_equal(xp_run_call(), 0);
    assert_int_equal(xp_record()->message_count, 2);
    assert_string_equal(xp_message(0), "@what_if = 1: nothing was sent.");
    assert_string_equal(xp_message(1), "second \xE2\x82\xAC");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(xp_record()->messages[i].number, MILINK_INFORMATION);
        assert_int_equal(xp_record()->messages[i].severity, 10);
        assert_int_equal(xp_record()->messages[i].sets_before, 0);
    }
    assert_int_equal(set()->row_count, 1);
}

static void test_every_exported_procedure_asks_for_itself(void **state)
{
#define LIST_PROCEDURE(name) {"xp_milink_" #name, xp_milink_##name},
    static const struct {
        const char *name;
        int (*run)(struct ods_call *host);
    } procedures[] = {MILINK_PROCEDURES(LIST_PROCEDURE)};
#undef LIST_PROCEDURE

    (void)state;
    assert_int_equal(__GetXpVersion(), ODS_XP_VERSION);
    for (size_t i = 0; i < sizeof procedures / sizeof procedures[0]; i++) {
        xp_again();
        xp_answer("done");
        agent_start(&xp_script);
        ods_double_call_begin(xp_host);
        assert_int_equal(procedures[i].run(xp_host), 0);
        ods_double_call_end(xp_host);
        agent_stop();
        assert_int_equal(xp_record()->misuse_count, 0);
        assert_int_equal(xp_heard()->procedure_length, strlen(procedures[i].name));
        assert_memory_equal(xp_heard()->procedure, procedures[i].name, strlen(procedures[i].name));
    }
}

/* --- errors --- */

static void test_an_error_of_the_agent(void **state)
{
    (void)state;
    xp_add_errors();
    xp_answer_done(MILINK_ARM_CONFLICT, "ManagedInstanceBusy", "sales-link: Azure refused.");
    assert_int_equal(xp_run_call(), MILINK_ARM_CONFLICT);
    assert_int_equal(xp_record()->message_count, 1);
    assert_int_equal(xp_record()->messages[0].number, MILINK_ARM_CONFLICT);
    assert_int_equal(xp_record()->messages[0].severity, 16);
    assert_string_equal(xp_message(0), "xp_milink_link_get: sales-link: Azure refused.");
    assert_int_equal(set()->status, ODS_DONE_MORE | ODS_DONE_ERROR);
    assert_int_equal(xp_output_int(1), MILINK_ARM_CONFLICT);
    assert_string_equal(xp_output_text(2), "ManagedInstanceBusy");
    assert_string_equal(xp_output_text(3), "sales-link: Azure refused.");
}

static void test_quiet_calls_show_no_message(void **state)
{
    (void)state;
    for (int as_int = 0; as_int <= 1; as_int++) {
        xp_again();
        if (as_int)
            xp_add_int("@QUIET", 1);
        else
            xp_add_bit("@quiet", 1);
        xp_add_errors();
        xp_answer("info");
        xp_answer_done(MILINK_ARM_CONFLICT, "Busy", "It is busy.");
        assert_int_equal(xp_run_call(), MILINK_ARM_CONFLICT);
        assert_int_equal(xp_record()->message_count, 0);
        assert_int_equal(set()->status, ODS_DONE_MORE | ODS_DONE_ERROR);
        assert_int_equal(xp_output_int(2), MILINK_ARM_CONFLICT);
        assert_string_equal(xp_output_text(4), "It is busy.");
    }
}

static void test_quiet_zero_and_null_are_not_quiet(void **state)
{
    (void)state;
    xp_add_bit("@quiet", 0);
    xp_answer_done(MILINK_ARM_CONFLICT, "Busy", "It is busy.");
    assert_int_equal(xp_run_call(), MILINK_ARM_CONFLICT);
    assert_int_equal(xp_record()->message_count, 1);
    xp_again();
    xp_add_null("@quiet");
    xp_answer_done(MILINK_ARM_CONFLICT, "Busy", "It is busy.");
    assert_int_equal(xp_run_call(), MILINK_ARM_CONFLICT);
    assert_int_equal(xp_record()->message_count, 1);
}

static void test_the_longest_error_message(void **state)
{
    static char message[ERROR_MESSAGE_CHARACTERS * 3 + 1];

    (void)state;
    message[0] = '\0';
    for (int i = 0; i < ERROR_MESSAGE_CHARACTERS; i++)
        text_append(message, sizeof message, "\xE2\x82\xAC");
    xp_add_errors();
    xp_answer_done(MILINK_ARM_FAILED, "Code", message);
    assert_int_equal(xp_run_call(), MILINK_ARM_FAILED);
    assert_string_equal(xp_output_text(3), message);
    assert_non_null(strstr(xp_message(0), message));
}

static void test_no_agent(void **state)
{
    (void)state;
    xp_add_errors();
    assert_int_equal(xp_run_alone(), MILINK_AGENT_NOT_RUNNING);
    assert_true(xp_took_ms < LATE_MS);
    assert_int_equal(xp_output_int(1), MILINK_AGENT_NOT_RUNNING);
    assert_string_equal(xp_output_text(2), "AGENT_NOT_RUNNING");
    assert_non_null(strstr(xp_message(0), "Start the service milink-agent"));
}

/* --- answers that are none --- */

static void test_rows_sent_before_the_connection_broke_stay(void **state)
{
    (void)state;
    bad_mode_find("close-mid-row")->make(&xp_script);
    xp_add_errors();
    assert_int_equal(xp_run_call(), MILINK_AGENT_HUNG_UP);
    assert_int_equal(set()->row_count, 1);
    assert_int_equal(set()->count, 1);
    assert_int_equal(set()->status, ODS_DONE_MORE | ODS_DONE_COUNT | ODS_DONE_ERROR);
}

/* What no set was described for has no count. */
static void test_malformed_columns_leave_no_set(void **state)
{
    (void)state;
    xp_answer("columns");
    xp_script.answer.data[WIRE_HEADER_SIZE + 2 + 2 + 4] = 9; /* the first column's type */
    assert_int_equal(xp_run_call(), MILINK_AGENT_BAD_ANSWER);
    assert_int_equal(set()->column_count, 0);
    assert_int_equal(set()->status, ODS_DONE_MORE | ODS_DONE_ERROR);
}

/* A text from elsewhere (an ARM message, a product name) may hold control characters; what the
 * client is shown may
 * not. */
static void test_control_characters_are_not_shown(void **state)
{
    const struct wire_hello own = {2, 3, "2.1\x1B[2J", 7};

    (void)state;
    xp_add_errors();
    wire_put_info(&xp_script.answer, "bell \a and escape \x1B[2J");
    xp_answer_done(MILINK_ARM_FAILED, "Code", "null device \x01 \x1B[2J");
    assert_int_equal(xp_run_call(), MILINK_ARM_FAILED);
    assert_int_equal(xp_record()->message_count, 2);
    xp_again();
    wire_put_unsupported(&xp_script.answer, &own);
    assert_int_equal(xp_run_call(), MILINK_AGENT_NEWER);
    assert_int_equal(xp_record()->message_count, 1);
}

/* "0 and two NULLs on success" (outputs.h), whatever the agent wrote beside the 0. */
static void test_success_has_no_error_text(void **state)
{
    (void)state;
    xp_add_errors();
    xp_answer_done(0, "Odd", "An odd text.");
    if (xp_run_call() == 0) {
        assert_true(xp_output_is_null(2));
        assert_true(xp_output_is_null(3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_success_without_rows),
        XP_CASE(test_rows_of_every_type),
        XP_CASE(test_an_empty_text_is_null_in_a_row),
        XP_CASE(test_a_set_of_no_rows),
        XP_CASE(test_values_longer_than_their_column),
        XP_CASE(test_the_widest_set),
        XP_CASE(test_information),
        XP_CASE(test_every_exported_procedure_asks_for_itself),
        XP_CASE(test_an_error_of_the_agent),
        XP_CASE(test_quiet_calls_show_no_message),
        XP_CASE(test_quiet_zero_and_null_are_not_quiet),
        XP_CASE(test_the_longest_error_message),
        XP_CASE(test_no_agent),
        XP_CASE(test_rows_sent_before_the_connection_broke_stay),
        XP_CASE(test_malformed_columns_leave_no_set),
        XP_CASE(test_control_characters_are_not_shown),
        XP_CASE(test_success_has_no_error_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
