/* SPDX-License-Identifier: MIT */
/* The procedures of databases on the instance and of the replay of backups. */
#include "azure_script.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define SALES DATABASES "/sales?"

static void database_is(const char *status)
{
    char properties[200];

    snprintf(properties, sizeof properties, "\"status\":\"%s\"", status);
    script("GET", SALES, 200, script_resource("sales", properties));
}

static void sales_is_linked(void)
{
    script_list(LINKS, script_resource("sales-link", "\"databases\":[{\"databaseName\":\"hr\"},"
                                                     "{\"databaseName\":\"SALES\"}]"));
}

/* ---- reading ---- */

static void test_list(void **state)
{
    char both[1024];

    (void)state;
    snprintf(both, sizeof both, "%s,%s",
             script_resource("sales", "\"status\":\"Online\",\"creationDate\":"
                                      "\"2026-01-02T03:04:05Z\",\"earliestRestorePoint\":"
                                      "\"2026-02-03T04:05:06Z\""),
             script_resource("hr", "\"status\":\"Inaccessible\",\"extendedAccessibilityInfo\":{"
                                   "\"inaccessibilityReasonKind\":\"DatabaseReplication\","
                                   "\"inaccessibilityReasonErrorCode\":\"41976\","
                                   "\"inaccessibilityReasonDescription\":\"No partner.\"}"));
    script_list(DATABASES, both);
    fake_ask("xp_milink_database_list", "@instance", "prod", NULL);
    fake_answered(2);
    assert_string_equal(fake_cell(0, "name"), "sales");
    assert_string_equal(fake_cell(0, "created_at"), "2026-01-02T03:04:05Z");
    assert_string_equal(fake_cell(0, "earliest_restore_point"), "2026-02-03T04:05:06Z");
    assert_null(fake_cell(0, "accessibility"));
    assert_string_equal(fake_cell(1, "status"), "Inaccessible");
    assert_string_equal(fake_cell(1, "accessibility"), "DatabaseReplication 41976: No partner.");
}

static void test_get(void **state)
{
    (void)state;
    database_is("Online");
    fake_ask("xp_milink_database_get", "@instance", "prod", "@database", "sales", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "status"), "Online");
    script_gone(DATABASES "/hr?");
    script_instance("SQLServer2022");
    fake_ask("xp_milink_database_get", "@instance", "prod", "@database", "hr", NULL);
    fake_refused(MILINK_ARM_NOT_FOUND, "hr", "prod has no such database", NULL);
    fake_http_forget(fake.http);
    script_gone(DATABASES "/hr?");
    script_gone(PROD "?");
    fake_ask("xp_milink_database_get", "@instance", "prod", "@database", "hr", NULL);
    fake_refused(MILINK_ARM_NOT_FOUND, "there is no managed instance mi-prod",
                 "xp_milink_instance_create", NULL);
}

static void test_hostile_names(void **state)
{
    static const char *const bad[] = {"..", ".", "a/b", "a%2Fb", "a?x=1", "a\\b", "master"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fake_ask("xp_milink_database_get", "@instance", "prod", "@database", bad[i], NULL);
        fake_refused(MILINK_PARAMETER_VALUE, "@database", NULL);
    }
    assert_int_equal(sent("GET"), 0);
    script("GET", DATABASES "/we%5Dird%20%27%C3%84%23?", 200,
           script_resource("we]ird '\xC3\x84#", "\"status\":\"Online\""));
    fake_ask("xp_milink_database_get", "@instance", "prod", "@database", "we]ird '\xC3\x84#", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "name"), "we]ird '\xC3\x84#");
}

/* ---- delete ---- */

static void delete_sales(const char *name, const char *value)
{
    fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", "sales", "@confirm",
             "DELETE sales", name, value, NULL);
}

static void test_delete(void **state)
{
    (void)state;
    database_is("Online");
    script("GET", SALES, 404, "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"m\"}}");
    script_list(LINKS, "");
    script_write("DELETE", SALES);
    delete_sales("@wait_seconds", "#60");
    row_says("Succeeded", "Database sales.", NULL);
    assert_null(fake_cell(0, "link"));
    sent_was("DELETE", 0, SALES "api-version=2025-01-01", "");
}

static void test_delete_guards(void **state)
{
    (void)state;
    fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", "sales", "@confirm",
             "DELETE hr", NULL);
    fake_refused(MILINK_CONFIRM_REQUIRED, "N'DELETE sales'", NULL);
    assert_int_equal(sent("GET"), 0);
    database_is("Online");
    sales_is_linked();
    delete_sales("@reason", "r");
    fake_refused(MILINK_DATABASE_LINKED, "sales", "sales-link of prod", "xp_milink_link_delete",
                 NULL);
    fake_http_forget(fake.http);
    database_is("Online");
    script_list(LINKS, "");
    delete_sales("@what_if", "%1");
    shown("DELETE", "Would send: DELETE " ABOVE DATABASES "/sales?api-version=2025-01-01", NULL);
}

static void test_delete_absent(void **state)
{
    char id[40];

    (void)state;
    script_gone(SALES);
    script_instance("SQLServer2022");
    delete_sales("@request_id", ID_ONE);
    row_says("Succeeded", "no such database", "nothing was sent", NULL);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    delete_sales("@request_id", ID_ONE);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    assert_int_equal(sent("DELETE"), 0);
}

/* The longest name there may be fits phrase, path and journal. */
static void test_longest_name(void **state)
{
    char name[400] = "", confirm[420] = "DELETE ";

    (void)state;
    for (int i = 0; i < 128; i++)
        text_append(name, sizeof name, "\xE2\x82\xAC");
    text_append(confirm, sizeof confirm, name);
    script("GET", "/databases/", 200, script_resource(name, "\"status\":\"Online\""));
    script_list(LINKS, "");
    fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", name, "@confirm",
             confirm, "@what_if", "%1", NULL);
    shown("DELETE", "/databases/%E2%82%AC", name, NULL);
    name[128] = confirm[128 + 7] = '\0';
    memset(name, 'x', 128);
    memset(confirm + 7, 'x', 128);
    fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", name, "@confirm",
             confirm, "@what_if", "%1", NULL);
    shown("DELETE", name, NULL);
}

/* ---- replay ---- */

static void test_restore_get(void **state)
{
    (void)state;
    script(
        "GET", DATABASES "/sales/restoreDetails/Default?", 200,
        script_resource("Default",
                        "\"type\":\"LRSRestore\",\"status\":\"Restoring\",\"percentCompleted\":40,"
                        "\"lastRestoredFileName\":\"log_3.trn\",\"numberOfFilesDetected\":7,"
                        "\"numberOfFilesUnrestorable\":0,\"currentRestoredSizeMB\":12"));
    fake_ask("xp_milink_database_restore_get", "@instance", "prod", "@database", "sales", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "database_name"), "sales");
    assert_string_equal(fake_cell(0, "restore_type"), "LRSRestore");
    assert_string_equal(fake_cell(0, "status"), "Restoring");
    assert_string_equal(fake_cell(0, "percent_complete"), "40");
    assert_string_equal(fake_cell(0, "last_restored_file"), "log_3.trn");
    assert_string_equal(fake_cell(0, "restored_mb"), "12");
    assert_string_equal(fake_cell(0, "files_detected"), "7");
    assert_string_equal(fake_cell(0, "files_unrestorable"), "0");
    assert_null(fake_cell(0, "block_reason"));
    fake_http_forget(fake.http);
    script_gone("/restoreDetails/Default?");
    script_instance("SQLServer2022");
    fake_ask("xp_milink_database_restore_get", "@instance", "prod", "@database", "sales", NULL);
    fake_refused(MILINK_ARM_NOT_FOUND, "sales", "no backups are being replayed", NULL);
}

static void complete(const char *name, const char *value)
{
    fake_ask("xp_milink_database_restore_complete", "@instance", "prod", "@database", "sales",
             "@last_backup_name", "log \"9\".trn", name, value, NULL);
}

static void test_complete(void **state)
{
    (void)state;
    database_is("Restoring");
    database_is("Online");
    script_list(LINKS, "");
    script_write("POST", DATABASES "/sales/completeRestore?");
    complete("@wait_seconds", "#60");
    row_says("Succeeded", "Database sales.", NULL);
    sent_was("POST", 0, DATABASES "/sales/completeRestore?api-version=2025-01-01",
             "{\"lastBackupName\":\"log \\\"9\\\".trn\"}");
}

static void test_complete_guards(void **state)
{
    (void)state;
    database_is("Restoring");
    sales_is_linked();
    complete("@reason", "r");
    fake_refused(MILINK_DATABASE_LINKED, "sales-link", NULL);
    fake_http_forget(fake.http);
    database_is("Inaccessible");
    complete("@reason", "r");
    fake_refused(MILINK_DATABASE_STATE, "sales", "Inaccessible", NULL);
    fake_http_forget(fake.http);
    script_gone(SALES);
    script_instance("SQLServer2022");
    complete("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "sales", NULL);
    fake_http_forget(fake.http);
    database_is("Restoring");
    script_list(LINKS, "");
    complete("@what_if", "%1");
    shown("POST", "Would send: POST " ABOVE DATABASES "/sales/completeRestore?", NULL);
    fake_http_forget(fake.http);
    database_is("Online");
    complete("@request_id", ID_ONE);
    row_says("Succeeded", "Online already", NULL);
    complete("@request_id", ID_ONE);
    row_says("Succeeded", NULL);
    assert_int_equal(sent("POST"), 0);
}

#define DATABASE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DATABASE_TEST(test_list),          DATABASE_TEST(test_get),
        DATABASE_TEST(test_hostile_names), DATABASE_TEST(test_delete),
        DATABASE_TEST(test_delete_guards), DATABASE_TEST(test_delete_absent),
        DATABASE_TEST(test_longest_name),  DATABASE_TEST(test_restore_get),
        DATABASE_TEST(test_complete),      DATABASE_TEST(test_complete_guards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
