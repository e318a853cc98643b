/* SPDX-License-Identifier: MIT */
/* Rows for people: as a table, one column a line when wide, and as JSON. */
#include "json.h"
#include "table.h"
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#define TEXT(text)                                                     \
    {                                                                  \
        .type = WIRE_TEXT, .bytes = (text), .length = sizeof(text) - 1 \
    }
#define NUMBER(kind, number)                \
    {                                       \
        .type = (kind), .integer = (number) \
    }
#define NOTHING(kind)                   \
    {                                   \
        .type = (kind), .is_null = true \
    }

static const struct wire_columns columns = {.count = 4,
                                            .columns = {{"name", 4, WIRE_TEXT, 100},
                                                        {"size", 4, WIRE_INT, 0},
                                                        {"on", 2, WIRE_BIT, 0},
                                                        {"key", 3, WIRE_BINARY, 10}}};

static struct table table;
static char *printed;

static int open_table(void **state)
{
    (void)state;
    table_init(&table);
    table_set_columns(&table, &columns);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    table_clear(&table);
    free(printed);
    printed = NULL;
    return 0;
}

static const char *print(bool as_json)
{
    size_t length = 0;
    FILE *to = NULL;

    free(printed);
    to = open_memstream(&printed, &length);
    assert_non_null(to);
    if (as_json)
        assert_true(table_print_json(&table, to));
    else
        table_print(&table, to);
    fclose(to);
    return printed;
}

static void add(struct wire_value a, struct wire_value b, struct wire_value c, struct wire_value d)
{
    struct wire_value values[4] = {a, b, c, d};

    assert_true(table_add(&table, values));
}

static void add_two(void)
{
    add((struct wire_value)TEXT("K\xC3\xA4se"), (struct wire_value)NUMBER(WIRE_INT, -42),
        (struct wire_value)NUMBER(WIRE_BIT, 1),
        (struct wire_value){.type = WIRE_BINARY, .bytes = "\x00\xFF\x10", .length = 3});
    add((struct wire_value)NOTHING(WIRE_TEXT), (struct wire_value)NOTHING(WIRE_INT),
        (struct wire_value)NUMBER(WIRE_BIT, 0), (struct wire_value)NOTHING(WIRE_BINARY));
}

static void test_narrow(void **state)
{
    (void)state;
    assert_string_equal(print(false), "name  size  on  key\n");
    add_two();
    assert_string_equal(print(false), "name  size  on  key\n"
                                      "K\xC3\xA4se  -42   1   00ff10\n"
                                      "NULL  NULL  0   NULL\n");
}

static void test_wide(void **state)
{
    static char text[120];
    struct wire_value wide = {.type = WIRE_TEXT, .bytes = text, .length = sizeof text};

    (void)state;
    memset(text, 'x', sizeof text);
    add(wide, (struct wire_value)NUMBER(WIRE_INT, 7), (struct wire_value)NUMBER(WIRE_BIT, 1),
        (struct wire_value)NOTHING(WIRE_BINARY));
    add_two();
    print(false);
    assert_int_equal(strncmp(printed, "name  xxx", 9), 0);
    assert_non_null(strstr(printed, "x\nsize  7\non    1\nkey   NULL\n\nname  K"));
}

static void test_json(void **state)
{
    char why[64];
    struct json *row = NULL;
    long long number = 0;
    char *end = NULL;

    (void)state;
    assert_string_equal(print(true), "");
    add_two();
    print(true);
    end = strchr(printed, '\n');
    assert_non_null(end);
    row = json_parse(printed, (size_t)(end - printed), why, sizeof why);
    assert_non_null(row);
    assert_string_equal(json_text(row, "name"), "K\xC3\xA4se");
    assert_true(json_integer(json_member(row, "size"), &number) && number == -42);
    assert_true(json_bool(json_member(row, "on"), false));
    assert_string_equal(json_text(row, "key"), "00ff10");
    json_free(row);
    row = json_parse(end + 1, strlen(end + 1), why, sizeof why);
    assert_non_null(row);
    assert_true(json_is_null(json_member(row, "name")));
    assert_true(json_is_null(json_member(row, "size")));
    assert_false(json_bool(json_member(row, "on"), true));
    json_free(row);
}

static void test_many(void **state)
{
    size_t lines = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        add_two();
    assert_int_equal(table.rows, 2000);
    for (const char *c = print(false); *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 2001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_narrow, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_wide, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_json, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_many, open_table, close_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
