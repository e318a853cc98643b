/* SPDX-License-Identifier: MIT */
/* What a person who waits is shown, on a terminal and elsewhere. */
#include "progress.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct progress progress;
static FILE *to;
static char *shown;
static size_t length;

static int close_stream(void **state)
{
    (void)state;
    if (to != NULL)
        fclose(to);
    free(shown);
    to = NULL;
    shown = NULL;
    return 0;
}

static void begin(size_t width)
{
    to = open_memstream(&shown, &length);
    assert_non_null(to);
    progress_init(&progress, to, width);
}

static void test_lines(void **state)
{
    (void)state;
    begin(0);
    progress_show(&progress, 1000, "Accepted", "  0 s");
    progress_show(&progress, 2000, "Accepted", "  1 s");
    progress_show(&progress, 3000, "Running", "  5 %  2 s");
    progress_show(&progress, 3000 + PROGRESS_LINE_MS - 1, "Running", "  9 %  16 s");
    progress_show(&progress, 3000 + PROGRESS_LINE_MS, "Running", "  10 %  17 s");
    progress_end(&progress);
    assert_string_equal(shown, "Accepted  0 s\nRunning  5 %  2 s\nRunning  10 %  17 s\n");
}

static void test_terminal(void **state)
{
    (void)state;
    begin(20);
    progress_show(&progress, 1000, "Accepted", "  0 s");
    progress_show(&progress, 1001, "Running", "  1 s");
    assert_string_equal(shown, "\rAccepted  0 s\rRunning  1 s ");
    progress_end(&progress);
    assert_string_equal(shown, "\rAccepted  0 s\rRunning  1 s \r            \r");
}

/* A line that reaches the last column would begin a new one. */
static void test_narrow_terminal(void **state)
{
    (void)state;
    begin(12);
    progress_show(&progress, 1000, "Running", "  \xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5");
    assert_string_equal(shown, "\rRunning  \xE6\x97\xA5");
    progress_show(&progress, 2000, "Run", "");
    assert_string_equal(shown + 13, "\rRun        ");
}

static void test_control_characters(void **state)
{
    (void)state;
    begin(0);
    progress_show(&progress, 1000, "Running", " a\nb\x1B[1m");
    assert_string_equal(shown, "Running a b [1m\n");
}

static void test_nobody(void **state)
{
    (void)state;
    progress_init(&progress, NULL, 80);
    progress_show(&progress, 1000, "Running", "");
    progress_end(&progress);
    begin(80);
    progress_end(&progress); /* nothing was shown */
    fflush(to);
    assert_int_equal(length, 0);
}

#define CASE(name) cmocka_unit_test_teardown(name, close_stream)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(test_lines), CASE(test_terminal),
                                       CASE(test_narrow_terminal), CASE(test_control_characters),
                                       CASE(test_nobody)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
