/* SPDX-License-Identifier: MIT */
/* Tests of the HTTP client behind a proxy: what the proxy sees and what it must not, who goes past
 * it, and the words for each way in which it fails. Whatever the proxy does, no write arrives
 * twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http_fixture.h"
#include "proxy_server.h"
#include "tls_maker.h"

enum { HOUR_S = 3600 };

static struct tls_authority corporate;
static char corporate_file[] = "/tmp/milink-corporate-XXXXXX";

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

    if (node != NULL && strcmp(node, "absent.test") == 0)
        return EAI_NONAME;
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

/* ---- a client, a proxy and a server that is called azure.test ---- */

struct rig {
    struct http_server *server;
    struct proxy_server *proxy;
    struct http_client *client;
    struct http_options options;
    char proxy_url[64];
    char url[64];
    uint32_t timeout_ms;
};

static SSL_CTX *make_context(const char *names)
{
    const struct tls_server server = {
        .signer = &corporate, .names = names, .from_s = -HOUR_S, .to_s = HOUR_S};

    return tls_server_make(&server);
}

static struct rig rig_make(enum proxy_mode mode)
{
    static const char *const kept[] = {"Location", NULL};
    struct rig rig = {.server = http_server_new_tls(make_context("DNS:azure.test,DNS:localhost")),
                      .proxy = proxy_server_new(mode, NULL),
                      .timeout_ms = PATIENCE_MS};

    rig.options.ca_file = corporate_file;
    rig.options.user_agent = "milink-agent/test";
    rig.options.keep_headers = kept;
    snprintf(rig.proxy_url, sizeof rig.proxy_url, "http://127.0.0.1:%u",
             proxy_server_port(rig.proxy));
    snprintf(rig.url, sizeof rig.url, "https://azure.test:%u/echo", http_server_port(rig.server));
    return rig;
}

static void rig_open(struct rig *rig)
{
    char why[256] = "";

    rig->options.proxy = rig->proxy_url;
    rig->client = http_client_new(&rig->options, why, sizeof why);
    assert_string_equal(why, "");
    assert_non_null(rig->client);
}

static void rig_close(struct rig *rig)
{
    http_client_free(rig->client);
    proxy_server_free(rig->proxy);
    http_server_free(rig->server);
}

static struct http_answer rig_send(struct rig *rig, const char *method)
{
    const struct http_request request = {.method = method,
                                         .url = rig->url,
                                         .bearer = "the-token",
                                         .plain_local = true,
                                         .timeout_ms = rig->timeout_ms};
    struct http_answer answer;

    http_perform(rig->client, &request, NULL, NULL, &answer);
    return answer;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("'%s' is in '%s'", part, text);
}

/* A POST that the server does not see, and a text with no credential in it. */
static void rig_refused(struct rig *rig, const char *cause, const char *next)
{
    struct http_answer answer;

    rig_open(rig);
    answer = rig_send(rig, "POST");
    assert_has(answer.why, "azure.test: proxy http");
    assert_has(answer.why, next);
    assert_has_not(answer.why, "p4ss");
    assert_has_not(answer.why, "the-token");
    assert_int_equal(answer.status, 0);
    assert_failed(&answer, HTTP_NOT_SENT, cause);
    assert_int_equal(http_server_requests(rig->server, ""), 0);
    rig_close(rig);
}

/* ---- through the proxy ---- */

/* The proxy sees the host and nothing of the request; the server nothing of the proxy. */
static void test_tunnel(void **state)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    struct rig rig = rig_make(PROXY_OPEN);
    char line[64];

    (void)state;
    rig_open(&rig);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct http_answer answer = rig_send(&rig, methods[i]);

        assert_answered(&answer, 200);
        assert_has(answer.body, "Authorization: Bearer the-token");
        assert_has_not(answer.body, "Proxy-");
        assert_null(http_answer_header(&answer, "Location")); /* that was the proxy's */
        http_answer_clear(&answer);
    }
    snprintf(line, sizeof line, "CONNECT azure.test:%u HTTP/1.1\r\n", http_server_port(rig.server));
    assert_has(proxy_server_last(rig.proxy), line);
    assert_has_not(proxy_server_last(rig.proxy), "uthorization");
    assert_int_equal(http_server_requests(rig.server, ""), 5);
    assert_int_equal(proxy_server_requests(rig.proxy), 5); /* each write has its own connection */
    rig_close(&rig);
}

static void test_user_and_password(void **state)
{
    static const enum proxy_mode modes[] = {PROXY_BASIC, PROXY_BASIC_CLOSE, PROXY_DIGEST};

    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct rig rig = rig_make(modes[i]);
        struct http_answer answer;

        rig.options.proxy_user = "user";
        rig.options.proxy_password = "p4ss";
        rig_open(&rig);
        answer = rig_send(&rig, "POST");
        assert_answered(&answer, 200);
        assert_has_not(answer.body, "Proxy-Authorization");
        http_answer_clear(&answer);
        assert_int_equal(http_server_requests(rig.server, ""), 1);
        assert_int_equal(proxy_server_requests(rig.proxy), 2); /* the first is without */
        rig_close(&rig);
    }
}

static void test_tls_to_the_proxy(void **state)
{
    struct rig rig = rig_make(PROXY_BASIC);
    struct http_answer answer;

    (void)state;
    proxy_server_free(rig.proxy);
    rig.proxy = proxy_server_new(PROXY_BASIC, make_context("IP:127.0.0.1"));
    snprintf(rig.proxy_url, sizeof rig.proxy_url, "https://127.0.0.1:%u",
             proxy_server_port(rig.proxy));
    rig.options.proxy_user = "user";
    rig.options.proxy_password = "p4ss";
    rig_open(&rig);
    answer = rig_send(&rig, "POST");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    rig_close(&rig);
}

static void test_proxy_is_verified(void **state)
{
    struct rig rig = rig_make(PROXY_OPEN);

    (void)state;
    proxy_server_free(rig.proxy);
    rig.proxy = proxy_server_new(PROXY_OPEN, make_context("DNS:other.test"));
    snprintf(rig.proxy_url, sizeof rig.proxy_url, "https://127.0.0.1:%u",
             proxy_server_port(rig.proxy));
    rig_refused(&rig, "no alternative certificate subject name", "tls.ca_file");
}

/* The proxy is no reason to trust who answers behind it. */
static void test_server_is_verified(void **state)
{
    struct rig rig = rig_make(PROXY_OPEN);
    struct http_answer answer;

    (void)state;
    snprintf(rig.url, sizeof rig.url, "https://other.test:%u/echo", http_server_port(rig.server));
    rig_open(&rig);
    answer = rig_send(&rig, "POST");
    assert_has_not(answer.why, "proxy http");
    assert_failed(&answer, HTTP_NOT_SENT, "it is another host's certificate");
    assert_int_equal(http_server_requests(rig.server, ""), 0);
    rig_close(&rig);
}

/* ---- a POST is sent once ---- */

static void test_lost_post(void **state)
{
    struct rig rig = rig_make(PROXY_OPEN);
    struct http_answer answer;

    (void)state;
    snprintf(rig.url, sizeof rig.url, "https://azure.test:%u/lost", http_server_port(rig.server));
    rig_open(&rig);
    answer = rig_send(&rig, "POST");
    assert_failed(&answer, HTTP_LOST, "azure.test: ");
    assert_int_equal(http_server_requests(rig.server, "/lost"), 1);
    rig_close(&rig);
}

static void test_post_takes_no_kept_tunnel(void **state)
{
    struct rig rig = rig_make(PROXY_OPEN);
    struct http_answer answer;

    (void)state;
    snprintf(rig.url, sizeof rig.url, "https://azure.test:%u/then-close",
             http_server_port(rig.server));
    rig_open(&rig);
    answer = rig_send(&rig, "GET");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    snprintf(rig.url, sizeof rig.url, "https://azure.test:%u/echo", http_server_port(rig.server));
    answer = rig_send(&rig, "POST");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    assert_int_equal(http_server_requests(rig.server, "/echo"), 1);
    assert_int_equal(proxy_server_requests(rig.proxy), 2);
    rig_close(&rig);
}

/* ---- past the proxy ---- */

static void test_hosts_past_the_proxy(void **state)
{
    struct rig rig = rig_make(PROXY_FORBIDS);
    struct http_answer answer;

    (void)state;
    rig.options.no_proxy = "example.test, localhost";
    snprintf(rig.url, sizeof rig.url, "https://localhost:%u/echo", http_server_port(rig.server));
    rig_open(&rig);
    answer = rig_send(&rig, "POST");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
    assert_int_equal(proxy_server_requests(rig.proxy), 0);
    rig_close(&rig);
}

static void test_local_endpoint_goes_past_the_proxy(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost"};

    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct rig rig = rig_make(PROXY_OPEN);
        struct http_answer answer;

        http_server_free(rig.server);
        rig.server = http_server_new();
        snprintf(rig.url, sizeof rig.url, "http://%s:%u/echo", hosts[i],
                 http_server_port(rig.server));
        rig_open(&rig);
        answer = rig_send(&rig, "GET");
        assert_answered(&answer, 200);
        http_answer_clear(&answer);
        assert_int_equal(proxy_server_requests(rig.proxy), 0);
        rig_close(&rig);
    }
}

/* ---- each way to fail has its words ---- */

static void test_proxy_asks_for_a_user(void **state)
{
    struct rig rig = rig_make(PROXY_BASIC);

    (void)state;
    rig_refused(&rig, ": 407: Proxy Authentication Required",
                "set network.proxy_user and network.proxy_secret");
    rig = rig_make(PROXY_REFUSES);
    rig.options.proxy_user = "user";
    rig.options.proxy_password = "p4ss";
    rig_refused(&rig, ": 407: ", "correct network.proxy_user");
}

static void test_proxy_does_not_let_through(void **state)
{
    struct rig rig = rig_make(PROXY_FORBIDS);

    (void)state;
    rig_refused(&rig, ": 403: ", "ask its administrator");
    rig = rig_make(PROXY_LOST);
    rig_refused(&rig, ": 502: ", "it cannot reach this host");
}

static void test_no_proxy_there(void **state)
{
    struct rig rig = rig_make(PROXY_CLOSES);

    (void)state;
    rig_refused(&rig, "CONNECT", "whether an HTTP proxy listens on the port");
    rig = rig_make(PROXY_GARBLES);
    rig_refused(&rig, "127.0.0.1", "whether an HTTP proxy listens on the port");
    rig = rig_make(PROXY_OPEN);
    proxy_server_free(rig.proxy);
    rig.proxy = NULL;
    rig_refused(&rig, "connect to 127.0.0.1", "check the host and port of network.proxy");
    rig = rig_make(PROXY_OPEN);
    snprintf(rig.proxy_url, sizeof rig.proxy_url, "http://absent.test:8080");
    rig_refused(&rig, "resolve proxy", "check network.proxy and DNS");
    rig = rig_make(PROXY_OPEN);
    snprintf(rig.proxy_url, sizeof rig.proxy_url, "https://127.0.0.1:%u",
             proxy_server_port(rig.proxy));
    rig_refused(&rig, "SSL", "begin with http://");
}

static void test_silent_proxy(void **state)
{
    struct rig rig = rig_make(PROXY_SILENT);
    struct http_answer answer;

    (void)state;
    rig.timeout_ms = 500;
    rig_open(&rig);
    answer = rig_send(&rig, "POST");
    assert_failed(&answer, HTTP_NOT_SENT, "the proxy does not answer, or not to CONNECT");
    rig_close(&rig);
}

static int group_setup(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    corporate = tls_authority_make("corporate");
    close(mkstemp(corporate_file));
    tls_authority_save(&corporate, corporate_file);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    unlink(corporate_file);
    tls_authority_clear(&corporate);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tunnel),
        cmocka_unit_test(test_user_and_password),
        cmocka_unit_test(test_tls_to_the_proxy),
        cmocka_unit_test(test_proxy_is_verified),
        cmocka_unit_test(test_server_is_verified),
        cmocka_unit_test(test_lost_post),
        cmocka_unit_test(test_post_takes_no_kept_tunnel),
        cmocka_unit_test(test_hosts_past_the_proxy),
        cmocka_unit_test(test_local_endpoint_goes_past_the_proxy),
        cmocka_unit_test(test_proxy_asks_for_a_user),
        cmocka_unit_test(test_proxy_does_not_let_through),
        cmocka_unit_test(test_no_proxy_there),
        cmocka_unit_test(test_silent_proxy),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
