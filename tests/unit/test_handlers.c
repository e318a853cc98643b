/* SPDX-License-Identifier: MIT */
/* The handlers: verdicts of the licence, guards, roles and confirmations. */
#include "fake_agent.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define LOSE "LOSE DATA ON sales-link"
#define DAGS "/distributedAvailabilityGroups"

static void on(const char *method, const char *part, struct fake_reply reply)
{
    fake_http_on(fake.http, method, part, reply);
}

static size_t count(const char *method)
{
    return fake_http_count(fake.http, method, "");
}

static void link_is_now(struct fake_link link)
{
    on("GET", DAGS "/", (struct fake_reply){.status = 200, .body = fake_keep(fake_link(&link))});
}

/* ---- license_get ---- */

struct verdict {
    const char *usage, *detected; /* NULL: Azure leaves it out */
    const char *roles;            /* P and S: a link each */
    const char *verdict;
};

static void instance_is(const char *usage, const char *detected)
{
    char body[512];

    snprintf(body, sizeof body,
             "{\"sku\":{\"name\":\"GP_Gen5\",\"tier\":\"GeneralPurpose\"},\"properties\":{"
             "\"licenseType\":\"BasePrice\",\"state\":\"Ready\",\"vCores\":8,"
             "\"provisioningState\":\"Succeeded\"%s%s%s%s%s%s}}",
             usage != NULL ? ",\"hybridSecondaryUsage\":\"" : "", usage != NULL ? usage : "",
             usage != NULL ? "\"" : "",
             detected != NULL ? ",\"hybridSecondaryUsageDetected\":\"" : "",
             detected != NULL ? detected : "", detected != NULL ? "\"" : "");
    on("GET", "/managedInstances/mi-prod?",
       (struct fake_reply){.status = 200, .body = fake_keep(body)});
}

static void links_are(const char *roles)
{
    char body[2048] = "{\"value\":[";

    for (const char *role = roles; *role != '\0'; role++) {
        text_append(body, sizeof body, role > roles ? "," : "");
        text_append(body, sizeof body, "{\"name\":\"link-");
        text_append_number(body, sizeof body, role - roles + 1);
        text_append(body, sizeof body, "\",\"properties\":{\"instanceLinkRole\":\"");
        text_append(body, sizeof body, *role == 'P' ? "Primary" : "Secondary");
        text_append(body, sizeof body, "\"}}");
    }
    text_append(body, sizeof body, "]}");
    on("GET", DAGS "?", (struct fake_reply){.status = 200, .body = fake_keep(body)});
}

static void test_verdicts(void **state)
{
    static const struct verdict verdicts[] = {
        {"Passive", "Passive", "S", "OK"},
        {"Passive", "Passive", "", "OK"},
        {"Passive", NULL, "S", "OK"},
        {"passive", "Passive", "S", "OK"},
        {"Active", "Active", "S", "OK"},
        {"Active", "Active", "", "OK"},
        {"Active", "Passive", "", "OK"},
        {"Active", "Passive", "P", "OK"},
        {"Active", "Passive", "SP", "OK"},
        {"Active", "Active", "P", "OK"},
        {NULL, NULL, "", "OK"},
        {"Active", "Passive", "S", "BENEFIT_UNUSED"},
        {NULL, "Passive", "SS", "BENEFIT_UNUSED"},
        {"Passive", "Passive", "P", "PASSIVE_WHILE_PRIMARY"},
        {"Passive", "Active", "SP", "PASSIVE_WHILE_PRIMARY"},
        {"Passive", "Active", "S", "PASSIVE_NOT_ELIGIBLE"},
        {"Passive", "Active", "", "PASSIVE_NOT_ELIGIBLE"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        const struct verdict *row = &verdicts[i];

        fake_http_forget(fake.http);
        instance_is(row->usage, row->detected);
        links_are(row->roles);
        fake_ask("xp_milink_license_get", "@instance", "prod", NULL);
        fake_answered(1);
        if (strcmp(fake_cell(0, "verdict"), row->verdict) != 0)
            fail_msg("row %zu: %s", i, fake_cell(0, "verdict"));
        assert_non_null(fake_cell(0, "verdict_text"));
    }
    assert_string_equal(fake_cell(0, "v_cores"), "8");
    assert_string_equal(fake_cell(0, "sku"), "GP_Gen5");
    assert_string_equal(fake_cell(0, "links_primary"), "0");
    assert_null(fake_cell(0, "database_format"));
}

/* ---- license_set ---- */

static void test_license_needs_one(void **state)
{
    (void)state;
    fake_ask("xp_milink_license_set", "@instance", "prod", NULL);
    fake_refused(MILINK_PARAMETER_MISSING, "@license_type", "@hybrid_secondary_usage", NULL);
    assert_int_equal(count("GET"), 0);
}

static void test_license_guard(void **state)
{
    (void)state;
    links_are("SPP");
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Passive",
             NULL);
    fake_refused(MILINK_BENEFIT_REFUSED, "prod", "2 links", "link-2", "@force = 1", NULL);
    fake_ask("xp_milink_operation_list", NULL);
    fake_answered(0);
    assert_int_equal(count("PATCH"), 0);
}

/* Without knowing the links there is no answer to whether one has the instance as primary. */
static void test_license_guard_blind(void **state)
{
    (void)state;
    on("GET", DAGS "?", (struct fake_reply){.status = 200, .body = "{\"value\":[{}]}"});
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Passive",
             "@wait_seconds", "#1", NULL);
    fake_refused(MILINK_ARM_BAD_ANSWER, NULL);
    fake_http_forget(fake.http);
    on("GET", DAGS "?", (struct fake_reply){.status = 403});
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Passive",
             NULL);
    fake_refused(MILINK_ARM_FORBIDDEN, NULL);
    assert_int_equal(count("PATCH"), 0);
}

static void test_license_set(void **state)
{
    struct fake_request request;

    (void)state;
    links_are("P");
    on("PATCH", "/managedInstances/mi-prod?", (struct fake_reply){.status = 200, .body = "{}"});
    instance_is("Passive", "Passive");
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "passive",
             "@force", "%1", "@wait_seconds", "#60", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "state"), "Succeeded");
    assert_true(fake_http_request(fake.http, "PATCH", "", 0, &request));
    assert_string_equal(request.body, "{\"properties\":{\"hybridSecondaryUsage\":\"Passive\"}}");
    /* Active and the licence are nobody's secret benefit: the links are not asked for. */
    fake_http_forget(fake.http);
    on("PATCH", "mi-prod?", (struct fake_reply){.status = 200, .body = "{}"});
    instance_is("Active", "Passive");
    fake_ask("xp_milink_license_set", "@instance", "prod", "@hybrid_secondary_usage", "Active",
             "@license_type", "baseprice", "@wait_seconds", "#60", NULL);
    fake_answered(1);
    assert_true(fake_http_request(fake.http, "PATCH", "", 1, &request));
    assert_string_equal(
        request.body,
        "{\"properties\":{\"licenseType\":\"BasePrice\",\"hybridSecondaryUsage\":\"Active\"}}");
    fake_ask("xp_milink_license_set", "@instance", "prod", "@license_type", "BasePrice",
             "@wait_seconds", "#60", NULL);
    fake_answered(1);
    assert_true(fake_http_request(fake.http, "PATCH", "", 2, &request));
    assert_string_equal(request.body, "{\"properties\":{\"licenseType\":\"BasePrice\"}}");
}

/* ---- failover ---- */

static void test_planned_from_secondary(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "Manual", ));
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "Planned", NULL);
    fake_refused(MILINK_ARM_INVALID_ROLE, "sales-link", "prod is Secondary",
                 "ALTER AVAILABILITY GROUP [sales-link] FAILOVER", NULL);
    assert_int_equal(count("POST"), 0);
}

static void ask_planned(void)
{
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "Planned", NULL);
}

static void test_planned_unclear(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", .connected = "DISCONNECTED"));
    ask_planned();
    fake_refused(MILINK_LINK_UNCLEAR, "salesdb", "DISCONNECTED", NULL);
    fake_http_forget(fake.http);
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", .health = "NOT_HEALTHY"));
    ask_planned();
    fake_refused(MILINK_LINK_UNCLEAR, "NOT_HEALTHY", NULL);
    fake_http_forget(fake.http);
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", .state = "LinkFailoverInProgress"));
    ask_planned();
    fake_refused(MILINK_LINK_UNCLEAR, "LinkFailoverInProgress", NULL);
    fake_http_forget(fake.http);
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", .state = "LinkError"));
    ask_planned();
    fake_refused(MILINK_LINK_UNCLEAR, "LinkError", NULL);
    assert_int_equal(count("POST"), 0);
}

/* arm-api 7, step 1: mostRecentLinkError must be empty. */
static void test_planned_last_error(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", .last_error = "1412: log is missing"));
    ask_planned();
    fake_refused(MILINK_LINK_UNCLEAR, "1412", NULL);
}

/* Azure's words may be long and not English: the refusal must still be a text. */
static void test_planned_long_reason(void **state)
{
    static char last[3000];

    (void)state;
    for (int shift = 0; shift < 3; shift++) {
        memset(last, 'x', (size_t)shift);
        last[shift] = '\0';
        for (int i = 0; i < 800; i++)
            text_append(last, sizeof last, "\xE2\x82\xAC");
        fake_http_forget(fake.http);
        link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", .connected = "DISCONNECTED",
                              .last_error = last));
        ask_planned();
        fake_refused(MILINK_LINK_UNCLEAR, "last error", NULL);
    }
}

static void test_expected_role(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", ));
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "Planned", "@expected_role", "Secondary", NULL);
    fake_refused(MILINK_ROLE_UNEXPECTED, "prod is Primary, expected Secondary", NULL);
    fake_http_forget(fake.http);
    link_is_now(FAKE_LINK(NULL, NULL, NULL, ));
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", LOSE, "@expected_role",
             "Secondary", NULL);
    fake_refused(MILINK_ROLE_UNEXPECTED, "unknown", NULL);
    assert_int_equal(count("POST"), 0);
}

static void test_confirm(void **state)
{
    static const char *const wrong[] = {
        NULL, "", "yes", "lose data on sales-link", LOSE " ", "LOSE DATA ON other-link"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
                 "@failover_type", "ForcedAllowDataLoss", "@confirm", wrong[i], NULL);
        fake_refused(MILINK_CONFIRM_REQUIRED, "@confirm", "N'" LOSE "'", NULL);
        fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
                 "Secondary", "@change_type", "Forced", "@confirm", wrong[i], NULL);
        fake_refused(MILINK_CONFIRM_REQUIRED, "N'" LOSE "'", NULL);
    }
    assert_int_equal(count("GET"), 0);
}

static void ask_forced(const char *request_id)
{
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", LOSE, "@wait_seconds", "#60",
             "@request_id", request_id, "@operation_id", "OUTPUT", "@reason", "the site is down",
             "@change_ref", "CHG-1", NULL);
}

static void test_forced(void **state)
{
    struct fake_request request;

    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    link_is_now(FAKE_LINK("Primary", "Primary", "None", .connected = "DISCONNECTED"));
    on("POST", DAGS "/sales-link/failover?api-version=2025-01-01",
       (struct fake_reply){.status = 200, .headers = "x-ms-request-id: r-1"});
    ask_forced(NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "state"), "Succeeded");
    assert_non_null(strstr(fake_cell(0, "detail"), "split brain"));
    assert_string_equal(fake_cell(0, "arm_request_id"), "r-1");
    assert_string_equal(fake.result.output_text[0], fake_cell(0, "operation_id"));
    assert_true(fake_http_request(fake.http, "POST", "", 0, &request));
    assert_string_equal(request.body, "{\"failoverType\":\"ForcedAllowDataLoss\"}");
    /* Now it is primary, and forcing it again would mean nothing. */
    ask_forced(NULL);
    fake_refused(MILINK_ARM_INVALID_ROLE, "primary already", NULL);
    assert_int_equal(count("POST"), 1);
}

/* ---- set_role ---- */

static void test_set_role(void **state)
{
    struct fake_request request;

    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "Manual", ));
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Primary", "@change_type", "Planned", NULL);
    fake_refused(MILINK_ARM_INVALID_ROLE, "Primary with Planned", "[sales-link]", NULL);
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Secondary", "@change_type", "Planned", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "state"), "Succeeded");
    assert_non_null(strstr(fake_cell(0, "detail"), "nothing was sent"));
    assert_int_equal(count("POST"), 0);
    on("POST", "/setRole?", (struct fake_reply){.status = 200});
    link_is_now(FAKE_LINK("Secondary", "Primary", "Manual", ));
    link_is_now(FAKE_LINK("Secondary", "Primary", "Manual", ));
    link_is_now(FAKE_LINK("Primary", "Secondary", "Manual", ));
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Primary", "@change_type", "Forced", "@confirm", LOSE, "@wait_seconds", "#60", NULL);
    fake_answered(1);
    assert_true(fake_http_request(fake.http, "POST", "", 0, &request));
    assert_string_equal(request.body,
                        "{\"instanceRole\":\"Primary\",\"roleChangeType\":\"Forced\"}");
}

#define HANDLER_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HANDLER_TEST(test_verdicts),
        HANDLER_TEST(test_license_needs_one),
        HANDLER_TEST(test_license_guard),
        HANDLER_TEST(test_license_guard_blind),
        HANDLER_TEST(test_license_set),
        HANDLER_TEST(test_planned_from_secondary),
        HANDLER_TEST(test_planned_unclear),
        HANDLER_TEST(test_planned_last_error),
        HANDLER_TEST(test_planned_long_reason),
        HANDLER_TEST(test_expected_role),
        HANDLER_TEST(test_confirm),
        HANDLER_TEST(test_forced),
        HANDLER_TEST(test_set_role),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
