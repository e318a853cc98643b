/* SPDX-License-Identifier: MIT */
/* Cancelling an operation: what Azure lets cancel, once, and why not otherwise. */
#include "azure_script.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define RUNNING(state, more)                                                                      \
    "{\"name\":\"op-7\",\"properties\":{\"operation\":\"UpsertManagedServer\",\"state\":\"" state \
    "\",\"startTime\":\"2026-11-24T18:50:01Z\"" more "}}"
#define CANCELLABLE RUNNING("InProgress", ",\"isCancellable\":true")
#define CANCEL      OPERATIONS "/op-7/cancel?"

static char id[40];

/* A change of the licence that Azure has taken and works at. */
static void begin(void)
{
    fake_http_on(fake.http, "PATCH", PROD "?",
                 (struct fake_reply){.status = 202, .headers = "Azure-AsyncOperation: /lro"});
    script("GET", PROD "?", 200,
           "{\"properties\":{\"provisioningState\":\"InProgress\",\"licenseType\":\"BasePrice\"}}");
    script("GET", "/lro", 200, "{\"status\":\"InProgress\"}");
    fake.frozen = true;
    fake_ask("xp_milink_license_set", "@instance", "prod", "@license_type", "LicenseIncluded",
             NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "state"), "Running");
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
}

static void cancel(const char *name, const char *value)
{
    fake_ask("xp_milink_operation_cancel", "@operation_id", id, name, value, NULL);
}

static void test_cancel(void **state)
{
    (void)state;
    begin();
    script_list(OPERATIONS, CANCELLABLE);
    script_write("POST", CANCEL);
    cancel(NULL, NULL);
    row_says("Running", NULL);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    assert_int_equal(sent("POST"), 1);
    sent_was("POST", 0, CANCEL "api-version=2025-01-01", "");
    /* Azure's record says so in the end, and the journal follows. */
    fake_http_forget(fake.http);
    script_list(OPERATIONS, RUNNING("CancelInProgress", ""));
    script("GET", "/lro", 200,
           "{\"status\":\"Canceled\",\"error\":{\"code\":\"OperationCancelled\","
           "\"message\":\"m\"}}");
    script("GET", PROD "?", 200,
           "{\"properties\":{\"provisioningState\":\"Succeeded\",\"licenseType\":\"BasePrice\"}}");
    fake.frozen = false;
    cancel("@wait_seconds", "#60");
    row_says("Canceled", NULL);
    /* Once more: it is so already. */
    cancel(NULL, NULL);
    row_says("Canceled", NULL);
    assert_int_equal(sent("POST"), 1);
}

static void test_what_if(void **state)
{
    (void)state;
    begin();
    script_list(OPERATIONS, CANCELLABLE);
    cancel("@what_if", "%1");
    row_says("Running", "Would send: POST " ABOVE CANCEL "api-version=2025-01-01", NULL);
    assert_int_equal(sent("POST"), 0);
}

static void refused_with(const char *operations, const char *part)
{
    fake_http_forget(fake.http);
    script("GET", "/lro", 200, "{\"status\":\"InProgress\"}");
    script("GET", PROD "?", 200, "{\"properties\":{\"provisioningState\":\"InProgress\"}}");
    script_list(OPERATIONS, operations);
    cancel(NULL, NULL);
    fake_refused(MILINK_CANNOT_CANCEL, id, "xp_milink_license_set", part, NULL);
}

static void test_not_cancellable(void **state)
{
    (void)state;
    begin();
    refused_with("", "lists no change");
    refused_with(RUNNING("InProgress", ",\"isCancellable\":false"), "in this step");
    refused_with(RUNNING("InProgress", ""), "in this step");
    refused_with(RUNNING("Succeeded", ",\"isCancellable\":true"), "lists no change");
    refused_with(CANCELLABLE "," CANCELLABLE, "several");
    /* Begun long before ours, or of another kind. */
    refused_with("{\"name\":\"x\",\"properties\":{\"operation\":\"UpsertManagedServer\",\"state\":"
                 "\"InProgress\",\"isCancellable\":true,\"startTime\":\"2026-11-24T10:00:00Z\"}}",
                 "lists no change");
    refused_with("{\"name\":\"x\",\"properties\":{\"operation\":\"DropManagedServer\",\"state\":"
                 "\"InProgress\",\"isCancellable\":true,\"startTime\":\"2026-11-24T18:51:00Z\"}}",
                 "lists no change");
    assert_int_equal(sent("POST"), 0);
}

static void test_azure_refuses(void **state)
{
    (void)state;
    begin();
    script_list(OPERATIONS, CANCELLABLE);
    script("POST", CANCEL, 409,
           "{\"error\":{\"code\":\"CannotCancelOperation\",\"message\":\"Too late.\"}}");
    cancel(NULL, NULL);
    fake_refused(MILINK_ARM_CONFLICT, "CannotCancelOperation", "Too late.", NULL);
    assert_int_equal(sent("POST"), 1);
}

/* A lost answer is not asked for again: the operation itself tells. */
static void test_lost(void **state)
{
    (void)state;
    begin();
    script_list(OPERATIONS, CANCELLABLE);
    script_list(OPERATIONS, RUNNING("CancelInProgress", ""));
    fake_http_on(fake.http, "POST", CANCEL, (struct fake_reply){.result = HTTP_LOST});
    cancel(NULL, NULL);
    row_says("Running", NULL);
    assert_int_equal(sent("POST"), 1);
}

static void test_lost_and_unheard(void **state)
{
    (void)state;
    begin();
    script_list(OPERATIONS, CANCELLABLE);
    script("POST", CANCEL, 503, "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"m\"}}");
    cancel(NULL, NULL);
    fake_refused(MILINK_ARM_OUTCOME_UNKNOWN, id, "no harm", NULL);
    assert_int_equal(sent("POST"), 1);
}

/* A refused token proves that nothing was done: once more with the next. */
static void test_token(void **state)
{
    (void)state;
    begin();
    script_list(OPERATIONS, CANCELLABLE);
    script("POST", CANCEL, 401, "{\"error\":{\"code\":\"ExpiredAuthenticationToken\"}}");
    script("POST", CANCEL, 200, NULL);
    cancel(NULL, NULL);
    row_says("Running", NULL);
    assert_int_equal(sent("POST"), 2);
}

/* Cancelling needs what starting needed. */
static void test_rights(void **state)
{
    (void)state;
    begin();
    fake.setup.config.instances[0].rights &= ~(unsigned)RIGHT_LICENSE;
    cancel(NULL, NULL);
    fake_refused(MILINK_RIGHT_MISSING, "prod", "license", NULL);
    assert_int_equal(sent("POST"), 0);
}

static void test_of_link(void **state)
{
    (void)state;
    script("GET", LINKS "/sales-link?", 200,
           script_resource("sales-link", "\"instanceLinkRole\":\"Secondary\",\"databases\":[]"));
    fake_http_on(fake.http, "POST", "/failover?",
                 (struct fake_reply){.status = 202, .headers = "Location: /lro"});
    script("GET", "/lro", 202, NULL);
    fake.frozen = true;
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", "LOSE DATA ON sales-link", NULL);
    fake_answered(1);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    cancel(NULL, NULL);
    fake_refused(MILINK_CANNOT_CANCEL, "xp_milink_link_failover", "nothing that is done to a link",
                 NULL);
}

static void test_ended_or_unknown(void **state)
{
    (void)state;
    script_gone(LINKS "/sales-link?");
    script_instance("SQLServer2022");
    fake_ask("xp_milink_link_delete", "@instance", "prod", "@link", "sales-link", "@confirm",
             "DELETE sales-link", NULL);
    fake_answered(1);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    cancel(NULL, NULL);
    fake_refused(MILINK_CANNOT_CANCEL, "it has ended: Succeeded", NULL);
    text_copy(id, sizeof id, ID_ONE);
    cancel(NULL, NULL);
    fake_refused(MILINK_OPERATION_UNKNOWN, ID_ONE, NULL);
}

#define CANCEL_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CANCEL_TEST(test_cancel),
        CANCEL_TEST(test_what_if),
        CANCEL_TEST(test_not_cancellable),
        CANCEL_TEST(test_azure_refuses),
        CANCEL_TEST(test_lost),
        CANCEL_TEST(test_lost_and_unheard),
        CANCEL_TEST(test_token),
        CANCEL_TEST(test_of_link),
        CANCEL_TEST(test_rights),
        CANCEL_TEST(test_ended_or_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
