/* SPDX-License-Identifier: MIT */
/* What all writes have in common: what-if, the request id, and the operations that they leave
 * behind. */
#include "fake_agent.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define ID_ONE "00000001-0000-4000-8000-000000000000"
#define LOSE   "LOSE DATA ON sales-link"
#define DAGS   "/distributedAvailabilityGroups"

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

static void ask_forced(const char *request_id)
{
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", LOSE, "@wait_seconds", "#60",
             "@request_id", request_id, "@operation_id", "OUTPUT", "@reason", "the site is down",
             "@change_ref", "CHG-1", NULL);
}

/* ---- what-if and idempotency ---- */

static void test_what_if(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", LOSE, "@what_if", "%1",
             "@request_id", ID_ONE, NULL);
    fake_answered(1);
    assert_null(fake_cell(0, "operation_id"));
    assert_null(fake_cell(0, "state"));
    assert_null(fake_cell(0, "started_at"));
    assert_non_null(strstr(fake_cell(0, "detail"), "POST /subscriptions/"));
    assert_non_null(strstr(fake_cell(0, "detail"), "/failover?api-version=2025-01-01"));
    assert_non_null(strstr(fake_cell(0, "detail"), "{\"failoverType\":\"ForcedAllowDataLoss\"}"));
    assert_null(strstr(fake_cell(0, "detail"), "token"));
    assert_int_equal(fake.result.info_count, 1);
    fake_ask("xp_milink_operation_list", NULL);
    fake_answered(0);
    assert_int_equal(count("POST"), 0);
    /* The id is still free. */
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Secondary", "@change_type", "Planned", "@request_id", ID_ONE, NULL);
    fake_answered(1);
}

static void test_repeat(void **state)
{
    char id[40];

    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    link_is_now(FAKE_LINK("Primary", "Secondary", "None", ));
    on("POST", "/failover?", (struct fake_reply){.status = 200});
    ask_forced(ID_ONE);
    fake_answered(1);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    /* The role has changed since, which must not matter to a repeat. */
    ask_forced(ID_ONE);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    assert_string_equal(fake.result.output_text[0], id);
    assert_int_equal(count("POST"), 1);
    /* After a restart as well. */
    fake_stop();
    fake_start();
    ask_forced(ID_ONE);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "operation_id"), id);
    assert_int_equal(count("POST"), 1);
}

static void test_reuse(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Secondary", "@change_type", "Planned", "@request_id", ID_ONE, NULL);
    fake_answered(1);
    ask_forced(ID_ONE);
    fake_refused(MILINK_REQUEST_ID_REUSED, "@request_id", ID_ONE, "xp_milink_link_set_role",
                 "2026-11-24T18:50:", NULL);
    fake_ask("xp_milink_link_set_role", "@instance", "careful", "@link", "sales-link", "@role",
             "Secondary", "@change_type", "Planned", "@request_id", ID_ONE, NULL);
    fake_refused(MILINK_REQUEST_ID_REUSED, NULL);
    assert_int_equal(count("POST"), 0);
}

/* Azure's names differ in case and mean the same (arm-api 8): so does a repeat. */
static void test_repeat_in_other_case(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    fake_ask("xp_milink_link_set_role", "@instance", "prod", "@link", "sales-link", "@role",
             "Secondary", "@change_type", "Planned", "@request_id", ID_ONE, NULL);
    fake_answered(1);
    fake_ask("xp_milink_link_set_role", "@instance", "PROD", "@link", "Sales-Link", "@role",
             "secondary", "@change_type", "planned", "@request_id", ID_ONE, NULL);
    fake_answered(1);
}

static void test_repeat_of_failure(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    on("POST", "/failover?",
       (struct fake_reply){.status = 409,
                           .body = "{\"error\":{\"code\":\"ScopeLocked\",\"message\":\"m\"}}"});
    ask_forced(ID_ONE);
    fake_refused(MILINK_ARM_CONFLICT, "ScopeLocked", NULL);
    assert_int_equal(fake.result.outputs, 1);
    ask_forced(ID_ONE);
    fake_refused(MILINK_ARM_CONFLICT, "ScopeLocked", NULL);
    assert_int_equal(count("POST"), 1);
}

static void test_open_operation(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    on("POST", "/failover?", (struct fake_reply){.status = 202, .headers = "Location: /x"});
    on("GET", "/x", (struct fake_reply){.status = 202});
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", LOSE, NULL);
    fake.frozen = true;
    fake_answered(1);
    assert_string_equal(fake_cell(0, "state"), "Running");
    ask_forced(NULL);
    fake_refused(MILINK_OPERATION_OPEN, "sales-link", "xp_milink_link_failover", "Running", NULL);
    assert_int_equal(count("POST"), 1);
}

/* ---- operations ---- */

static void test_operation_get(void **state)
{
    (void)state;
    fake_ask("xp_milink_operation_get", "@operation_id", ID_ONE, NULL);
    fake_refused(MILINK_OPERATION_UNKNOWN, ID_ONE, "xp_milink_operation_list", NULL);
}

/* A wait is for a change from what is known, not for what was known already. */
static void test_operation_get_waits(void **state)
{
    char id[40];

    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    on("POST", "/failover?",
       (struct fake_reply){.status = 202, .headers = "Azure-AsyncOperation: /x\nRetry-After: 5"});
    on("GET", "/x",
       (struct fake_reply){.status = 200,
                           .body = "{\"status\":\"InProgress\",\"percentComplete\":40}"});
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", LOSE, NULL);
    fake_answered(1);
    text_copy(id, sizeof id, fake_cell(0, "operation_id"));
    assert_true(fake_http_await(fake.http, "GET", "/x", 2));
    fake_ask("xp_milink_operation_get", "@operation_id", id, NULL);
    assert_string_equal(fake_cell(0, "percent_complete"), "40");
    {
        uint64_t began = clock_monotonic_ms();

        fake_ask("xp_milink_operation_get", "@operation_id", id, "@wait_seconds", "#20", NULL);
        fake_answered(1);
        assert_string_equal(fake_cell(0, "percent_complete"), "40");
        assert_true(clock_monotonic_ms() - began >= 19000);
    }
}

static void test_operation_list(void **state)
{
    (void)state;
    link_is_now(FAKE_LINK("Secondary", "Primary", "None", ));
    for (int i = 0; i < 3; i++) {
        fake_ask("xp_milink_link_set_role", "@instance", i == 1 ? "careful" : "prod", "@link",
                 "sales-link", "@role", "Secondary", "@change_type", "Planned", NULL);
        fake_answered(1);
        fake_clock_advance(60000);
    }
    fake_ask("xp_milink_operation_list", NULL);
    fake_answered(3);
    assert_true(strcmp(fake_cell(0, "started_at"), fake_cell(2, "started_at")) > 0);
    fake_ask("xp_milink_operation_list", "@instance", "careful", NULL);
    fake_answered(1);
    fake_ask("xp_milink_operation_list", "@instance", "nowhere", NULL);
    fake_refused(MILINK_INSTANCE_UNKNOWN, "nowhere", NULL);
    fake_ask("xp_milink_operation_list", "@state", "Running", NULL);
    fake_answered(0);
    fake_ask("xp_milink_operation_list", "@since", "2026-11-24T18:50:30Z", NULL);
    fake_answered(2);
    fake_ask("xp_milink_operation_list", "@state", "Succeeded", "@since", "2026-11-24T18:52:00Z",
             NULL);
    fake_answered(1);
}

#define WRITE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WRITE_TEST(test_what_if),
        WRITE_TEST(test_repeat),
        WRITE_TEST(test_reuse),
        WRITE_TEST(test_repeat_in_other_case),
        WRITE_TEST(test_repeat_of_failure),
        WRITE_TEST(test_open_operation),
        WRITE_TEST(test_operation_get),
        WRITE_TEST(test_operation_get_waits),
        WRITE_TEST(test_operation_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
