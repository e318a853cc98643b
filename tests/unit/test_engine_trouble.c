/* SPDX-License-Identifier: MIT */
/* The engine in trouble at home: a journal that refuses, restarts, time that is up, and being
 * stopped. */
#include "engine_fixture.h"
#include <time.h>

static const struct fake_reply accepted = {
    .status = 202, .headers = "Azure-AsyncOperation: /async?v=1\nRetry-After: 15"};
static const struct fake_reply running = {.status = 200, .body = "{\"status\":\"InProgress\"}"};
static const struct fake_reply succeeded = {.status = 200, .body = "{\"status\":\"Succeeded\"}"};

static const struct fake_link before = {
    .instance_role = "Secondary", .partner_role = "Primary", .failover_mode = "Manual"};
static const struct fake_link after = {
    .instance_role = "Primary", .partner_role = "Secondary", .failover_mode = "Manual"};

/* ---- the journal refuses ---- */

/* What is not on disk has not happened: nothing is sent before, and once afterwards. */
static void test_journal_refuses(void **state)
{
    (void)state;
    on("POST", "/failover", accepted);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    fake.frozen = true;
    fake_store_refuse(1000000);
    assert_int_equal(submit(), STORE_OK);
    fake.frozen = false;
    clock_sleep_ms(5000);
    assert_int_equal(count("POST", ""), 0);
    fake_store_refuse(2);
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 1);
}

/* A send that the disk prevented is no try: the throttled ones are still allowed. */
static void test_journal_refusal_is_no_try(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 429});
    on("POST", "/failover", accepted);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    fake_store_refuse_sending(OPERATION_TRIES);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 2);
}

/* A failover that the disk holds up for longer is not sent when nobody expects it any more. */
static void test_journal_refuses_for_long(void **state)
{
    (void)state;
    make(PHASE_JOURNALLED);
    complete(1);
    fake_store_refuse_sending(1000);
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_NOT_SENT);
    assert_true(ended.ended_ms >= ended.started_ms + OPERATION_SEND_SOON_MS);
    assert_true(ended.ended_ms < ended.started_ms + OPERATION_SEND_SOON_MS + 5000);
    assert_int_equal(count("POST", ""), 0);
    fake_store_refuse_sending(0);
}

/* The end counts once it is written. */
static void test_journal_refuses_later(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 202, .held = true});
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    assert_int_equal(submit(), STORE_OK);
    assert_true(fake_http_await(fake.http, "POST", "", 1));
    fake_store_refuse(5);
    fake_http_release(fake.http);
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 1);
    assert_int_equal(store_get(fake.agent.store, op.id, &op), STORE_OK);
    assert_int_equal(op.state, OPERATION_SUCCEEDED);
}

/* ---- restarts ---- */

static void test_restart_polling(void **state)
{
    struct fake_request request;

    (void)state;
    make(PHASE_POLLING);
    complete(1);
    op.poll_at_ms = clock_utc_ms() + 15000;
    on("GET", "/async", running);
    on("GET", "/async", succeeded);
    link_answers(FAKE_LINK("Primary", "Primary", "Manual", .connected = "DISCONNECTED"));
    fake.frozen = true;
    assert_int_equal(submit(), STORE_OK);
    fake_stop();
    fake.frozen = false;
    fake_start();
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 0);
    assert_int_equal(count("GET", "/async"), 2);
    assert_true(fake_http_request(fake.http, "GET", "/async", 0, &request));
    assert_string_equal(request.url, ENDPOINT "/async");
    assert_true(request.at_ms >= FAKE_CLOCK_START + 15000);
}

/* After a throttled try nothing had been taken, and the caller is told so. */
static void test_restart_not_sent(void **state)
{
    (void)state;
    on("POST", "/failover", (struct fake_reply){.status = 429, .headers = "Retry-After: 50"});
    make(PHASE_JOURNALLED);
    complete(1);
    fake.frozen = true;
    assert_int_equal(submit(), STORE_OK);
    assert_true(fake_http_await(fake.http, "POST", "", 1));
    /* The answer is on disk when the engine calls it JOURNALLED again. */
    for (enum operation_phase phase = PHASE_SENDING; phase != PHASE_JOURNALLED;) {
        assert_int_equal(store_get(fake.agent.store, op.id, &ended), STORE_OK);
        phase = ended.phase;
    }
    fake_stop();
    fake.frozen = false;
    fake_start();
    await_end(op.id);
    assert_result(OPERATION_FAILED, MILINK_NOT_SENT);
    assert_int_equal(count("POST", ""), 1);
}

/* ---- clocks ---- */

static void test_give_up(void **state)
{
    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    link_answers(before);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
    assert_in_range(ended.ended_ms, ended.give_up_ms, ended.give_up_ms + 1000);
    /* About 120 polls of 15 s, and the reads that a second, then three seconds allow. */
    assert_in_range(count("GET", "/async"), 100, 130);
    assert_in_range(count("GET", "/distributedAvailabilityGroups/"), 500, 900);
}

/* Nothing could be read of it: that is said, or the reader would look for the fault in Azure. */
static void test_give_up_unread(void **state)
{
    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "/async", (struct fake_reply){.result = HTTP_NOT_SENT});
    on("GET", "/distributedAvailabilityGroups/", (struct fake_reply){.result = HTTP_NOT_SENT});
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
    assert_non_null(strstr(ended.detail, "could not be read"));
    assert_non_null(strstr(ended.detail, "azure.test: made to fail"));
}

/* No token for the rest of its time, likewise. */
static void test_give_up_without_token(void **state)
{
    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "", (struct fake_reply){.status = 401});
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
    assert_non_null(strstr(ended.detail, "identity"));
}

/* The answer comes after the operation was given up. */
static void test_give_up_while_sending(void **state)
{
    (void)state;
    on("POST", "/failover",
       (struct fake_reply){.status = 202, .headers = "Location: /x", .held = true});
    on("GET", "/x", (struct fake_reply){.status = 202});
    link_answers(before);
    make(PHASE_JOURNALLED);
    complete(1);
    op.give_up_ms = op.started_ms + 5000;
    run_to_end();
    assert_int_equal(ended.state, OPERATION_UNKNOWN);
    fake_http_release(fake.http);
    while (!fake_http_idle())
        clock_sleep_ms(0);
    /* The next operation of the same link passes through the engine behind that answer. */
    on("POST", "/failover", (struct fake_reply){.status = 400});
    complete(2);
    assert_int_equal(submit(), STORE_OK);
    await_end("00000002-0000-4000-8000-00000000000a");
    assert_int_equal(store_get(fake.agent.store, "00000001-0000-4000-8000-00000000000a", &ended),
                     STORE_OK);
    assert_int_equal(ended.state, OPERATION_UNKNOWN);
}

/* The host's clock goes back an hour: polls and reads go on. */
static void test_clock_set_back(void **state)
{
    uint64_t started = clock_monotonic_ms();

    (void)state;
    on("GET", "/async", running);
    on("GET", "/async", succeeded);
    link_answers(FAKE_LINK("Primary", "Primary", "Manual", .connected = "DISCONNECTED"));
    make(PHASE_POLLING);
    complete(1);
    op.poll_at_ms = clock_utc_ms() + 15000;
    fake.frozen = true;
    assert_int_equal(submit(), STORE_OK);
    assert_true(fake_http_await(fake.http, "GET", "/distributedAvailabilityGroups/", 1));
    fake_clock_set_utc(FAKE_CLOCK_START - 3600000);
    fake.frozen = false;
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_true(clock_monotonic_ms() - started < 120000);
}

/* ---- stopping ---- */

/* Holds the engine's thread up until somebody has begun to stop it. */
static bool wait_for_stop(void *context, const struct fake_request *request,
                          struct fake_reply *reply)
{
    struct engine *engine = fake.agent.engine;
    bool stopping = false;

    (void)context;
    (void)request;
    while (!stopping) {
        mutex_lock(engine->mutex);
        stopping = engine->stopping;
        mutex_unlock(engine->mutex);
    }
    *reply = (struct fake_reply){.held = true};
    return true;
}

/* Whatever the thread does when it is told, it does not go to sleep on it: a service has seconds to
 * stop. */
static void test_stop_amid_request(void **state)
{
    time_t began = time(NULL);

    (void)state;
    fake_http_model(fake.http, wait_for_stop, NULL);
    make(PHASE_JOURNALLED);
    complete(1);
    assert_int_equal(submit(), STORE_OK);
    for (bool is_sending = false; !is_sending;) {
        assert_int_equal(store_get(fake.agent.store, op.id, &ended), STORE_OK);
        is_sending = ended.phase == PHASE_SENDING;
    }
    fake_stop();
    assert_true(time(NULL) - began < 20);
}

#define ENGINE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENGINE_TEST(test_journal_refuses),
        ENGINE_TEST(test_journal_refusal_is_no_try),
        ENGINE_TEST(test_journal_refuses_for_long),
        ENGINE_TEST(test_journal_refuses_later),
        ENGINE_TEST(test_restart_polling),
        ENGINE_TEST(test_restart_not_sent),
        ENGINE_TEST(test_give_up),
        ENGINE_TEST(test_give_up_unread),
        ENGINE_TEST(test_give_up_without_token),
        ENGINE_TEST(test_give_up_while_sending),
        ENGINE_TEST(test_clock_set_back),
        ENGINE_TEST(test_stop_amid_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
