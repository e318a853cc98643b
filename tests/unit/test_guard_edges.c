/* SPDX-License-Identifier: MIT */
/* Guards where Azure says less than they need: what is not told is not taken for harmless. */
#include "azure_script.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define LINK LINKS "/sales-link?"

/* Of links and their databases: none, one without a name, none at all. */
static const char *const untold[] = {"\"databases\":[]", "\"databases\":[{\"replicaState\":\"x\"}]",
                                     "\"databases\":null"};

/* The link sales-link, and alone in the list of links, with that role and those databases. */
static void link_is_now(const char *role, const char *databases)
{
    char properties[1024];

    fake_http_forget(fake.http);
    snprintf(properties, sizeof properties,
             "%s\"partnerLinkRole\":\"Secondary\",\"failoverMode\":\"Manual\",\"linkMode\":"
             "\"MultiDatabase\",%s",
             role, databases);
    script("GET", LINK, 200, script_resource("sales-link", properties));
    script_list(LINKS, script_resource("sales-link", properties));
}

/* ---- failover ---- */

static void test_planned_needs_databases(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        link_is_now("\"instanceLinkRole\":\"Primary\",", untold[i]);
        fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
                 "@failover_type", "Planned", NULL);
        fake_refused(MILINK_LINK_UNCLEAR, "sales-link", "database", NULL);
    }
    assert_int_equal(sent("POST"), 0);
}

/* ---- deleting a link ---- */

static void delete_link(const char *name, const char *value)
{
    fake_ask("xp_milink_link_delete", "@instance", "prod", "@link", "sales-link", "@confirm",
             "DELETE sales-link", name, value, NULL);
}

static void test_delete_needs_databases(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        link_is_now("\"instanceLinkRole\":\"Primary\",", untold[i]);
        delete_link("@reason", "r");
        fake_refused(MILINK_BACKUP_UNSEEN, "sales-link", "database", NULL);
        fake_ask("xp_milink_link_delete", "@instance", "prod", "@link", "sales-link", "@confirm",
                 "DELETE sales-link", "@force", "%1", "@what_if", "%1", NULL);
        shown("DELETE", "Would send", NULL);
    }
}

/* A role that Azure does not tell, or that nobody knows yet, may be that of a primary. */
static void test_delete_needs_role(void **state)
{
    static const char *const roles[] = {"", "\"instanceLinkRole\":\"Promoting\",",
                                        "\"instanceLinkRole\":null,"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        link_is_now(roles[i], "\"databases\":[{\"databaseName\":\"sales\"}]");
        delete_link("@reason", "r");
        fake_refused(MILINK_BACKUP_UNSEEN, "sales", "last backup none", NULL);
    }
    link_is_now("\"instanceLinkRole\":\"secondary\",", "\"databases\":[]");
    delete_link("@what_if", "%1");
    shown("DELETE", "Would send", NULL);
}

/* SQL Server's own failover is not in the journal: the DBA is told what the guard cannot see. */
static void test_delete_unknown_change(void **state)
{
    (void)state;
    link_is_now("\"instanceLinkRole\":\"Primary\",",
                "\"databases\":[{\"databaseName\":\"sales\",\"lastBackupTime\":"
                "\"2026-11-24T10:00:00Z\"}]");
    delete_link("@what_if", "%1");
    shown("DELETE", "does not know when", "full backup", NULL);
}

/* ---- changing its databases ---- */

static void test_update_needs_databases(void **state)
{
    (void)state;
    text_copy(fake.setup.config.api_version, sizeof fake.setup.config.api_version,
              "2026-08-01-preview");
    for (size_t i = 0; i < 3; i++) {
        link_is_now("\"instanceLinkRole\":\"Primary\",", untold[i]);
        fake_ask("xp_milink_link_update", "@instance", "prod", "@link", "sales-link", "@databases",
                 "sales", NULL);
        fake_refused(MILINK_LINK_UNCLEAR, "sales-link", "databases", NULL);
    }
    assert_int_equal(sent("PATCH"), 0);
}

/* ---- what links hold ---- */

static void test_database_of_untold_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        link_is_now("\"instanceLinkRole\":\"Secondary\",", untold[i]);
        script("GET", DATABASES "/sales?", 200, script_resource("sales", "\"status\":\"Online\""));
        fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", "sales", "@confirm",
                 "DELETE sales", NULL);
        fake_refused(MILINK_LINK_UNCLEAR, "sales-link", "sales", NULL);
    }
    assert_int_equal(sent("DELETE"), 0);
}

/* Letters beyond ASCII in another case: Azure's own spelling of the database counts. */
static void test_database_by_azures_name(void **state)
{
    (void)state;
    link_is_now("\"instanceLinkRole\":\"Secondary\",",
                "\"databases\":[{\"databaseName\":\"\xC3\x84pfel\"}]");
    script("GET", DATABASES "/%C3%A4pfel?", 200,
           script_resource("\xC3\x84pfel", "\"status\":\"Online\""));
    fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", "\xC3\xA4pfel",
             "@confirm", "DELETE \xC3\xA4pfel", NULL);
    fake_refused(MILINK_DATABASE_LINKED, "sales-link", NULL);
    assert_int_equal(sent("DELETE"), 0);
}

static void test_certificate_of_untold_link(void **state)
{
    static const char *const links[] = {"\"databases\":[]",
                                        "\"databases\":[{\"databaseName\":"
                                        "\"sales\"}]",
                                        "\"databases\":[{\"databaseName\":\"a\","
                                        "\"partnerAuthCertValidity\":{\"certificateName\":"
                                        "\"Other\"}},{\"databaseName\":\"b\"}]"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        link_is_now("\"instanceLinkRole\":\"Secondary\",", links[i]);
        script("GET", CERTIFICATES "/Cert_BOX?", 200, script_resource("Cert_BOX", ""));
        fake_ask("xp_milink_certificate_delete", "@instance", "prod", "@name", "Cert_BOX", NULL);
        fake_refused(MILINK_CERTIFICATE_IN_USE, "Cert_BOX", "sales-link", "does not tell", NULL);
    }
    link_is_now("", "\"databases\":[{\"databaseName\":\"a\",\"partnerAuthCertValidity\":{"
                    "\"certificateName\":\"Other\"}}]");
    script("GET", CERTIFICATES "/Cert_BOX?", 200, script_resource("Cert_BOX", ""));
    fake_ask("xp_milink_certificate_delete", "@instance", "prod", "@name", "Cert_BOX", "@what_if",
             "%1", NULL);
    shown("DELETE", "Would send", NULL);
}

/* ---- the licence ---- */

static void test_passive_needs_roles(void **state)
{
    (void)state;
    link_is_now("", "\"databases\":[]");
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Passive",
             NULL);
    fake_refused(MILINK_LINK_UNCLEAR, "sales-link", "unknown", "@force = 1", NULL);
    link_is_now("\"instanceLinkRole\":\"Promoting\",", "\"databases\":[]");
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Passive",
             NULL);
    fake_refused(MILINK_LINK_UNCLEAR, "sales-link", NULL);
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Active",
             "@what_if", "%1", NULL);
    shown("PATCH", "Would send", NULL);
}

/* ---- answers about something else ---- */

static void test_another_link(void **state)
{
    (void)state;
    script("GET", LINK, 200,
           script_resource("x] DROP", "\"instanceLinkRole\":\"Secondary\",\"databases\":[]"));
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "Planned", NULL);
    fake_refused(MILINK_ARM_BAD_ANSWER, "sales-link", NULL);
    delete_link("@what_if", "%1");
    fake_refused(MILINK_ARM_BAD_ANSWER, "sales-link", NULL);
}

/* ---- long names ---- */

/* 128 characters of three bytes each, nine in a path; the last is different. */
static const char *long_name(char last)
{
    static char name[2][128 * 3 + 1];
    char *text = name[last == 'b'];

    text[0] = '\0';
    for (int i = 0; i < 127; i++)
        text_append(text, sizeof name[0], "\xE5\x94\xAE");
    text_append(text, sizeof name[0], (char[2]){last, '\0'});
    return text;
}

static void test_long_names(void **state)
{
    char confirm[128 * 3 + 16];

    (void)state;
    script_list(LINKS, "");
    script("GET", DATABASES "/%E5", 200, script_resource("sales", "\"status\":\"Online\""));
    script("DELETE", DATABASES "/%E5", 202, NULL);
    for (int i = 0; i < 2; i++) {
        const char *name = long_name(i == 0 ? 'a' : 'b');

        snprintf(confirm, sizeof confirm, "DELETE %s", name);
        fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", name, "@confirm",
                 confirm, NULL);
        row_says("Running", name, NULL);
    }
    assert_int_equal(sent("DELETE"), 2);
}

#define EDGE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDGE_TEST(test_planned_needs_databases),
        EDGE_TEST(test_delete_needs_databases),
        EDGE_TEST(test_delete_needs_role),
        EDGE_TEST(test_delete_unknown_change),
        EDGE_TEST(test_update_needs_databases),
        EDGE_TEST(test_database_of_untold_link),
        EDGE_TEST(test_database_by_azures_name),
        EDGE_TEST(test_certificate_of_untold_link),
        EDGE_TEST(test_passive_needs_roles),
        EDGE_TEST(test_another_link),
        EDGE_TEST(test_long_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
