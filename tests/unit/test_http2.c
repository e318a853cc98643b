/* SPDX-License-Identifier: MIT */
/* Tests of the HTTP client against nghttpd, which speaks HTTP/2 and nothing else: an answer is the
 * proof that HTTP/2 was agreed on. Skipped where nghttpd is not installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"
#include "http_fixture.h"
#include "tls_maker.h"

enum { HOUR_S = 3600, TRY_MS = 20 };

static const char program[] = "/usr/sbin/nghttpd";
static struct tls_authority authority;
static char directory[] = "/tmp/milink-http2-XXXXXX";
static char authority_file[64], server_file[64], page_file[64];
static unsigned port;
static pid_t server;

/* A port that was free a moment ago: nghttpd cannot say which one it took. */
static unsigned find_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int handle = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(handle, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(handle, (struct sockaddr *)&address, &size), 0);
    close(handle);
    return ntohs(address.sin_port);
}

static bool listens(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int handle = socket(AF_INET, SOCK_STREAM, 0);
    bool connected = connect(handle, (struct sockaddr *)&address, sizeof address) == 0;

    close(handle);
    return connected;
}

static void start_server(void)
{
    char number[8];

    port = find_port();
    snprintf(number, sizeof number, "%u", port);
    server = fork();
    assert_true(server >= 0);
    if (server == 0) {
        execl(program, program, "-a", "127.0.0.1", "-d", directory, number, server_file,
              server_file, (char *)NULL);
        _exit(127);
    }
    while (!listens()) {
        assert_int_equal(waitpid(server, NULL, WNOHANG), 0);
        clock_sleep_ms(TRY_MS);
    }
}

static void write_files(void)
{
    struct tls_server certificate = {.names = "IP:127.0.0.1", .from_s = -HOUR_S, .to_s = HOUR_S};
    SSL_CTX *context = NULL;
    FILE *page = NULL;

    assert_non_null(mkdtemp(directory));
    snprintf(authority_file, sizeof authority_file, "%s/authority", directory);
    snprintf(server_file, sizeof server_file, "%s/server", directory);
    snprintf(page_file, sizeof page_file, "%s/page", directory);
    authority = tls_authority_make("authority");
    tls_authority_save(&authority, authority_file);
    certificate.signer = &authority;
    context = tls_server_make(&certificate);
    tls_server_save(context, server_file);
    SSL_CTX_free(context);
    page = fopen(page_file, "w");
    assert_non_null(page);
    assert_true(fputs("hello", page) >= 0);
    assert_int_equal(fclose(page), 0);
}

static struct http_client *make_client(void)
{
    const struct http_options options = {.ca_file = authority_file};
    char why[256] = "";
    struct http_client *client = http_client_new(&options, why, sizeof why);

    assert_string_equal(why, "");
    return client;
}

static struct http_request make_request(const char *method, char url[64])
{
    snprintf(url, 64, "https://127.0.0.1:%u/page", port);
    return (struct http_request){.method = method, .url = url, .timeout_ms = PATIENCE_MS};
}

static void test_negotiated_and_kept(void **state)
{
    struct http_client *client = NULL;
    struct http_answer answer;
    struct http_request request;
    char url[64];

    (void)state;
    if (server == 0)
        skip();
    client = make_client();
    request = make_request("GET", url);
    for (unsigned i = 0; i < 3; i++) {
        http_perform(client, &request, NULL, NULL, &answer);
        assert_answered(&answer, 200);
        assert_string_equal(answer.body, "hello");
        assert_int_equal(answer.connections, i == 0 ? 1 : 0);
        http_answer_clear(&answer);
    }
    request = make_request("POST", url);
    request.body = "{}";
    request.body_length = 2;
    http_perform(client, &request, NULL, NULL, &answer);
    assert_answered(&answer, 200);
    assert_int_equal(answer.connections, 1);
    http_answer_clear(&answer);
    http_client_free(client);
}

struct tally {
    struct mutex *mutex;
    struct condition *changed;
    unsigned ended, answered, connections;
};

static void count(void *context, struct http_answer *answer)
{
    struct tally *tally = context;

    mutex_lock(tally->mutex);
    tally->ended++;
    tally->answered += answer->result == HTTP_ANSWERED && answer->status == 200;
    tally->connections += answer->connections;
    condition_broadcast(tally->changed);
    mutex_unlock(tally->mutex);
    http_answer_clear(answer);
}

/* Many at once share a connection. */
static void test_multiplexed(void **state)
{
    struct tally tally = {.mutex = mutex_new(), .changed = condition_new()};
    struct http_client *client = NULL;
    struct http_request request;
    char url[64];

    (void)state;
    if (server != 0) {
        client = make_client();
        request = make_request("GET", url);
        for (int i = 0; i < MANY; i++)
            assert_int_not_equal(http_start(client, &request, count, &tally), 0);
        mutex_lock(tally.mutex);
        while (tally.ended < MANY)
            condition_wait(tally.changed, tally.mutex, PATIENCE_MS);
        mutex_unlock(tally.mutex);
        assert_int_equal(tally.answered, MANY);
        assert_int_equal(tally.connections, 1);
        http_client_free(client);
    }
    condition_free(tally.changed);
    mutex_free(tally.mutex);
    if (server == 0)
        skip();
}

static int group_setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    if (access(program, X_OK) != 0) {
        print_message("%s is not installed: tools/packages installs it\n", program);
        return 0;
    }
    write_files();
    start_server();
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    if (server == 0)
        return 0;
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    unlink(page_file);
    unlink(server_file);
    unlink(authority_file);
    rmdir(directory);
    tls_authority_clear(&authority);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_negotiated_and_kept),
        cmocka_unit_test(test_multiplexed),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
