/* SPDX-License-Identifier: MIT */
/* What the agent tells the Event Log: one entry an event, none twice, never a flood. */
#include "event_log.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { HOUR = 3600 * 1000 };

/* Collectors filter by the id, and the log's event finds the row. */
static void test_table(void **state)
{
    size_t count = 0;
    const struct event *table = event_table(&count);

    (void)state;
    assert_true(count > 15);
    for (size_t i = 0; i < count; i++) {
        assert_true(table[i].id >= 100 && table[i].id <= 999);
        assert_true(table[i].severity >= EVENT_INFORMATION && table[i].severity <= EVENT_ERROR);
        assert_true(strlen(table[i].meaning) > 0 && strlen(table[i].action) > 0);
        assert_null(strpbrk(table[i].meaning, "|%\n"));
        assert_null(strpbrk(table[i].action, "|%\n"));
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(table[i].id, table[j].id);
            assert_string_not_equal(table[i].name, table[j].name);
        }
    }
}

static void test_the_same_again_after_an_hour(void **state)
{
    struct event_memory memory = {.any = false};

    (void)state;
    assert_true(event_admit(&memory, "disk full", 5));
    assert_false(event_admit(&memory, "disk full", 6));
    assert_false(event_admit(&memory, "disk full", HOUR));
    assert_int_equal(memory.held_back, 2);
    assert_true(event_admit(&memory, "disk full", HOUR + 5));
}

static void test_another_text_at_once(void **state)
{
    struct event_memory memory = {.any = false};

    (void)state;
    assert_true(event_admit(&memory, "one", 0));
    assert_true(event_admit(&memory, "two", 0));
    assert_true(event_admit(&memory, "one", 0));
}

static void test_a_flood_is_held_back(void **state)
{
    struct event_memory memory = {.any = false};
    unsigned admitted = 0;
    char text[32];

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "caller %u", i);
        admitted += event_admit(&memory, text, i) ? 1 : 0;
    }
    assert_int_equal(admitted, 20);
    assert_int_equal(memory.held_back, 980);
    assert_true(event_admit(&memory, "caller", HOUR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_the_same_again_after_an_hour),
        cmocka_unit_test(test_another_text_at_once),
        cmocka_unit_test(test_a_flood_is_held_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
