/* SPDX-License-Identifier: MIT */
/* Parameters as T-SQL passes them: every type reaches the agent as it was meant, or the caller
 * reads why not. */
#include "xp_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* --- types --- */

struct type_case {
    uint8_t token;
    uint32_t maximum;
    const char *bytes;
    uint32_t length;
    enum wire_type type;
    int64_t number;
    const char *text;
};

static const struct type_case type_cases[] = {
    {ODS_INTN, 1, "\xFF", 1, WIRE_INT, 255, NULL},
    {ODS_INTN, 2, "\xFF\xFF", 2, WIRE_INT, -1, NULL},
    {ODS_INTN, 4, "\0\0\0\x80", 4, WIRE_INT, INT32_MIN, NULL},
    {ODS_INTN, 8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 8, WIRE_INT, INT64_MAX, NULL},
    {ODS_INTN, 8, "\0\0\0\0\0\0\0\x80", 8, WIRE_INT, INT64_MIN, NULL},
    {ODS_INT1, 1, "\x80", 1, WIRE_INT, 128, NULL},
    {ODS_INT2, 2, "\0\x80", 2, WIRE_INT, INT16_MIN, NULL},
    {ODS_INT4, 4, "\x2A\0\0\0", 4, WIRE_INT, 42, NULL},
    {ODS_INT8, 8, "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8, WIRE_INT, -2, NULL},
    {ODS_BIT, 1, "\x01", 1, WIRE_BIT, 1, NULL},
    {ODS_BIT, 1, "\0", 1, WIRE_BIT, 0, NULL},
    {ODS_BITN, 1, "\xFF", 1, WIRE_BIT, 1, NULL},
    {ODS_NVARCHAR, 8000, "a\0\xAC\x20", 4, WIRE_TEXT, 0, "a\xE2\x82\xAC"},
    {ODS_NVARCHAR, 8000, "\x3D\xD8\0\xDE", 4, WIRE_TEXT, 0, "\xF0\x9F\x98\x80"},
    {ODS_NVARCHAR, 8000, "", 0, WIRE_TEXT, 0, ""},
    {ODS_NCHAR, 8, "a\0 \0 \0 \0", 8, WIRE_TEXT, 0, "a   "},
    {ODS_NTEXT, 8000, "a\0b\0", 4, WIRE_TEXT, 0, "ab"},
    {ODS_BIGVARCHAR, 8000, "caf\xE9", 4, WIRE_TEXT, 0, "caf\xC3\xA9"},
    {ODS_BIGVARCHAR, 8000, "", 0, WIRE_TEXT, 0, ""},
    {ODS_BIGCHAR, 3, "ab ", 3, WIRE_TEXT, 0, "ab "},
    {ODS_VARCHAR, 255, "ab", 2, WIRE_TEXT, 0, "ab"},
    {ODS_CHAR, 2, "ab", 2, WIRE_TEXT, 0, "ab"},
    {ODS_TEXT, 8000, "ab", 2, WIRE_TEXT, 0, "ab"},
    {ODS_BIGVARBINARY, 8000, "\x01\0\x03", 3, WIRE_BINARY, 0, NULL},
    {ODS_BIGVARBINARY, 8000, "", 0, WIRE_BINARY, 0, NULL},
    {ODS_BIGBINARY, 3, "\x01\0\x03", 3, WIRE_BINARY, 0, NULL},
    {ODS_VARBINARY, 255, "\x01\0\x03", 3, WIRE_BINARY, 0, NULL},
    {ODS_BINARY, 3, "\x01\0\x03", 3, WIRE_BINARY, 0, NULL},
    {ODS_IMAGE, 8000, "\x01\0\x03", 3, WIRE_BINARY, 0, NULL},
};

static void compare(const struct type_case *item, const struct wire_value *value)
{
    assert_false(value->is_null);
    assert_int_equal(value->type, item->type);
    switch (item->type) {
    case WIRE_TEXT:
        assert_int_equal(value->length, strlen(item->text));
        assert_memory_equal(value->bytes, item->text, value->length);
        break;
    case WIRE_BINARY:
        assert_int_equal(value->length, item->length);
        assert_memory_equal(value->bytes, item->bytes, value->length);
        break;
    default: assert_true(value->integer == item->number); break;
    }
}

static void test_every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof type_cases / sizeof type_cases[0]; i++) {
        const struct type_case *item = &type_cases[i];

        xp_again();
        xp_add((struct ods_double_parameter){.name = "@p",
                                             .token = item->token,
                                             .maximum = item->maximum,
                                             .bytes = item->bytes,
                                             .length = item->length});
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_int_equal(xp_heard()->parameter_count, 1);
        compare(item, &xp_heard()->parameters[0].value);
    }
}

static void add_numeric(const char *digits, uint8_t scale, bool is_negative, uint8_t token)
{
    uint8_t numeric[ODS_DOUBLE_NUMERIC_BYTES];

    assert_true(ods_double_numeric(digits, scale, is_negative, numeric));
    xp_add((struct ods_double_parameter){
        .name = "@p", .token = token, .maximum = 19, .bytes = numeric, .length = 19});
}

static void test_whole_decimals_are_numbers(void **state)
{
    static const struct {
        const char *digits;
        bool is_negative;
        int64_t number;
    } cases[] = {{"0", false, 0},
                 {"2147483648", false, 2147483648},
                 {"2147483649", true, -2147483649},
                 {"9223372036854775807", false, INT64_MAX},
                 {"9223372036854775807", true, -INT64_MAX}};
    static const uint8_t tokens[] = {ODS_DECIMAL, ODS_NUMERIC, ODS_DECIMALN, ODS_NUMERICN};

    (void)state;
    for (size_t i = 0; i < 4 * sizeof cases / sizeof cases[0]; i++) {
        xp_again();
        add_numeric(cases[i / 4].digits, 0, cases[i / 4].is_negative, tokens[i % 4]);
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_int_equal(xp_heard()->parameters[0].value.type, WIRE_INT);
        assert_true(xp_heard()->parameters[0].value.integer == cases[i / 4].number);
    }
}

static void test_numbers_that_are_not_whole(void **state)
{
    (void)state;
    add_numeric("15", 1, false, ODS_NUMERICN);
    xp_assert_refused(MILINK_PARAMETER_TYPE, "@p");
    xp_again();
    add_numeric("9223372036854775808", 0, false, ODS_NUMERICN);
    xp_assert_refused(MILINK_PARAMETER_TYPE, "@p");
    xp_again();
    add_numeric("99999999999999999999999999999999999999", 0, false, ODS_NUMERICN);
    xp_assert_refused(MILINK_PARAMETER_TYPE, "@p");
}

static void test_types_that_are_not_taken(void **state)
{
    static const struct {
        uint8_t token;
        uint32_t length;
        const char *shown;
    } cases[] = {{ODS_DOUBLE_GUID, 16, "0x24"},
                 {ODS_DOUBLE_DATETIME, 8, "0x3d"},
                 {ODS_DOUBLE_DATETIMN, 8, "0x6f"},
                 {0x3E, 8, "0x3e"},
                 {0x6D, 8, "0x6d"},
                 {0x6E, 8, "0x6e"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_again();
        xp_add((struct ods_double_parameter){.name = "@when",
                                             .token = cases[i].token,
                                             .maximum = cases[i].length,
                                             .bytes = "0123456789abcdef",
                                             .length = cases[i].length});
        xp_assert_refused(MILINK_PARAMETER_TYPE, "@when");
        assert_non_null(strstr(xp_message(0), cases[i].shown));
    }
}

static void test_null_of_every_type(void **state)
{
    static const struct {
        uint8_t token;
        uint32_t maximum;
        enum wire_type type;
    } cases[] = {{ODS_INTN, 4, WIRE_INT},
                 {ODS_BITN, 1, WIRE_BIT},
                 {ODS_NVARCHAR, 20, WIRE_TEXT},
                 {ODS_BIGVARCHAR, 20, WIRE_TEXT},
                 {ODS_BIGVARBINARY, 20, WIRE_BINARY},
                 {ODS_NUMERICN, 19, WIRE_INT},
                 {ODS_NULL, 0, WIRE_UNTYPED},
                 {ODS_DOUBLE_GUID, 16, WIRE_UNTYPED}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_again();
        xp_add((struct ods_double_parameter){
            .name = "@p", .token = cases[i].token, .maximum = cases[i].maximum, .is_null = true});
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_true(xp_heard()->parameters[0].value.is_null);
        assert_int_equal(xp_heard()->parameters[0].value.type, cases[i].type);
    }
}

/* A variable that is to be written must be of a type that can be. */
static void test_output_of_a_type_that_is_not_taken(void **state)
{
    (void)state;
    xp_add_output("@when", ODS_DOUBLE_DATETIMN, 8);
    xp_assert_refused(MILINK_PARAMETER_TYPE, "@when");
}

/* --- texts and lengths --- */

static void test_texts_that_are_not_text(void **state)
{
    static const struct {
        const char *bytes;
        uint32_t length;
    } cases[] = {
        {"\0\xD8", 2},                 /* a high surrogate alone */
        {"\0\xDC", 2},                 /* a low one */
        {"a\0\x3D\xD8", 4},            /* cut inside the pair */
        {"\0\xDE\x3D\xD8", 4},         /* the wrong way round */
        {"a\0\0\0b\0", 6},             /* NUL */
        {"\x3D\xD8\x3D\xD8\0\xDE", 6}, /* two high ones */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_again();
        xp_add((struct ods_double_parameter){.name = "@link",
                                             .token = ODS_NVARCHAR,
                                             .maximum = 8000,
                                             .bytes = cases[i].bytes,
                                             .length = cases[i].length});
        xp_assert_refused(MILINK_PARAMETER_TEXT, "@link");
    }
    xp_again();
    xp_add((struct ods_double_parameter){
        .name = "@link", .token = ODS_BIGVARCHAR, .maximum = 9, .bytes = "a\0b", .length = 3});
    xp_assert_refused(MILINK_PARAMETER_TEXT, "@link");
}

static uint8_t many[9000];

static void add_many(uint8_t token, uint32_t length)
{
    for (size_t i = 0; i < sizeof many; i++)
        many[i] = token == ODS_NVARCHAR || token == ODS_NTEXT ? (i % 2 == 0 ? 'x' : 0) : 'x';
    xp_add((struct ods_double_parameter){.name = "@long",
                                         .token = token,
                                         .maximum = length > 8000 ? ODS_DOUBLE_MAX : 8000,
                                         .bytes = many,
                                         .length = length});
}

static void test_lengths_that_just_fit(void **state)
{
    static const struct {
        uint8_t token;
        uint32_t length, sent;
    } cases[] = {{ODS_NVARCHAR, 8000, 4000},
                 {ODS_BIGVARCHAR, 4000, 4000},
                 {ODS_BIGVARBINARY, 8000, 8000},
                 {ODS_NTEXT, 8000, 4000}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_again();
        add_many(cases[i].token, cases[i].length);
        xp_answer("done");
        assert_int_equal(xp_run_call(), 0);
        assert_int_equal(xp_heard()->parameters[0].value.length, cases[i].sent);
    }
}

static void test_lengths_that_do_not_fit(void **state)
{
    static const char *const lies[] = {"max=ntext", "max=nvarchar"};
    static const uint8_t tokens[] = {ODS_NVARCHAR, ODS_BIGVARCHAR, ODS_BIGVARBINARY};

    (void)state;
    add_many(ODS_BIGVARCHAR, 4001);
    xp_assert_refused(MILINK_PARAMETER_TOO_LONG, "@long");
    for (size_t i = 0; i < 6; i++) {
        xp_again();
        xp_lie(lies[i % 2]);
        add_many(tokens[i / 2], 8002);
        xp_assert_refused(MILINK_PARAMETER_TOO_LONG, "@long");
    }
}

static void test_parameters_too_long_together(void **state)
{
    (void)state;
    for (int i = 0; i < 17; i++) {
        char name[16];

        snprintf(name, sizeof name, "@p%d", i);
        for (size_t k = 0; k < sizeof many; k++)
            many[k] = 'x';
        xp_add((struct ods_double_parameter){
            .name = name, .token = ODS_BIGVARCHAR, .maximum = 8000, .bytes = many, .length = 4000});
    }
    xp_assert_refused(MILINK_REQUEST_TOO_LARGE, "together");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        XP_CASE(test_every_type),
        XP_CASE(test_whole_decimals_are_numbers),
        XP_CASE(test_numbers_that_are_not_whole),
        XP_CASE(test_types_that_are_not_taken),
        XP_CASE(test_null_of_every_type),
        XP_CASE(test_output_of_a_type_that_is_not_taken),
        XP_CASE(test_texts_that_are_not_text),
        XP_CASE(test_lengths_that_just_fit),
        XP_CASE(test_lengths_that_do_not_fit),
        XP_CASE(test_parameters_too_long_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
