/* SPDX-License-Identifier: MIT */
/* Creating a link: the exact request, every guard, and that nothing is sent where one refuses. */
#include "azure_script.h"
#include "certificate_samples.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define SALES                                                                                    \
    "\"instanceAvailabilityGroupName\":\"AG_MI\",\"partnerAvailabilityGroupName\":\"AG_BOX\","   \
    "\"partnerEndpoint\":\"TCP://BOX:5022\",\"instanceLinkRole\":\"Secondary\",\"databases\":[{" \
    "\"databaseName\":\"sales\",\"replicaState\":\"Catchup\",\"connectedState\":\"CONNECTED\","  \
    "\"synchronizationHealth\":\"HEALTHY\"}]"

static void certificates_are(const char *blob)
{
    char properties[2048];

    snprintf(properties, sizeof properties, "\"publicBlob\":\"%s\"", blob);
    script_list(CERTIFICATES, script_resource("Cert_BOX", properties));
}

/* An instance that is ready for the link, without it. */
static void azure_is_ready(void)
{
    script_list(LINKS, "");
    script_list(DATABASES, script_resource("other", "\"status\":\"Online\""));
    certificates_are(CERTIFICATE_BOX);
    script_instance("SQLServer2022");
}

static void ask(const char *name, const char *value)
{
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales_link", "@databases",
             "sales", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX",
             "@instance_ag", "AG_MI", name, value, NULL);
}

#define BODY(mode)                                                                       \
    "{\"properties\":{\"databases\":[{\"databaseName\":\"sales\"}],\"partnerEndpoint\":" \
    "\"TCP://BOX:5022\",\"partnerAvailabilityGroupName\":\"AG_BOX\","                    \
    "\"instanceAvailabilityGroupName\":\"AG_MI\",\"instanceLinkRole\":\"Secondary\","    \
    "\"failoverMode\":\"" mode "\",\"seedingMode\":\"Automatic\"}}"

static void test_create(void **state)
{
    (void)state;
    azure_is_ready();
    script("PUT", LINKS "/sales_link?", 201, NULL);
    script("GET", LINKS "/sales_link?", 200, script_resource("sales_link", SALES));
    ask("@wait_seconds", "#60");
    row_says("Succeeded", "xp_milink_link_get", NULL);
    assert_string_equal(fake_cell(0, "link"), "sales_link");
    assert_string_equal(fake_cell(0, "procedure_name"), "xp_milink_link_create");
    sent_was("PUT", 0, LINKS "/sales_link?api-version=2025-01-01", BODY("None"));
    assert_int_equal(sent("PUT"), 1);
}

static void test_what_if(void **state)
{
    (void)state;
    azure_is_ready();
    ask("@what_if", "%1");
    shown("PUT", "Would send: PUT " ABOVE LINKS "/sales_link?api-version=2025-01-01 " BODY("None"),
          NULL);
}

static void test_two_way(void **state)
{
    (void)state;
    azure_is_ready();
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales_link", "@databases",
             "sales", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX",
             "@instance_ag", "AG_MI", "@failover_mode", "manual", "@what_if", "%1", NULL);
    shown("PUT", BODY("Manual"), "SQLServer2022", "that version alone", NULL);
}

static void test_repeat(void **state)
{
    char id[40];

    (void)state;
    azure_is_ready();
    script("PUT", LINKS "/sales_link?", 201, NULL);
    script("GET", LINKS "/sales_link?", 200, script_resource("sales_link", SALES));
    ask("@request_id", ID_ONE);
    fake_answered(1);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    /* The link is there by now, which must not matter to a repeat. */
    fake_http_forget(fake.http);
    script("GET", LINKS "/sales_link?", 200, script_resource("sales_link", SALES));
    ask("@request_id", ID_ONE);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    assert_int_equal(sent("PUT"), 1);
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales_link", "@databases",
             "hr", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX", "@instance_ag",
             "AG_MI", "@request_id", ID_ONE, NULL);
    fake_refused(MILINK_REQUEST_ID_REUSED, ID_ONE, NULL);
}

/* ---- guards of names ---- */

static void test_parameters(void **state)
{
    static const struct {
        const char *name, *value;
    } bad[] = {
        {"@databases", "master"},
        {"@databases", "a/../b"},
        {"@databases", "sales,,hr"},
        {"@partner_endpoint", "BOX:5022"},
        {"@instance_role", "Tertiary"},
        {"@failover_mode", "Automatic"},
        {"@seeding_mode", "Manual"},
        {"@link", "sales link"},
        {"@link", ".."},
        {"@partner_ag", "AG\n1"},
        {"@link_mode", "ManyDatabases"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bool of[] = {strcmp(bad[i].name, "@link") == 0, strcmp(bad[i].name, "@databases") == 0,
                     strcmp(bad[i].name, "@partner_endpoint") == 0,
                     strcmp(bad[i].name, "@partner_ag") == 0};

        fake_ask("xp_milink_link_create", "@instance", "prod", "@link",
                 of[0] ? bad[i].value : "sales_link", "@databases", of[1] ? bad[i].value : "sales",
                 "@partner_endpoint", of[2] ? bad[i].value : "TCP://BOX:5022", "@partner_ag",
                 of[3] ? bad[i].value : "AG_BOX", "@instance_ag", "AG_MI",
                 of[0] || of[1] || of[2] || of[3] ? "@reason" : bad[i].name,
                 of[0] || of[1] || of[2] || of[3] ? "r" : bad[i].value, NULL);
        fake_refused(MILINK_PARAMETER_VALUE, bad[i].name, NULL);
    }
    assert_int_equal(sent("GET"), 0);
}

static void ask_groups(const char *partner, const char *instance)
{
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales_link", "@databases",
             "sales", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", partner, "@instance_ag",
             instance, NULL);
}

static void test_groups(void **state)
{
    (void)state;
    ask_groups("AG", "ag");
    fake_refused(MILINK_PARAMETER_VALUE, "@instance_ag", "differ from @partner_ag", NULL);
    ask_groups("SALES_LINK", "AG");
    fake_refused(MILINK_PARAMETER_VALUE, "@partner_ag", "@link", NULL);
    ask_groups("AG", "sales_link");
    fake_refused(MILINK_PARAMETER_VALUE, "@instance_ag", "@link", NULL);
    assert_int_equal(sent("GET"), 0);
}

/* Names with everything that SQL Server takes reach Azure as they are. */
static void test_hostile_names(void **state)
{
    (void)state;
    azure_is_ready();
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "_a@b#$", "@databases",
             "we]ird \"it's\" \xC3\x84", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag",
             "A\"G\\1'}", "@instance_ag", "\xE2\x82\xAC", "@what_if", "%1", NULL);
    shown("PUT",
          LINKS "/_a%40b%23%24?api-version=", "{\"databaseName\":\"we]ird \\\"it's\\\" \xC3\x84\"}",
          "\"A\\\"G\\\\1'}\"", "\"instanceAvailabilityGroupName\":\"\xE2\x82\xAC\"", NULL);
}

/* ---- guards of what is there ---- */

static void test_exists(void **state)
{
    (void)state;
    azure_is_ready();
    script_list(LINKS, script_resource("SALES_LINK", SALES));
    fake_http_forget(fake.http);
    script_list(LINKS, script_resource("SALES_LINK", SALES));
    ask("@reason", "r");
    fake_refused(MILINK_RESOURCE_EXISTS, "sales_link", "Secondary", "xp_milink_link_get", NULL);
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "hr_link", "@databases", "hr",
             "@partner_endpoint", "TCP://BOX2:5022", "@partner_ag", "AG_BOX2", "@instance_ag",
             "ag_mi", NULL);
    fake_refused(MILINK_RESOURCE_EXISTS, "ag_mi", "SALES_LINK of prod", NULL);
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "hr_link", "@databases", "hr",
             "@partner_endpoint", "tcp://box:5022", "@partner_ag", "AG_BOX", "@instance_ag", "AG_3",
             NULL);
    fake_refused(MILINK_RESOURCE_EXISTS, "AG_BOX", "SALES_LINK of prod", NULL);
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "hr_link", "@databases",
             "Sales", "@partner_endpoint", "TCP://BOX2:5022", "@partner_ag", "AG_BOX",
             "@instance_ag", "AG_3", NULL);
    fake_refused(MILINK_DATABASE_LINKED, "Sales", "SALES_LINK of prod", NULL);
    assert_int_equal(sent("PUT"), 0);
}

static void test_leftover(void **state)
{
    (void)state;
    script_list(LINKS, "");
    script_list(DATABASES, script_resource("SALES", "\"status\":\"Online\""));
    ask("@reason", "r");
    fake_refused(MILINK_RESOURCE_EXISTS, "SALES", "dropped link",
                 "xp_milink_database_delete @database = N'SALES'", NULL);
}

/* What is to be pasted can be. */
static void test_leftover_quoted(void **state)
{
    (void)state;
    script_list(LINKS, "");
    script_list(DATABASES, script_resource("it's", "\"status\":\"Online\""));
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales_link", "@databases",
             "it's", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX", "@instance_ag",
             "AG_MI", NULL);
    fake_refused(MILINK_RESOURCE_EXISTS, "@database = N'it''s'", NULL);
    fake_ask("xp_milink_database_delete", "@instance", "prod", "@database", "it's", NULL);
    fake_refused(MILINK_CONFIRM_REQUIRED, "@confirm = N'DELETE it''s'", NULL);
}

/* The giving side must have the database instead. */
static void test_from_instance(void **state)
{
    (void)state;
    azure_is_ready();
    ask("@instance_role", "Primary");
    fake_refused(MILINK_ARM_NOT_FOUND, "@databases", "0 of 1", NULL);
    fake_http_forget(fake.http);
    script_list(LINKS, "");
    script_list(DATABASES, script_resource("sales", "\"status\":\"Online\""));
    certificates_are(CERTIFICATE_BOX);
    script_instance("AlwaysUpToDate");
    ask("@instance_role", "Primary");
    fake_refused(MILINK_FORMAT_MISMATCH, "AlwaysUpToDate", NULL);
}

static void test_certificates(void **state)
{
    (void)state;
    script_list(LINKS, "");
    script_list(DATABASES, "");
    script_list(CERTIFICATES, "");
    script_instance("SQLServer2022");
    ask("@reason", "r");
    fake_refused(MILINK_CERTIFICATE_MISSING, "prod", "xp_milink_certificate_put", NULL);
    /* All that are there have expired by 2101. */
    fake_http_forget(fake.http);
    script_list(LINKS, "");
    script_list(DATABASES, "");
    certificates_are(CERTIFICATE_BOX);
    fake_clock_set_utc(UINT64_C(4133980800000));
    ask("@reason", "r");
    fake_refused(MILINK_CERTIFICATE_MISSING, "it has 1", NULL);
    /* One that cannot be read may be good. */
    fake_http_forget(fake.http);
    script_list(LINKS, "");
    script_list(DATABASES, "");
    certificates_are("0x3082");
    script_instance("SQLServer2022");
    ask("@what_if", "%1");
    shown("PUT", "Would send", NULL);
}

static void test_format(void **state)
{
    (void)state;
    azure_is_ready();
    script_instance("SQLServer2022");
    fake_http_forget(fake.http);
    script_list(LINKS, "");
    script_list(DATABASES, "");
    certificates_are(CERTIFICATE_BOX);
    script_instance("AlwaysUpToDate");
    ask("@failover_mode", "Manual");
    fake_refused(MILINK_FORMAT_MISMATCH, "prod", "AlwaysUpToDate", "@failover_mode = N'None'",
                 NULL);
    ask("@what_if", "%1");
    shown("PUT", BODY("None"), NULL);
}

/* Guards that cannot see do not let through. */
static void test_blind(void **state)
{
    (void)state;
    script("GET", LINKS "?", 200, "{\"value\":[{\"name\":\"x\"}]}");
    ask("@reason", "r");
    fake_refused(MILINK_ARM_BAD_ANSWER, NULL);
    fake_http_forget(fake.http);
    script_list(LINKS, "");
    script("GET", DATABASES "?", 403,
           "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"m\"}}");
    ask("@reason", "r");
    fake_refused(MILINK_ARM_FORBIDDEN, "databases of prod", NULL);
    fake_http_forget(fake.http);
    script_gone(LINKS "?");
    ask("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "instance prod", "xp_milink_instance_create", NULL);
    assert_int_equal(sent("PUT"), 0);
}

/* ---- several databases ---- */

static void ask_several(const char *link, const char *databases, const char *mode)
{
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", link, "@databases", databases,
             "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX", "@instance_ag",
             "AG_MI", "@link_mode", mode, "@what_if", "%1", NULL);
}

static void test_several(void **state)
{
    (void)state;
    ask_several("sales-link", "sales,hr", NULL);
    fake_refused(MILINK_API_VERSION_OLD, "2025-02-01-preview", "2025-01-01", "api_version", NULL);
    ask_several("sales-link", "sales", "MultiDatabase");
    fake_refused(MILINK_API_VERSION_OLD, NULL);
    text_copy(fake.setup.config.api_version, sizeof fake.setup.config.api_version,
              "2025-08-01-preview");
    ask_several("sales-link", "sales,hr", "SingleDatabase");
    fake_refused(MILINK_PARAMETER_VALUE, "@link_mode", "names 2", NULL);
    ask_several("Sales-link", "sales,hr", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@link", "lower-case", NULL);
    ask_several("sales_link", "sales,hr", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@link", NULL);
    assert_int_equal(sent("GET"), 0);
    azure_is_ready();
    ask_several("sales-link", "sales, [a,b]", NULL);
    shown("PUT", "/sales-link?api-version=2025-08-01-preview",
          "\"databases\":[{\"databaseName\":\"sales\"},{\"databaseName\":\"a,b\"}]",
          "\"linkMode\":\"MultiDatabase\"", NULL);
    ask_several("sales_link", "sales", "SingleDatabase");
    shown("PUT", "\"linkMode\":\"SingleDatabase\"", NULL);
}

/* Two long lists that differ at their very end are two requests. */
static void test_several_repeat(void **state)
{
    char list[4001] = "";

    (void)state;
    text_copy(fake.setup.config.api_version, sizeof fake.setup.config.api_version,
              "2025-08-01-preview");
    while (strlen(list) < 3900) {
        text_append(list, sizeof list, "a database with a long name number ");
        text_append_number(list, sizeof list, (long long)strlen(list));
        text_append(list, sizeof list, ",");
    }
    text_append(list, sizeof list, "last");
    azure_is_ready();
    script("PUT", LINKS "/sales-link?", 201, NULL);
    script("GET", LINKS "/sales-link?", 200, script_resource("sales-link", SALES));
    for (int i = 0; i < 2; i++) {
        fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales-link", "@databases",
                 list, "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX",
                 "@instance_ag", "AG_MI", "@request_id", ID_ONE, NULL);
        fake_answered(1);
    }
    list[strlen(list) - 1] = 'r';
    fake_ask("xp_milink_link_create", "@instance", "prod", "@link", "sales-link", "@databases",
             list, "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX", "@instance_ag",
             "AG_MI", "@request_id", ID_ONE, NULL);
    fake_refused(MILINK_REQUEST_ID_REUSED, NULL);
    assert_int_equal(sent("PUT"), 1);
}

static void test_rights(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_create", "@instance", "careful", "@link", "sales_link", "@databases",
             "sales", "@partner_endpoint", "TCP://BOX:5022", "@partner_ag", "AG_BOX",
             "@instance_ag", "AG_MI", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "careful", "lifecycle", NULL);
    assert_int_equal(sent("GET"), 0);
}

#define CREATE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CREATE_TEST(test_create),         CREATE_TEST(test_what_if),
        CREATE_TEST(test_two_way),        CREATE_TEST(test_repeat),
        CREATE_TEST(test_parameters),     CREATE_TEST(test_groups),
        CREATE_TEST(test_hostile_names),  CREATE_TEST(test_exists),
        CREATE_TEST(test_leftover),       CREATE_TEST(test_from_instance),
        CREATE_TEST(test_certificates),   CREATE_TEST(test_format),
        CREATE_TEST(test_blind),          CREATE_TEST(test_several),
        CREATE_TEST(test_rights),         CREATE_TEST(test_leftover_quoted),
        CREATE_TEST(test_several_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
