/* SPDX-License-Identifier: MIT */
/* The engine among many and over time: Azure's budget of reads, clocks that are set, and old
 * operations that leave the journal. */
#include "engine_fixture.h"

#define LINKS     "/distributedAvailabilityGroups/"
#define DAY_MS    UINT64_C(86400000)
#define MINUTE_MS UINT64_C(60000)

static const struct fake_reply accepted = {
    .status = 202, .headers = "Azure-AsyncOperation: /async?v=1\nRetry-After: 15"};
static const struct fake_reply running = {.status = 200, .body = "{\"status\":\"InProgress\"}"};

static const struct fake_link before = {
    .instance_role = "Secondary", .partner_role = "Primary", .failover_mode = "Manual"};
static const struct fake_link after = {
    .instance_role = "Primary", .partner_role = "Secondary", .failover_mode = "Manual"};

/* ---- the budget ---- */

/* So many operations, each of a link of its own, for a minute. */
static void run_many(unsigned many)
{
    on("GET", "/async", running);
    link_answers(before);
    fake.frozen = true;
    for (unsigned i = 1; i <= many; i++) {
        make(PHASE_POLLING);
        complete(i);
        op.give_up_ms = op.started_ms + MINUTE_MS;
        op.poll_at_ms = op.started_ms;
        snprintf(op.resource, sizeof op.resource, "link link-%u", i);
        snprintf(op.watched, sizeof op.watched, MI LINKS "link-%u", i);
        assert_int_equal(submit(), STORE_OK);
    }
    fake.frozen = false;
    for (unsigned i = 1; i <= many; i++) {
        complete(i);
        await_end(op.id);
    }
}

/* All reads, polls included, keep to Azure's bucket of 250 and 25 a second (arm-api 8); the early
 * ones alone to three fifths of that rate, and no operation starves. */
static void keep_to_budget(unsigned many)
{
    struct fake_request request;
    char link[64];
    size_t total = 0;

    run_many(many);
    total = count("GET", "");
    for (size_t i = 0; i < total; i++) {
        assert_true(fake_http_request(fake.http, "GET", "", i, &request));
        assert_true(i <= 250 + (request.at_ms - FAKE_CLOCK_START) * 25 / 1000);
    }
    for (unsigned i = 1; i <= many; i++) {
        snprintf(link, sizeof link, LINKS "link-%u?", i);
        assert_in_range(count("GET", link), 60 * 13 / many, 60 * 17 / many);
    }
}

static void test_budget_25(void **state)
{
    (void)state;
    keep_to_budget(25);
}

static void test_budget_60(void **state)
{
    (void)state;
    keep_to_budget(60);
}

/* Azure asks the reads to pause: they do, and the poll that it asked for too. */
static void test_throttled_reads(void **state)
{
    struct fake_request first, second;

    (void)state;
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    on("GET", LINKS, (struct fake_reply){.status = 429, .headers = "Retry-After: 40"});
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_true(fake_http_request(fake.http, "GET", LINKS, 0, &first));
    assert_true(fake_http_request(fake.http, "GET", "", 1, &second));
    assert_in_range(second.at_ms - first.at_ms, 40000, 45000);
    assert_int_equal(count("GET", LINKS), 2);
}

/* However long Azure says to wait for its record, the link tells in a second or two. */
static void test_known_soon(void **state)
{
    (void)state;
    on("POST", "/failover",
       (struct fake_reply){.status = 202, .headers = "Location: /result\nRetry-After: 3600"});
    for (int i = 0; i < 3; i++)
        link_answers(before);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_true(ended.ended_ms - ended.started_ms < 6000);
    assert_int_equal(count("GET", "/result"), 0);
}

/* ---- clocks ---- */

/* The host's clock is set by hours while the agent runs; what is asked afterwards has its whole
 * time, and no more. */
static void test_asked_after_clock_was_set(void **state)
{
    static const int64_t jumps[] = {-7200000, 7200000, -500, 86400000 * INT64_C(400)};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t began = 0;

        fake_http_forget(fake.http);
        on("POST", "/failover", accepted);
        on("GET", "/async", running);
        link_answers(before);
        fake_clock_set_utc(clock_utc_ms() + (uint64_t)jumps[i]);
        began = clock_monotonic_ms();
        make(PHASE_JOURNALLED);
        complete(i + 1);
        op.give_up_ms = op.started_ms + 10 * MINUTE_MS;
        run_to_end();
        assert_result(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
        assert_in_range(clock_monotonic_ms() - began, 10 * MINUTE_MS - 1000, 10 * MINUTE_MS + 2000);
    }
}

/* It is set while an operation runs: its time is neither over nor endless. */
static void test_running_while_clock_is_set(void **state)
{
    static const int64_t jumps[] = {-7200000, 7200000};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t began = clock_monotonic_ms();
        size_t asked = count("GET", LINKS);

        fake_http_forget(fake.http);
        on("GET", "/async", running);
        link_answers(before);
        make(PHASE_POLLING);
        complete(i + 1);
        op.give_up_ms = op.started_ms + 10 * MINUTE_MS;
        fake.frozen = true;
        assert_int_equal(submit(), STORE_OK);
        assert_true(fake_http_await(fake.http, "GET", LINKS, asked + 1));
        fake_clock_set_utc(clock_utc_ms() + (uint64_t)jumps[i]);
        fake.frozen = false;
        await_end(op.id);
        assert_result(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
        assert_in_range(clock_monotonic_ms() - began, 9 * MINUTE_MS, 11 * MINUTE_MS);
    }
}

/* The agent was down for days, or believes so: the link is read before anything is given up. */
static void test_down_for_days(void **state)
{
    static const int64_t jumps[] = {3 * 86400000, -3 * 86400000};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        on("GET", "/async", running);
        link_answers(after);
        make(PHASE_POLLING);
        complete(i + 1);
        fake.frozen = true;
        assert_int_equal(submit(), STORE_OK);
        fake_stop();
        fake_clock_set_utc(clock_utc_ms() + (uint64_t)jumps[i]);
        fake.frozen = false;
        fake_start();
        await_end(op.id);
        assert_result(OPERATION_SUCCEEDED, 0);
    }
}

/* ---- old operations ---- */

static void insert_old(unsigned number, uint64_t days, enum operation_state state)
{
    static struct operation other;

    make(PHASE_ENDED);
    complete(number);
    op.state = state;
    op.started_ms = clock_utc_ms() - days * DAY_MS;
    op.ended_ms = op.started_ms + 1000;
    snprintf(op.resource, sizeof op.resource, "link link-%u", number);
    assert_int_equal(store_insert(fake.agent.store, &op, &other), STORE_OK);
}

static bool is_kept(unsigned number)
{
    complete(number);
    return store_get(fake.agent.store, op.id, &ended) == STORE_OK;
}

/* An hour passes, with an operation that takes as long. */
static void pass_an_hour(unsigned number)
{
    on("GET", "/async", running);
    link_answers(before);
    make(PHASE_POLLING);
    complete(number);
    op.give_up_ms = op.started_ms + 61 * MINUTE_MS;
    run_to_end();
}

static void test_prune(void **state)
{
    (void)state;
    fake.setup.config.journal_days = 100;
    for (unsigned i = 1; i <= 100; i++)
        insert_old(i, 101 + i, OPERATION_SUCCEEDED);
    insert_old(200, 99, OPERATION_FAILED);
    insert_old(201, 500, OPERATION_RUNNING); /* no engine knows of it: open all the same */
    insert_old(202, 500, OPERATION_UNKNOWN);
    pass_an_hour(300);
    for (unsigned i = 1; i <= 100; i++)
        assert_false(is_kept(i));
    assert_true(is_kept(200));
    assert_true(is_kept(201));
    assert_false(is_kept(202));
    assert_true(is_kept(300));
    /* Its request_id is free again. */
    insert_old(1, 0, OPERATION_SUCCEEDED);
    assert_true(is_kept(1));
}

/* A request_id means the same for thirty days, however short the journal is kept. */
static void test_prune_keeps_requests(void **state)
{
    (void)state;
    fake.setup.config.journal_days = 1;
    insert_old(1, 29, OPERATION_SUCCEEDED);
    insert_old(2, 31, OPERATION_SUCCEEDED);
    pass_an_hour(300);
    assert_true(is_kept(1));
    assert_false(is_kept(2));
}

static void test_prune_never(void **state)
{
    (void)state;
    fake.setup.config.journal_days = 0;
    insert_old(1, 4000, OPERATION_SUCCEEDED);
    pass_an_hour(300);
    assert_true(is_kept(1));
}

#define ENGINE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENGINE_TEST(test_budget_25),
        ENGINE_TEST(test_budget_60),
        ENGINE_TEST(test_throttled_reads),
        ENGINE_TEST(test_known_soon),
        ENGINE_TEST(test_asked_after_clock_was_set),
        ENGINE_TEST(test_running_while_clock_is_set),
        ENGINE_TEST(test_down_for_days),
        ENGINE_TEST(test_prune),
        ENGINE_TEST(test_prune_keeps_requests),
        ENGINE_TEST(test_prune_never),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
