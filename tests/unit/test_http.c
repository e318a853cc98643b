/* SPDX-License-Identifier: MIT */
/* Tests of the HTTP client: what it sends, what it refuses to send, and what it makes of
 * answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_fixture.h"

/* ---- what is sent ---- */

static void test_get(void **state)
{
    struct fixture *fixture = *state;
    struct http_answer answer = fixture_get(fixture, "/echo?api-version=1");
    char expected[256];

    assert_answered(&answer, 200);
    snprintf(expected, sizeof expected,
             "GET /echo?api-version=1 HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
             "User-Agent: milink-agent/test\r\nAccept: */*\r\n\r\n",
             http_server_port(fixture->server));
    assert_string_equal(answer.body, expected);
    http_answer_clear(&answer);
    assert_null(answer.body);
    http_answer_clear(NULL);
}

static void assert_line(const struct http_answer *answer, const char *line)
{
    if (strstr(answer->body, line) == NULL)
        fail_msg("'%s' is not in '%s'", line, answer->body);
}

static void assert_no_line(const struct http_answer *answer, const char *line)
{
    if (strstr(answer->body, line) != NULL)
        fail_msg("'%s' is in '%s'", line, answer->body);
}

static void test_headers_and_body_are_sent(void **state)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
    const struct http_header headers[] = {{"Content-Type", "application/json"}, {"x-none", ""}};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct http_request request = fixture_request(fixture, methods[i], "/echo");
        struct http_answer answer;

        request.headers = headers;
        request.header_count = 2;
        request.bearer = "abc.def-_~+/=";
        request.body = "{\"a\":1}\n-unsent-";
        request.body_length = 8;
        answer = fixture_perform(fixture, &request);
        assert_answered(&answer, 200);
        assert_int_equal(strncmp(answer.body, methods[i], strlen(methods[i])), 0);
        assert_line(&answer, "\r\nContent-Type: application/json\r\n");
        assert_line(&answer, "\r\nx-none:\r\n");
        assert_line(&answer, "\r\nAuthorization: Bearer abc.def-_~+/=\r\n");
        assert_line(&answer, "\r\nContent-Length: 8\r\n");
        assert_line(&answer, "\r\n\r\n{\"a\":1}\n");
        assert_no_line(&answer, "-unsent-");
        http_answer_clear(&answer);
    }
}

/* An empty POST says so, and libcurl's own ideas are not sent; a large body waits for nothing. */
static void test_no_headers_of_its_own(void **state)
{
    static char large[40000];
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "POST", "/echo");
    struct http_answer answer = fixture_perform(fixture, &request);

    assert_answered(&answer, 200);
    assert_line(&answer, "\r\nContent-Length: 0\r\n");
    assert_no_line(&answer, "Content-Type");
    assert_no_line(&answer, "Authorization");
    http_answer_clear(&answer);
    memset(large, 'a', sizeof large);
    request.body = large;
    request.body_length = sizeof large;
    answer = fixture_perform(fixture, &request);
    assert_answered(&answer, 200);
    assert_no_line(&answer, "Expect");
    assert_no_line(&answer, "Content-Type");
    assert_line(&answer, "\r\nContent-Length: 40000\r\n");
    http_answer_clear(&answer);
    request = fixture_request(fixture, "DELETE", "/echo");
    answer = fixture_perform(fixture, &request);
    assert_answered(&answer, 200);
    assert_no_line(&answer, "Content-Length");
    http_answer_clear(&answer);
}

/* A proxy in the environment is not asked: nothing listens there. */
static void test_environment_is_not_read(void **state)
{
    struct fixture *fixture = *state;
    struct http_answer answer;

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    answer = fixture_get(fixture, "/echo");
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_answered(&answer, 200);
    http_answer_clear(&answer);
}

/* ---- what is refused ---- */

static void refuse(struct fixture *fixture, const struct http_request *request, const char *why)
{
    struct http_answer answer = fixture_perform(fixture, request);

    assert_failed(&answer, HTTP_NOT_SENT, why);
    assert_int_equal(http_start(fixture->client, request, fixture_count, fixture), 0);
    assert_int_equal(fixture->ended, 0);
    assert_int_equal(http_server_connections(fixture->server), 0);
}

static void test_refuses_headers(void **state)
{
    struct fixture *fixture = *state;
    struct http_header headers[] = {
        {"x-a", "secret\r\nx-b: c"},
        {"x-a", "secret\n"},
        {"x-a", "secret\x01"},
        {"x-a", "secret\x7F"},
        {"x a", "secret"},
        {"x-a:", "secret"},
        {"", "secret"},
        {"x-a\r\nx-b", "secret"},
    };

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct http_request request = fixture_request(fixture, "GET", "/echo");

        request.headers = &headers[i];
        request.header_count = 1;
        refuse(fixture, &request, "header 0 has a name or a value that HTTP does not allow");
    }
}

static void test_refuses_bearers(void **state)
{
    static const char *const bearers[] = {"", "a b", "a\r\nb", "a\xC3\xA9"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof bearers / sizeof *bearers; i++) {
        struct http_request request = fixture_request(fixture, "GET", "/echo");

        request.bearer = bearers[i];
        refuse(fixture, &request, "the access token holds what HTTP does not allow in it");
    }
}

static void test_refuses_methods(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "HEAD", "/echo");

    refuse(fixture, &request, "the method is none of");
    request.method = "get";
    refuse(fixture, &request, "the method is none of");
    request.method = NULL;
    refuse(fixture, &request, "the method is none of");
    request.method = "GET";
    request.body = "x";
    request.body_length = 1;
    refuse(fixture, &request, "a GET has no body");
    request.body = NULL;
    request.timeout_ms = 0;
    refuse(fixture, &request, "no time is left for the request");
}

static void test_refuses_urls(void **state)
{
    static const struct {
        const char *url;
        const char *why;
    } cases[] = {
        {NULL, "there is no URL"},
        {"ftp://127.0.0.1/", "does not begin with https://"},
        {"HTTPS://127.0.0.1/", "does not begin with https://"},
        {"127.0.0.1/", "does not begin with https://"},
        {"https:///a", "no valid host name"},
        {"https://[::1/a", "no valid host name"},
        {"https://[]/a", "no valid host name"},
        {"https://user@127.0.0.1/", "path or query"},
        {"https://127.0.0.1:x/", "no valid port"},
        {"https://127.0.0.1:/", "no valid port"},
        {"https://127.0.0.1:123456/", "no valid port"},
        {"https://127.0.0.1:1@example.invalid/", "path or query"},
        {"https://127.0.0.1\\@example.invalid/", "path or query"},
        {"https://127.0.0.1/a b", "path or query"},
        {"https://127.0.0.1/a#b", "path or query"},
        {"https://127.0.0.1/a\r\nb", "path or query"},
        {"https://127.0.0.1/\xC3\xA9", "path or query"},
        {"https://127.0.0.1/a/../b", "path or query"},
        {"https://127.0.0.1/a/./b", "path or query"},
        {"https://127.0.0.1/..", "path or query"},
        {"https://127.0.0.1/a/.?b", "path or query"},
        {"http://example.invalid/", "http:// is not allowed"},
        {"http://127.0.0.1.example.invalid/", "http:// is not allowed"},
        {"http://127.0.0.2/", "http:// is not allowed"},
        {"http://localhost.example.invalid/", "http:// is not allowed"},
    };
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "GET", "/echo");

    request.plain_local = false;
    refuse(fixture, &request, "http:// is not allowed");
    request.plain_local = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        request.url = cases[i].url;
        refuse(fixture, &request, cases[i].why);
    }
}

static void test_takes_odd_urls(void **state)
{
    static const char *const paths[] = {"/echo/...", "/echo/.a/..b", "/echo?a=/../b", "/echo/%2F",
                                        "/echo?a=$b,(c)'*!;:@&=+~[]"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct http_answer answer = fixture_get(fixture, paths[i]);
        char line[128];

        assert_answered(&answer, 200);
        snprintf(line, sizeof line, "GET %s HTTP/1.1\r\n", paths[i]);
        assert_int_equal(strncmp(answer.body, line, strlen(line)), 0);
        http_answer_clear(&answer);
    }
}

/* ---- what arrives ---- */

static void test_empty_answer(void **state)
{
    struct http_answer answer = fixture_get(*state, "/empty");

    assert_answered(&answer, 204);
    assert_string_equal(answer.body, "");
    http_answer_clear(&answer);
}

static void test_headers_are_kept(void **state)
{
    struct http_answer answer = fixture_get(*state, "/headers");

    assert_answered(&answer, 202);
    assert_string_equal(http_answer_header(&answer, "retry-after"), "15");
    assert_string_equal(http_answer_header(&answer, "location"),
                        "https://example.invalid/op?a=b:c");
    assert_string_equal(http_answer_header(&answer, "X-Empty"), "");
    assert_null(http_answer_header(&answer, "x-other"));
    assert_null(http_answer_header(&answer, "x-long"));
    assert_int_equal(answer.header_count, 4);
    http_answer_clear(&answer);
    assert_int_equal(answer.header_count, 0);
}

static void test_last_header_block_counts(void **state)
{
    struct http_answer answer = fixture_get(*state, "/continue");

    assert_answered(&answer, 200);
    assert_string_equal(answer.body, "final");
    assert_null(http_answer_header(&answer, "Location"));
    http_answer_clear(&answer);
}

static void test_body_cap(void **state)
{
    struct http_answer answer = fixture_get(*state, "/max");

    assert_answered(&answer, 200);
    assert_int_equal(answer.body_length, HTTP_MAX_BODY);
    http_answer_clear(&answer);
    answer = fixture_get(*state, "/big");
    assert_failed(&answer, HTTP_TOO_LARGE, "127.0.0.1: the answer is longer than 4 MiB");
    answer = fixture_get(*state, "/big-open");
    assert_failed(&answer, HTTP_TOO_LARGE, "127.0.0.1: the answer is longer than 4 MiB");
}

/* A callback may start the next request. */
static void start_another(void *context, struct http_answer *answer)
{
    struct fixture *fixture = context;
    struct http_request request = {
        .method = "GET", .url = fixture->url, .plain_local = true, .timeout_ms = PATIENCE_MS};

    if (http_start(fixture->client, &request, fixture_count, fixture) != 0)
        fixture_count(fixture, answer);
}

static void test_callback_starts_another(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = fixture_request(fixture, "GET", "/echo");

    assert_int_not_equal(http_start(fixture->client, &request, start_another, fixture), 0);
    fixture_await(fixture, 2);
    assert_int_equal(fixture->results[HTTP_ANSWERED], 2);
}

/* ---- texts ---- */

static void test_escape(void **state)
{
    char text[16];

    (void)state;
    assert_true(http_escape("aZ0-._~", text, sizeof text));
    assert_string_equal(text, "aZ0-._~");
    assert_true(http_escape("a/ \xC3\xA9", text, sizeof text));
    assert_string_equal(text, "a%2F%20%C3%A9");
    assert_true(http_escape("", text, 1));
    assert_string_equal(text, "");
    assert_true(http_escape("a%", text, 5));
    assert_string_equal(text, "a%25");
    assert_false(http_escape("a%", text, 4));
    assert_false(http_escape("abc", text, 3));
    assert_false(http_escape("", text, 0));
}

static void test_version(void **state)
{
    (void)state;
    assert_int_equal(strncmp(http_version(), "libcurl/", 8), 0);
    assert_non_null(strstr(http_version(), "OpenSSL/"));
}

static void test_options_may_be_empty(void **state)
{
    struct http_options options = {0};
    char why[128] = "";
    struct http_client *client = http_client_new(&options, why, sizeof why);

    (void)state;
    assert_non_null(client);
    http_client_free(client);
    http_client_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_get),
        TEST(test_headers_and_body_are_sent),
        TEST(test_no_headers_of_its_own),
        TEST(test_environment_is_not_read),
        TEST(test_refuses_headers),
        TEST(test_refuses_bearers),
        TEST(test_refuses_methods),
        TEST(test_refuses_urls),
        TEST(test_takes_odd_urls),
        TEST(test_empty_answer),
        TEST(test_headers_are_kept),
        TEST(test_last_header_block_counts),
        TEST(test_body_cap),
        TEST(test_callback_starts_another),
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_options_may_be_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
