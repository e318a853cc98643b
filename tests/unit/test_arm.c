/* SPDX-License-Identifier: MIT */
/* Azure Resource Manager as the agent speaks it: paths and URLs out, waits in, requests as they
 * leave. */
#include "fake_agent.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define ENDPOINT "https://management.azure.com"
#define INSTANCE                                                                  \
    "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg-prod/" \
    "providers/Microsoft.Sql/managedInstances/mi-prod"

static const struct config_instance instance = {.alias = "prod",
                                                .subscription_id =
                                                    "aaaaaaaa-0000-0000-0000-000000000001",
                                                .resource_group = "rg-prod",
                                                .managed_instance = "mi-prod"};

/* ---- paths and URLs ---- */

static void test_paths(void **state)
{
    char path[ARM_PATH_SIZE];

    (void)state;
    assert_true(arm_path(path, sizeof path, &instance, NULL, NULL));
    assert_string_equal(path, INSTANCE);
    assert_true(arm_path(path, sizeof path, &instance, "distributedAvailabilityGroups", NULL));
    assert_string_equal(path, INSTANCE "/distributedAvailabilityGroups");
    assert_true(
        arm_path(path, sizeof path, &instance, "distributedAvailabilityGroups", "a#b@c$d_"));
    assert_true(arm_path_append(path, sizeof path, "failover"));
    assert_string_equal(path, INSTANCE "/distributedAvailabilityGroups/a%23b%40c%24d_/failover");
    assert_true(arm_path(path, sizeof path, &instance, "databases", "K\xC3\xA4se / 1?x"));
    assert_string_equal(path, INSTANCE "/databases/K%C3%A4se%20%2F%201%3Fx");
}

/* Exactly fits, and one byte less does not. */
static void test_path_room(void **state)
{
    char path[ARM_PATH_SIZE], url[ARM_URL_SIZE];

    (void)state;
    for (size_t size = 1; size <= sizeof INSTANCE; size++) {
        char *room = malloc(size);

        assert_non_null(room);
        assert_int_equal(arm_path(room, size, &instance, NULL, NULL), size == sizeof INSTANCE);
        free(room);
    }
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_true(arm_url(url, sizeof url, ENDPOINT, path, "2025-01-01"));
    assert_false(arm_url(url, 100, ENDPOINT, path, "2025-01-01"));
    assert_true(arm_url(url, sizeof url, ENDPOINT, "/x", "2025-01-01"));
    assert_string_equal(url, ENDPOINT "/x?api-version=2025-01-01");
}

static void test_follow_takes(void **state)
{
    static const char *const taken[][2] = {
        {ENDPOINT "/a?b=c", ENDPOINT "/a?b=c"},
        {"HTTPS://Management.Azure.COM/a", "HTTPS://Management.Azure.COM/a"},
        {"/subscriptions/x?y=%2F", ENDPOINT "/subscriptions/x?y=%2F"},
        {ENDPOINT "?x", ENDPOINT "?x"},
    };
    char url[ARM_URL_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        assert_true(arm_follow(url, sizeof url, ENDPOINT, taken[i][0]));
        assert_string_equal(url, taken[i][1]);
    }
}

/* Azure writes the default port into some of its URLs; it is the same host. */
static void test_follow_default_port(void **state)
{
    char url[ARM_URL_SIZE];

    (void)state;
    assert_true(arm_follow(url, sizeof url, ENDPOINT, ENDPOINT ":443/subscriptions/x?y=1"));
    assert_non_null(strstr(url, "/subscriptions/x?y=1"));
}

static void test_follow_refuses(void **state)
{
    static const char *const refused[] = {
        "",
        "a",
        "relative/path",
        "//evil.example/x",
        ENDPOINT,
        ENDPOINT ".evil.example/x",
        ENDPOINT "@evil.example/x",
        ENDPOINT ":8443/x",
        ENDPOINT ":443@evil.example/x",
        ENDPOINT ":4431/x",
        ENDPOINT "\\@evil.example/x",
        ENDPOINT "#/x",
        "http://management.azure.com/x",
        "https://management.azure.co/x",
        "https://evil.example/" ENDPOINT "/x",
        "https://eastus.management.azure.com/x",
        " " ENDPOINT "/x",
        ENDPOINT "/a b",
        ENDPOINT "/\xC3\xBC",
        "/a\x01",
    };
    char url[ARM_URL_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        text_copy(url, sizeof url, "untouched");
        if (arm_follow(url, sizeof url, ENDPOINT, refused[i]))
            fail_msg("%s was taken as %s", refused[i], url);
        assert_string_equal(url, "");
    }
}

/* URLs of 4 KB must be taken (arm-api 6), longer ones must not be cut. */
static void test_follow_length(void **state)
{
    static char given[ARM_URL_SIZE + 8], url[ARM_URL_SIZE];

    (void)state;
    memset(given, 'a', sizeof given);
    given[0] = '/';
    given[ARM_URL_SIZE - sizeof ENDPOINT] = '\0';
    assert_true(arm_follow(url, sizeof url, ENDPOINT, given));
    assert_int_equal(strlen(url), ARM_URL_SIZE - 1);
    given[ARM_URL_SIZE - sizeof ENDPOINT] = 'a';
    given[ARM_URL_SIZE - sizeof ENDPOINT + 1] = '\0';
    assert_false(arm_follow(url, sizeof url, ENDPOINT, given));
    assert_string_equal(url, "");
}

/* ---- waits ---- */

static uint64_t wait_of(const char *headers)
{
    const struct fake_reply reply = {.status = 429, .headers = headers};
    struct http_answer answer;
    uint64_t wait = 0;

    fake_answer(&answer, &reply);
    wait = arm_retry_after_ms(&answer, FAKE_CLOCK_START);
    http_answer_clear(&answer);
    return wait;
}

static void test_retry_after(void **state)
{
    (void)state;
    assert_int_equal(wait_of(NULL), 0);
    assert_int_equal(wait_of("Retry-After: 15"), 15000);
    assert_int_equal(wait_of("retry-AFTER: 15"), 15000);
    assert_int_equal(wait_of("Retry-After: 0"), 0);
    assert_int_equal(wait_of("Retry-After: -5"), 0);
    assert_int_equal(wait_of("Retry-After: soon"), 0);
    assert_int_equal(wait_of("Retry-After: 5x"), 0);
    assert_int_equal(wait_of("Retry-After: "), 0);
    assert_int_equal(wait_of("Retry-After: 7200"), 3600000);
    assert_int_equal(wait_of("Retry-After: 99999999999999999999999"), 3600000);
    assert_int_equal(wait_of("retry-after-ms: 250\nRetry-After: 15"), 250);
    assert_int_equal(wait_of("x-ms-retry-after-ms: 1500\nRetry-After: 15"), 1500);
    assert_int_equal(wait_of("x-ms-retry-after-ms: 18446744073709551615"), 3600000);
    assert_int_equal(wait_of("Retry-After: Tue, 24 Nov 2026 18:50:30 GMT"), 30000);
    assert_int_equal(wait_of("Retry-After: Tue, 24 Nov 2026 18:49:30 GMT"), 0);
    assert_int_equal(wait_of("Retry-After: Wed, 25 Nov 2026 18:50:00 GMT"), 3600000);
    /* By Azure's own clock where the answer tells it: this host's may be hours off. */
    assert_int_equal(wait_of("Date: Tue, 24 Nov 2026 21:00:00 GMT\n"
                             "Retry-After: Tue, 24 Nov 2026 21:00:20 GMT"),
                     20000);
    assert_int_equal(wait_of("Date: Tue, 24 Nov 2026 21:00:00 GMT\n"
                             "Retry-After: Tue, 24 Nov 2026 20:59:00 GMT"),
                     0);
    assert_int_equal(wait_of("Date: yesterday\nRetry-After: Tue, 24 Nov 2026 18:50:30 GMT"), 30000);
}

struct kind {
    struct fake_reply reply;
    bool transient, unseen;
};

static void test_kinds(void **state)
{
    static const struct kind kinds[] = {
        {{.result = HTTP_NOT_SENT}, true, true},
        {{.result = HTTP_LOST}, true, false},
        {{.result = HTTP_LOST, .status = 202}, true, false},
        {{.result = HTTP_TOO_LARGE, .status = 200}, false, false},
        {{.result = HTTP_CANCELED}, false, false},
        {{.status = 200}, false, false},
        {{.status = 202}, false, false},
        {{.status = 302}, false, false},
        {{.status = 400}, false, false},
        {{.status = 401}, false, true},
        {{.status = 403}, false, false},
        {{.status = 404}, false, false},
        {{.status = 408}, true, false},
        {{.status = 409}, false, false},
        {{.status = 429}, true, true},
        {{.status = 500}, true, false},
        {{.status = 501}, false, false},
        {{.status = 502}, true, false},
        {{.status = 503}, true, false},
        {{.status = 503, .body = "{\"error\":{\"code\":\"TooManyRequests\"}}"}, true, true},
        {{.status = 503, .body = "{\"error\":{\"code\":\"ServerBusy\"}}"}, true, false},
        {{.status = 504}, true, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct http_answer answer;

        fake_answer(&answer, &kinds[i].reply);
        if (arm_is_transient(&answer) != kinds[i].transient)
            fail_msg("row %zu is transient, or is not", i);
        if (arm_was_refused_unseen(&answer) != kinds[i].unseen)
            fail_msg("row %zu was refused unseen, or was not", i);
        http_answer_clear(&answer);
    }
}

/* ---- requests ---- */

static const char *header_of(const struct arm_request *request, const char *name)
{
    for (size_t i = 0; i < request->http.header_count; i++)
        if (text_equal(request->http.headers[i].name, name))
            return request->http.headers[i].value;
    return NULL;
}

static void test_request(void **state)
{
    struct arm_request one, two;

    (void)state;
    assert_true(arm_request_init(&one, "POST", "https://x/y", "{}", "correlation"));
    assert_true(arm_request_init(&two, "GET", "https://x/y", NULL, NULL));
    assert_string_equal(one.http.method, "POST");
    assert_string_equal(one.http.body, "{}");
    assert_int_equal(one.http.body_length, 2);
    assert_true(one.http.timeout_ms > 0);
    assert_null(one.http.bearer);
    assert_string_equal(header_of(&one, "Content-Type"), "application/json; charset=utf-8");
    assert_string_equal(header_of(&one, "x-ms-correlation-request-id"), "correlation");
    assert_string_equal(header_of(&one, "x-ms-return-client-request-id"), "true");
    assert_int_equal(strlen(header_of(&one, "x-ms-client-request-id")), 36);
    assert_string_not_equal(header_of(&one, "x-ms-client-request-id"),
                            header_of(&two, "x-ms-client-request-id"));
    assert_null(header_of(&two, "Content-Type"));
    assert_null(header_of(&two, "x-ms-correlation-request-id"));
    assert_null(two.http.body);
}

/* Every header that the code asks for is kept. */
static void test_kept_headers(void **state)
{
    static const char *const wanted[] = {
        "Location",       "Azure-AsyncOperation", "Retry-After",
        "retry-after-ms", "x-ms-request-id",      "x-ms-correlation-request-id",
        "Content-Type",   "x-ms-retry-after-ms",  "WWW-Authenticate"};

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const char *const *name = arm_kept_headers;

        while (*name != NULL && !text_equal(*name, wanted[i]))
            name++;
        assert_non_null(*name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),          cmocka_unit_test(test_path_room),
        cmocka_unit_test(test_follow_takes),   cmocka_unit_test(test_follow_default_port),
        cmocka_unit_test(test_follow_refuses), cmocka_unit_test(test_follow_length),
        cmocka_unit_test(test_retry_after),    cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_request),        cmocka_unit_test(test_kept_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
