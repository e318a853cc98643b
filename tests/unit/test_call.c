/* SPDX-License-Identifier: MIT */
/* Binding of parameters: every refusal by number and text, defaults, and what reaches the handler.
 */
#include "fake_agent.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define GUID "01234567-89ab-cdef-0123-456789abcdef"

/* ---- refusals; none of them asks Azure anything ---- */

static void test_unknown(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_get", "@instance", "prod", "@lnik", "a", NULL);
    fake_refused(MILINK_PARAMETER_UNKNOWN, "@lnik", "xp_milink_link_get", "xp_milink_help", NULL);
    fake_ask("xp_milink_link_get", "link", "a", NULL);
    fake_refused(MILINK_PARAMETER_UNKNOWN, "link", NULL);
    fake_ask("xp_milink_link_get", "@linkx", "a", NULL);
    fake_refused(MILINK_PARAMETER_UNKNOWN, "@linkx", NULL);
    fake_ask("xp_milink_link_get", "@lin", "a", NULL);
    fake_refused(MILINK_PARAMETER_UNKNOWN, "@lin", NULL);
}

static void test_missing(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_get", "@instance", "prod", NULL);
    fake_refused(MILINK_PARAMETER_MISSING, "@link", "name of the link", NULL);
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", NULL, NULL);
    fake_refused(MILINK_PARAMETER_MISSING, "@link", NULL);
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", "", NULL);
    fake_refused(MILINK_PARAMETER_MISSING, "@link", NULL);
}

static void test_duplicate(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_get", "@link", "a", "@LINK", "b", NULL);
    fake_refused(MILINK_PARAMETER_DUPLICATE, "@link", NULL);
    fake_ask("xp_milink_version", "@error_number", "#0", "@error_number", "#0", NULL);
    fake_refused(MILINK_PARAMETER_DUPLICATE, "@error_number", NULL);
    fake_ask("xp_milink_link_get", "", "prod", "@instance", "prod", "@link", "a", NULL);
    fake_refused(MILINK_PARAMETER_DUPLICATE, "@instance", NULL);
    /* By name first, and then the same one by its position. */
    fake_ask("xp_milink_link_get", "@link", "a", "", "b", NULL);
    fake_refused(MILINK_PARAMETER_DUPLICATE, "@link", NULL);
}

/* NULL is a value too: the caller wrote the name twice. */
static void test_duplicate_of_null(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_get", "@link", NULL, "@link", "b", "@instance", "nowhere", NULL);
    fake_refused(MILINK_PARAMETER_DUPLICATE, "@link", NULL);
    fake_ask("xp_milink_help", "@procedure", "", "@procedure", "xp_milink_help", NULL);
    fake_refused(MILINK_PARAMETER_DUPLICATE, "@procedure", NULL);
}

static void test_position(void **state)
{
    (void)state;
    fake_ask("xp_milink_version", "", "x", NULL);
    fake_refused(MILINK_PARAMETER_COUNT, "xp_milink_version takes 0 by position", NULL);
    fake_ask("xp_milink_link_get", "", "prod", "", "a", "", "%1", NULL);
    fake_refused(MILINK_PARAMETER_COUNT, "takes 2 by position", NULL);
    /* In the order of help: instance, link. */
    fake_ask("xp_milink_link_get", "", "nowhere", "", "a", NULL);
    fake_refused(MILINK_INSTANCE_UNKNOWN, "nowhere", "xp_milink_instance_list", NULL);
}

static void test_types(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_get", "@link", "#5", NULL);
    fake_refused(MILINK_PARAMETER_TYPE, "@link", "nvarchar(128), not int", NULL);
    fake_ask("xp_milink_link_get", "@link", "%1", NULL);
    fake_refused(MILINK_PARAMETER_TYPE, "@link", "not bit", NULL);
    fake_ask("xp_milink_version", "@timeout_seconds", "30", NULL);
    fake_refused(MILINK_PARAMETER_TYPE, "@timeout_seconds", "int, not a text", NULL);
    fake_ask("xp_milink_version", "@timeout_seconds", "%1", NULL);
    fake_answered(1);
    fake_ask("xp_milink_version", "@quiet", "#1", NULL);
    fake_answered(1);
}

static void test_numbers(void **state)
{
    (void)state;
    fake_ask("xp_milink_version", "@timeout_seconds", "#0", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@timeout_seconds", "it is 0", "1 to 300", NULL);
    fake_ask("xp_milink_version", "@timeout_seconds", "#301", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "it is 301", NULL);
    fake_ask("xp_milink_version", "@timeout_seconds", "#-9223372036854775808", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "-9223372036854775808", NULL);
    fake_ask("xp_milink_version", "@quiet", "#2", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@quiet", "0 to 1", NULL);
    fake_ask("xp_milink_version", "@timeout_seconds", "#300", "@session_id", "#2147483647", NULL);
    fake_answered(1);
}

static void test_texts(void **state)
{
    char text[200];

    (void)state;
    memset(text, 'a', 129);
    text[129] = '\0';
    fake_ask("xp_milink_link_get", "@link", text, NULL);
    fake_refused(MILINK_PARAMETER_TOO_LONG, "@link", "129 characters, at most 128", NULL);
    fake_ask("xp_milink_link_get", "@link", "a/b", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@link", "'a/b'", "letters, digits", NULL);
    fake_ask("xp_milink_operation_get", "@operation_id", "not-a-guid", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@operation_id", "'not-a-guid'", "GUID", NULL);
    fake_ask("xp_milink_operation_list", "@since", "today", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@since", "'today'", "2026-11-24T18:50:00Z", NULL);
    fake_ask("xp_milink_help", "@procedure", "xp_cmdshell", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@procedure", "'xp_cmdshell'", NULL);
    fake_ask("xp_milink_operation_list", "@state", "Cancelled", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@state", "'Cancelled'",
                 "Accepted, Running, Succeeded, Failed, Canceled, Unknown", NULL);
}

/* A long value is shown cut, between characters. */
static void test_shown_value(void **state)
{
    char text[400] = "a";

    (void)state;
    for (int i = 0; i < 40; i++)
        text_append(text, sizeof text, "\xE2\x82\xAC");
    fake_ask("xp_milink_link_get", "@link", text, NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "it is 'a\xE2\x82\xAC", NULL);
}

static void test_quoted_percent(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_get", "@link", "%s%n%s", NULL); /* encoded as bit 0 by the helper */
    fake_refused(MILINK_PARAMETER_TYPE, "@link", NULL);
    fake_ask("xp_milink_link_get", "@link", "a%s%n%d", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "'a%s%n%d'", NULL);
    fake_ask("xp_milink_link_get", "@a%s%n", "x", NULL);
    fake_refused(MILINK_PARAMETER_UNKNOWN, "@a%s%n", NULL);
}

/* ---- instances and rights ---- */

static void test_instance(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_list", NULL);
    fake_refused(MILINK_INSTANCE_AMBIGUOUS, "@instance", NULL);
    fake_ask("xp_milink_link_list", "@instance", "elsewhere", NULL);
    fake_refused(MILINK_INSTANCE_UNKNOWN, "elsewhere", NULL);
    fake_http_on(fake.http, "GET", "/managedInstances/mi-prod/distributedAvailabilityGroups?",
                 (struct fake_reply){.status = 200, .body = "{\"value\":[]}"});
    fake_ask("xp_milink_link_list", "@INSTANCE", "PROD", NULL);
    fake_answered(0);
    fake.setup.config.instance_count = 1;
    fake_ask("xp_milink_link_list", NULL);
    fake_answered(0);
}

static void test_rights(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_failover", "@instance", "watched", "@link", "sales-link",
             "@failover_type", "Planned", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "watched", "xp_milink_link_failover", "failover",
                 "granted: read", NULL);
    fake_ask("xp_milink_license_set", "@instance", "careful", "@license_type", "BasePrice", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "careful", "license", NULL);
    fake_ask("xp_milink_link_failover", "@instance", "careful", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", "LOSE DATA ON sales-link", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "forced_failover", NULL);
    fake_ask("xp_milink_link_set_role", "@instance", "careful", "@link", "sales-link", "@role",
             "Primary", "@change_type", "Forced", "@confirm", "LOSE DATA ON sales-link", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "forced_failover", NULL);
    assert_int_equal(fake_http_count(fake.http, "GET", ""), 0);
}

/* ---- what is taken ---- */

/* Values come to Azure and into the journal in their exact case, GUIDs in one. */
static void test_spelling(void **state)
{
    struct fake_request request;

    (void)state;
    fake_http_on(fake.http, "GET", "/distributedAvailabilityGroups/",
                 (struct fake_reply){
                     .status = 200,
                     .body = fake_keep(fake_link(&FAKE_LINK("Primary", "Secondary", "Manual", )))});
    fake_http_on(fake.http, "POST", "/failover",
                 (struct fake_reply){.status = 400, .body = "{\"code\":\"X\",\"message\":\"y\"}"});
    fake_ask("XP_MILINK_LINK_FAILOVER", "@Instance", "PROD", "@LINK", "sales-link",
             "@failover_TYPE", "pLANNED", "@request_id", "01234567-89AB-CDEF-0123-456789ABCDEF",
             "@quiet", "%1", "@caller", "CONTOSO\\dba", "@session_id", "#57", NULL);
    fake_refused(MILINK_ARM_BAD_REQUEST, NULL);
    assert_true(fake_http_request(fake.http, "POST", "", 0, &request));
    assert_string_equal(request.body, "{\"failoverType\":\"Planned\"}");
    fake_ask("xp_milink_operation_list", "@state", "FAILED", "@instance", "Prod", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "request_id"), GUID);
    assert_string_equal(fake_cell(0, "instance"), "prod");
    assert_string_equal(fake_cell(0, "procedure_name"), "xp_milink_link_failover");
}

static void test_outputs(void **state)
{
    (void)state;
    fake_http_on(fake.http, "GET", "/distributedAvailabilityGroups/",
                 (struct fake_reply){
                     .status = 200,
                     .body = fake_keep(fake_link(&FAKE_LINK("Secondary", "Primary", "None", )))});
    /* Settled: nothing is sent, and the id comes back all the same. */
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Secondary", "@change_type", "Planned", "@operation_id", "OUTPUT", NULL);
    fake_answered(1);
    assert_int_equal(fake.result.outputs, 1);
    assert_int_equal(fake.result.output_parameter[0], 5);
    assert_string_equal(fake.result.output_text[0], fake_cell(0, "operation_id"));
    fake_ask("xp_milink_version", "@error_code", "some text", NULL);
    fake_answered(1);
    assert_int_equal(fake.result.info_count, 1);
    assert_string_equal(fake.result.infos[0], "@error_code receives a value: pass it with OUTPUT.");
    fake_ask("xp_milink_version", "@error_code", "OUTPUT", "@error_message", NULL, NULL);
    fake_answered(1);
    assert_int_equal(fake.result.info_count, 0);
}

#define CALL_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CALL_TEST(test_unknown),           CALL_TEST(test_missing),  CALL_TEST(test_duplicate),
        CALL_TEST(test_duplicate_of_null), CALL_TEST(test_position), CALL_TEST(test_types),
        CALL_TEST(test_numbers),           CALL_TEST(test_texts),    CALL_TEST(test_shown_value),
        CALL_TEST(test_quoted_percent),    CALL_TEST(test_instance), CALL_TEST(test_rights),
        CALL_TEST(test_spelling),          CALL_TEST(test_outputs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
