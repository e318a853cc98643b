/* SPDX-License-Identifier: MIT */
/* Changing and deleting a link: requests, guards, and what is a fact already. */
#include "azure_script.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define LINK LINKS "/sales-link?"
#define GONE "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"gone\"}}"

/* Two databases, the instance in that role, backed up at that time (empty: never). */
static const char *link_of(const char *role, const char *mode, const char *backup)
{
    char properties[1024], time[80] = "";

    if (backup[0] != '\0')
        snprintf(time, sizeof time, ",\"lastBackupTime\":\"%s\"", backup);
    snprintf(properties, sizeof properties,
             "\"instanceLinkRole\":\"%s\",\"partnerLinkRole\":\"%s\",\"replicationMode\":"
             "\"Async\",\"linkMode\":\"%s\",\"failoverMode\":\"Manual\",\"databases\":["
             "{\"databaseName\":\"sales\",\"connectedState\":\"CONNECTED\","
             "\"synchronizationHealth\":\"HEALTHY\"%s},"
             "{\"databaseName\":\"hr\",\"connectedState\":\"CONNECTED\","
             "\"synchronizationHealth\":\"HEALTHY\"%s}]",
             role, strcmp(role, "Primary") == 0 ? "Secondary" : "Primary", mode, time, time);
    return script_resource("sales-link", properties);
}

static void link_is_now(const char *role, const char *mode, const char *backup)
{
    script("GET", LINK, 200, link_of(role, mode, backup));
}

static void speak(const char *version)
{
    text_copy(fake.setup.config.api_version, sizeof fake.setup.config.api_version, version);
}

/* ---- update ---- */

static void update(const char *name, const char *value, const char *name2, const char *value2)
{
    fake_ask("xp_milink_link_update", "@instance", "prod", "@link", "sales-link", name, value,
             name2, value2, NULL);
}

static void test_mode(void **state)
{
    (void)state;
    link_is_now("Secondary", "SingleDatabase", "");
    script("GET", LINK, 200,
           script_resource("sales-link", "\"replicationMode\":\"Sync\",\"databases\":[]"));
    script_write("PATCH", LINK);
    update("@replication_mode", "sync", "@wait_seconds", "#60");
    row_says("Succeeded", "SQL Server's side", "[sales-link]", "SYNCHRONOUS_COMMIT", NULL);
    sent_was("PATCH", 0, LINK "api-version=2025-01-01",
             "{\"properties\":{\"replicationMode\":\"Sync\"}}");
}

static void test_update_settled(void **state)
{
    (void)state;
    link_is_now("Secondary", "SingleDatabase", "");
    update("@replication_mode", "Async", "@request_id", ID_ONE);
    row_says("Succeeded", "already", "nothing was sent", NULL);
    update("@replication_mode", "Async", "@request_id", ID_ONE);
    row_says("Succeeded", NULL);
    assert_int_equal(sent("PATCH"), 0);
    assert_int_equal(sent("GET"), 1);
}

static void test_update_asked(void **state)
{
    (void)state;
    update("@reason", "r", "@change_ref", "c");
    fake_refused(MILINK_PARAMETER_MISSING, "@replication_mode, @databases", NULL);
    update("@databases", "sales", "@reason", "r");
    fake_refused(MILINK_API_VERSION_OLD, "@databases", "2026-08-01-preview", "2025-01-01", NULL);
    speak("2025-08-01-preview");
    update("@databases", "sales", "@reason", "r");
    fake_refused(MILINK_API_VERSION_OLD, NULL);
    assert_int_equal(sent("GET"), 0);
    speak("2026-08-01-preview");
    link_is_now("Secondary", "SingleDatabase", "");
    update("@databases", "sales,hr,ops", "@reason", "r");
    fake_refused(MILINK_LINK_UNCLEAR, "sales-link", "SingleDatabase", NULL);
}

static void test_add(void **state)
{
    (void)state;
    speak("2026-08-01-preview");
    link_is_now("Primary", "MultiDatabase", "");
    update("@databases", "ops,HR,sales", "@what_if", "%1");
    assert_null(strstr(fake_cell(0, "detail"), "Removes"));
    update("@databases", "ops,HR,sales", "@what_if", "%1");
    shown("PATCH",
          "{\"properties\":{\"databases\":[{\"databaseName\":\"ops\"},{\"databaseName\":\"HR\"},"
          "{\"databaseName\":\"sales\"}]}}",
          "Adds: ops", NULL);
}

static void test_remove(void **state)
{
    (void)state;
    speak("2026-08-01-preview");
    link_is_now("Secondary", "MultiDatabase", "");
    update("@databases", "sales,ops", "@reason", "r");
    fake_refused(MILINK_CONFIRM_REQUIRED, "leaves out hr", "N'REMOVE 1 FROM sales-link'", NULL);
    update("@databases", "ops", "@confirm", "REMOVE 1 FROM sales-link");
    fake_refused(MILINK_CONFIRM_REQUIRED, "hr", "N'REMOVE 2 FROM sales-link'", NULL);
    assert_int_equal(sent("PATCH"), 0);
    fake_ask("xp_milink_link_update", "@instance", "prod", "@link", "sales-link", "@databases",
             "sales,ops", "@confirm", "REMOVE 1 FROM sales-link", "@what_if", "%1", NULL);
    shown("PATCH", "Adds: ops.", "Removes: hr.", "REMOVE DATABASE comes first", NULL);
}

/* Done is when the link has exactly those. */
static void test_remove_done(void **state)
{
    (void)state;
    speak("2026-08-01-preview");
    link_is_now("Primary", "MultiDatabase", "");
    link_is_now("Primary", "MultiDatabase", "");
    script("GET", LINK, 200,
           script_resource("sales-link", "\"databases\":[{\"databaseName\":\"sales\"}]"));
    script_write("PATCH", LINK);
    fake_ask("xp_milink_link_update", "@instance", "prod", "@link", "sales-link", "@databases",
             "sales", "@confirm", "REMOVE 1 FROM sales-link", "@wait_seconds", "#60", NULL);
    row_says("Succeeded", "Removes: hr.", "Afterwards, on SQL Server", NULL);
    assert_int_equal(sent("PATCH"), 1);
}

static void test_update_absent(void **state)
{
    (void)state;
    script_gone(LINK);
    update("@replication_mode", "Sync", "@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "sales-link of prod", NULL);
}

/* ---- delete ---- */

static void delete_link(const char *name, const char *value)
{
    fake_ask("xp_milink_link_delete", "@instance", "prod", "@link", "sales-link", "@confirm",
             "DELETE sales-link", name, value, NULL);
}

static void test_delete(void **state)
{
    (void)state;
    link_is_now("Secondary", "SingleDatabase", "");
    script("GET", LINK, 404, GONE);
    script("DELETE", LINK, 204, NULL);
    delete_link("@wait_seconds", "#60");
    row_says("Succeeded", "DROP AVAILABILITY GROUP [sales-link]", NULL);
    sent_was("DELETE", 0, LINK "api-version=2025-01-01", "");
}

static void test_delete_confirm(void **state)
{
    static const char *const wrong[] = {NULL, "", "delete sales-link", "DELETE other-link", "yes"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fake_ask("xp_milink_link_delete", "@instance", "prod", "@link", "sales-link", "@confirm",
                 wrong[i], NULL);
        fake_refused(MILINK_CONFIRM_REQUIRED, "N'DELETE sales-link'", NULL);
    }
    assert_int_equal(sent("GET"), 0);
}

static void test_delete_absent(void **state)
{
    char id[40];

    (void)state;
    script_gone(LINK);
    script_instance("SQLServer2022");
    delete_link("@request_id", ID_ONE);
    row_says("Succeeded", "no such link", "nothing was sent", NULL);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    delete_link("@request_id", ID_ONE);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    delete_link("@what_if", "%1");
    fake_answered(1);
    assert_non_null(strstr(fake_cell(0, "detail"), "Would send nothing"));
    assert_int_equal(sent("DELETE"), 0);
}

/* What is not there because the instance or its group is not there is no success. */
static void test_delete_nowhere(void **state)
{
    (void)state;
    script_gone(LINK);
    script_gone(PROD "?");
    delete_link("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "instance prod", "mi-prod", "xp_milink_instance_create",
                 NULL);
    fake_http_forget(fake.http);
    script("GET", LINK, 404, "{\"error\":{\"code\":\"ParentResourceNotFound\",\"message\":\"m\"}}");
    delete_link("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "instance prod", NULL);
    assert_string_equal(fake.result.error.code, "ParentResourceNotFound");
    fake_http_forget(fake.http);
    script("GET", LINK, 404, "{\"error\":{\"code\":\"ResourceGroupNotFound\",\"message\":\"m\"}}");
    delete_link("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "ResourceGroupNotFound", NULL);
    fake_http_forget(fake.http);
    script("GET", LINK, 404, "<html>nothing here</html>");
    delete_link("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, NULL);
    fake_ask("xp_milink_operation_list", NULL);
    fake_answered(0);
}

static void test_delete_primary(void **state)
{
    (void)state;
    link_is_now("Primary", "SingleDatabase", "");
    delete_link("@reason", "r");
    fake_refused(MILINK_BACKUP_UNSEEN, "sales-link", "database sales", "last backup none",
                 "@force = 1", NULL);
    fake_http_forget(fake.http);
    link_is_now("Primary", "SingleDatabase", "yesterday");
    delete_link("@reason", "r");
    fake_refused(MILINK_BACKUP_UNSEEN, "yesterday", NULL);
    delete_link("@what_if", "%1");
    fake_refused(MILINK_BACKUP_UNSEEN, NULL);
    fake_ask("xp_milink_link_delete", "@instance", "prod", "@link", "sales-link", "@confirm",
             "DELETE sales-link", "@force", "%1", "@what_if", "%1", NULL);
    shown("DELETE", "Would send: DELETE " ABOVE LINKS "/sales-link", NULL);
    fake_http_forget(fake.http);
    link_is_now("Primary", "SingleDatabase", "2026-11-24T10:00:00Z");
    delete_link("@what_if", "%1");
    shown("DELETE", "Would send", NULL);
}

/* The journal knows when the instance became primary: older backups do not count. */
static void test_delete_after_failover(void **state)
{
    (void)state;
    link_is_now("Secondary", "SingleDatabase", "2026-11-24T10:00:00Z");
    link_is_now("Primary", "SingleDatabase", "2026-11-24T10:00:00Z");
    script_write("POST", LINKS "/sales-link/failover?");
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", "LOSE DATA ON sales-link",
             "@wait_seconds", "#60", NULL);
    row_says("Succeeded", NULL);
    delete_link("@reason", "r");
    fake_refused(MILINK_BACKUP_UNSEEN, "2026-11-24T10:00:00Z", "role change 2026-11-24T18:5", NULL);
    fake_http_forget(fake.http);
    link_is_now("Primary", "SingleDatabase", "2026-11-24T23:00:00Z");
    script("DELETE", LINK, 200, NULL);
    delete_link("@reason", "r");
    fake_answered(1);
    assert_int_equal(sent("DELETE"), 1);
}

#define CHANGE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANGE_TEST(test_mode),
        CHANGE_TEST(test_update_settled),
        CHANGE_TEST(test_update_asked),
        CHANGE_TEST(test_add),
        CHANGE_TEST(test_remove),
        CHANGE_TEST(test_remove_done),
        CHANGE_TEST(test_update_absent),
        CHANGE_TEST(test_delete),
        CHANGE_TEST(test_delete_confirm),
        CHANGE_TEST(test_delete_absent),
        CHANGE_TEST(test_delete_nowhere),
        CHANGE_TEST(test_delete_primary),
        CHANGE_TEST(test_delete_after_failover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
