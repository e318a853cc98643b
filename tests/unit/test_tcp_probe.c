/* SPDX-License-Identifier: MIT */
/* Tests of the TCP probe on the loopback: what people read of a port, and that neither a name
 * server nor a firewall keeps it past its deadline or an interruption. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp_probe.h"
#include "thread.h"

enum { PATIENCE_MS = 60000, SHORT_MS = 300, MAX_LOOKUPS = 16, QUEUE = 8 };

/* ---- a resolver of the test ---- */

static struct {
    struct mutex *mutex;
    struct condition *changed;
    unsigned waiting;
    bool released;
} names;

static int real_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                            struct addrinfo **result)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

static int stall(void)
{
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

/* 127.0.0.1 to 127.0.0.10 */
static int find_many(const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
    for (int i = 1; i <= 10; i++) {
        char node[16];

        snprintf(node, sizeof node, "127.0.0.%d", i);
        if (real_getaddrinfo(node, service, hints, result) != 0)
            return EAI_FAIL;
        result = &(*result)->ai_next;
    }
    return 0;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    if (strcmp(node, "stalled.test") == 0)
        return stall();
    if (strcmp(node, "absent.test") == 0)
        return EAI_NONAME;
    if (strcmp(node, "serverless.test") == 0)
        return EAI_AGAIN;
    if (strcmp(node, "many.test") == 0)
        return find_many(service, hints, result);
    return real_getaddrinfo(node, service, hints, result);
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

/* ---- ports ---- */

static int listen_at(struct sockaddr_in *address, int queue)
{
    socklen_t size = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)address, size), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)address, &size), 0);
    if (queue >= 0)
        assert_int_equal(listen(listener, queue), 0);
    return listener;
}

static bool is_connected(int handle)
{
    struct pollfd poller = {.fd = handle, .events = POLLOUT};

    return poll(&poller, 1, SHORT_MS) == 1 && (poller.revents & (POLLERR | POLLHUP)) == 0;
}

/* A port whose queue is full: the system drops what comes, as a firewall does. */
struct full_port {
    int listener;
    int handles[QUEUE];
    size_t count;
    uint16_t port;
};

static void full_port_open(struct full_port *full)
{
    struct sockaddr_in address;
    bool connected = true;

    full->listener = listen_at(&address, 0);
    full->port = ntohs(address.sin_port);
    for (full->count = 0; connected && full->count < QUEUE; full->count++) {
        int handle = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

        assert_true(handle >= 0);
        connect(handle, (struct sockaddr *)&address, sizeof address);
        full->handles[full->count] = handle;
        connected = is_connected(handle);
    }
    assert_false(connected);
}

static void full_port_close(struct full_port *full)
{
    for (size_t i = 0; i < full->count; i++)
        close(full->handles[i]);
    close(full->listener);
}

static void assert_says(const char *why, const char *part)
{
    if (strstr(why, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, why);
}

/* ---- tests ---- */

static void test_open(void **state)
{
    struct sockaddr_in address;
    int listener = listen_at(&address, 5);
    struct deadline deadline = deadline_in(PATIENCE_MS);
    struct tcp_probe result;

    (void)state;
    memset(&result, 0xAA, sizeof result);
    assert_true(tcp_probe_run("127.0.0.1", ntohs(address.sin_port), &deadline, &result));
    assert_string_equal(result.why, "");
    assert_int_equal(result.count, 1);
    assert_string_equal(result.rows[0].address, "127.0.0.1");
    assert_string_equal(result.rows[0].why, "");
    close(listener);
}

static void test_closed(void **state)
{
    struct sockaddr_in address;
    int bound = listen_at(&address, -1); /* keeps the port from others */
    struct deadline deadline = deadline_in(PATIENCE_MS);
    struct tcp_probe result;

    (void)state;
    assert_true(tcp_probe_run("127.0.0.1", ntohs(address.sin_port), &deadline, &result));
    assert_int_equal(result.count, 1);
    assert_says(result.rows[0].why, "refused: nothing listens");
    close(bound);
}

static void test_dropped(void **state)
{
    struct full_port full;
    struct deadline deadline;
    struct tcp_probe result;

    (void)state;
    full_port_open(&full);
    deadline = deadline_in(SHORT_MS);
    assert_true(tcp_probe_run("127.0.0.1", full.port, &deadline, &result));
    assert_int_equal(deadline_left_ms(&deadline), 0);
    assert_int_equal(result.count, 1);
    assert_says(result.rows[0].why, "timed out: nothing answers, so a firewall");
    assert_true(result.rows[0].connect_ms > 0);
    full_port_close(&full);
}

/* The open one is told at once, though another address of the host is silent until the end. */
static void test_eight_addresses_at_most(void **state)
{
    struct full_port full;
    struct deadline deadline;
    struct tcp_probe result;

    (void)state;
    full_port_open(&full);
    deadline = deadline_in(SHORT_MS);
    assert_true(tcp_probe_run("many.test", full.port, &deadline, &result));
    assert_int_equal(result.count, TCP_PROBE_MAX_ROWS);
    for (int i = 0; i < TCP_PROBE_MAX_ROWS; i++) {
        char expected[16];

        snprintf(expected, sizeof expected, "127.0.0.%d", i + 1);
        assert_string_equal(result.rows[i].address, expected);
        assert_says(result.rows[i].why, i == 0 ? "timed out" : "refused");
    }
    assert_true(result.rows[1].connect_ms < result.rows[0].connect_ms);
    full_port_close(&full);
}

static void test_no_name(void **state)
{
    char long_name[600];
    const struct {
        const char *host, *why;
    } cases[] = {{"absent.test", "no such host"},
                 {"serverless.test", "no name server answered"},
                 {long_name, "no such host"}};

    (void)state;
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct deadline deadline = deadline_in(PATIENCE_MS);
        struct tcp_probe result;

        assert_true(tcp_probe_run(cases[i].host, 443, &deadline, &result));
        assert_int_equal(result.count, 0);
        assert_says(result.why, cases[i].why);
    }
}

static bool interrupt(void *context)
{
    int *asked = context;

    return ++*asked >= 2;
}

static void test_interrupted_while_connecting(void **state)
{
    struct full_port full;
    struct deadline deadline;
    struct tcp_probe result;
    int asked = 0;

    (void)state;
    full_port_open(&full);
    deadline = deadline_in(PATIENCE_MS);
    deadline.interrupted = interrupt;
    deadline.context = &asked;
    assert_false(tcp_probe_run("127.0.0.1", full.port, &deadline, &result));
    assert_true(deadline_left_ms(&deadline) > 0);
    full_port_close(&full);
}

static void test_interrupted_while_looking_up(void **state)
{
    struct deadline deadline = deadline_in(PATIENCE_MS);
    struct tcp_probe result;
    int asked = 0;

    (void)state;
    names.released = false;
    deadline.interrupted = interrupt;
    deadline.context = &asked;
    assert_false(tcp_probe_run("stalled.test", 443, &deadline, &result));
    assert_true(deadline_left_ms(&deadline) > 0);
    names_await(1);
    names_release();
}

/* Look-ups that hang are left behind, but not without end; when they come back, all is well. */
static void test_stalled_name_server(void **state)
{
    struct deadline deadline;
    struct tcp_probe result;

    (void)state;
    names.released = false;
    for (unsigned i = 1; i <= MAX_LOOKUPS; i++) {
        deadline = deadline_in(1);
        assert_true(tcp_probe_run("stalled.test", 443, &deadline, &result));
        assert_int_equal(result.count, 0);
        assert_says(result.why, "no name server answered");
        names_await(i);
    }
    deadline = deadline_in(PATIENCE_MS);
    assert_true(tcp_probe_run("127.0.0.1", 1, &deadline, &result));
    assert_says(result.why, "too many look-ups");
    names_release();
    do { /* the last of them is on its way out */
        deadline = deadline_in(PATIENCE_MS);
        assert_true(tcp_probe_run("absent.test", 443, &deadline, &result));
    } while (strstr(result.why, "too many look-ups") != NULL);
    assert_says(result.why, "no such host");
}

static void test_deadline_has_passed(void **state)
{
    struct deadline deadline = deadline_in(0);
    struct tcp_probe result;

    (void)state;
    assert_true(tcp_probe_run("127.0.0.1", 443, &deadline, &result));
    assert_true(result.count == 0 ? result.why[0] != '\0' : result.rows[0].why[0] != '\0');
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
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_closed),
        cmocka_unit_test(test_dropped),
        cmocka_unit_test(test_eight_addresses_at_most),
        cmocka_unit_test(test_no_name),
        cmocka_unit_test(test_interrupted_while_connecting),
        cmocka_unit_test(test_interrupted_while_looking_up),
        cmocka_unit_test(test_stalled_name_server),
        cmocka_unit_test(test_deadline_has_passed),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
