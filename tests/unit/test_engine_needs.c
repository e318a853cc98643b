/* SPDX-License-Identifier: MIT */
/* What the engine's requests need: a token that may take its time, a secret in the body, and an
 * instance that the configuration still allows. */
#include "engine_fixture.h"
#include "secret_store.h"
#include <ftw.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static const struct fake_reply accepted = {
    .status = 202, .headers = "Azure-AsyncOperation: /async?v=1\nRetry-After: 15"};
static const struct fake_reply running = {.status = 200, .body = "{\"status\":\"InProgress\"}"};

static const struct fake_link before = {
    .instance_role = "Secondary", .partner_role = "Primary", .failover_mode = "Manual"};
static const struct fake_link after = {
    .instance_role = "Primary", .partner_role = "Secondary", .failover_mode = "Manual"};

/* ---- tokens ---- */

static atomic_bool fetching, may_answer;
static bool (*fetch_at_once)(struct identity *identity, const struct identity_request *request,
                             struct identity_token *token, struct error *error);

static void pause_a_moment(void)
{
    static const struct timespec moment = {0, 1000000};

    nanosleep(&moment, NULL);
}

static bool fetch_slowly(struct identity *identity, const struct identity_request *request,
                         struct identity_token *token, struct error *error)
{
    atomic_store(&fetching, true);
    while (!atomic_load(&may_answer))
        pause_a_moment();
    return fetch_at_once(identity, request, token, error);
}

static void hold_tokens(void)
{
    atomic_store(&fetching, false);
    atomic_store(&may_answer, false);
    fetch_at_once = fake.identity.fetch;
    fake.identity.fetch = fetch_slowly;
}

/* While an identity service hangs the engine does everything else: operations come, are counted,
 * and end when their time is up; what waits is sent as soon as there is a token. */
static void test_token_pending(void **state)
{
    static char first[CRYPTO_GUID_SIZE];

    (void)state;
    hold_tokens();
    on("POST", "/failover", accepted);
    link_answers(after);
    make(PHASE_JOURNALLED);
    complete(1);
    op.give_up_ms = op.started_ms + 5000;
    text_copy(first, sizeof first, op.id);
    assert_int_equal(submit(), STORE_OK);
    while (!atomic_load(&fetching))
        pause_a_moment();
    complete(2);
    text_copy(op.resource, sizeof op.resource, "link another");
    assert_int_equal(submit(), STORE_OK);
    assert_int_equal(engine_open_count(fake.agent.engine), 2);
    fake_clock_advance(5000);
    await_end(first);
    assert_result(OPERATION_FAILED, MILINK_NOT_SENT);
    assert_int_equal(count("POST", ""), 0);
    atomic_store(&may_answer, true);
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_int_equal(count("POST", ""), 1);
}

/* The engine can be stopped while a token is awaited; nothing was sent. */
static void test_stop_without_token(void **state)
{
    (void)state;
    hold_tokens();
    make(PHASE_JOURNALLED);
    complete(1);
    assert_int_equal(submit(), STORE_OK);
    while (!atomic_load(&fetching))
        pause_a_moment();
    fake_stop();
    atomic_store(&may_answer, true);
    fake_start();
    await_end(op.id);
    assert_result(OPERATION_FAILED, MILINK_NOT_SENT);
    assert_int_equal(count("POST", ""), 0);
}

/* No token is to be had for a while: an operation that Azure has goes on when there is one. */
static void test_token_refused_meanwhile(void **state)
{
    (void)state;
    on("GET", "/async", (struct fake_reply){.status = 401});
    on("GET", "/async", running);
    on("GET", "/distributedAvailabilityGroups/", (struct fake_reply){.status = 401});
    link_answers(before);
    link_answers(after);
    make(PHASE_POLLING);
    complete(1);
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
}

/* ---- secrets ---- */

static int remove_one(const char *name, const struct stat *about, int type, struct FTW *at)
{
    (void)about;
    (void)type;
    return at->level > 0 ? remove(name) : 0;
}

static int tear_down_secrets(void **state)
{
    char secrets[128];

    snprintf(secrets, sizeof secrets, "%s/secrets", fake.directory);
    nftw(secrets, remove_one, 4, FTW_DEPTH | FTW_PHYS);
    rmdir(secrets);
    return fake_tear_down(state);
}

static void make_instance(void)
{
    make_kind(OPERATION_INSTANCE_CREATE, PHASE_JOURNALLED);
    complete(1);
    text_copy(op.resource, sizeof op.resource, "instance");
    text_copy(op.path, sizeof op.path, MI);
    text_copy(op.watched, sizeof op.watched, MI);
    text_copy(op.secret, sizeof op.secret, "sql-admin");
    text_copy(op.body, sizeof op.body,
              "{\"properties\":{\"administratorLoginPassword\":\"" OPERATION_SECRET_MARK
              "\",\"vCores\":8}}");
    text_copy(fake.setup.config.state_directory, sizeof fake.setup.config.state_directory,
              fake.directory);
}

static void store_secret(const char *secret)
{
    char why[512];

    if (!secret_store_set(fake.directory, "sql-admin", secret, why, sizeof why))
        fail_msg("%s", why);
}

static void test_secret(void **state)
{
    static char file[1 << 16];
    struct fake_request request;
    FILE *journal = NULL;
    size_t length = 0;

    (void)state;
    make_instance();
    store_secret("pa\"ss\\w0rd-of-the-admin");
    on("PUT", "mi-prod", (struct fake_reply){.status = 201});
    on("GET", "mi-prod", (struct fake_reply){.status = 200, .body = "{\"properties\":{}}"});
    on("GET", "mi-prod",
       (struct fake_reply){.status = 200,
                           .body = "{\"properties\":{\"provisioningState\":\"Succeeded\"}}"});
    run_to_end();
    assert_result(OPERATION_SUCCEEDED, 0);
    assert_true(fake_http_request(fake.http, "PUT", "", 0, &request));
    assert_string_equal(request.body, "{\"properties\":{\"administratorLoginPassword\":"
                                      "\"pa\\\"ss\\\\w0rd-of-the-admin\",\"vCores\":8}}");
    assert_non_null(strstr(ended.body, OPERATION_SECRET_MARK));
    /* Nothing of it is in the journal. */
    fake_stop();
    journal = fopen(fake.journal, "rb");
    assert_non_null(journal);
    length = fread(file, 1, sizeof file, journal);
    fclose(journal);
    assert_true(length > 1000);
    assert_null(memmem(file, length, "of-the-admin", 12));
    fake_start();
}

static void test_secret_missing(void **state)
{
    (void)state;
    make_instance();
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_SECRET_MISSING);
    assert_non_null(strstr(ended.error.message, "sql-admin"));
    assert_int_equal(count("PUT", ""), 0);
}

/* The mark stands once, as a whole string: else the secret could go where it does not belong. */
static void test_secret_misplaced(void **state)
{
    static const char *const bodies[] = {
        "{}", "{\"a\":\"<secret>\",\"b\":\"<secret>\"}", "{\"a\":\"<secret>\",\"b\":\"x<secret>\"}",
        "{\"a\":\"x<secret>\",\"b\":\"<secret>\"}", "{\"a\":\"x<secret>\"}"};

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        make_instance();
        complete(i + 1);
        text_copy(op.path, sizeof op.path, MI);
        text_copy(op.body, sizeof op.body, bodies[i]);
        store_secret("password");
        run_to_end();
        assert_result(OPERATION_FAILED, MILINK_AGENT_FAILED);
    }
    assert_int_equal(count("PUT", ""), 0);
}

/* ---- the configuration changes ---- */

static struct setup changed;

static void reload(void)
{
    atomic_store(&changed.holders, 1);
    engine_use(fake.agent.engine, &changed);
}

static void begin_running(void)
{
    on("POST", "/failover", accepted);
    on("GET", "/async", running);
    link_answers(before);
    make(PHASE_JOURNALLED);
    complete(1);
    fake.frozen = true;
    assert_int_equal(submit(), STORE_OK);
    do
        assert_int_equal(store_get(fake.agent.store, op.id, &ended), STORE_OK);
    while (ended.phase != PHASE_POLLING);
}

/* Out of the configuration, or its alias means another instance: it is called no more, and the
 * operation does not spin until its time is up. */
static void test_removed(void **state)
{
    size_t asked = 0;

    (void)state;
    for (unsigned way = 0; way < 2; way++) {
        begin_running();
        changed = fake.setup;
        if (way == 0)
            changed.config.instance_count = 0;
        else
            text_copy(changed.config.instances[0].managed_instance,
                      sizeof changed.config.instances[0].managed_instance, "mi-prod-2");
        asked = count("GET", "");
        reload();
        fake.frozen = false;
        await_end(op.id);
        assert_result(OPERATION_UNKNOWN, MILINK_INSTANCE_REMOVED);
        assert_true(ended.ended_ms - ended.started_ms < 60000);
        assert_in_range(count("GET", ""), asked, asked + 2); /* under way by then */
        engine_use(fake.agent.engine, &fake.setup);
        fake_http_forget(fake.http);
        op.id[0] = '1';
        assert_int_equal(engine_open_count(fake.agent.engine), 0);
        fake_stop();
        unlink(fake.journal);
        fake_start();
    }
}

static void test_removed_before(void **state)
{
    (void)state;
    changed = fake.setup;
    changed.config.instance_count = 0;
    reload();
    make(PHASE_JOURNALLED);
    complete(1);
    run_to_end();
    assert_result(OPERATION_FAILED, MILINK_INSTANCE_REMOVED);
    engine_use(fake.agent.engine, &fake.setup);
}

/* A reload that changes nothing for an operation is not noticed by it. */
static void test_reload(void **state)
{
    (void)state;
    begin_running();
    changed = fake.setup;
    reload();
    fake_http_forget(fake.http);
    on("GET", "/async", running);
    link_answers(after);
    fake.frozen = false;
    await_end(op.id);
    assert_result(OPERATION_SUCCEEDED, 0);
    engine_use(fake.agent.engine, &fake.setup);
}

#define ENGINE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, tear_down_secrets)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENGINE_TEST(test_token_pending),
        ENGINE_TEST(test_stop_without_token),
        ENGINE_TEST(test_token_refused_meanwhile),
        ENGINE_TEST(test_secret),
        ENGINE_TEST(test_secret_missing),
        ENGINE_TEST(test_secret_misplaced),
        ENGINE_TEST(test_removed),
        ENGINE_TEST(test_removed_before),
        ENGINE_TEST(test_reload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
