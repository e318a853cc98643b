/* SPDX-License-Identifier: MIT */
/* The audit trail as an auditor reads it: every write and every refusal, who, what, why and what
 * became of it; nothing sent that is not in it; no secret in it. */
#include "audit.h"
#include "audit_walk.h"
#include "fake_agent.h"
#include "metrics.h"
#include "text.h"
#include <stdarg.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { MAX_RECORDS = 64 };

/* The records of the trail, read by read_trail; freed by the tear-down. */
static char *lines[MAX_RECORDS];
static struct json *records[MAX_RECORDS];
static size_t record_count;

static void forget(void)
{
    while (record_count > 0) {
        free(lines[--record_count]);
        json_free(records[record_count]);
    }
}

static int tear_down(void **state)
{
    forget();
    return fake_tear_down(state);
}

static void on_flaw(void *context, const struct audit_flaw *flaw)
{
    (void)context;
    fail_msg("%s line %zu: %s", flaw->file, flaw->line, flaw->text);
}

static void on_record(void *context, const struct audit_line *line, const char *bytes,
                      size_t length)
{
    char why[128];

    (void)context;
    (void)line;
    assert_true(record_count < MAX_RECORDS);
    lines[record_count] = strndup(bytes, length);
    records[record_count++] = json_parse(bytes, length, why, sizeof why);
}

static void read_trail(void)
{
    const struct audit_walk walk = {
        .directory = fake.directory, .on_flaw = on_flaw, .on_record = on_record};
    struct audit_found found;
    char why[1400];

    forget();
    assert_true(audit_walk(&walk, &found, why, sizeof why));
    assert_int_equal(found.records, record_count);
}

static const struct json *last(void)
{
    return records[record_count - 1];
}

/* Pairs of name and text; NULL as text: not there. */
static void assert_members(const struct json *record, ...)
{
    const char *name = NULL;
    va_list pairs;

    va_start(pairs, record);
    while ((name = va_arg(pairs, const char *)) != NULL) {
        const char *text = va_arg(pairs, const char *);

        if (text == NULL)
            assert_null(json_member(record, name));
        else if (json_text(record, name) == NULL)
            fail_msg("no %s", name);
        else
            assert_string_equal(json_text(record, name), text);
    }
    va_end(pairs);
}

static long long number(const struct json *record, const char *name)
{
    long long value = -1;

    json_integer(json_member(record, name), &value);
    return value;
}

static bool flag(const struct json *record, const char *name)
{
    return json_bool(json_member(record, name), false);
}

static void azure_with_secondary(void)
{
    fake_http_on(fake.http, "GET", "/distributedAvailabilityGroups/sales-link",
                 (struct fake_reply){
                     .status = 200,
                     .body = fake_keep(fake_link(&FAKE_LINK("Secondary", "Primary", "Manual")))});
}

static void ask_forced(const char *request_id)
{
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", "LOSE DATA ON sales-link",
             "@request_id", request_id, "@caller", "CONTOSO\\dba", "@session_id", "#57", "@reason",
             "primary site is down", "@change_ref", "CHG-1", "@wait_seconds", "#10", NULL);
}

static void test_write(void **state)
{
    const char *call = NULL;

    (void)state;
    azure_with_secondary();
    fake_http_on(fake.http, "POST", "/failover",
                 (struct fake_reply){
                     .status = 409,
                     .headers = "x-ms-request-id: req-1",
                     .body = "{\"error\":{\"code\":\"AuthorizationFailed\","
                             "\"message\":\"client_secret=hunter2 eyJhbGciOiJIUzI1NiJ9.e30.x\"}}"});
    ask_forced("aaaaaaaa-1111-2222-3333-444444444444");
    assert_true(fake.result.error.number != 0);
    read_trail();
    assert_int_equal(record_count, 3);
    assert_members(records[0], "event", "begun", NULL);
    assert_members(records[1], "event", "accepted", "procedure", "xp_milink_link_failover",
                   "instance", "prod", "resource", "link sales-link", "caller", "CONTOSO\\dba",
                   "client", "user id 1000", "reason", "primary site is down", "change_ref",
                   "CHG-1", "request_id", "aaaaaaaa-1111-2222-3333-444444444444", "body",
                   "{\"failoverType\":\"ForcedAllowDataLoss\"}", NULL);
    assert_int_equal(number(records[1], "session_id"), 57);
    assert_true(flag(records[1], "confirm"));
    assert_false(flag(records[1], "force"));
    assert_non_null(strstr(json_text(records[1], "request"), "POST /subscriptions/aaaaaaaa-0000-"));
    call = json_text(records[1], "call");
    assert_int_equal(strlen(call), 36);
    assert_members(records[2], "event", "ended", "operation_id",
                   json_text(records[1], "operation_id"), "state", "Failed", "error_code",
                   "AuthorizationFailed", "call", call, NULL);
    assert_int_equal(number(records[2], "error_number"), fake.result.error.number);
    assert_null(strstr(lines[2], "hunter2"));
    assert_null(strstr(lines[2], "eyJ"));
}

/* What was refused before it became an operation. */
static void test_refusals(void **state)
{
    (void)state;
    fake_ask("xp_milink_link_failover", "@instance", "watched", "@link", "sales-link",
             "@failover_type", "Planned", "@caller", "CONTOSO\\dba", NULL);
    fake_refused(MILINK_RIGHT_MISSING, NULL);
    read_trail();
    assert_int_equal(record_count, 2);
    assert_members(last(), "event", "refused", "procedure", "xp_milink_link_failover", "instance",
                   "watched", "resource", "link sales-link", "caller", "CONTOSO\\dba", "client",
                   "user id 1000", "error_code", "RIGHT_MISSING", "session_id", NULL, NULL);
    assert_int_equal(number(last(), "error_number"), MILINK_RIGHT_MISSING);

    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", "lose it", NULL);
    read_trail();
    assert_int_equal(record_count, 3);
    assert_members(last(), "error_code", "CONFIRM_REQUIRED", NULL);
    assert_true(flag(last(), "confirm"));

    /* A read of an instance that does not exist for the agent. */
    fake_ask("xp_milink_link_get", "@instance", "other", "@link", "x", NULL);
    read_trail();
    assert_int_equal(record_count, 4);
    assert_members(last(), "error_code", "INSTANCE_UNKNOWN", "instance", "other", NULL);

    /* Any refusal of a write, that of a parameter too. */
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "a b", "@failover_type",
             "Planned", NULL);
    read_trail();
    assert_int_equal(record_count, 5);
    assert_members(last(), "error_code", "PARAMETER_VALUE", NULL);

    /* Reads, help and unknown procedures leave no record. */
    fake_ask("xp_milink_help", NULL);
    fake_ask("xp_milink_nothing", NULL);
    fake_ask("xp_milink_help", "@procedure", "none", NULL);
    read_trail();
    assert_int_equal(record_count, 5);
}

/* A record that cannot be written: nothing is sent, and the caller knows why. */
static void test_nothing_without_record(void **state)
{
    struct rlimit before, limit;
    struct stat about;
    char path[128];

    (void)state;
    azure_with_secondary();
    fake_http_on(fake.http, "POST", "/failover", (struct fake_reply){.status = 500});
    snprintf(path, sizeof path, "%s/audit.jsonl", fake.directory);
    /* The trail alone is at its limit: the journal's files are smaller. */
    assert_int_equal(truncate(path, 4 * 1024 * 1024), 0);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)about.st_size;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ask_forced("aaaaaaaa-1111-2222-3333-555555555555");
    fake_refused(MILINK_AUDIT_FAILED, "link sales-link", "File too large", "nothing was sent",
                 NULL);
    assert_int_equal(fake_http_count(fake.http, "POST", ""), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
}

static size_t count_events(const char *event)
{
    size_t count = 0;

    for (size_t i = 0; i < record_count; i++)
        count += strcmp(json_text(records[i], "event"), event) == 0;
    return count;
}

static void ask_elsewhere(void *context)
{
    ask_forced(context);
}

/* An end that the trail does not take counts only once it does: it is told again, and stands there
 * once. */
static void test_end_told_again(void **state)
{
    struct audit_status status = {.failed = 0};
    struct thread *caller = NULL;
    struct rlimit before, limit;
    char path[128];

    (void)state;
    azure_with_secondary();
    fake_http_on(
        fake.http, "POST", "/failover",
        (struct fake_reply){.status = 403, .body = "{\"error\":{\"code\":\"X\"}}", .held = true});
    fake.frozen = true; /* or the clock would leap over the answer that is held */
    caller = thread_start(ask_elsewhere, "aaaaaaaa-1111-2222-3333-888888888888");
    assert_non_null(caller);
    assert_true(fake_http_await(fake.http, "POST", "/failover", 1));
    snprintf(path, sizeof path, "%s/audit.jsonl", fake.directory);
    assert_int_equal(truncate(path, 4 * 1024 * 1024), 0); /* what is behind its length is cut off */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 4 * 1024 * 1024;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    fake_http_release(fake.http);
    for (int tries = 0; status.failed == 0 && tries < 20000; tries++) {
        usleep(1000);
        audit_status(&status);
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status.failed, 1);
    fake.frozen = false;
    thread_join(caller);
    assert_int_equal(fake.result.error.number, MILINK_ARM_FORBIDDEN);
    read_trail();
    assert_int_equal(count_events("ended"), 1);
}

/* A repeat under the same request_id is the same operation: no second record. */
static void test_repeat(void **state)
{
    (void)state;
    azure_with_secondary();
    fake_http_on(fake.http, "POST", "/failover",
                 (struct fake_reply){.status = 403, .body = "{\"error\":{\"code\":\"X\"}}"});
    ask_forced("aaaaaaaa-1111-2222-3333-666666666666");
    ask_forced("aaaaaaaa-1111-2222-3333-666666666666");
    read_trail();
    assert_int_equal(count_events("accepted"), 1);
    assert_int_equal(count_events("ended"), 1);
    assert_int_equal(count_events("refused"), 0);
    fake_stop(); /* a restart adds nothing but what happens */
    fake_start();
    read_trail();
    assert_int_equal(record_count, 3);
}

static void test_what_if(void **state)
{
    (void)state;
    azure_with_secondary();
    fake_ask("xp_milink_link_failover", "@instance", "prod", "@link", "sales-link",
             "@failover_type", "ForcedAllowDataLoss", "@confirm", "LOSE DATA ON sales-link",
             "@what_if", "%1", NULL);
    fake_answered(1);
    read_trail();
    assert_int_equal(record_count, 1);
}

/* A request outside an operation: before it leaves, and what became of it. */
static void test_action(void **state)
{
    struct error error = {0};
    struct audit_call about = {.procedure = "xp_milink_operation_cancel",
                               .resource = "instance",
                               .operation_id = "aaaaaaaa-1111-2222-3333-999999999999",
                               .request = "POST /subscriptions/x/cancel",
                               .session_id = 0};

    (void)state;
    assert_true(audit_acting(&about, &error));
    error_set(&error, MILINK_ARM_CONFLICT, "instance", "password=hunter2");
    about.error = &error;
    audit_acted(&about);
    read_trail();
    assert_int_equal(record_count, 3);
    assert_members(records[1], "event", "acting", "request", about.request, "operation_id",
                   about.operation_id, "error_code", NULL, NULL);
    assert_int_equal(number(records[1], "session_id"), 0);
    assert_members(records[2], "event", "acted", "error_code", "ARM_CONFLICT", NULL);
    assert_null(strstr(lines[2], "hunter2"));
    audit_close();
    memset(&error, 0, sizeof error);
    assert_false(audit_acting(&about, &error));
    assert_int_equal(error.number, MILINK_AUDIT_FAILED);
}

static void test_counted(void **state)
{
    static struct metrics before, after;
    size_t slot = 0;

    (void)state;
    metrics_read(&before);
    azure_with_secondary();
    fake_http_on(fake.http, "POST", "/failover",
                 (struct fake_reply){.status = 403, .body = "{\"error\":{\"code\":\"X\"}}"});
    ask_forced("aaaaaaaa-1111-2222-3333-777777777777");
    fake_ask("xp_milink_link_failover", "@instance", "watched", "@link", "sales-link",
             "@failover_type", "Planned", NULL);
    metrics_read(&after);
    while (strcmp(metrics_procedure(slot), "xp_milink_link_failover") != 0)
        slot++;
    assert_int_equal(after.calls[slot][METRICS_AZURE] - before.calls[slot][METRICS_AZURE], 1);
    assert_int_equal(after.calls[slot][METRICS_REFUSED] - before.calls[slot][METRICS_REFUSED], 1);
    assert_int_equal(after.ends[slot][OPERATION_FAILED] - before.ends[slot][OPERATION_FAILED], 1);
    assert_int_equal(after.requests[0][METRICS_2XX] - before.requests[0][METRICS_2XX], 1);
    assert_int_equal(after.requests[1][METRICS_4XX] - before.requests[1][METRICS_4XX], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_write, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_without_record, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_end_told_again, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_repeat, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_if, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_action, fake_set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counted, fake_set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
