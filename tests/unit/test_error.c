/* SPDX-License-Identifier: MIT */
/* The table of errors and the texts that users read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "text.h"

static struct error error;

static int set_up(void **state)
{
    (void)state;
    memset(&error, 0, sizeof error);
    return 0;
}

static void test_numbers_are_in_order_and_in_their_ranges(void **state)
{
    size_t count = 0;
    const struct error_entry *table = error_table(&count);

    (void)state;
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(table[i].number >= 50500 && table[i].number <= 50699);
        if (i > 0 && table[i].number <= table[i - 1].number)
            fail_msg("%s is not in order", table[i].symbol);
    }
}

static void assert_symbol(const char *symbol)
{
    assert_true(strlen(symbol) > 0 && strlen(symbol) <= ERROR_CODE_CHARACTERS);
    for (const char *c = symbol; *c != '\0'; c++)
        if (!isupper((unsigned char)*c) && *c != '_')
            fail_msg("%s: a symbol is of capitals", symbol);
}

static void test_every_row_says_cause_and_action(void **state)
{
    size_t count = 0;
    const struct error_entry *table = error_table(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct error_entry *row = &table[i];

        assert_symbol(row->symbol);
        assert_true(strlen(row->cause) > 0);
        assert_true(strlen(row->action) > 0);
        if (row->cause[strlen(row->cause) - 1] == '.' ||
            row->action[strlen(row->action) - 1] == '.')
            fail_msg("%s: the full stop is added by error_set", row->symbol);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(row->symbol, table[k].symbol);
        assert_ptr_equal(error_find(row->number), row);
    }
}

static void test_a_number_that_is_not_in_the_table(void **state)
{
    (void)state;
    assert_string_equal(error_find(12345)->symbol, "UNKNOWN");
    assert_string_equal(error_find(0)->symbol, "UNKNOWN");
    assert_string_equal(error_find(-1)->symbol, "UNKNOWN");
    error_set(&error, 12345, NULL, NULL);
    assert_int_equal(error.number, 12345);
    assert_string_equal(error.code, "UNKNOWN");
}

static void test_text_of_cause_and_action(void **state)
{
    (void)state;
    error_set(&error, MILINK_AGENT_NOT_RUNNING, NULL, NULL);
    assert_int_equal(error.number, 50501);
    assert_string_equal(error.code, "AGENT_NOT_RUNNING");
    assert_string_equal(error.message, "nothing answers at the agent's pipe. Start the service "
                                       "milink-agent on this host.");
}

static void test_text_with_subject_and_detail(void **state)
{
    (void)state;
    error_set(&error, MILINK_PARAMETER_TOO_LONG, "@link", "at most 4000 characters");
    assert_string_equal(error.message,
                        "@link: a parameter is too long: at most 4000 characters. Shorten it to "
                        "the length named.");
}

static void test_empty_subject_and_detail_are_none(void **state)
{
    struct error other;

    (void)state;
    memset(&other, 0, sizeof other);
    error_set(&error, MILINK_PARAMETER_TOO_LONG, "", "");
    error_set(&other, MILINK_PARAMETER_TOO_LONG, NULL, NULL);
    assert_string_equal(error.message, other.message);
}

static void test_a_detail_with_a_full_stop_gets_no_second(void **state)
{
    (void)state;
    error_set(&error, MILINK_ARM_FAILED, NULL, "It broke.");
    assert_string_equal(error.message, "Azure reports that the operation failed: It broke. See the "
                                       "reason Azure gave.");
}

static void test_the_first_error_stays(void **state)
{
    (void)state;
    error_set(&error, MILINK_PARAMETER_TYPE, "@a", NULL);
    error_set(&error, MILINK_AGENT_BUSY, NULL, NULL);
    assert_int_equal(error.number, MILINK_PARAMETER_TYPE);
    assert_string_equal(error.code, "PARAMETER_TYPE");
    assert_non_null(strstr(error.message, "@a"));
    assert_null(strstr(error.message, "workers"));
}

static void assert_cut(const char *piece)
{
    static char detail[20000];
    size_t units = 0;

    detail[0] = '\0';
    while (strlen(detail) + 8 < sizeof detail)
        text_append(detail, sizeof detail, piece);
    memset(&error, 0, sizeof error);
    error_set(&error, MILINK_ARM_FAILED, "@link", detail);
    units = text_units(error.message, strlen(error.message));
    assert_true(units != SIZE_MAX);
    assert_true(units <= ERROR_MESSAGE_CHARACTERS);
    assert_true(units >= ERROR_MESSAGE_CHARACTERS - 1);
}

static void test_a_long_text_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    assert_cut("x");
    assert_cut("\xC3\xA9");
    assert_cut("\xE2\x82\xAC");
    assert_cut("\xF0\x9F\x98\x80");
    assert_cut("x\xF0\x9F\x98\x80");
}

static void test_arm_code_replaces_the_symbol(void **state)
{
    (void)state;
    error_set(&error, MILINK_ARM_CONFLICT, NULL, NULL);
    error_set_code(&error, NULL);
    error_set_code(&error, "");
    assert_string_equal(error.code, "ARM_CONFLICT");
    error_set_code(&error, "ManagedInstanceBusy");
    assert_string_equal(error.code, "ManagedInstanceBusy");
    assert_int_equal(error.number, MILINK_ARM_CONFLICT);
}

static void test_a_long_code_is_cut_to_its_column(void **state)
{
    char code[400];

    (void)state;
    memset(code, 'c', sizeof code);
    code[sizeof code - 1] = '\0';
    error_set(&error, MILINK_ARM_CONFLICT, NULL, NULL);
    error_set_code(&error, code);
    assert_int_equal(strlen(error.code), ERROR_CODE_CHARACTERS);
}

/* @error_code is nvarchar(128): 128 characters, whatever they are. */
static void test_a_code_of_128_characters_stays_whole(void **state)
{
    char code[400] = "";

    (void)state;
    for (int i = 0; i < ERROR_CODE_CHARACTERS; i++)
        text_append(code, sizeof code, "\xE2\x82\xAC");
    error_set(&error, MILINK_ARM_CONFLICT, NULL, NULL);
    error_set_code(&error, code);
    assert_string_equal(error.code, code);
}

#define CASE(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_numbers_are_in_order_and_in_their_ranges),
        CASE(test_every_row_says_cause_and_action),
        CASE(test_a_number_that_is_not_in_the_table),
        CASE(test_text_of_cause_and_action),
        CASE(test_text_with_subject_and_detail),
        CASE(test_empty_subject_and_detail_are_none),
        CASE(test_a_detail_with_a_full_stop_gets_no_second),
        CASE(test_the_first_error_stays),
        CASE(test_a_long_text_is_cut_at_a_whole_character),
        CASE(test_arm_code_replaces_the_symbol),
        CASE(test_a_long_code_is_cut_to_its_column),
        CASE(test_a_code_of_128_characters_stays_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
