/* SPDX-License-Identifier: MIT */
/* Tests of building JSON, and of the JSON layer when memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static void test_builds(void **state)
{
    struct json *document = json_new_object();
    struct json *properties = json_add_object(document, "properties");
    struct json *databases = json_add_array(properties, "databases");
    struct json *database = json_append_object(databases);
    char *text = NULL;

    (void)state;
    assert_true(json_add_string(database, "databaseName", "a\"b\\\n\x01\xC3\xA9"));
    assert_true(json_add_string(properties, "empty", ""));
    assert_true(json_add_string(properties, "none", NULL));
    assert_true(json_add_integer(properties, "vCores", 8));
    assert_true(json_add_bool(properties, "yes", true));
    assert_true(json_add_bool(properties, "no", false));
    text = json_print(document);
    assert_string_equal(text, "{\"properties\":{\"databases\":[{\"databaseName\":"
                              "\"a\\\"b\\\\\\n\\u0001\xC3\xA9\"}],\"empty\":\"\",\"none\":null,"
                              "\"vCores\":8,\"yes\":true,\"no\":false}}");
    json_text_free(text);
    json_text_free(NULL);
    json_free(document);
}

/* Numbers that a double or a short format would round come out digit for digit. */
static void test_builds_integers(void **state)
{
    static const long long numbers[] = {
        0, -1, 999999999999999, 1000000000000000, 9007199254740991, 9223372036854775807, INT64_MIN,
    };
    char expected[64];
    long long number = 0;

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct json *document = json_new_object();
        char *text = NULL;

        assert_true(json_add_integer(document, "n", numbers[i]));
        assert_true(json_is_number(json_member(document, "n")));
        assert_int_equal(json_integer(json_member(document, "n"), &number), i < 5);
        if (i < 5)
            assert_int_equal(number, numbers[i]);
        text = json_print(document);
        snprintf(expected, sizeof expected, "{\"n\":%lld}", numbers[i]);
        assert_string_equal(text, expected);
        json_text_free(text);
        json_free(document);
    }
}

static void test_building_on_nothing(void **state)
{
    struct json *document = json_new_object();

    (void)state;
    assert_null(json_add_object(NULL, "a"));
    assert_null(json_add_array(NULL, "a"));
    assert_null(json_append_object(NULL));
    assert_false(json_add_string(NULL, "a", "b"));
    assert_false(json_add_integer(NULL, "a", 1));
    assert_false(json_add_bool(NULL, "a", true));
    assert_null(json_print(NULL));
    /* An object is no array: the document is not what its builder meant, so it is not printed. */
    assert_null(json_append_object(document));
    assert_null(json_print(document));
    json_free(document);
}

/* ---- out of memory: the n-th allocation of the library fails ---- */

static long allocations_left = -1;

static void *scarce_malloc(size_t size)
{
    if (allocations_left == 0)
        return NULL;
    if (allocations_left > 0)
        allocations_left--;
    return malloc(size);
}

static char *build_and_print(void)
{
    struct json *document = json_new_object();
    struct json *properties = json_add_object(document, "properties");
    struct json *databases = json_add_array(properties, "databases");
    char *text = NULL;

    json_add_string(json_append_object(databases), "databaseName", "db1");
    json_add_integer(properties, "vCores", 1LL << 60);
    json_add_bool(properties, "yes", true);
    text = json_print(document);
    json_free(document);
    return text;
}

static int use_scarce_memory(void **state)
{
    cJSON_Hooks hooks = {scarce_malloc, free};

    (void)state;
    cJSON_InitHooks(&hooks);
    return 0;
}

static int use_all_memory(void **state)
{
    (void)state;
    cJSON_InitHooks(NULL);
    allocations_left = -1;
    return 0;
}

/* Either the whole text or none: never a document with a part missing. */
static void test_building_without_memory(void **state)
{
    static const char whole[] = "{\"properties\":{\"databases\":[{\"databaseName\":\"db1\"}],"
                                "\"vCores\":1152921504606846976,\"yes\":true}}";
    char *text = NULL;
    long failing = 0;

    (void)state;
    for (; text == NULL && failing < 1000; failing++) {
        allocations_left = failing;
        text = build_and_print();
    }
    assert_non_null(text);
    assert_string_equal(text, whole);
    assert_true(failing > 15);
    json_text_free(text);
}

static void test_parsing_without_memory(void **state)
{
    static const char sample[] = "{\"name\":\"dag1\",\"a\":{\"b\":[1,\"x\",null]}}";
    char why[128] = "";
    struct json *document = NULL;
    long failing = 0;

    (void)state;
    for (; document == NULL && failing < 1000; failing++) {
        allocations_left = failing;
        document = json_parse(sample, sizeof sample - 1, why, sizeof why);
        if (document == NULL)
            assert_non_null(strstr(why, "out of memory"));
    }
    assert_string_equal(json_text(document, "name"), "dag1");
    assert_true(failing > 10);
    json_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builds),
        cmocka_unit_test(test_builds_integers),
        cmocka_unit_test(test_building_on_nothing),
        cmocka_unit_test_setup_teardown(test_building_without_memory, use_scarce_memory,
                                        use_all_memory),
        cmocka_unit_test_setup_teardown(test_parsing_without_memory, use_scarce_memory,
                                        use_all_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
