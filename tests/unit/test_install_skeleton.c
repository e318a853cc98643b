/* SPDX-License-Identifier: MIT */
/* What setup is told, and the configuration that it leaves: JSON, and good once it is filled in. */
#include "install.h"
#include "json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char text[8192];

static void test_it_is_json(void **state)
{
    struct json *parsed = NULL;
    char why[256];

    (void)state;
    assert_true(install_skeleton("C:\\ProgramData\\milink\\state", "C:\\a \"b\"\\agent.log",
                                 "MSSQLSERVER, PROD", text, sizeof text));
    parsed = json_parse(text, strlen(text), why, sizeof why);
    assert_non_null(parsed);
    assert_string_equal(json_text(parsed, "state_directory"), "C:\\ProgramData\\milink\\state");
    json_free(parsed);
    assert_non_null(strstr(text, "[\"MSSQLSERVER\", \"PROD\"]"));
    assert_non_null(strstr(text, "C:\\\\a \\\"b\\\"\\\\agent.log"));
}

static void test_it_does_not_fit(void **state)
{
    (void)state;
    assert_false(install_skeleton("C:\\state", "C:\\log", "PROD", text, 200));
}

static void test_names_of_instances(void **state)
{
    static const char *const bad[] = {"NO/SUCH",           "A B",      "1ST",
                                      "SEVENTEEN_LETTERS", "OK,\"x\"", "A;DROP"};
    char why[256];

    (void)state;
    assert_true(install_instances_check("MSSQLSERVER,PROD_2,SQL$X", why, sizeof why));
    assert_true(install_instances_check("", why, sizeof why));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(install_instances_check(bad[i], why, sizeof why));
        assert_non_null(strstr(why, "MSSQLSERVER for the default one"));
    }
}

static void test_directory_of_data(void **state)
{
    static const char *const bad[] = {"",    "data",    "/",   "//", "/a\" --no-start",
                                      "/a*", "/data?x", "/<a>"};
    char data[CONFIG_PATH_SIZE], why[CONFIG_PATH_SIZE + 128], longest[CONFIG_PATH_SIZE];

    (void)state;
    assert_true(install_data_take("/var/milink data", data, why, sizeof why));
    assert_string_equal(data, "/var/milink data");
    assert_true(install_data_take("/var/milink//", data, why, sizeof why));
    assert_string_equal(data, "/var/milink");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(install_data_take(bad[i], data, why, sizeof why));
    assert_false(install_data_take("/a\" --no-start", data, why, sizeof why));
    assert_string_equal(why, "/a\" --no-start is no path; a backslash at its end may be why");
    assert_false(install_data_take("data", data, why, sizeof why));
    assert_string_equal(why,
                        "data is not the absolute path of a directory that can be milink's alone");
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    longest[CONFIG_PATH_SIZE - 64] = '\0';
    assert_true(install_data_take(longest, data, why, sizeof why));
    longest[CONFIG_PATH_SIZE - 64] = 'a';
    longest[CONFIG_PATH_SIZE - 63] = '\0';
    assert_false(install_data_take(longest, data, why, sizeof why));
    assert_string_equal(why, "the path is too long: 960 bytes at most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_json),
        cmocka_unit_test(test_it_does_not_fit),
        cmocka_unit_test(test_names_of_instances),
        cmocka_unit_test(test_directory_of_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
