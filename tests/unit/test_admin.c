/* SPDX-License-Identifier: MIT */
/* The administrators' endpoint: what it does, and whom and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "admin.h"
#include "client.h"
#include "listener.h"
#include "reload_fixture.h"
#include "text.h"

static struct admin *admin;
static _Atomic int shutdowns;
static struct error error;
static char infos[8192], why[1024];

static void on_shutdown(void *context)
{
    (void)context;
    shutdowns++;
}

static int set_up(void **state)
{
    struct reload_fixture *fixture = NULL;

    reload_set_up(state);
    fixture = *state;
    shutdowns = 0;
    admin = admin_start(&fixture->agent, on_shutdown, NULL, why, sizeof why);
    if (admin == NULL)
        fail_msg("%s", why);
    return 0;
}

static int tear_down(void **state)
{
    admin_stop(admin);
    return reload_tear_down(state);
}

/* The number of the error; infos has a line each. */
static int32_t ask_with(const char *place, const char *what, size_t parameters)
{
    struct wire_call call = {.procedure = what,
                             .procedure_length = strlen(what),
                             .deadline_ms = 10000,
                             .parameter_count = parameters};
    struct deadline deadline = deadline_in(10000);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;
    const char *text = NULL;
    size_t length = 0, outputs = 0;
    char line[4096];

    memset(&error, 0, sizeof error);
    infos[0] = '\0';
    for (size_t i = 0; i < parameters; i++)
        call.parameters[i] = (struct wire_parameter){
            .name = "@x", .name_length = 2, .value = {.type = WIRE_INT, .integer = 1}};
    client_init(&client);
    client.place = place;
    if (client_open(&client, &call, &deadline, &error))
        while (opcode != WIRE_DONE && client_next(&client, &opcode, &payload, &error)) {
            if (opcode == WIRE_INFO) {
                assert_true(wire_get_info(&payload, &text, &length));
                text_copy_bytes(line, sizeof line, text, length);
                text_append(infos, sizeof infos, line);
                text_append(infos, sizeof infos, "\n");
            } else {
                assert_int_equal(opcode, WIRE_DONE);
                assert_true(wire_get_done(&payload, &error, &outputs));
            }
        }
    client_close(&client);
    return error.number;
}

static int32_t ask(const struct reload_fixture *fixture, const char *what)
{
    return ask_with(fixture->admin, what, 0);
}

static void test_reload(void **state)
{
    struct reload_fixture *fixture = *state;

    assert_int_equal(ask(fixture, "reload"), 0);
    assert_string_equal(infos, "");
    reload_write(fixture, "second", "\"workers\": 3,");
    assert_int_equal(ask(fixture, "reload"), 0);
    assert_string_equal(infos, "workers: the new value needs a restart of the agent; until then "
                               "the old one stays in force\n");
    reload_write(fixture, "b d", "\"workers\": 0, \"queue\": 0,");
    assert_int_equal(ask(fixture, "reload"), MILINK_RELOAD_REFUSED);
    assert_non_null(strstr(infos, "workers: holds 0"));
    assert_non_null(strstr(infos, "\nqueue: holds 0"));
    assert_non_null(strstr(infos, "\ninstances[0].alias: \"b d\" is not valid"));
    assert_non_null(strstr(error.message, "the one in force stays"));
    assert_string_equal(fixture->agent.setup->config.instances[0].alias, "second");
    /* More lines than an answer may have. */
    reload_write(fixture, "x",
                 "\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,"
                 "\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1,\"r\":1,\"s\":1,");
    assert_int_equal(ask(fixture, "reload"), MILINK_RELOAD_REFUSED);
    assert_non_null(strstr(infos, "\nb: unknown key"));
    assert_int_equal(shutdowns, 0);
}

static void test_shutdown(void **state)
{
    struct reload_fixture *fixture = *state;

    assert_int_equal(ask(fixture, "shutdown"), 0);
    assert_non_null(strstr(infos, "the agent stops"));
    admin_stop(admin); /* joins: the callback has run */
    admin = NULL;
    assert_int_equal(shutdowns, 1);
    assert_int_equal(ask(fixture, "reload"), MILINK_AGENT_NOT_RUNNING);
}

static void test_refused(void **state)
{
    static const char *const names[] = {"",       "Reload", "reload2", "xp_milink_version",
                                        "secret", "\xFF"};
    struct reload_fixture *fixture = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_not_equal(ask(fixture, names[i]), 0);
    assert_int_equal(ask(fixture, "xp_milink_version"), MILINK_PROCEDURE_UNKNOWN);
    assert_non_null(strstr(error.message, "administrators ask for reload and shutdown here"));
    assert_int_equal(ask_with(fixture->admin, "shutdown", 1), MILINK_PARAMETER_UNKNOWN);
    assert_int_equal(shutdowns, 0);
    assert_int_equal(ask(fixture, "reload"), 0);
}

/* A connection that sends bytes and takes what comes until the agent closes. */
static size_t exchange(const struct reload_fixture *fixture, const void *bytes, size_t length)
{
    struct transport transport;
    struct deadline deadline = deadline_in(10000);
    char answer[4096];
    size_t total = 0, count = 0;

    transport_init(&transport);
    assert_int_equal(transport_connect_to(&transport, fixture->admin, &deadline, NULL, 0),
                     TRANSPORT_OK);
    assert_int_equal(transport_write(&transport, bytes, length, &deadline), TRANSPORT_OK);
    while (transport_read(&transport, answer, sizeof answer, &count, &deadline) == TRANSPORT_OK)
        total += count;
    transport_close(&transport);
    return total;
}

/* Every byte changed but those of the lengths, which would only have the agent wait for more. */
static void test_malformed(void **state)
{
    static const char http[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n\r\n\r\n\r\n";
    const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, "test", 4};
    const struct wire_hello newer = {WIRE_VERSION_MAX + 1, WIRE_VERSION_MAX + 1, "test", 4};
    const struct wire_call call = {
        .procedure = "nothing", .procedure_length = 7, .deadline_ms = 1000};
    struct reload_fixture *fixture = *state;
    struct buffer request;
    size_t second = 0;

    buffer_init(&request, WIRE_MAX_PAYLOAD);
    wire_put_hello(&request, &hello);
    second = request.length;
    wire_put_call(&request, &call);
    assert_false(request.failed);
    for (size_t at = 0; at < request.length; at++) {
        if (at < 4 || (at >= second && at < second + 4))
            continue;
        request.data[at] ^= 0x15;
        assert_true(exchange(fixture, request.data, request.length) > 0);
        request.data[at] ^= 0x15;
    }
    buffer_clear(&request);
    buffer_init(&request, WIRE_MAX_PAYLOAD);
    wire_put_hello(&request, &newer);
    wire_put_call(&request, &call);
    assert_true(exchange(fixture, request.data, request.length) > 0);
    buffer_clear(&request);
    assert_int_equal(exchange(fixture, http, sizeof http - 1), 0);
    assert_int_equal(shutdowns, 0);
    assert_int_equal(ask(fixture, "reload"), 0);
}

/* A client that says nothing holds the endpoint for a second and no longer. */
static void test_silent(void **state)
{
    struct reload_fixture *fixture = *state;
    struct transport silent[3];
    struct deadline deadline = deadline_in(10000);

    for (int i = 0; i < 3; i++) {
        transport_init(&silent[i]);
        assert_int_equal(transport_connect_to(&silent[i], fixture->admin, &deadline, NULL, 0),
                         TRANSPORT_OK);
    }
    assert_int_equal(ask(fixture, "reload"), 0);
    for (int i = 0; i < 3; i++)
        transport_close(&silent[i]);
}

/* Runs ask as another user; the error's number, or 255. */
static int ask_as(const struct reload_fixture *fixture, uid_t user)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        /* Two numbers that matter here, and a byte for an exit code. */
        int32_t number = setuid(user) == 0 ? ask(fixture, "shutdown") : 0;

        _exit(number == MILINK_AGENT_ACCESS_DENIED ? 1
              : number == MILINK_CALLER_REFUSED    ? 2
              : number == MILINK_AGENT_IMPOSTOR    ? 3
                                                   : 255);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void test_other_user(void **state)
{
    struct reload_fixture *fixture = *state;
    struct stat status;

    assert_int_equal(stat(fixture->admin, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(fixture->directory, 0711), 0);
    assert_int_equal(ask_as(fixture, 12345), 1);
    /* Even when somebody opened the socket's permissions. */
    assert_int_equal(chmod(fixture->admin, 0666), 0);
    assert_int_equal(ask_as(fixture, 12345), 2);
    assert_int_equal(shutdowns, 0);
}

static void test_second(void **state)
{
    struct reload_fixture *fixture = *state;

    assert_null(admin_start(&fixture->agent, on_shutdown, NULL, why, sizeof why));
    assert_non_null(strstr(why, "another agent is running here"));
    assert_int_equal(ask(fixture, "reload"), 0);
}

int main(void)
{
#define WITH_ADMIN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_ADMIN(test_reload),    WITH_ADMIN(test_shutdown), WITH_ADMIN(test_refused),
        WITH_ADMIN(test_malformed), WITH_ADMIN(test_silent),   WITH_ADMIN(test_other_user),
        WITH_ADMIN(test_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
