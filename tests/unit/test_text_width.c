/* SPDX-License-Identifier: MIT */
/* Texts on a terminal: their columns, where they are cut, and that they do not steer it. */
#include "text_width.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static size_t width(const char *text)
{
    return text_width(text, strlen(text));
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(width(""), 0);
    assert_int_equal(width("sales"), 5);
    assert_int_equal(width("K\xC3\xA4se"), 4);
    assert_int_equal(width("e\xCC\x81"), 1);                /* e and a combining acute */
    assert_int_equal(width("\xE6\x97\xA5\xE6\x9C\xAC"), 4); /* two Han characters */
    assert_int_equal(width("\xED\x95\x9C"), 2);             /* Hangul */
    assert_int_equal(width("\xEF\xBC\xA1"), 2);             /* fullwidth A */
    assert_int_equal(width("\xEF\xBD\xB1"), 1);             /* halfwidth katakana A */
    assert_int_equal(width("\xF0\x9F\x98\x80"), 2);         /* an emoji */
    assert_int_equal(width("\xD0\x96\xCE\xA9"), 2);         /* Cyrillic, Greek */
    assert_int_equal(width("\xE1\x84\x80"), 2);             /* first of a range */
    assert_int_equal(width("\xE1\x85\xA0"), 1);             /* the one behind its last */
}

static void test_not_utf8(void **state)
{
    (void)state;
    assert_int_equal(width("\xFF\xFE"), 2);
    assert_int_equal(width("\x80"
                           "a"),
                     2);
    assert_int_equal(text_width("\xE6\x97", 2), 2); /* cut in the middle */
    assert_int_equal(width("\xE6"
                           "ab"),
                     3);
    assert_int_equal(width("\xF8\x88\x80\x80\x80"), 5);
}

static void test_fitting(void **state)
{
    const char *text = "a\xE6\x97\xA5"
                       "b\xCC\x81";

    (void)state;
    assert_int_equal(text_fitting_width(text, strlen(text), 0), 0);
    assert_int_equal(text_fitting_width(text, strlen(text), 1), 1);
    assert_int_equal(text_fitting_width(text, strlen(text), 2), 1); /* not half a character */
    assert_int_equal(text_fitting_width(text, strlen(text), 3), 4);
    assert_int_equal(text_fitting_width(text, strlen(text), 4), 7); /* the mark comes along */
    assert_int_equal(text_fitting_width(text, strlen(text), 100), 7);
    assert_int_equal(text_fitting_width(text, 4, 100), 4);
}

static void test_disarm(void **state)
{
    char text[] = "\x1B[2Jred\r\nnext\x7F\xC2\x9B"
                  "1mend \xC3\xA4\t.";

    (void)state;
    text_disarm(text, true);
    assert_string_equal(text, " [2Jred \nnext   1mend \xC3\xA4 .");
    text_disarm(text, false);
    assert_string_equal(text, " [2Jred  next   1mend \xC3\xA4 .");
    assert_int_equal(text_control(""), 0);
    assert_int_equal(text_control("\xC2\xA0"), 0); /* no-break space */
    assert_int_equal(text_control("\xC2"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_fitting),
        cmocka_unit_test(test_disarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
