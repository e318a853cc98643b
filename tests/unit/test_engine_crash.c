/* SPDX-License-Identifier: MIT */
/* The agent dies between any two steps, and starts again on what the disk holds: nothing is lost,
 * nothing sent twice. */
#include "engine_fixture.h"

enum {
    TAKES_MS = 20000, /* how long Azure's failover takes */
    MOST_STEPS = 40
};

/* Azure, with a memory that outlives the agent. */
static struct {
    int sent;            /* requests that arrived */
    int refuse;          /* so many are throttled first, and leave no trace */
    bool lose;           /* the answer to the next is lost */
    bool urls;           /* the answer names an operation to poll */
    uint64_t started_ms; /* 0: never */
} azure;

static bool is_done(void)
{
    return azure.started_ms != 0 && clock_utc_ms() >= azure.started_ms + TAKES_MS;
}

static const char *link_now(void)
{
    static char text[8192];
    const struct fake_link link = {
        .instance_role = is_done() ? "Primary" : "Secondary",
        .partner_role = is_done() ? "Secondary" : "Primary",
        .failover_mode = "Manual",
        .state = azure.started_ms != 0 && !is_done() ? "LinkFailoverInProgress" : NULL};

    text_copy(text, sizeof text, fake_link(&link));
    return text;
}

static const char *instance_now(void)
{
    return is_done() ? "{\"properties\":{\"hybridSecondaryUsage\":\"Passive\","
                       "\"provisioningState\":\"Succeeded\"}}"
                     : "{\"properties\":{\"hybridSecondaryUsage\":\"Active\","
                       "\"provisioningState\":\"Succeeded\"}}";
}

static void take_write(struct fake_reply *reply)
{
    if (azure.refuse > 0) {
        azure.refuse--;
        reply->status = 429;
        return;
    }
    azure.sent++;
    if (azure.started_ms == 0)
        azure.started_ms = clock_utc_ms();
    reply->status = 202;
    if (azure.urls)
        reply->headers = "Azure-AsyncOperation: /async";
    if (azure.lose)
        reply->result = HTTP_LOST;
    azure.lose = false;
}

static bool model(void *context, const struct fake_request *request, struct fake_reply *reply)
{
    (void)context;
    *reply = (struct fake_reply){.status = 200};
    /* Of the dead nothing arrives, and to the dead nothing comes back. */
    if (fake_store_is_dead()) {
        reply->held = true;
        return true;
    }
    if (strcmp(request->method, "GET") != 0)
        take_write(reply);
    else if (strstr(request->url, "/async") != NULL)
        reply->body = is_done() ? "{\"status\":\"Succeeded\"}" : "{\"status\":\"InProgress\"}";
    else
        reply->body = strstr(request->url, "/distributed") != NULL ? link_now() : instance_now();
    reply->held = fake_store_step();
    return true;
}

static bool is_dead(void *context, const struct operation *operation)
{
    (void)context;
    (void)operation;
    return fake_store_is_dead();
}

/* In slices: nobody tells that the agent has died. */
static void await_death_or_end(void)
{
    const struct engine_wait wait = {.enough = is_dead, .deadline = deadline_in(6 * 3600 * 1000)};

    assert_int_equal(engine_await(fake.agent.engine, op.id, &wait, &ended), STORE_OK);
    assert_true(fake_store_is_dead() || !operation_is_open(&ended));
}

/* One life of an agent that dies behind its n-th step, and one that lives on. Returns whether it
 * died. */
static bool die_and_live(int steps)
{
    bool died = false;

    fake_store_die_after(steps);
    assert_int_equal(submit(), STORE_OK);
    await_death_or_end();
    died = fake_store_is_dead();
    fake_stop();
    fake_store_die_after(0);
    fake_start();
    await_end(op.id);
    return died;
}

/* What may be told, given what Azure has seen. */
static void check(int steps)
{
    if (op.kind != OPERATION_LICENSE_SET && azure.sent > 1)
        fail_msg("step %d: sent %d times", steps, azure.sent);
    if (ended.state == OPERATION_SUCCEEDED && azure.sent == 0)
        fail_msg("step %d: succeeded, and nothing was sent", steps);
    if (ended.error.number == MILINK_NOT_SENT && azure.sent > 0)
        fail_msg("step %d: told that nothing was sent, and it was", steps);
    if (azure.sent > 0 && ended.state != OPERATION_SUCCEEDED)
        fail_msg("step %d: Azure did it, and it ended %s: %s", steps,
                 operation_state_name(ended.state), ended.error.message);
}

/* Every place to die, until the agent reaches the end alive. */
static void at_every_step(void (*prepare)(void))
{
    bool died = true;
    int steps = 1;

    for (; died; steps++) {
        if (steps > MOST_STEPS)
            return; /* the rest are reads like those before */
        memset(&azure, 0, sizeof azure);
        fake_set_up(NULL);
        fake_http_model(fake.http, model, NULL);
        prepare();
        died = die_and_live(steps);
        check(steps);
        assert_int_equal(fake_tear_down(NULL), 0);
    }
    assert_true(steps > 5);
}

static void prepare_failover(void)
{
    make(PHASE_JOURNALLED);
    complete(1);
    azure.urls = true;
}

static void prepare_without_urls(void)
{
    make(PHASE_JOURNALLED);
    complete(1);
}

static void prepare_lost(void)
{
    prepare_failover();
    azure.lose = true;
}

static void prepare_throttled(void)
{
    prepare_failover();
    azure.refuse = 2;
}

static void prepare_license(void)
{
    make_license(PHASE_JOURNALLED);
    complete(1);
    azure.urls = true;
}

static void prepare_license_lost(void)
{
    prepare_license();
    azure.lose = true;
}

static void test_failover(void **state)
{
    (void)state;
    at_every_step(prepare_failover);
}

static void test_without_urls(void **state)
{
    (void)state;
    at_every_step(prepare_without_urls);
}

static void test_lost(void **state)
{
    (void)state;
    at_every_step(prepare_lost);
}

static void test_throttled(void **state)
{
    (void)state;
    at_every_step(prepare_throttled);
}

static void test_license(void **state)
{
    (void)state;
    at_every_step(prepare_license);
}

/* A PATCH may be sent again, but not be called unsent once it was. */
static void test_license_lost(void **state)
{
    (void)state;
    at_every_step(prepare_license_lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failover), cmocka_unit_test(test_without_urls),
        cmocka_unit_test(test_lost),     cmocka_unit_test(test_throttled),
        cmocka_unit_test(test_license),  cmocka_unit_test(test_license_lost),
    };

    fake_clock_short_waits(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
