/* SPDX-License-Identifier: MIT */
/* Tests of the HTTP client where something fails: a lost answer, a dead connection, a name server
 * that does not reply, a client that ends. Each must end as http.h says, and no POST may arrive
 * twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "deadline.h"
#include "http_fixture.h"

enum { CONNECTIONS = 8 }; /* that the client makes to one host at once, at most */

/* ---- a name server that does not answer ---- */

static struct {
    struct mutex *mutex;
    struct condition *changed;
    unsigned waiting;
    bool released;
} names;

/* libcurl's look-ups come here: "stalled.test" waits until it is released, and is then not
 * known. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

    if (node != NULL && strcmp(node, "stalled.test") == 0) {
        mutex_lock(names.mutex);
        names.waiting++;
        condition_broadcast(names.changed);
        while (!names.released)
            condition_wait(names.changed, names.mutex, PATIENCE_MS);
        names.waiting--;
        condition_broadcast(names.changed);
        mutex_unlock(names.mutex);
        return EAI_NONAME;
    }
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

static void names_await(unsigned waiting)
{
    mutex_lock(names.mutex);
    while (names.waiting != waiting)
        condition_wait(names.changed, names.mutex, PATIENCE_MS);
    mutex_unlock(names.mutex);
}

static void names_release(void)
{
    mutex_lock(names.mutex);
    names.released = true;
    condition_broadcast(names.changed);
    mutex_unlock(names.mutex);
    names_await(0);
}

/* ---- connections ---- */

static void test_connection_is_reused(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 3; i++) {
        struct http_answer answer = fixture_get(fixture, "/echo");

        assert_answered(&answer, 200);
        http_answer_clear(&answer);
    }
    assert_int_equal(http_server_connections(fixture->server), 1);
}

/* A GET may be sent again, and is: the first answer on the connection was its last. */
static void test_get_survives_a_dead_connection(void **state)
{
    struct fixture *fixture = *state;
    struct http_answer answer = fixture_get(fixture, "/then-close");

    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    answer = fixture_get(fixture, "/echo");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    assert_int_equal(http_server_requests(fixture->server, "/echo"), 2);
    assert_int_equal(http_server_connections(fixture->server), 2);
}

static const char *const writes[] = {"POST", "PUT", "PATCH", "DELETE"};

static void test_write_takes_no_kept_connection(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned i = 0; i < 4; i++) {
        struct http_request request;
        struct http_answer answer = fixture_get(fixture, "/then-close");

        assert_answered(&answer, 200);
        http_answer_clear(&answer);
        request = fixture_request(fixture, writes[i], "/echo");
        answer = fixture_perform(fixture, &request);
        assert_answered(&answer, 200);
        assert_int_equal(answer.connections, 1);
        http_answer_clear(&answer);
        assert_int_equal(http_server_requests(fixture->server, "/echo"), i + 1);
    }
}

/* Not on a kept connection either, where libcurl would. */
static void test_lost_write_is_not_sent_again(void **state)
{
    struct fixture *fixture = *state;

    for (unsigned i = 0; i < 4; i++) {
        struct http_request request;
        struct http_answer answer = fixture_get(fixture, "/echo");

        assert_answered(&answer, 200);
        http_answer_clear(&answer);
        request = fixture_request(fixture, writes[i], "/lost");
        answer = fixture_perform(fixture, &request);
        assert_failed(&answer, HTTP_LOST, "127.0.0.1: ");
        assert_int_equal(http_server_requests(fixture->server, "/lost"), i + 1);
    }
}

static void test_lost_get(void **state)
{
    struct http_answer answer = fixture_get(*state, "/lost");

    assert_failed(&answer, HTTP_LOST, "127.0.0.1: ");
}

/* The body is lost, but where the operation can be asked after is known. */
static void test_cut_answer_keeps_headers(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "POST", "/cut");
    struct http_answer answer = fixture_perform(fixture, &request);

    assert_int_equal(answer.status, 202);
    assert_string_equal(http_answer_header(&answer, "Location"), "kept");
    assert_failed(&answer, HTTP_LOST, "127.0.0.1: ");
}

static void test_nobody_listens(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "POST", "/echo");
    struct http_answer answer;

    http_server_free(fixture->server);
    fixture->server = NULL;
    answer = fixture_perform(fixture, &request);
    assert_failed(&answer, HTTP_NOT_SENT, "127.0.0.1: ");
}

/* The server does not speak TLS: what it gets is no request. */
static void test_tls_fails(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "POST", "/echo");
    struct http_answer answer;
    char url[160];

    snprintf(url, sizeof url, "https://127.0.0.1:%u/echo", http_server_port(fixture->server));
    request.url = url;
    answer = fixture_perform(fixture, &request);
    assert_failed(&answer, HTTP_NOT_SENT, "127.0.0.1: ");
}

static void test_unknown_host(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = {
        .method = "GET", .url = "https://stalled.test/", .timeout_ms = PATIENCE_MS};
    struct http_answer answer;

    names.released = true;
    answer = fixture_perform(fixture, &request);
    assert_failed(&answer, HTTP_NOT_SENT, "stalled.test: ");
}

/* ---- time and cancelling ---- */

static void test_timeout(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "POST", "/hang");
    struct http_answer answer;

    request.timeout_ms = 500;
    answer = fixture_perform(fixture, &request);
    assert_true(answer.elapsed_ms >= 500);
    assert_true(answer.elapsed_ms < PATIENCE_MS);
    assert_failed(&answer, HTTP_LOST, "127.0.0.1: no complete answer within ");
    http_server_await_idle(fixture->server);
}

/* More requests than connections: those that wait for one time out as well, and were not sent. */
static void test_timeout_while_waiting_for_a_connection(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "GET", "/hang");

    request.timeout_ms = 500;
    for (int i = 0; i < MANY; i++)
        assert_int_not_equal(http_start(fixture->client, &request, fixture_count, fixture), 0);
    fixture_await(fixture, MANY);
    assert_true(fixture->results[HTTP_NOT_SENT] >= MANY - CONNECTIONS);
    assert_int_equal(fixture->results[HTTP_LOST] + fixture->results[HTTP_NOT_SENT], MANY);
    assert_true(http_server_requests(fixture->server, "/hang") <= fixture->results[HTTP_LOST]);
}

static bool ask_for_less(void *context)
{
    int *asked = context;

    return ++*asked < 2;
}

static void test_perform_is_canceled(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "GET", "/hang");
    struct http_answer answer;
    int asked = 0;

    http_perform(fixture->client, &request, ask_for_less, &asked, &answer);
    assert_int_equal(asked, 2);
    assert_failed(&answer, HTTP_CANCELED, "127.0.0.1: canceled");
    http_server_await_idle(fixture->server);
}

static void test_cancel(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "GET", "/hang");
    uint64_t first = http_start(fixture->client, &request, fixture_count, fixture);
    uint64_t second = 0;

    http_server_await_requests(fixture->server, 1);
    second = http_start(fixture->client, &request, fixture_count, fixture);
    assert_int_not_equal(first, second);
    http_cancel(fixture->client, first);
    fixture_await(fixture, 1);
    http_cancel(fixture->client, first); /* gone: nothing happens */
    http_cancel(fixture->client, 0);
    http_cancel(fixture->client, second); /* perhaps before the I/O thread has seen it */
    fixture_await(fixture, 2);
    assert_int_equal(fixture->results[HTTP_CANCELED], 2);
}

static void test_free_with_requests_in_flight(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "GET", "/hang");

    for (int i = 0; i < MANY; i++)
        assert_int_not_equal(http_start(fixture->client, &request, fixture_count, fixture), 0);
    http_server_await_requests(fixture->server, 1);
    for (int i = 0; i < MANY; i++)
        assert_int_not_equal(http_start(fixture->client, &request, fixture_count, fixture), 0);
    http_client_free(fixture->client);
    fixture->client = NULL;
    assert_int_equal(fixture->ended, 2 * MANY);
    assert_int_equal(fixture->results[HTTP_CANCELED], 2 * MANY);
}

/* While one host's name is looked up in vain, everything else goes on: other requests, the end of
 * the request itself, and the end of the client. */
static void test_stalled_name_server(void **state)
{
    struct fixture *fixture = *state;
    struct http_request stalled = {
        .method = "POST", .url = "https://stalled.test/", .timeout_ms = PATIENCE_MS};
    struct http_answer answer;
    uint64_t before = clock_monotonic_ms();
    uint64_t number = 0;

    names.released = false;
    number = http_start(fixture->client, &stalled, fixture_count, fixture);
    names_await(1);
    answer = fixture_get(fixture, "/echo");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    http_cancel(fixture->client, number);
    fixture_await(fixture, 1);
    assert_int_equal(fixture->results[HTTP_CANCELED], 1);
    stalled.timeout_ms = 100;
    answer = fixture_perform(fixture, &stalled);
    assert_failed(&answer, HTTP_NOT_SENT, "stalled.test: no connection within ");
    answer = fixture_get(fixture, "/echo");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    http_client_free(fixture->client);
    fixture->client = NULL;
    assert_true(clock_monotonic_ms() - before < PATIENCE_MS);
    assert_int_equal(fixture->ended, 1);
    names_release();
}

/* A look-up that ends after its request was given up: libcurl lets go of it, and nothing is
 * sent. */
static void test_late_name_server(void **state)
{
    struct fixture *fixture = *state;
    struct http_request stalled = {
        .method = "POST", .url = "https://stalled.test/", .timeout_ms = 50};
    struct http_answer answer;

    names.released = false;
    answer = fixture_perform(fixture, &stalled);
    assert_failed(&answer, HTTP_NOT_SENT, "stalled.test: no connection");
    names_release();
    answer = fixture_get(fixture, "/echo");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
}

/* ---- many at once ---- */

static void perform_once(void *context)
{
    struct fixture *fixture = context;
    struct http_request request = {
        .method = "GET", .url = fixture->url, .plain_local = true, .timeout_ms = PATIENCE_MS};
    struct http_answer answer = fixture_perform(fixture, &request);

    fixture_count(fixture, &answer);
}

static void test_concurrent(void **state)
{
    struct fixture *fixture = *state;
    struct thread *threads[MANY];

    fixture_request(fixture, "GET", "/echo");
    for (int i = 0; i < MANY; i++)
        threads[i] = thread_start(perform_once, fixture);
    for (int i = 0; i < MANY; i++)
        thread_join(threads[i]);
    assert_int_equal(fixture->results[HTTP_ANSWERED], MANY);
    assert_int_equal(http_server_requests(fixture->server, "/echo"), MANY);
    assert_true(http_server_connections(fixture->server) <= CONNECTIONS);
}

static int group_setup(void **state)
{
    (void)state;
    names.mutex = mutex_new();
    names.changed = condition_new();
    return names.mutex != NULL && names.changed != NULL ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    condition_free(names.changed);
    mutex_free(names.mutex);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_connection_is_reused),
        TEST(test_get_survives_a_dead_connection),
        TEST(test_write_takes_no_kept_connection),
        TEST(test_lost_write_is_not_sent_again),
        TEST(test_lost_get),
        TEST(test_cut_answer_keeps_headers),
        TEST(test_nobody_listens),
        TEST(test_tls_fails),
        TEST(test_unknown_host),
        TEST(test_timeout),
        TEST(test_timeout_while_waiting_for_a_connection),
        TEST(test_perform_is_canceled),
        TEST(test_cancel),
        TEST(test_free_with_requests_in_flight),
        TEST(test_stalled_name_server),
        TEST(test_late_name_server),
        TEST(test_concurrent),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
