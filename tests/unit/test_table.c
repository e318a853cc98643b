/* SPDX-License-Identifier: MIT */
/* Rows: as a table that lines up, one column a line when wide, JSON lines, CSV, and a choice of
 * columns. */
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

static const char *print_at(enum table_style style, size_t width)
{
    size_t length = 0;
    FILE *to = NULL;

    free(printed);
    to = open_memstream(&printed, &length);
    assert_non_null(to);
    assert_true(table_print(&table, style, width, to));
    fclose(to);
    return printed;
}

static const char *print(enum table_style style)
{
    return print_at(style, 80);
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

static void add_name(const char *name)
{
    struct wire_value value = {.type = WIRE_TEXT, .bytes = name, .length = strlen(name)};

    add(value, (struct wire_value)NUMBER(WIRE_INT, 1), (struct wire_value)NUMBER(WIRE_BIT, 1),
        (struct wire_value)NOTHING(WIRE_BINARY));
}

static void test_lines(void **state)
{
    (void)state;
    assert_string_equal(print(TABLE_LINES), "name  size  on  key\n"
                                            "----  ----  --  ---\n");
    add_two();
    assert_string_equal(print(TABLE_LINES), "name  size  on  key\n"
                                            "----  ----  --  --------\n"
                                            "K\xC3\xA4se   -42  1   0x00FF10\n"
                                            "NULL  NULL  0   NULL\n");
}

static void test_no_columns(void **state)
{
    (void)state;
    table_set_columns(&table, &(struct wire_columns){.count = 0});
    for (int style = TABLE_LINES; style <= TABLE_CSV; style++)
        assert_string_equal(print((enum table_style)style), "");
}

/* What lines up in a terminal: two columns a character of East Asian width. */
static void test_east_asian(void **state)
{
    (void)state;
    add_name("\xE6\x97\xA5\xE6\x9C\xAC");
    add_name("abcde");
    assert_string_equal(print(TABLE_LINES), "name   size  on  key\n"
                                            "-----  ----  --  ----\n"
                                            "\xE6\x97\xA5\xE6\x9C\xAC      1  1   NULL\n"
                                            "abcde     1  1   NULL\n");
}

/* A text from afar must not move the cursor, nor break the line. */
static void test_control_characters(void **state)
{
    (void)state;
    add_name("a\x1B[2J\tb\r\nc\xC2\x9B"
             "d");
    assert_non_null(strstr(print(TABLE_LINES), "\na [2J b  c d"));
    assert_string_equal(print(TABLE_VERTICAL), "name  a [2J b \n"
                                               "      c d\n"
                                               "size  1\non    1\nkey   NULL\n");
}

static void test_width_decides(void **state)
{
    const char *lines = NULL;

    (void)state;
    add_two();
    lines = strstr(print_at(TABLE_LINES, 24), "----");
    assert_non_null(lines);
    assert_null(strstr(print_at(TABLE_LINES, 23), "----"));
    assert_string_equal(printed, "name  K\xC3\xA4se\nsize  -42\non    1\nkey   0x00FF10\n\n"
                                 "name  NULL\nsize  NULL\non    0\nkey   NULL\n");
    assert_non_null(strstr(print(TABLE_VERTICAL), "name  K\xC3\xA4se\nsize  -42\n"));
}

/* No row has no column to show vertically, but its names are worth a line. */
static void test_narrow_without_rows(void **state)
{
    (void)state;
    assert_non_null(strstr(print_at(TABLE_LINES, 1), "name  size"));
    assert_string_equal(print(TABLE_VERTICAL), "");
}

static void test_csv(void **state)
{
    (void)state;
    assert_string_equal(print(TABLE_CSV), "name,size,on,key\n");
    add_two();
    add_name("a,b");
    add_name("say \"no\"");
    add_name("two\nlines");
    add_name(" =1+1");
    assert_string_equal(print(TABLE_CSV), "name,size,on,key\n"
                                          "K\xC3\xA4se,-42,1,0x00FF10\n"
                                          ",,0,\n"
                                          "\"a,b\",1,1,\n"
                                          "\"say \"\"no\"\"\",1,1,\n"
                                          "\"two\nlines\",1,1,\n"
                                          " =1+1,1,1,\n");
}

static void test_choice(void **state)
{
    char unknown[64] = "";

    (void)state;
    add_two();
    assert_true(table_choose(&table, "KEY,name,key", unknown, sizeof unknown));
    assert_string_equal(print(TABLE_CSV), "key,name\n0x00FF10,K\xC3\xA4se\n,\n");
    assert_string_equal(print(TABLE_JSON), "{\"key\":\"0x00FF10\",\"name\":\"K\xC3\xA4se\"}\n"
                                           "{\"key\":null,\"name\":null}\n");
    assert_string_equal(print(TABLE_LINES), "key       name\n--------  ----\n"
                                            "0x00FF10  K\xC3\xA4se\nNULL      NULL\n");
    table_set_columns(&table, &columns); /* the next answer */
    assert_string_equal(print(TABLE_CSV), "key,name\n");
    assert_false(table_choose(&table, "name,nam", unknown, sizeof unknown));
    assert_string_equal(unknown, "nam");
    assert_false(table_choose(&table, "name,,key", unknown, sizeof unknown));
    assert_string_equal(unknown, "");
    assert_false(table_choose(&table, "", unknown, sizeof unknown));
    assert_false(table_choose(&table, "name,", unknown, sizeof unknown));
}

static void test_cell(void **state)
{
    (void)state;
    assert_null(table_cell(&table, 0, "name"));
    add_two();
    assert_string_equal(table_cell(&table, 0, "SIZE"), "-42");
    assert_null(table_cell(&table, 1, "size"));
    assert_null(table_cell(&table, 2, "size"));
    assert_null(table_cell(&table, 0, "siz"));
}

static void test_json(void **state)
{
    char why[64];
    struct json *row = NULL;
    long long number = 0;
    char *end = NULL;

    (void)state;
    assert_string_equal(print(TABLE_JSON), "");
    add_two();
    print(TABLE_JSON);
    end = strchr(printed, '\n');
    assert_non_null(end);
    row = json_parse(printed, (size_t)(end - printed), why, sizeof why);
    assert_non_null(row);
    assert_string_equal(json_text(row, "name"), "K\xC3\xA4se");
    assert_true(json_integer(json_member(row, "size"), &number) && number == -42);
    assert_true(json_bool(json_member(row, "on"), false));
    assert_string_equal(json_text(row, "key"), "0x00FF10");
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
    for (const char *c = print(TABLE_LINES); *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 2002);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_table, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_lines),
        CASE(test_no_columns),
        CASE(test_east_asian),
        CASE(test_json),
        CASE(test_control_characters),
        CASE(test_width_decides),
        CASE(test_many),
        CASE(test_narrow_without_rows),
        CASE(test_csv),
        CASE(test_choice),
        CASE(test_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
