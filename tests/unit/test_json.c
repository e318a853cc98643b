/* SPDX-License-Identifier: MIT */
/* Tests of the JSON layer: what it takes and refuses, how it reads and builds, and out of
 * memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static const char sample[] =
    "{\"name\":\"dag1\",\"properties\":{\"instanceLinkRole\":\"Primary\",\"databases\":"
    "[{\"databaseName\":\"db\\u00e9\\ud83d\\ude00\",\"lag\":-12,\"ok\":true},null,1.5e2,[]]}}";

static struct json *parse(const char *text)
{
    char why[128] = "";
    struct json *document = json_parse(text, strlen(text), why, sizeof why);

    if (document == NULL)
        fail_msg("%s: %s", text, why);
    return document;
}

static void refuse_bytes(const char *text, size_t length, const char *expected)
{
    char why[128] = "";
    /* A copy without a terminator, so that a sanitizer sees a read past the end. */
    char *bytes = malloc(length > 0 ? length : 1);
    struct json *document = NULL;

    assert_non_null(bytes);
    memcpy(bytes, text, length);
    document = json_parse(bytes, length, why, sizeof why);
    free(bytes);
    assert_null(document);
    assert_string_equal(why, expected);
}

static void refuse(const char *text, const char *expected)
{
    refuse_bytes(text, strlen(text), expected);
}

static void test_reads(void **state)
{
    struct json *document = parse(sample);
    const struct json *databases = json_path(document, "properties.databases");
    long long number = 0;

    (void)state;
    assert_string_equal(json_text(document, "name"), "dag1");
    assert_string_equal(json_text(document, "properties.instanceLinkRole"), "Primary");
    assert_int_equal(json_count(databases), 4);
    assert_string_equal(json_text(json_at(databases, 0), "databaseName"),
                        "db\xC3\xA9\xF0\x9F\x98\x80");
    assert_true(json_integer(json_member(json_at(databases, 0), "lag"), &number));
    assert_int_equal(number, -12);
    assert_true(json_bool(json_member(json_at(databases, 0), "ok"), false));
    assert_true(json_is_null(json_at(databases, 1)));
    assert_true(json_integer(json_at(databases, 2), &number));
    assert_int_equal(number, 150);
    assert_null(json_at(databases, 4));
    assert_null(json_at(databases, SIZE_MAX));
    assert_string_equal(json_name_at(document, 1), "properties");
    assert_null(json_name_at(databases, 0));
    json_free(document);
}

static void test_absent_is_null(void **state)
{
    struct json *document = parse("[1,\"x\",{\"a\":{\"b\":1}}]");
    long long number = 7;

    (void)state;
    assert_null(json_member(document, "a"));
    assert_null(json_member(NULL, "a"));
    assert_null(json_path(json_at(document, 2), "a.c"));
    assert_null(json_path(json_at(document, 2), "a.b.c"));
    assert_null(json_path(json_at(document, 2), ""));
    assert_non_null(json_path(json_at(document, 2), "a.b"));
    assert_null(json_string(json_at(document, 0)));
    assert_null(json_text(NULL, "a"));
    assert_int_equal(json_count(NULL), 0);
    assert_int_equal(json_count(json_at(document, 1)), 0);
    assert_false(json_integer(json_at(document, 1), &number));
    assert_false(json_integer(NULL, &number));
    assert_int_equal(number, 7);
    assert_true(json_bool(json_at(document, 0), true));
    assert_false(json_bool(NULL, false));
    assert_false(json_is_null(NULL));
    json_free(document);
    json_free(NULL);
}

static void test_path_with_long_name(void **state)
{
    char path[300];
    struct json *document = parse("{\"a\":1}");

    (void)state;
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_null(json_path(document, path));
    json_free(document);
}

/* ARM writes names in more than one case; the exact one wins. */
static void test_member_case(void **state)
{
    struct json *document = parse("{\"STATE\":\"other\",\"state\":\"exact\",\"Name\":\"n\"}");

    (void)state;
    assert_string_equal(json_text(document, "state"), "exact");
    assert_string_equal(json_text(document, "STATE"), "other");
    assert_string_equal(json_text(document, "name"), "n");
    json_free(document);
}

static void test_types(void **state)
{
    struct json *document = parse("[{},[],\"\",0,true,null,false]");

    (void)state;
    for (size_t i = 0; i < json_count(document); i++) {
        const struct json *value = json_at(document, i);

        assert_int_equal(json_is_object(value), i == 0);
        assert_int_equal(json_is_array(value), i == 1);
        assert_int_equal(json_is_string(value), i == 2);
        assert_int_equal(json_is_number(value), i == 3);
        assert_int_equal(json_is_bool(value), i == 4 || i == 6);
        assert_int_equal(json_is_null(value), i == 5);
    }
    json_free(document);
}

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        bool whole;
        long long number;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"9007199254740991", true, 9007199254740991},
        {"-9007199254740991", true, -9007199254740991},
        {"9007199254740992", false, 0},
        {"9007199254740993", false, 0},
        {"1e3", true, 1000},
        {"2.50e1", true, 25},
        {"0.5", false, 0},
        {"1e400", false, 0},
        {"-1e400", false, 0},
        {"1e300", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *document = parse(cases[i].text);
        long long number = 0;

        assert_int_equal(json_integer(document, &number), cases[i].whole);
        assert_int_equal(number, cases[i].number);
        json_free(document);
    }
}

static void test_takes_all_of_the_grammar(void **state)
{
    static const char *const texts[] = {
        " \t\r\n{ }\n",
        "[ ]",
        "[ 1 , 2 ]",
        "{ \"a\" : 1 , \"b\" : [ ] }",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\"",
        "-1.25E-2",
        "1E+2",
        "true",
        "false",
        "null",
        "\"\xEF\xBF\xBF\"",
        "\"\xF4\x8F\xBF\xBF\"",
        "\xEF\xBB\xBF{}",
        "\xEF\xBB\xBF"
        "1",
        "\"\\uD800\\uDC00\"",
        "{\"\":1}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_free(parse(texts[i]));
}

static void test_refuses_what_is_not_json(void **state)
{
    (void)state;
    refuse("", "line 1: the document ends too early");
    refuse(" \n", "line 2: the document ends too early");
    refuse("<html>", "line 1: a value is expected");
    refuse("{}\n{}", "line 2: there is more after the end of the document");
    refuse("{\n\"a\":1,\n}", "line 3: a name in quotation marks is expected");
    refuse("{\"a\" 1}", "line 1: a colon is expected after a name");
    refuse("{\"a\":1 \"b\":2}", "line 1: a comma or } is expected");
    refuse("[1 2]", "line 1: a comma or ] is expected");
    refuse("[1,]", "line 1: a value is expected");
    refuse("[", "line 1: the document ends too early");
    refuse("{\"a\":1", "line 1: a comma or } is expected");
    refuse("tru", "line 1: a value is expected");
    refuse("nulL", "line 1: a value is expected");
    refuse("'a'", "line 1: a value is expected");
    refuse("// x\n1", "line 1: a value is expected");
}

static void test_refuses_numbers(void **state)
{
    (void)state;
    refuse("01", "line 1: there is more after the end of the document");
    refuse("1.", "line 1: a digit is expected");
    refuse(".5", "line 1: a value is expected");
    refuse("-", "line 1: a digit is expected");
    refuse("+1", "line 1: a value is expected");
    refuse("1e", "line 1: a digit is expected");
    refuse("1e+", "line 1: a digit is expected");
    refuse("NaN", "line 1: a value is expected");
    refuse("-Infinity", "line 1: a digit is expected");
    refuse("0x10", "line 1: there is more after the end of the document");
}

static void test_refuses_strings(void **state)
{
    (void)state;
    refuse("\"a", "line 1: a string has no end");
    refuse("\"a\\\"", "line 1: a string has no end");
    refuse("\"\\", "line 1: an unknown escape in a string");
    refuse("\"\\x\"", "line 1: an unknown escape in a string");
    refuse("\"a\nb\"", "line 1: a control character in a string");
    refuse_bytes("\"a\0b\"", 5, "line 1: a control character in a string");
    refuse_bytes("{}\0", 3, "line 1: there is more after the end of the document");
    refuse_bytes("\"\\\0\"", 4, "line 1: an unknown escape in a string");
    refuse("\"\\u0000\"", "line 1: \\u0000 is not taken");
    refuse("{\"\\u0000\":1}", "line 1: \\u0000 is not taken");
    refuse("\"\\u12G4\"", "line 1: four hexadecimal digits are expected after \\u");
    refuse("\"\\u12", "line 1: four hexadecimal digits are expected after \\u");
    refuse("\"\\ud800\"", "line 1: half of a surrogate pair");
    refuse("\"\\ud800\\n\"", "line 1: half of a surrogate pair");
    refuse("\"\\ud800\\ud800\"", "line 1: half of a surrogate pair");
    refuse("\"\\udc00\"", "line 1: half of a surrogate pair");
}

static void test_refuses_bad_utf8(void **state)
{
    static const char *const texts[] = {
        "\"\x80\"",
        "\"\xC0\xAF\"",
        "\"\xC3\"",
        "\"\xE0\x80\x80\"",
        "\"\xED\xA0\x80\"",
        "\"\xF0\x80\x80\x80\"",
        "\"\xF4\x90\x80\x80\"",
        "\"\xF5\x80\x80\x80\"",
        "\"\xE2\x82",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refuse(texts[i], "line 1: a string is not valid UTF-8");
}

static void test_refuses_a_name_twice(void **state)
{
    (void)state;
    refuse("{\"a\":1,\n\"b\":2,\"a\":3}", "line 2: a name stands twice in one object");
    refuse("[1,{\"x\":{}},\n{\"y\":{\"c\":1,\"\\u0063\":2}}]",
           "line 2: a name stands twice in one object");
    json_free(parse("[{\"a\":{\"a\":1}},{\"a\":1,\"A\":2}]"));
}

/* A document of count values in one array: "[1,1,...]". */
static char *wide_text(size_t count, size_t *length)
{
    char *text = malloc(2 * count + 2);

    assert_non_null(text);
    text[0] = '[';
    for (size_t i = 0; i < count; i++)
        memcpy(text + 1 + 2 * i, "1,", 2);
    text[2 * count] = ']';
    *length = 2 * count + 1;
    return text;
}

static void nest(char *text, size_t depth)
{
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
}

static void test_limits(void **state)
{
    char deep[2 * JSON_MAX_DEPTH + 3];
    size_t length = 0;
    char *text = wide_text(JSON_MAX_MEMBERS, &length);
    char why[128] = "";
    struct json *document = json_parse(text, length, why, sizeof why);

    (void)state;
    assert_non_null(document);
    assert_int_equal(json_count(document), JSON_MAX_MEMBERS);
    json_free(document);
    free(text);
    text = wide_text(JSON_MAX_MEMBERS + 1, &length);
    refuse_bytes(text, length, "line 1: an object or array has too many members");
    free(text);
    nest(deep, JSON_MAX_DEPTH);
    json_free(parse(deep));
    nest(deep, JSON_MAX_DEPTH + 1);
    refuse(deep, "line 1: the document is nested too deep");
    text = malloc(JSON_MAX_BYTES + 1);
    assert_non_null(text);
    memset(text, ' ', JSON_MAX_BYTES + 1);
    text[0] = '1';
    refuse_bytes(text, JSON_MAX_BYTES + 1, "line 1: the document is too long");
    document = json_parse(text, JSON_MAX_BYTES, why, sizeof why);
    assert_non_null(document);
    json_free(document);
    free(text);
}

/* 129 arrays of 2048 values are more than a document may have. */
static void test_limit_of_values(void **state)
{
    enum { WIDE = 2047, ROWS = 129 };
    size_t length = 0;
    char *row = wide_text(WIDE, &length);
    char *text = malloc((length + 1) * ROWS + 2);
    size_t at = 1;

    (void)state;
    assert_non_null(text);
    text[0] = '[';
    for (int i = 0; i < ROWS; i++, at += length + 1) {
        memcpy(text + at, row, length);
        text[at + length] = ',';
    }
    text[at - 1] = ']';
    refuse_bytes(text, at, "line 1: the document has too many values");
    free(row);
    free(text);
}

/* ---- mutations of a valid document ---- */

/* Whatever is taken must survive being printed and read again. */
static void try_bytes(const char *bytes, size_t length)
{
    char why[128] = "";
    char *copy = malloc(length > 0 ? length : 1);
    struct json *document = NULL;
    char *text = NULL;

    assert_non_null(copy);
    memcpy(copy, bytes, length);
    document = json_parse(copy, length, why, sizeof why);
    free(copy);
    if (document == NULL) {
        assert_int_equal(strncmp(why, "line 1: ", 8), 0);
        return;
    }
    text = json_print(document);
    assert_non_null(text);
    json_free(document);
    document = json_parse(text, strlen(text), why, sizeof why);
    assert_non_null(document);
    json_free(document);
    json_text_free(text);
}

static void test_mutations(void **state)
{
    char bytes[sizeof sample];

    (void)state;
    for (size_t i = 0; i < sizeof sample; i++)
        try_bytes(sample, i);
    for (size_t i = 0; i < sizeof sample - 1; i++) {
        for (int value = 0; value < 256; value++) {
            if (value == '\n')
                continue; /* the line in the text would change */
            memcpy(bytes, sample, sizeof sample);
            bytes[i] = (char)value;
            try_bytes(bytes, sizeof sample - 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_absent_is_null),
        cmocka_unit_test(test_path_with_long_name),
        cmocka_unit_test(test_member_case),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_takes_all_of_the_grammar),
        cmocka_unit_test(test_refuses_what_is_not_json),
        cmocka_unit_test(test_refuses_numbers),
        cmocka_unit_test(test_refuses_strings),
        cmocka_unit_test(test_refuses_bad_utf8),
        cmocka_unit_test(test_refuses_a_name_twice),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_limit_of_values),
        cmocka_unit_test(test_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
