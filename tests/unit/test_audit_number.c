/* SPDX-License-Identifier: MIT */
/* Numbers of records that a trail cannot have: a hand wrote them. */
#include "audit_fixture.h"
#include "json.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { LARGE = 1024 * 1024 };

static void add_nothing(struct json *record, const void *what)
{
    (void)record;
    (void)what;
}

/* A number that JSON would not carry exactly must not be gone on from. */
static void test_head_past_any_number(void **state)
{
    char bytes[106];

    (void)state;
    trail_open(LARGE);
    trail_note("two");
    trail_note("three");
    trail_note("four");
    trail_close();
    snprintf(bytes, sizeof bytes, "%019lld %019d %s\n", AUDIT_SEQUENCE_MAX + 1, 1, audit_no_hash);
    trail_write(AUDIT_HEAD, bytes, strlen(bytes));
    trail_flawed(AUDIT_HEAD, 0, "damaged");
    trail_open(LARGE);
    trail_note("five");
    trail_close();
    trail_walk(NULL);
    assert_int_equal(trail.found.last.sequence, 6);
}

static void test_last_number_of_all(void **state)
{
    struct json *record = json_new_object();
    char hash[AUDIT_HASH_SIZE], bytes[106], *line = NULL;

    (void)state;
    json_add_integer(record, "sequence", AUDIT_SEQUENCE_MAX);
    json_add_string(record, "previous", audit_no_hash);
    line = audit_line_seal(record, hash);
    trail_write(AUDIT_CURRENT, line, strlen(line));
    snprintf(bytes, sizeof bytes, "%019lld %019lld %s\n", AUDIT_SEQUENCE_MAX, AUDIT_SEQUENCE_MAX,
             hash);
    trail_write(AUDIT_HEAD, bytes, strlen(bytes));
    trail_open(LARGE);
    assert_false(audit_file_append(trail.file, "note", add_nothing, NULL));
    assert_non_null(strstr(audit_file_why(trail.file), "which no trail reaches"));
    free(line);
    json_free(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_head_past_any_number, trail_set_up, trail_tear_down),
        cmocka_unit_test_setup_teardown(test_last_number_of_all, trail_set_up, trail_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
