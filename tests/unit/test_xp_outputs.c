/* SPDX-License-Identifier: MIT */
/* OUTPUT parameters in variables of every type: converted, cut at a whole character, or left as
 * they were. */
#include "xp_fixture.h"
#include "text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* Runs a call with one OUTPUT variable that the agent sets. */
static void run(uint8_t token, uint32_t maximum, struct wire_value value)
{
    static const uint8_t zeros[8];
    const struct ods_double_type *type = ods_double_type_find(token);

    xp_again();
    if (type->kind == ODS_DOUBLE_FIXED)
        xp_add((struct ods_double_parameter){.name = "@out",
                                             .token = token,
                                             .maximum = maximum,
                                             .bytes = zeros,
                                             .length = maximum,
                                             .is_output = true});
    else
        xp_add_output("@out", token, maximum);
    xp_answer_output(1, value);
    assert_int_equal(xp_run_call(), 0);
}

static const struct ods_double_value *out(void)
{
    assert_true(xp_output_is_set(1));
    return &xp_record()->outputs[0].value;
}

struct number_case {
    uint8_t token;
    uint32_t maximum;
    int64_t number;
    bool fits;
};

static const struct number_case number_cases[] = {
    {ODS_INTN, 1, 0, true},         {ODS_INTN, 1, 255, true},
    {ODS_INTN, 1, 256, false},      {ODS_INTN, 1, -1, false},
    {ODS_INTN, 2, 32767, true},     {ODS_INTN, 2, 32768, false},
    {ODS_INTN, 2, -32768, true},    {ODS_INTN, 2, -32769, false},
    {ODS_INTN, 4, INT32_MAX, true}, {ODS_INTN, 4, (int64_t)INT32_MAX + 1, false},
    {ODS_INTN, 4, INT32_MIN, true}, {ODS_INTN, 4, (int64_t)INT32_MIN - 1, false},
    {ODS_INTN, 8, INT64_MAX, true}, {ODS_INTN, 8, INT64_MIN, true},
    {ODS_INT1, 1, 255, true},       {ODS_INT1, 1, -1, false},
    {ODS_INT2, 2, -5, true},        {ODS_INT2, 2, 50501, false},
    {ODS_INT4, 4, 50501, true},     {ODS_INT4, 4, INT64_MIN, false},
    {ODS_INT8, 8, INT64_MIN, true}, {ODS_BITN, 1, 0, true},
    {ODS_BITN, 1, 1, true},         {ODS_BIT, 1, 1, true},
};

static void test_numbers_into_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof number_cases / sizeof number_cases[0]; i++) {
        const struct number_case *item = &number_cases[i];

        run(item->token, item->maximum, wire_int(item->number));
        if (xp_output_is_set(1) != item->fits)
            fail_msg("case %zu: %lld into 0x%02X of %u bytes", i, (long long)item->number,
                     (unsigned)item->token, (unsigned)item->maximum);
        if (item->fits)
            assert_true(xp_output_int(1) == item->number);
    }
}

/* A bit holds 0 or 1: another byte in it is a value that SQL Server cannot have. */
static void test_a_bit_holds_nothing_but_0_and_1(void **state)
{
    static const int64_t numbers[] = {2, 200, 255, 256, -1};

    (void)state;
    for (size_t i = 0; i < 2 * sizeof numbers / sizeof numbers[0]; i++) {
        run(i % 2 == 0 ? ODS_BITN : ODS_BIT, 1, wire_int(numbers[i / 2]));
        if (xp_output_is_set(1))
            assert_int_equal(out()->bytes[0], 1);
    }
}

static void test_bits_into_numbers(void **state)
{
    (void)state;
    run(ODS_INTN, 4, wire_bit(1));
    assert_int_equal(xp_output_int(1), 1);
    run(ODS_BITN, 1, wire_bit(0));
    assert_int_equal(xp_output_int(1), 0);
}

static void test_numbers_into_texts(void **state)
{
    (void)state;
    run(ODS_NVARCHAR, 40, wire_int(-50501));
    assert_string_equal(xp_output_text(1), "-50501");
    run(ODS_BIGVARCHAR, 20, wire_int(INT64_MIN));
    assert_int_equal(out()->length, 20);
    assert_memory_equal(out()->bytes, "-9223372036854775808", 20);
}

/* 505 is no approximation of 50501. */
static void test_a_number_that_its_text_does_not_hold(void **state)
{
    (void)state;
    run(ODS_NVARCHAR, 6, wire_int(50501));
    assert_false(xp_output_is_set(1));
    run(ODS_BIGVARCHAR, 3, wire_int(50501));
    assert_false(xp_output_is_set(1));
}

static void test_texts_are_cut_at_whole_characters(void **state)
{
    static const struct {
        uint32_t maximum;
        const char *expected;
    } cases[] = {{8, "a\xF0\x9F\x98\x80"
                     "b"},
                 {6, "a\xF0\x9F\x98\x80"},
                 {4, "a"},
                 {2, "a"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run(ODS_NVARCHAR, cases[i].maximum,
            wire_text("a\xF0\x9F\x98\x80"
                      "b"));
        assert_string_equal(xp_output_text(1), cases[i].expected);
        run(ODS_NCHAR, cases[i].maximum,
            wire_text("a\xF0\x9F\x98\x80"
                      "b"));
        assert_string_equal(xp_output_text(1), cases[i].expected);
    }
    run(ODS_NVARCHAR, 2, wire_text("\xF0\x9F\x98\x80"));
    assert_int_equal(out()->length, 0);
    assert_false(out()->is_null);
}

static void test_an_empty_text_is_not_null(void **state)
{
    (void)state;
    run(ODS_NVARCHAR, 20, wire_text(""));
    assert_false(out()->is_null);
    assert_int_equal(out()->length, 0);
    run(ODS_BIGVARCHAR, 20, wire_text(""));
    assert_false(out()->is_null);
}

static void test_texts_of_4000_characters(void **state)
{
    static char text[WIRE_MAX_TEXT + 1];

    (void)state;
    text[0] = '\0';
    for (int i = 0; i < WIRE_MAX_TEXT_UNITS; i++)
        text_append(text, sizeof text, "\xE2\x82\xAC");
    run(ODS_NVARCHAR, 8000, wire_text(text));
    assert_int_equal(out()->length, 8000);
    assert_string_equal(xp_output_text(1), text);
}

static void test_texts_into_varchar(void **state)
{
    static const uint8_t tokens[] = {ODS_BIGVARCHAR, ODS_BIGCHAR, ODS_VARCHAR, ODS_CHAR};

    (void)state;
    for (size_t i = 0; i < sizeof tokens; i++) {
        run(tokens[i], 20, wire_text("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
        assert_true(out()->length >= 4);
        assert_memory_equal(out()->bytes, "caf\xE9", 4);
        assert_int_equal(out()->bytes[5], '?'); /* natively, the code page is Latin-1 */
        run(tokens[i], 4, wire_text("caf\xC3\xA9s"));
        assert_int_equal(out()->length, 4);
        run(tokens[i], 3, wire_text("caf\xC3\xA9s"));
        assert_int_equal(out()->length, 3);
    }
}

static void test_binaries(void **state)
{
    (void)state;
    run(ODS_BIGVARBINARY, 20, wire_binary("\0\1\2", 3));
    assert_int_equal(out()->length, 3);
    assert_memory_equal(out()->bytes, "\0\1\2", 3);
    run(ODS_VARBINARY, 3, wire_binary("\0\1\2", 3));
    assert_int_equal(out()->length, 3);
    run(ODS_BIGVARBINARY, 20, wire_binary("", 0));
    assert_false(out()->is_null);
    run(ODS_BIGVARBINARY, 2, wire_binary("\0\1\2", 3)); /* half a key is none */
    assert_false(xp_output_is_set(1));
}

static void test_values_of_another_kind_leave_the_variable(void **state)
{
    (void)state;
    run(ODS_INTN, 4, wire_text("7"));
    assert_false(xp_output_is_set(1));
    run(ODS_BIGVARBINARY, 20, wire_text("7"));
    assert_false(xp_output_is_set(1));
    run(ODS_NVARCHAR, 20, wire_binary("7", 1));
    assert_false(xp_output_is_set(1));
    run(ODS_NUMERICN, 19, wire_int(7));
    assert_false(xp_output_is_set(1));
    run(ODS_NTEXT, 8000, wire_text("7"));
    assert_false(xp_output_is_set(1));
}

static void test_null_into_every_type(void **state)
{
    static const struct {
        uint8_t token;
        uint32_t maximum;
    } cases[] = {{ODS_INTN, 4},        {ODS_BITN, 1},          {ODS_NVARCHAR, 20},
                 {ODS_BIGVARCHAR, 20}, {ODS_BIGVARBINARY, 20}, {ODS_NUMERICN, 19}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run(cases[i].token, cases[i].maximum, wire_null(WIRE_TEXT));
        assert_true(xp_output_is_null(1));
    }
}

/* A type without NULL keeps its value; the host is not asked for what it must refuse. */
static void test_null_into_a_type_that_has_none(void **state)
{
    static const uint8_t tokens[] = {ODS_INT4, ODS_BIT};
    static const uint32_t sizes[] = {4, 1};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        run(tokens[i], sizes[i], wire_null(WIRE_INT));
        assert_false(xp_output_is_set(1));
    }
}

/* --- the agent's choice of parameter --- */

static int32_t run_output_of(uint16_t parameter)
{
    xp_again();
    xp_add_text("@in", "a");
    xp_add_output("@out", ODS_NVARCHAR, 20);
    xp_add_errors();
    xp_answer_output(parameter, wire_text("value"));
    return xp_run_call();
}

static void test_outputs_that_nobody_asked_for(void **state)
{
    static const uint16_t wrong[] = {0, 1, 6, 49, 65535};

    (void)state;
    assert_int_equal(run_output_of(2), 0);
    assert_string_equal(xp_output_text(2), "value");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(run_output_of(wrong[i]), MILINK_AGENT_BAD_ANSWER);
        assert_int_equal(xp_output_int(3), MILINK_AGENT_BAD_ANSWER);
        assert_false(xp_output_is_set(2));
    }
}

/* The DLL fills these itself, from DONE (PROTOCOL.md 4). */
static void test_the_agent_does_not_set_the_error_outputs(void **state)
{
    (void)state;
    assert_int_equal(run_output_of(4), 0);
    assert_int_equal(xp_output_int(3), 0);
    assert_true(xp_output_is_null(4));
}

static void test_error_outputs_of_other_types(void **state)
{
    (void)state;
    xp_add_output("@error_number", ODS_INTN, 8);
    xp_add_output("@ERROR_CODE", ODS_BIGVARCHAR, 4);
    xp_add_output("@error_message", ODS_NVARCHAR, 20);
    xp_answer_done(MILINK_ARM_CONFLICT, "Busy-and-more", "It is busy now.");
    assert_int_equal(xp_run_call(), MILINK_ARM_CONFLICT);
    assert_int_equal(xp_output_int(1), MILINK_ARM_CONFLICT);
    assert_memory_equal(xp_record()->outputs[1].value.bytes, "Busy", 4);
    assert_string_equal(xp_output_text(3), "It is busy");
}

static void test_error_outputs_without_output_are_not_set(void **state)
{
    (void)state;
    xp_add_null("@error_number");
    xp_add_text("@error_code", "");
    xp_answer_done(MILINK_ARM_CONFLICT, "Busy", "It is busy.");
    assert_int_equal(xp_run_call(), MILINK_ARM_CONFLICT);
    assert_false(xp_output_is_set(1));
    assert_false(xp_output_is_set(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_numbers_into_numbers),
        XP_CASE(test_a_bit_holds_nothing_but_0_and_1),
        XP_CASE(test_bits_into_numbers),
        XP_CASE(test_numbers_into_texts),
        XP_CASE(test_a_number_that_its_text_does_not_hold),
        XP_CASE(test_texts_are_cut_at_whole_characters),
        XP_CASE(test_an_empty_text_is_not_null),
        XP_CASE(test_texts_of_4000_characters),
        XP_CASE(test_texts_into_varchar),
        XP_CASE(test_binaries),
        XP_CASE(test_values_of_another_kind_leave_the_variable),
        XP_CASE(test_null_into_every_type),
        XP_CASE(test_null_into_a_type_that_has_none),
        XP_CASE(test_outputs_that_nobody_asked_for),
        XP_CASE(test_the_agent_does_not_set_the_error_outputs),
        XP_CASE(test_error_outputs_of_other_types),
        XP_CASE(test_error_outputs_without_output_are_not_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
