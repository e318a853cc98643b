/* SPDX-License-Identifier: MIT */
/* The metrics as a collector reads them: OpenMetrics by the letter, and numbers that add up. */
#include "audit_fixture.h"
#include "metrics_file.h"
#include "metrics_text.h"
#include "text.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct metrics metrics;
static struct metrics_gauges gauges;

/* The value of a sample, by the whole of its name and labels; fails the test when it is not
 * there. */
static const char *sample(const char *text, const char *name)
{
    static char value[64];
    char wanted[300];
    const char *at = NULL;

    snprintf(wanted, sizeof wanted, "\n%s ", name);
    at = strstr(text, wanted);
    if (at == NULL)
        fail_msg("no %s in:\n%s", name, text);
    at += strlen(wanted);
    text_copy_bytes(value, sizeof value, at, strcspn(at, "\n"));
    return value;
}

static struct http_answer answered(int status, uint32_t elapsed)
{
    return (struct http_answer){.result = HTTP_ANSWERED, .status = status, .elapsed_ms = elapsed};
}

static void count_some(void)
{
    static struct operation operation;
    struct http_answer answer = answered(200, 40);

    metrics_count_call("xp_milink_help", 0, 900);
    metrics_count_call("xp_milink_help", 0, 2000);
    metrics_count_call("xp_milink_help", MILINK_PARAMETER_VALUE, 100);
    metrics_count_call("xp_milink_link_get", MILINK_ARM_THROTTLED, 70 * 1000 * 1000);
    metrics_count_call("xp_milink_link_get", MILINK_JOURNAL_FAILED, 1);
    metrics_count_call("xp_milink_link_get", MILINK_CALL_CANCELED, 1);
    metrics_count_call("xp_milink_link_get", MILINK_IDENTITY_REFUSED, 1);
    metrics_count_call(NULL, MILINK_PROCEDURE_UNKNOWN, 1);
    metrics_count_call("xp_evil\"\n", MILINK_PROCEDURE_UNKNOWN, 1);
    metrics_count_request("GET", &answer);
    answer = answered(429, 5);
    metrics_count_request("GET", &answer);
    answer = answered(503, 5);
    metrics_count_request("POST", &answer);
    answer = (struct http_answer){.result = HTTP_LOST, .elapsed_ms = 20000};
    metrics_count_request("PUT", &answer);
    text_copy(operation.procedure, sizeof operation.procedure, "xp_milink_link_failover");
    operation.state = OPERATION_SUCCEEDED;
    metrics_count_end(&operation);
    metrics_count_busy();
    metrics_set_queue(3);
}

static void test_numbers(void **state)
{
    char *text = NULL;

    (void)state;
    count_some();
    metrics_read(&metrics);
    gauges.version = "1.0.0";
    gauges.token_seconds_left = -1;
    gauges.token_age_seconds = -1;
    gauges.journal_bytes = -1;
    text = metrics_print(&metrics, &gauges);
    assert_non_null(text);
    assert_string_equal(
        sample(text, "milink_calls_total{procedure=\"xp_milink_help\",outcome=\"done\"}"), "2");
    assert_string_equal(
        sample(text, "milink_calls_total{procedure=\"xp_milink_help\",outcome=\"refused\"}"), "1");
    assert_string_equal(
        sample(text, "milink_calls_total{procedure=\"xp_milink_link_get\",outcome=\"azure\"}"),
        "1");
    assert_string_equal(
        sample(text, "milink_calls_total{procedure=\"xp_milink_link_get\",outcome=\"fault\"}"),
        "1");
    assert_string_equal(
        sample(text, "milink_calls_total{procedure=\"unknown\",outcome=\"refused\"}"), "2");
    assert_string_equal(sample(text, "milink_call_duration_seconds_bucket{procedure=\"xp_milink_"
                                     "help\",le=\"0.001\"}"),
                        "2");
    assert_string_equal(sample(text, "milink_call_duration_seconds_bucket{procedure=\"xp_milink_"
                                     "help\",le=\"0.005\"}"),
                        "3");
    assert_string_equal(
        sample(text, "milink_call_duration_seconds_sum{procedure=\"xp_milink_help\"}"), "0.003000");
    assert_string_equal(sample(text, "milink_call_duration_seconds_bucket{procedure=\"xp_milink_"
                                     "link_get\",le=\"60.000\"}"),
                        "3");
    assert_string_equal(sample(text, "milink_call_duration_seconds_bucket{procedure=\"xp_milink_"
                                     "link_get\",le=\"+Inf\"}"),
                        "4");
    assert_string_equal(sample(text, "milink_arm_requests_total{method=\"GET\",status=\"2xx\"}"),
                        "1");
    assert_string_equal(
        sample(text, "milink_arm_requests_total{method=\"PUT\",status=\"unanswered\"}"), "1");
    assert_string_equal(sample(text, "milink_arm_throttled_total"), "1");
    assert_string_equal(sample(text, "milink_operations_ended_total{procedure=\"xp_milink_link_"
                                     "failover\",state=\"Succeeded\"}"),
                        "1");
    assert_string_equal(sample(text, "milink_calls_turned_away_total"), "1");
    assert_string_equal(sample(text, "milink_calls_queued"), "3");
    assert_string_equal(sample(text, "milink_token_left_seconds"), "-1");
    assert_null(strstr(text, "journal_bytes"));
    assert_null(strstr(text, "evil"));
    free(text);
}

/* Judged by Python, which has a parser of its own there. */
static void test_parsed(void **state)
{
    char path[200], command[600], *text = NULL;

    (void)state;
    count_some();
    metrics_read(&metrics);
    gauges.version = "1.0.0";
    gauges.open[3][OPERATION_RUNNING] = 2;
    gauges.journal_bytes = 4096;
    gauges.reads_left = 250;
    text = metrics_print(&metrics, &gauges);
    assert_non_null(text);
    trail_write("metrics.txt", text, strlen(text));
    free(text);
    trail_path(path, sizeof path, "metrics.txt");
    snprintf(command, sizeof command, "python3 '%s/tests/integration/openmetrics.py' '%s'",
             MILINK_SOURCE_DIR, path);
    FILE *parser = popen(command, "r");
    assert_non_null(parser);
    assert_int_equal(pclose(parser), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test_setup_teardown(test_parsed, trail_set_up, trail_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
