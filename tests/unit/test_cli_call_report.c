/* SPDX-License-Identifier: MIT */
/* milink-agent call: the exit code of every error, and the request of @what_if for people. */
#include "cli.h"
#include "cli_call.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct cli_answer answer;
static char *printed;

static int tear_down(void **state)
{
    (void)state;
    table_clear(&answer.table);
    free(printed);
    printed = NULL;
    return 0;
}

/* What is shown of a detail; NULL: that it holds no request. */
static const char *show(const char *detail)
{
    static const struct wire_columns columns = {.count = 1,
                                                .columns = {{"detail", 6, WIRE_TEXT, 4000}}};
    struct wire_value value = {
        .type = WIRE_TEXT, .bytes = detail, .length = strlen(detail), .is_null = detail[0] == '\0'};
    size_t length = 0;
    bool shown = false;
    FILE *to = NULL;

    free(printed);
    to = open_memstream(&printed, &length);
    assert_non_null(to);
    table_set_columns(&answer.table, &columns);
    assert_true(table_add(&answer.table, &value));
    shown = cli_call_show_request(&answer, to);
    fclose(to);
    return shown ? printed : NULL;
}

static void test_request(void **state)
{
    (void)state;
    assert_string_equal(
        show("Would send: PATCH /a/b?api-version=2025-01-01 "
             "{\"p\":{\"x\":[1,true],\"t\":\"a:\\\"{,}\\\\\"},\"n\":null} - Note: so - and so."),
        "PATCH /a/b\napi-version 2025-01-01\n\n"
        "{\n  \"p\": {\n    \"x\": [\n      1,\n      true\n    ],\n"
        "    \"t\": \"a:\\\"{,}\\\\\"\n  },\n  \"n\": null\n}\n\nNote: so - and so.\n");
    assert_string_equal(show("Would send: DELETE /a%20b?api-version=2025-01-01 "),
                        "DELETE /a%20b\napi-version 2025-01-01\n");
    assert_string_equal(show("Would send: DELETE /a?api-version=1  - It is there."),
                        "DELETE /a\napi-version 1\n\nIt is there.\n");
}

static void test_no_request(void **state)
{
    (void)state;
    assert_null(show("Would send nothing: it is so already."));
    assert_null(show(""));
    assert_null(show("Would send: "));
    assert_null(show("Would send: POST"));
    assert_null(show("Would send: POST /a {}"));
}

/* A detail is cut at 4000 characters, anywhere. */
static void test_cut(void **state)
{
    static const char whole[] =
        "Would send: PUT /a?api-version=1 {\"a\":[{\"b\":\"c\\\"\"},2]} - note";
    char part[sizeof whole];

    (void)state;
    for (size_t length = 0; length < sizeof whole; length++) {
        memcpy(part, whole, length);
        part[length] = '\0';
        show(part);
    }
    assert_string_equal(show("Would send: PUT /a?api-version=1 {\"a\":{\"b\":\"c\\"),
                        "PUT /a\napi-version 1\n\n{\n  \"a\": {\n    \"b\": \"c\\\n");
    assert_non_null(show("Would send: PUT /a?api-version=1 {}}}]]"));
}

static void test_codes(void **state)
{
    (void)state;
    assert_int_equal(cli_call_code(0, true), CLI_DONE);
    assert_int_equal(cli_call_code(MILINK_ARM_FAILED, true), CLI_FAILED);
    assert_int_equal(cli_call_code(MILINK_CONFIRM_REQUIRED, true), CLI_FAILED);
    assert_int_equal(cli_call_code(MILINK_PARAMETER_MISSING, false), CLI_USAGE);
    assert_int_equal(cli_call_code(MILINK_AGENT_NOT_RUNNING, true), CLI_NOT_RUNNING);
    assert_int_equal(cli_call_code(MILINK_AGENT_BUSY, true), CLI_BUSY);
    assert_int_equal(cli_call_code(MILINK_ARM_THROTTLED, false), CLI_BUSY);
    assert_int_equal(cli_call_code(MILINK_ARM_OUTCOME_UNKNOWN, true), CLI_UNKNOWN);
    assert_int_equal(cli_call_code(MILINK_AGENT_TIMED_OUT, true), CLI_UNKNOWN);
    assert_int_equal(cli_call_code(MILINK_AGENT_TIMED_OUT, false), CLI_BUSY);
    assert_int_equal(cli_call_code(MILINK_ARM_TIMED_OUT, true), CLI_UNKNOWN);
    assert_int_equal(cli_call_code(MILINK_ARM_TIMED_OUT, false), CLI_BUSY);
    assert_int_equal(cli_call_code(MILINK_AGENT_HUNG_UP, true), CLI_UNKNOWN);
    assert_int_equal(cli_call_code(MILINK_AGENT_HUNG_UP, false), CLI_FAILED);
    assert_int_equal(cli_call_code(12345, true), CLI_FAILED);
}

/* A script may repeat what ended with 5: of a call that reads, nothing else may end with 4 but what
 * the journal itself calls unknown. */
static void test_every_code(void **state)
{
    size_t count = 0;
    const struct error_entry *table = error_table(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        int reads = cli_call_code(table[i].number, false);
        int changes = cli_call_code(table[i].number, true);

        assert_in_range(reads, CLI_FAILED, CLI_BUSY);
        assert_in_range(changes, CLI_FAILED, CLI_BUSY);
        if (reads == CLI_UNKNOWN)
            assert_int_equal(changes, CLI_UNKNOWN);
        if (changes == CLI_BUSY)
            assert_int_equal(reads, CLI_BUSY);
    }
}

#define CASE(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(test_request), CASE(test_no_request), CASE(test_cut),
                                       CASE(test_codes), CASE(test_every_code)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
