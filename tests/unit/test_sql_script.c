/* SPDX-License-Identifier: MIT */
/* Batches, command lines and answers of milink-agent sql. */
#include "sql_report.h"
#include "sql_script.h"
#include "procedures.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static char text[SQL_SCRIPT_SIZE];

static void test_every_procedure_is_registered(void **state)
{
    (void)state;
    assert_true(sql_script_register("C:\\O'Neil\\xp_milink_1_0_0.dll", text, sizeof text));
    assert_non_null(strstr(text, "= N'C:\\O''Neil\\xp_milink_1_0_0.dll'"));
#define HAS(name) assert_non_null(strstr(text, "(N'xp_milink_" #name "')"));
    MILINK_PROCEDURES(HAS)
#undef HAS
    assert_non_null(strstr(text, "GRANT"));
    assert_null(strstr(text, "GO\n"));
}

static void test_a_path_that_sql_server_would_cut(void **state)
{
    char path[300];

    (void)state;
    memset(path, 'x', sizeof path);
    path[255] = '\0';
    assert_true(sql_script_register(path, text, sizeof text));
    path[255] = 'x';
    path[256] = '\0';
    assert_false(sql_script_register(path, text, sizeof text));
    assert_false(sql_script_register("C:\\x.dll", text, 100));
}

static void test_free_names_ours_alone(void **state)
{
    (void)state;
    assert_true(sql_script_free("C:\\Program Files\\milink\\1.0.0\\xp_milink_1_0_0.dll", text,
                                sizeof text));
    assert_string_equal(text, "DBCC xp_milink_1_0_0 (FREE);\n");
    assert_false(sql_script_free("-", text, sizeof text));
    assert_false(sql_script_free("C:\\other.dll", text, sizeof text));
    assert_false(sql_script_free("C:\\xp_milink) DROP.dll", text, sizeof text));
}

/* What CommandLineToArgvW takes apart again as it was. */
static void test_arguments(void **state)
{
    char command[200] = "";

    (void)state;
    assert_true(sql_append_argument(command, sizeof command, "C:\\a b\\sqlcmd.exe"));
    assert_true(sql_append_argument(command, sizeof command, "say \"hi\""));
    assert_true(sql_append_argument(command, sizeof command, "ends\\"));
    assert_true(sql_append_argument(command, sizeof command, "x\\\"y"));
    assert_true(sql_append_argument(command, sizeof command, ""));
    assert_string_equal(command, "\"C:\\a b\\sqlcmd.exe\" \"say \\\"hi\\\"\" \"ends\\\\\" "
                                 "\"x\\\\\\\"y\" \"\"");
    assert_false(sql_append_argument(command, 60, "this does not fit any more, it is too long"));
}

static void test_the_state(void **state)
{
    struct sql_state seen;

    (void)state;
    assert_true(sql_state_read("milink|SQL1|PROD|28|C:\\x\\xp_milink_1_0_0.dll  \r\n"
                               "replica|SQL2\\PROD\r\nnode|SQL3\r\nreplica|SQL4\r\n",
                               &seen));
    assert_string_equal(seen.host, "SQL1");
    assert_string_equal(seen.instance, "PROD");
    assert_string_equal(seen.dll, "C:\\x\\xp_milink_1_0_0.dll");
    assert_int_equal(seen.procedures, 28);
    assert_int_equal(seen.replica_count, 2);
    assert_string_equal(seen.replicas[1], "SQL4");
    assert_int_equal(seen.node_count, 1);
    assert_false(sql_state_read("Sqlcmd: Error: Login failed\r\n", &seen));
    assert_false(sql_state_read("", &seen));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_procedure_is_registered),
        cmocka_unit_test(test_a_path_that_sql_server_would_cut),
        cmocka_unit_test(test_free_names_ours_alone),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_the_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
