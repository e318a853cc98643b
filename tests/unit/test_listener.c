/* SPDX-License-Identifier: MIT */
/* The place where callers connect, on POSIX: whose it is, and a host that is out of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "listener.h"
#include "log.h"
#include "text.h"

/* How accept and poll fared. */
static struct {
    int error; /* of each accept; 0: the system's own */
    int accepts, pauses;
} host;

int __real_accept4(int socket, struct sockaddr *address, socklen_t *size, int flags);
int __wrap_accept4(int socket, struct sockaddr *address, socklen_t *size, int flags);
int __real_poll(struct pollfd *ready, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *ready, nfds_t count, int milliseconds);

int __wrap_accept4(int socket, struct sockaddr *address, socklen_t *size, int flags)
{
    host.accepts++;
    if (host.error == 0)
        return __real_accept4(socket, address, size, flags);
    errno = host.error;
    return -1;
}

int __wrap_poll(struct pollfd *ready, nfds_t count, int milliseconds)
{
    if (count == 1 && milliseconds > 0)
        host.pauses++;
    return __real_poll(ready, count, milliseconds);
}

static struct config config;
static struct listener *listener;
static char directory[64], why[512];

static int set_up(void **state)
{
    (void)state;
    memset(&host, 0, sizeof host);
    snprintf(directory, sizeof directory, "/tmp/milink-test-listener-XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(config.socket, sizeof config.socket, "%s/xp", directory);
    return 0;
}

static int tear_down(void **state)
{
    char lock[128];

    (void)state;
    listener_close(listener);
    listener = NULL;
    snprintf(lock, sizeof lock, "%s.lock", config.socket);
    unlink(lock);
    unlink(config.socket);
    return rmdir(directory);
}

static int connect_to_it(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    text_copy(address.sun_path, sizeof address.sun_path, config.socket);
    assert_true(handle >= 0);
    assert_int_equal(connect(handle, (struct sockaddr *)&address, sizeof address), 0);
    return handle;
}

static unsigned mode_of(const char *path)
{
    struct stat about;

    assert_int_equal(lstat(path, &about), 0);
    return (unsigned)about.st_mode & 07777;
}

/* Nobody else's to connect to, and the process's umask stays what it was. */
static void test_modes(void **state)
{
    const mode_t before = umask(0);
    char lock[128];

    (void)state;
    listener = listener_open(&config, why, sizeof why);
    assert_int_equal(umask(before), 0);
    assert_non_null(listener);
    assert_int_equal(mode_of(config.socket), 0600);
    snprintf(lock, sizeof lock, "%s.lock", config.socket);
    assert_int_equal(mode_of(lock), 0600);
}

/* What lies in the socket's place is replaced, and a link there not followed. */
static void test_link_in_its_place(void **state)
{
    char target[128];

    (void)state;
    snprintf(target, sizeof target, "%s/target", directory);
    assert_int_equal(symlink(target, config.socket), 0);
    listener = listener_open(&config, why, sizeof why);
    assert_non_null(listener);
    assert_int_not_equal(access(target, F_OK), 0);
    assert_int_equal(mode_of(config.socket), 0600);
}

/* Out of files or memory: the caller waits in line, and the agent does not spin. */
static void test_no_room(void **state)
{
    static const int errors[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM};
    struct transport transport;
    int caller = -1;

    (void)state;
    listener = listener_open(&config, why, sizeof why);
    assert_non_null(listener);
    caller = connect_to_it();
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        host.error = errors[i];
        assert_int_equal(listener_accept(listener, &transport), LISTENER_FAILED);
        assert_int_equal(host.pauses, i + 1);
    }
    host.error = 0;
    assert_int_equal(listener_accept(listener, &transport), LISTENER_CONNECTED);
    assert_int_equal(host.accepts, 5);
    transport_close(&transport);
    close(caller);
}

/* A caller that is gone again is no reason to pause. */
static void test_caller_gone(void **state)
{
    static const int errors[] = {EAGAIN, ECONNABORTED, EINTR};
    struct transport transport;
    int caller = -1;

    (void)state;
    listener = listener_open(&config, why, sizeof why);
    assert_non_null(listener);
    caller = connect_to_it();
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        host.error = errors[i];
        assert_int_equal(listener_accept(listener, &transport), LISTENER_FAILED);
    }
    assert_int_equal(host.pauses, 0);
    close(caller);
}

/* A stop is heard without any room, too. */
static void test_stop(void **state)
{
    struct transport transport;
    int caller = -1;

    (void)state;
    listener = listener_open(&config, why, sizeof why);
    assert_non_null(listener);
    caller = connect_to_it();
    host.error = EMFILE;
    assert_int_equal(listener_accept(listener, &transport), LISTENER_FAILED);
    listener_stop(listener);
    for (int i = 0; i < 2; i++)
        assert_int_equal(listener_accept(listener, &transport), LISTENER_STOPPED);
    close(caller);
}

static void test_taken(void **state)
{
    (void)state;
    listener = listener_open(&config, why, sizeof why);
    assert_non_null(listener);
    assert_null(listener_open(&config, why, sizeof why));
    assert_non_null(strstr(why, "another agent is running here"));
    close(connect_to_it()); /* its socket is untouched */
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_modes),   TEST(test_link_in_its_place),
        TEST(test_no_room), TEST(test_caller_gone),
        TEST(test_stop),    TEST(test_taken),
    };

    log_open("/dev/null", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
