/* SPDX-License-Identifier: MIT */
/* Texts: cut at whole characters, UTF-8 to UTF-16 and back, what is malformed, comparison of
 * names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define E_ACUTE   "\xC3\xA9"         /* U+00E9, 2 bytes, 1 unit */
#define EURO      "\xE2\x82\xAC"     /* U+20AC, 3 bytes, 1 unit */
#define GRIN      "\xF0\x9F\x98\x80" /* U+1F600, 4 bytes, 2 units */
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void test_copy_cuts_at_whole_characters(void **state)
{
    static const struct {
        size_t size;
        const char *expected;
    } cases[] = {{11, "a" E_ACUTE EURO GRIN},
                 {10, "a" E_ACUTE EURO},
                 {7, "a" E_ACUTE EURO},
                 {6, "a" E_ACUTE},
                 {5, "a" E_ACUTE},
                 {4, "a" E_ACUTE},
                 {3, "a"},
                 {2, "a"},
                 {1, ""}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char *to = malloc(cases[i].size);

        assert_non_null(to);
        text_copy(to, cases[i].size, "a" E_ACUTE EURO GRIN);
        assert_string_equal(to, cases[i].expected);
        free(to);
    }
}

static void test_copy_into_no_room_writes_nothing(void **state)
{
    char to[] = "x";

    (void)state;
    text_copy(to, 0, "abc");
    assert_string_equal(to, "x");
    text_copy_bytes(to, sizeof to, NULL, 0);
    assert_string_equal(to, "");
}

static void test_append_continues_and_cuts(void **state)
{
    char to[8] = "ab";

    (void)state;
    text_append(to, sizeof to, EURO);
    assert_string_equal(to, "ab" EURO);
    text_append(to, sizeof to, EURO); /* two bytes are left */
    assert_string_equal(to, "ab" EURO);
    text_append(to, sizeof to, E_ACUTE);
    assert_string_equal(to, "ab" EURO E_ACUTE);
    text_append(to, sizeof to, "x");
    assert_string_equal(to, "ab" EURO E_ACUTE);
}

static void test_numbers_as_text(void **state)
{
    static const struct {
        long long number;
        const char *expected;
    } cases[] = {{0, "0"},
                 {7, "7"},
                 {-7, "-7"},
                 {50504, "50504"},
                 {LLONG_MAX, "9223372036854775807"},
                 {LLONG_MIN, "-9223372036854775808"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char to[32] = "";

        text_append_number(to, sizeof to, cases[i].number);
        assert_string_equal(to, cases[i].expected);
    }
}

static void test_cut_counts_what_sql_server_counts(void **state)
{
    static const struct {
        size_t units;
        const char *expected;
    } cases[] = {{6, "a" EURO GRIN "b"},
                 {5, "a" EURO GRIN "b"},
                 {4, "a" EURO GRIN},
                 {3, "a" EURO},
                 {2, "a" EURO},
                 {1, "a"},
                 {0, ""}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[32] = "a" EURO GRIN "b";

        text_cut(text, cases[i].units);
        assert_string_equal(text, cases[i].expected);
    }
}

static void test_units(void **state)
{
    (void)state;
    assert_int_equal(text_units("", 0), 0);
    assert_int_equal(text_units(NULL, 0), 0);
    assert_int_equal(text_units("abc", 3), 3);
    assert_int_equal(text_units("a" E_ACUTE EURO GRIN, 10), 5);
    assert_int_equal(text_units("\xED\x9F\xBF", 3), 1);     /* U+D7FF */
    assert_int_equal(text_units("\xEE\x80\x80", 3), 1);     /* U+E000 */
    assert_int_equal(text_units("\xF4\x8F\xBF\xBF", 4), 2); /* U+10FFFF */
}

/* The malformed sequences of every kind; text_units knows each, alone and amid a text. */
static const struct {
    const char *bytes;
    size_t length;
} malformed[] = {
    {"\0", 1},               /* NUL */
    {"\x80", 1},             /* a continuation alone */
    {"\xBF", 1},             /* the last one */
    {"\xC0\x80", 2},         /* NUL the long way */
    {"\xC1\xBF", 2},         /* overlong */
    {"\xC3", 1},             /* cut short */
    {"\xC3(", 2},            /* no continuation */
    {"\xE0\x80\x80", 3},     /* overlong NUL */
    {"\xE0\x9F\xBF", 3},     /* overlong */
    {"\xE2\x82", 2},         /* cut short */
    {"\xE2(\xA1", 3},        /* no continuation */
    {"\xE2\x82(", 3},        /* likewise */
    {"\xED\xA0\x80", 3},     /* a high surrogate */
    {"\xED\xBF\xBF", 3},     /* a low surrogate */
    {"\xF0\x80\x80\x80", 4}, /* overlong */
    {"\xF0\x8F\xBF\xBF", 4}, /* overlong */
    {"\xF0\x9F\x98", 3},     /* cut short */
    {"\xF0\x9F\x98(", 4},    /* no continuation */
    {"\xF4\x90\x80\x80", 4}, /* above U+10FFFF */
    {"\xF5\x80\x80\x80", 4}, /* likewise */
    {"\xF8\x88\x80\x80\x80", 5} /* five bytes */,
    {"\xFF", 1},
};

static void test_malformed_text_has_no_units(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(malformed); i++) {
        char text[16] = "ab";
        size_t length = malformed[i].length;

        assert_true(text_units(malformed[i].bytes, length) == SIZE_MAX);
        memcpy(text + 2, malformed[i].bytes, length);
        memcpy(text + 2 + length, "cd", 2);
        assert_true(text_units(text, length + 4) == SIZE_MAX);
    }
}

/* SQL Server must never be handed half a pair, or a control character that nobody wrote. */
static void test_malformed_text_becomes_replacement_characters(void **state)
{
    (void)state;
    for (size_t i = 1; i < LENGTH(malformed); i++) {
        uint16_t units[16];
        size_t count = text_to_utf16(malformed[i].bytes, malformed[i].length, units, 16);

        assert_true(count >= 1);
        assert_true(count <= malformed[i].length);
        assert_int_equal(units[0], 0xFFFD);
        for (size_t k = 1; k < count; k++)
            if (units[k] != 0xFFFD && units[k] != '(')
                fail_msg("sequence %zu: unit %zu is %04X", i, k, (unsigned)units[k]);
    }
}

static void test_to_utf16(void **state)
{
    static const uint16_t expected[] = {'a', 0xE9, 0x20AC, 0xD83D, 0xDE00, 'b'};
    uint16_t units[8];

    (void)state;
    assert_int_equal(text_to_utf16("a" E_ACUTE EURO GRIN "b", 11, units, 8), 6);
    assert_memory_equal(units, expected, sizeof expected);
}

static void test_to_utf16_never_writes_half_a_pair(void **state)
{
    static const size_t written[] = {0, 1, 2, 3, 3, 5, 6, 6};

    (void)state;
    for (size_t room = 0; room < LENGTH(written); room++) {
        uint16_t *units = malloc(room * sizeof *units);

        assert_int_equal(text_to_utf16("a" E_ACUTE EURO GRIN "b", 11, units, room), written[room]);
        free(units);
    }
}

static void test_from_utf16(void **state)
{
    static const uint16_t units[] = {'a', 0xE9, 0x20AC, 0xD83D, 0xDE00, 'b'};
    char text[TEXT_UTF8_BYTES(LENGTH(units))];

    (void)state;
    assert_int_equal(text_from_utf16(units, LENGTH(units), text, sizeof text), 11);
    assert_memory_equal(text, "a" E_ACUTE EURO GRIN "b", 11);
    assert_int_equal(text_from_utf16(units, 0, text, 0), 0);
}

static void test_from_utf16_into_too_little_room(void **state)
{
    static const uint16_t units[] = {'a', 0xE9, 0x20AC, 0xD83D, 0xDE00};

    (void)state;
    for (size_t room = 0; room <= 10; room++) {
        char *text = malloc(room);
        size_t written = text_from_utf16(units, LENGTH(units), text, room);

        assert_true(room == 10 ? written == 10 : written == SIZE_MAX);
        free(text);
    }
}

static void test_unpaired_surrogates_and_nul_are_refused(void **state)
{
    static const uint16_t cases[][3] = {
        {0xD800, 'a', 'b'},    {0xDBFF, 0xE000, 'b'}, {0xDC00, 'a', 'b'}, {'a', 'b', 0xD800},
        {'a', 'b', 0xDFFF},    {0xD800, 0xD800, 'a'}, {'a', 0, 'b'},      {0, 'a', 'b'},
        {0xDFFF, 0xD800, 'b'}, {'a', 0xD83D, 'b'},
    };
    char text[16];

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_true(text_from_utf16(cases[i], 3, text, sizeof text) == SIZE_MAX);
}

/* Every character there is goes to UTF-8 and comes back. */
static void test_every_character_comes_back(void **state)
{
    (void)state;
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        uint16_t units[2] = {(uint16_t)c, 0}, again[2] = {0, 0};
        size_t count = c > 0xFFFF ? 2 : 1, length = 0;
        char text[4];

        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        if (count == 2) {
            units[0] = (uint16_t)(0xD800 + ((c - 0x10000) >> 10));
            units[1] = (uint16_t)(0xDC00 + ((c - 0x10000) & 0x3FF));
        }
        length = text_from_utf16(units, count, text, sizeof text);
        if (length == SIZE_MAX || text_units(text, length) != count ||
            text_to_utf16(text, length, again, 2) != count ||
            memcmp(units, again, count * sizeof units[0]) != 0)
            fail_msg("U+%04X does not come back", (unsigned)c);
    }
}

static void test_names_compare_without_case(void **state)
{
    (void)state;
    assert_true(text_equal("@Link", "@LINK"));
    assert_true(text_equal("", ""));
    assert_false(text_equal("@link", "@links"));
    assert_false(text_equal("@links", "@link"));
    assert_false(text_equal("@link[", "@link{")); /* they differ as letters do, but are none */
    assert_false(text_equal("@link@", "@link`"));
    assert_false(text_equal("\xC3\xA9", "\xC3\x89")); /* ASCII letters alone */
}

static void test_names_compare_with_bytes(void **state)
{
    (void)state;
    assert_true(text_equal_bytes("@link", "@LINKS", 5));
    assert_false(text_equal_bytes("@link", "@LINKS", 6));
    assert_false(text_equal_bytes("@link", "@link", 4));
    assert_true(text_equal_bytes("", NULL, 0));
    assert_false(text_equal_bytes("@link", NULL, 0));
    assert_false(text_equal_bytes("@a", "@a\0b", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_cuts_at_whole_characters),
        cmocka_unit_test(test_copy_into_no_room_writes_nothing),
        cmocka_unit_test(test_append_continues_and_cuts),
        cmocka_unit_test(test_numbers_as_text),
        cmocka_unit_test(test_cut_counts_what_sql_server_counts),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_malformed_text_has_no_units),
        cmocka_unit_test(test_malformed_text_becomes_replacement_characters),
        cmocka_unit_test(test_to_utf16),
        cmocka_unit_test(test_to_utf16_never_writes_half_a_pair),
        cmocka_unit_test(test_from_utf16),
        cmocka_unit_test(test_from_utf16_into_too_little_room),
        cmocka_unit_test(test_unpaired_surrogates_and_nul_are_refused),
        cmocka_unit_test(test_every_character_comes_back),
        cmocka_unit_test(test_names_compare_without_case),
        cmocka_unit_test(test_names_compare_with_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
