/* SPDX-License-Identifier: MIT */
/* The engine: from the journal to the end, with an Azure that throttles, loses answers, forgets and
 * fails. */
#include "engine_fixture.h"

static const struct fake_reply accepted = {
    .status = 202, .headers = "Azure-AsyncOperation: /async?v=1\nRetry-After: 15"};
static const struct fake_reply running = {.status = 200, .body = "{\"status\":\"InProgress\"}"};
static const struct fake_reply succeeded = {.status = 200, .body = "{\"status\":\"Succeeded\"}"};

static const struct fake_link before = {
    .instance_role = "Secondary", .partner_role = "Primary", .failover_mode = "Manual"};
static const struct fake_link after = {
    .instance_role = "Primary", .partner_role = "Secondary", .failover_mode = "Manual"};

/* ---- the usual way ---- */

static void test_whole(void **state)
{
    struct fake_request request;

    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    on("GET", "/async", succeeded);
    link_answers(before);
    for (int i = 0; i < 5; i++)
        link_answers(before);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 1);
    assert_true(fake_http_request(fake.http, "POST", "", 0, &request));
    assert_string_equal(request.url, ENDPOINT LINK_PATH "/failover?api-version=2025-01-01");
    assert_string_equal(request.body, op.body);
    assert_string_equal(request.bearer, "token-1");
    assert_non_null(strstr(request.headers, "x-ms-correlation-request-id: 00000001-0000"));
    assert_non_null(strstr(request.headers, "Content-Type: application/json"));
}

/* A finished failover is known a second or two later, whatever the next poll would be (promise;
 * quality, measuring 3). */
static void test_known_soon(void **state)
{
    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    for (int i = 0; i < 4; i++)
        link_answers(before);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_true(ended.ended_ms - ended.started_ms < 7000);
    assert_int_equal(count("GET", "/async"), 0);
}

/* Azure's "done" is not the end: the link is (200 means initiated). */
static void test_initiated(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 200, .body = "{}"});
    for (int i = 0; i < 6; i++)
        link_answers(before);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_true(ended.ended_ms - ended.started_ms > 4000);
}

static void test_only_written(void **state)
{
    static struct operation other;

    (void)state;
    make(PHASE_JOURNALLED);
    complete(1);
    operation_end(&op, OPERATION_SUCCEEDED, clock_utc_ms());
    assert_int_equal(submit(), STORE_OK);
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 0);
    assert_int_equal(engine_submit(fake.agent.engine, &op, &other), STORE_DUPLICATE);
}

static void test_one_at_a_time(void **state)
{
    static struct operation other;

    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 202, .held = true});
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    assert_int_equal(submit(), STORE_OK);
    complete(2);
    assert_int_equal(engine_submit(fake.agent.engine, &op, &other), STORE_DUPLICATE);
    assert_string_equal(other.id, "00000001-0000-4000-8000-00000000000a");
    fake_http_release(fake.http);
    await_end(other.id);
    assert_int_equal(count("POST", ""), 1);
}

/* ---- refusals ---- */

static void times_of_posts(uint64_t *times, size_t wanted)
{
    struct fake_request request;

    assert_int_equal(count("POST", ""), wanted);
    for (size_t i = 0; i < wanted; i++) {
        assert_true(fake_http_request(fake.http, "POST", "", i, &request));
        times[i] = request.at_ms;
    }
}

/* What Azure asks for is waited for, also when it is more than a minute. */
static void test_throttled(void **state)
{
    uint64_t times[4];

    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 429, .headers = "Retry-After: 20"});
    on("POST", "/failover", (struct fake_reply){.status = 429, .headers = "Retry-After: 25"});
    on("POST", "/failover", (struct fake_reply){.status = 429});
    on("POST", "/failover", accepted);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    times_of_posts(times, 4);
    assert_true(times[1] - times[0] >= 20000);
    assert_true(times[3] - times[2] >= 1000);
    assert_true(times[2] - times[1] >= 25000);
}

/* Surely never taken: a failure that may be repeated, and not an unknown end; and a failover comes
 * within the minute or not at all. */
static void test_throttled_for_good(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 429});
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_ARM_THROTTLED);
    assert_true(ended.ended_ms <= ended.started_ms + OPERATION_SEND_SOON_MS);
    assert_in_range(count("POST", ""), 4, 7);
    assert_int_equal(count("GET", ""), 0);
}

/* Busy passes; meanwhile the caller sees why it waits. */
static void test_busy(void **state)
{
    (void)state;
    on("POST", "/failover",
       (struct fake_reply){.status = 409, .body = CODE("ManagedInstanceIsBusy")});
    on("POST", "/failover",
       (struct fake_reply){.status = 409,
                           .headers = "Retry-After: 30",
                           .body = CODE("ConflictingServerOperation")});
    on("POST", "/failover", accepted);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    fake.frozen = true;
    assert_int_equal(submit(), STORE_OK);
    do
        assert_int_equal(store_get(fake.agent.store, op.id, &ended), STORE_OK);
    while (ended.error.number == 0);
    assert_int_equal(ended.state, OPERATION_ACCEPTED);
    assert_string_equal(ended.error.code, "ManagedInstanceIsBusy");
    fake.frozen = false;
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 3);
    assert_true(ended.ended_ms - ended.started_ms > 30000);
}

static void test_refused(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 409, .body = CODE("ScopeLocked")});
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_ARM_CONFLICT);
    assert_int_equal(count("POST", ""), 1);
    assert_int_equal(count("GET", ""), 0);
}

static void test_refused_token(void **state)
{
    struct fake_request request;

    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 401});
    on("POST", "/failover", accepted);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 2);
    assert_true(fake_http_request(fake.http, "POST", "", 1, &request));
    assert_string_equal(request.bearer, "token-2");
}

static void test_no_token(void **state)
{
    (void)state;
    fake.token_refused = true;
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_IDENTITY_REFUSED);
    assert_int_equal(count("POST", ""), 0);
}

static void test_not_started(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.refused = true});
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_AGENT_FAILED);
}

/* ---- lost answers ---- */

static void test_lost_unchanged(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.result = HTTP_LOST});
    link_answers(before);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_UNKNOWN, MILINK_ARM_OUTCOME_UNKNOWN);
    assert_int_equal(count("POST", ""), 1);
    assert_true(ended.ended_ms - ended.started_ms >= OPERATION_AMBIGUOUS_MS);
}

static void test_lost_changed(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 502});
    link_answers(before);
    link_answers(before);
    link_answers(FAKE_LINK("Secondary", "Primary", "Manual", .state = "LinkFailoverInProgress"));
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 1);
}

static void test_lost_patch(void **state)
{
    (void)state;
    on("PATCH", "mi-prod", (struct fake_reply){.result = HTTP_LOST});
    on("GET", "mi-prod",
       (struct fake_reply){.status = 200,
                           .body = "{\"properties\":{\"hybridSecondaryUsage\":\"Passive\","
                                   "\"provisioningState\":\"Succeeded\"}}"});
    make_license(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("PATCH", ""), OPERATION_TRIES);
}

/* ---- links that vanish ---- */

static const struct fake_reply missing = {.status = 404, .body = CODE("ResourceNotFound")};
static const struct fake_reply online = {.status = 200,
                                         .body = "{\"properties\":{\"status\":\"Online\"}}"};
static const struct fake_reply restoring = {.status = 200,
                                            .body = "{\"properties\":{\"status\":\"Restoring\"}}"};

static void test_vanished(void **state)
{
    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    on("GET", "/distributedAvailabilityGroups/", missing);
    on("GET", "/databases/one", restoring);
    on("GET", "/databases/one", missing);
    on("GET", "/databases/one", online);
    on("GET", "/databases/two%20%25", restoring);
    on("GET", "/databases/two%20%25", online);
    make(PHASE_JOURNALLED);
    complete(1);
    text_copy(op.databases, sizeof op.databases, "one\ntwo %\n");
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("GET", "/databases/one"), 3);
    assert_int_equal(count("GET", "/databases/two%20%25"), 2);
}

/* A name of 60 characters may have 180 bytes: it is asked for whole. */
static void test_vanished_long_name(void **state)
{
    static char name[200], last[32];

    (void)state;
    for (int i = 0; i < 60; i++)
        text_append(name, sizeof name, i < 59 ? "\xE8\xB2\xA9" : "\xE5\xA3\xB2");
    snprintf(last, sizeof last, "%%E5%%A3%%B2?api-version");
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    on("GET", "/distributedAvailabilityGroups/", missing);
    on("GET", "/databases/", missing);
    on("GET", last, online);
    make(PHASE_JOURNALLED);
    complete(1);
    snprintf(op.databases, sizeof op.databases, "%s\n", name);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
}

#define ENGINE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENGINE_TEST(test_whole),
        ENGINE_TEST(test_known_soon),
        ENGINE_TEST(test_initiated),
        ENGINE_TEST(test_only_written),
        ENGINE_TEST(test_one_at_a_time),
        ENGINE_TEST(test_throttled),
        ENGINE_TEST(test_throttled_for_good),
        ENGINE_TEST(test_busy),
        ENGINE_TEST(test_refused),
        ENGINE_TEST(test_refused_token),
        ENGINE_TEST(test_no_token),
        ENGINE_TEST(test_not_started),
        ENGINE_TEST(test_lost_unchanged),
        ENGINE_TEST(test_lost_changed),
        ENGINE_TEST(test_lost_patch),
        ENGINE_TEST(test_vanished),
        ENGINE_TEST(test_vanished_long_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
