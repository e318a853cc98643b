/* SPDX-License-Identifier: MIT */
/* The agent dies between any two steps, and starts again on what the disk holds: nothing is lost,
 * nothing sent twice. */
#include "engine_fixture.h"

enum {
    TAKES_MS = 3000, /* how long Azure's operation takes */
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

static bool is_begun(void)
{
    return azure.started_ms != 0;
}

static bool is_done(void)
{
    return is_begun() && clock_utc_ms() >= azure.started_ms + TAKES_MS;
}

/* What a GET of the resource shows before, while and after; NULL: it is not there. */
struct shown {
    const char *before, *meanwhile, *after;
};

#define IS(name, value) "{\"name\":\"x\",\"properties\":{\"" name "\":\"" value "\"}}"
#define NEW_LINK(state)                                                         \
    "{\"name\":\"x\",\"properties\":{\"databases\":[{\"replicaState\":\"" state \
    "\",\"connectedState\":\"CONNECTED\"}]}}"
#define ROLES(instance, partner, state)                                                   \
    "{\"name\":\"x\",\"properties\":{\"instanceLinkRole\":\"" instance                    \
    "\",\"partnerLinkRole\":\"" partner "\",\"failoverMode\":\"Manual\",\"databases\":[{" \
    "\"replicaState\":\"" state                                                           \
    "\",\"connectedState\":\"CONNECTED\",\"synchronizationHealth\":\"HEALTHY\"}]}}"
#define SETTLED(usage)                                         \
    "{\"properties\":{\"hybridSecondaryUsage\":\"" usage "\"," \
    "\"provisioningState\":\"Succeeded\"}}"
#define CHANGE_OF_ROLE                                               \
    {                                                                \
        ROLES("Secondary", "Primary", "Catchup"),                    \
            ROLES("Secondary", "Primary", "LinkFailoverInProgress"), \
            ROLES("Primary", "Secondary", "Catchup")                 \
    }

static const struct {
    const char *method;
    const char *wanted;
    struct shown shown;
} kinds[] = {
    [OPERATION_LINK_FAILOVER] = {"POST", "", CHANGE_OF_ROLE},
    [OPERATION_LINK_SET_ROLE] = {"POST", "", CHANGE_OF_ROLE},
    [OPERATION_LICENSE_SET] = {"PATCH",
                               "properties.hybridSecondaryUsage=Passive\n",
                               {SETTLED("Active"), SETTLED("Active"), SETTLED("Passive")}},
    [OPERATION_LINK_CREATE] = {"PUT", "", {NULL, NEW_LINK("CreatingLink"), NEW_LINK("Seeding")}},
    [OPERATION_LINK_UPDATE] = {"PATCH",
                               "properties.replicationMode=Sync\n",
                               {IS("replicationMode", "Async"), IS("replicationMode", "Async"),
                                IS("replicationMode", "Sync")}},
    [OPERATION_LINK_DELETE] = {"DELETE", "", {NEW_LINK("Catchup"), NEW_LINK("Catchup"), NULL}},
    [OPERATION_CERTIFICATE_PUT] = {"PUT",
                                   "properties.thumbprint=AB12\n",
                                   {NULL, NULL, IS("thumbprint", "AB12")}},
    [OPERATION_CERTIFICATE_DELETE] = {"DELETE",
                                      "",
                                      {IS("thumbprint", "AB"), IS("thumbprint", "AB"), NULL}},
    [OPERATION_INSTANCE_CREATE] = {"PUT",
                                   "",
                                   {NULL, IS("provisioningState", "Creating"),
                                    IS("provisioningState", "Succeeded")}},
    [OPERATION_DATABASE_DELETE] = {"DELETE",
                                   "",
                                   {IS("status", "Online"), IS("status", "Online"), NULL}},
    [OPERATION_RESTORE_COMPLETE] = {"POST",
                                    "",
                                    {IS("status", "Restoring"), IS("status", "Restoring"),
                                     IS("status", "Online")}},
};

static void show(struct fake_reply *reply)
{
    const struct shown *shown = &kinds[op.kind].shown;

    reply->body = is_done() ? shown->after : is_begun() ? shown->meanwhile : shown->before;
    if (reply->body != NULL)
        return;
    reply->status = 404;
    reply->body = CODE("ResourceNotFound");
}

static void take_write(struct fake_reply *reply)
{
    if (azure.refuse > 0) {
        azure.refuse--;
        reply->status = 429;
        return;
    }
    /* A repeat of what has been done finds it so. */
    if (is_done() && strcmp(op.method, "DELETE") == 0) {
        show(reply);
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
        show(reply);
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
    if (strcmp(op.method, "POST") == 0 && azure.sent > 1)
        fail_msg("kind %d, step %d: sent %d times", op.kind, steps, azure.sent);
    if (ended.state == OPERATION_SUCCEEDED && azure.sent == 0)
        fail_msg("step %d: succeeded, and nothing was sent", steps);
    if (ended.error.number == MILINK_NOT_SENT && azure.sent > 0)
        fail_msg("step %d: told that nothing was sent, and it was", steps);
    if (azure.sent > 0 && ended.state != OPERATION_SUCCEEDED)
        fail_msg("kind %d, step %d: Azure did it, and it ended %s: %s", op.kind, steps,
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

static enum operation_kind prepared;

static void prepare_without_urls(void)
{
    make(PHASE_JOURNALLED);
    op.kind = prepared;
    complete(1);
    text_copy(op.method, sizeof op.method, kinds[prepared].method);
    text_copy(op.wanted, sizeof op.wanted, kinds[prepared].wanted);
    if (prepared == OPERATION_LINK_UPDATE)
        op.databases[0] = '\0'; /* their set stays as it is */
}

static void prepare_kind(void)
{
    prepare_without_urls();
    azure.urls = true;
}

static void prepare_lost(void)
{
    prepare_kind();
    azure.lose = true;
}

static void prepare_throttled(void)
{
    prepare_kind();
    azure.refuse = 2;
}

static void test_every_kind(void **state)
{
    (void)state;
    for (int kind = 0; kind <= OPERATION_RESTORE_COMPLETE; kind++) {
        prepared = (enum operation_kind)kind;
        at_every_step(prepare_kind);
    }
}

/* One kind of each method: POST, PATCH, PUT, DELETE. */
static const enum operation_kind of_each_method[] = {OPERATION_LINK_FAILOVER, OPERATION_LICENSE_SET,
                                                     OPERATION_LINK_CREATE, OPERATION_LINK_DELETE};

static void with_each_method(void (*prepare)(void))
{
    for (size_t i = 0; i < 4; i++) {
        prepared = of_each_method[i];
        at_every_step(prepare);
    }
}

static void test_without_urls(void **state)
{
    (void)state;
    with_each_method(prepare_without_urls);
}

/* What may be sent again is, but is never called unsent once it was. */
static void test_lost(void **state)
{
    (void)state;
    with_each_method(prepare_lost);
}

static void test_throttled(void **state)
{
    (void)state;
    with_each_method(prepare_throttled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_without_urls),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_throttled),
    };

    fake_clock_short_waits(true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
