/* SPDX-License-Identifier: MIT */
/* Reloading: what is in force afterwards, and that no call sees half of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "dispatch.h"
#include "reload_fixture.h"
#include "secret_store.h"

static char report[8192];

static const char *alias_in_force(struct reload_fixture *fixture)
{
    static char alias[65];
    struct setup *setup = agent_setup(&fixture->agent);

    snprintf(alias, sizeof alias, "%s", setup->config.instances[0].alias);
    setup_release(setup);
    return alias;
}

static void test_good(void **state)
{
    struct reload_fixture *fixture = *state;
    struct setup *before = agent_setup(&fixture->agent);

    reload_write(fixture, "second", "");
    assert_true(agent_reload(&fixture->agent, report, sizeof report));
    assert_string_equal(report, "");
    assert_string_equal(alias_in_force(fixture), "second");
    /* Whoever began with the old one goes on with it, whole. */
    assert_string_equal(before->config.instances[0].alias, "first");
    assert_string_equal(before->arm.config->instances[0].managed_instance, "mi-first");
    setup_release(before);
}

/* The report and what is in force after a file that is not taken. */
static void refused(struct reload_fixture *fixture, const char *text)
{
    assert_false(agent_reload(&fixture->agent, report, sizeof report));
    if (strstr(report, text) == NULL)
        fail_msg("wanted: %s\ngot: %s", text, report);
    assert_string_equal(alias_in_force(fixture), "first");
}

static void test_bad(void **state)
{
    struct reload_fixture *fixture = *state;

    reload_write(fixture, "sec ond", "\"workers\": 0,");
    refused(fixture, "workers: holds 0; it must be a whole number from 1 to 64\n"
                     "instances[0].alias: \"sec ond\" is not valid");
    reload_write(fixture, "second", "\"tls\": {\"ca_file\": \"/nowhere/roots.pem\"},");
    refused(fixture, "tls.ca_file");
    reload_write(fixture, "second",
                 "\"network\": {\"proxy\": \"http://proxy.test:8080\", \"proxy_user\": \"u\","
                 "\"proxy_secret\": \"proxy\"},");
    refused(fixture, "network.proxy_secret: the secret proxy is not set (milink-agent secret set "
                     "proxy)");
    reload_write(fixture, "second", "");
    assert_int_equal(chmod(fixture->file, 0646), 0);
    refused(fixture, "can be changed by everybody");
    unlink(fixture->file);
    refused(fixture, "cannot be opened");
    reload_write(fixture, "third", "");
    assert_true(agent_reload(&fixture->agent, report, sizeof report));
    assert_string_equal(alias_in_force(fixture), "third");
}

/* What cannot change while the agent runs stays; all else is in force. */
static void test_restart(void **state)
{
    static const char *const keys[] = {"workers", "queue", "sql_instances"};
    struct reload_fixture *fixture = *state;
    struct setup *setup = NULL;
    char line[256];

    reload_write(fixture, "second",
                 "\"workers\": 3, \"queue\": 4, \"sql_instances\": [\"PAYROLL\"], "
                 "\"api_version\": \"2025-05-01-preview\", \"limits\": {\"link_minutes\": 7},");
    assert_true(agent_reload(&fixture->agent, report, sizeof report));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        snprintf(line, sizeof line,
                 "%s: the new value needs a restart of the agent; until then the old one stays in "
                 "force",
                 keys[i]);
        if (strstr(report, line) == NULL)
            fail_msg("wanted: %s\ngot: %s", line, report);
    }
    assert_null(strstr(report, "listen"));
    assert_null(strstr(report, "state_directory"));
    setup = agent_setup(&fixture->agent);
    assert_int_equal(setup->config.workers, 64);
    assert_int_equal(setup->config.queue, 256);
    assert_string_equal(setup->config.sql_instances[0], "MSSQLSERVER");
    assert_string_equal(setup->config.api_version, "2025-05-01-preview");
    assert_int_equal(setup->config.link_minutes, 7);
    setup_release(setup);
    assert_true(agent_reload(&fixture->agent, report, sizeof report));
    assert_non_null(strstr(report, "workers")); /* again: it still waits */
}

static void test_small_report(void **state)
{
    struct reload_fixture *fixture = *state;
    char small[16];

    reload_write(fixture, "sec ond", "\"workers\": 0,");
    assert_false(agent_reload(&fixture->agent, small, sizeof small));
    assert_true(strlen(small) < sizeof small);
    reload_write(fixture, "second", "\"workers\": 1,");
    assert_true(agent_reload(&fixture->agent, small, sizeof small));
    assert_true(strlen(small) < sizeof small);
}

/* A proxy's password that the store has now makes the file good. */
static void test_secret(void **state)
{
    struct reload_fixture *fixture = *state;
    char why[1024], path[160];

    reload_write(fixture, "second",
                 "\"network\": {\"proxy\": \"http://proxy.test:8080\", \"proxy_user\": \"u\","
                 "\"proxy_secret\": \"proxy\"},");
    assert_false(agent_reload(&fixture->agent, report, sizeof report));
    assert_true(secret_store_set(fixture->directory, "proxy", "p~ssw0rd", why, sizeof why));
    if (!agent_reload(&fixture->agent, report, sizeof report))
        fail_msg("%s", report);
    assert_true(secret_store_remove(fixture->directory, "proxy", why, sizeof why));
    snprintf(path, sizeof path, "%s/secrets/key", fixture->directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/secrets", fixture->directory);
    rmdir(path);
}

/* A file of metrics that the reloaded configuration names for the first time is written at once. */
static void test_metrics(void **state)
{
    struct reload_fixture *fixture = *state;
    char path[160], more[256];

    snprintf(path, sizeof path, "%s/metrics.txt", fixture->directory);
    snprintf(more, sizeof more, "\"metrics\": {\"file\": \"%s\"},", path);
    reload_write(fixture, "second", more);
    assert_true(agent_reload(&fixture->agent, report, sizeof report));
    assert_string_equal(report, "");
    for (int i = 0; i < 1000 && access(path, F_OK) != 0; i++)
        clock_sleep_ms(10);
    assert_int_equal(access(path, F_OK), 0);
}

/* ---- under load ---- */

enum { CALLERS = 4, RELOADS = 60 };

struct caller {
    struct reload_fixture *fixture;
    _Atomic bool *stop;
    unsigned calls, seen[2];
    bool well;
};

static const char *const aliases[2] = {"even", "odd"};

static bool not_gone(void *context)
{
    (void)context;
    return false;
}

static bool holds(const struct buffer *buffer, const char *text)
{
    return memmem(buffer->data, buffer->length, text, strlen(text)) != NULL;
}

/* instance_list: each answer is of one configuration, whole. */
static void call_once(struct caller *caller)
{
    const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, "test", 4};
    struct wire_call call = {.procedure = "xp_milink_instance_list", .deadline_ms = 30000};
    const struct dispatch_caller gone = {.gone = not_gone};
    struct buffer request, view, answer;

    call.procedure_length = strlen(call.procedure);
    buffer_init(&request, WIRE_MAX_PAYLOAD);
    buffer_init(&answer, DISPATCH_MAX_ANSWER);
    wire_put_hello(&request, &hello);
    wire_put_call(&request, &call);
    buffer_init_view(&view, request.data, request.length);
    dispatch(&caller->fixture->agent, &view, &gone, &answer);
    for (int i = 0; i < 2; i++) {
        char instance[32];

        snprintf(instance, sizeof instance, "mi-%s", aliases[i]);
        if (holds(&answer, instance)) {
            caller->seen[i]++;
            snprintf(instance, sizeof instance, "mi-%s", aliases[!i]);
            caller->well = caller->well && !holds(&answer, instance);
        }
    }
    caller->calls++;
    buffer_clear(&request);
    buffer_clear(&answer);
}

static void call_often(void *context)
{
    struct caller *caller = context;

    while (!atomic_load(caller->stop))
        call_once(caller);
}

static void test_under_load(void **state)
{
    struct reload_fixture *fixture = *state;
    _Atomic bool stop = false;
    struct caller callers[CALLERS] = {{NULL}};
    struct thread *threads[CALLERS];
    unsigned seen[2] = {0, 0};

    reload_write(fixture, aliases[0], "");
    assert_true(agent_reload(&fixture->agent, report, sizeof report));
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){fixture, &stop, 0, {0, 0}, true};
        threads[i] = thread_start(call_often, &callers[i]);
        assert_non_null(threads[i]);
    }
    for (int i = 1; i <= RELOADS; i++) {
        reload_write(fixture, aliases[i % 2], "");
        if (!agent_reload(&fixture->agent, report, sizeof report))
            fail_msg("%s", report);
        assert_string_equal(alias_in_force(fixture), aliases[i % 2]);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < CALLERS; i++) {
        thread_join(threads[i]);
        assert_true(callers[i].well);
        assert_int_equal(callers[i].seen[0] + callers[i].seen[1], callers[i].calls);
        for (int j = 0; j < 2; j++)
            seen[j] += callers[i].seen[j];
    }
    assert_true(seen[0] > 0 && seen[1] > 0);
}

static void reload_often(void *context)
{
    struct reload_fixture *fixture = context;
    char mine[8192];

    for (int i = 0; i < RELOADS / 4; i++)
        agent_reload(&fixture->agent, mine, sizeof mine);
}

static void test_together(void **state)
{
    struct reload_fixture *fixture = *state;
    struct thread *threads[3];

    reload_write(fixture, "second", "");
    for (int i = 0; i < 3; i++)
        threads[i] = thread_start(reload_often, fixture);
    for (int i = 0; i < 3; i++)
        thread_join(threads[i]);
    assert_string_equal(alias_in_force(fixture), "second");
    /* Agent and engine; the writer of metrics looks at each new one for a moment. */
    for (int i = 0; i < 1000 && atomic_load(&fixture->agent.setup->holders) != 2; i++)
        clock_sleep_ms(10);
    assert_int_equal(atomic_load(&fixture->agent.setup->holders), 2);
}

int main(void)
{
#define WITH_AGENT(test) cmocka_unit_test_setup_teardown(test, reload_set_up, reload_tear_down)
    const struct CMUnitTest tests[] = {
        WITH_AGENT(test_good),         WITH_AGENT(test_bad),     WITH_AGENT(test_restart),
        WITH_AGENT(test_small_report), WITH_AGENT(test_secret),  WITH_AGENT(test_under_load),
        WITH_AGENT(test_together),     WITH_AGENT(test_metrics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
