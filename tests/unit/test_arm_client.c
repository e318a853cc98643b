/* SPDX-License-Identifier: MIT */
/* Reads of Azure Resource Manager: tokens, tries, what is no document, and lists page by page. */
#include "fake_agent.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define ENDPOINT "https://management.azure.com"

/* ---- reads ---- */

static struct error error;

static struct json *get(const char *path)
{
    struct deadline deadline = deadline_in(30000);
    struct json *document = NULL;

    memset(&error, 0, sizeof error);
    document = arm_get(&fake.setup.arm, path, "the thing", &deadline, &error);
    assert_int_equal(document != NULL, error.number == 0);
    return document;
}

static void test_get(void **state)
{
    struct fake_request request;
    struct json *document = NULL;

    (void)state;
    fake_http_on(fake.http, "GET", "/a",
                 (struct fake_reply){.status = 200, .body = "{\"x\":\"y\"}"});
    document = get("/a");
    assert_non_null(document);
    assert_string_equal(json_text(document, "x"), "y");
    json_free(document);
    assert_true(fake_http_request(fake.http, "GET", "/a", 0, &request));
    assert_string_equal(request.url, ENDPOINT "/a?api-version=2025-01-01");
    assert_string_equal(request.bearer, "token-1");
    assert_null(strstr(request.headers, "token-1"));
    assert_int_equal(fake_http_count(fake.http, "GET", ""), 1);
}

static void test_get_tries_again(void **state)
{
    uint64_t before = clock_monotonic_ms();
    struct json *document = NULL;

    (void)state;
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.result = HTTP_LOST});
    fake_http_on(fake.http, "GET", "/a",
                 (struct fake_reply){.status = 429, .headers = "Retry-After: 7"});
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.status = 503});
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.status = 200, .body = "{}"});
    document = get("/a");
    assert_non_null(document);
    json_free(document);
    assert_int_equal(fake_http_count(fake.http, "GET", "/a"), 4);
    assert_true(clock_monotonic_ms() - before >= 7000);
}

/* Tries end, and so does patience: a wait longer than the call is an answer at once. */
static void test_get_gives_up(void **state)
{
    uint64_t before = 0;

    (void)state;
    fake_http_on(fake.http, "GET", "/down", (struct fake_reply){.status = 500});
    assert_null(get("/down"));
    assert_int_equal(error.number, MILINK_ARM_UNAVAILABLE);
    assert_int_equal(fake_http_count(fake.http, "GET", "/down"), 4);
    fake_http_on(fake.http, "GET", "/slow",
                 (struct fake_reply){.status = 429, .headers = "Retry-After: 60"});
    before = clock_monotonic_ms();
    assert_null(get("/slow"));
    assert_int_equal(error.number, MILINK_ARM_THROTTLED);
    assert_int_equal(fake_http_count(fake.http, "GET", "/slow"), 1);
    assert_true(clock_monotonic_ms() - before < 1000);
}

/* A refused token is replaced once. */
static void test_get_refused_token(void **state)
{
    struct fake_request request;
    struct json *document = NULL;

    (void)state;
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.status = 401});
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.status = 200, .body = "{}"});
    document = get("/a");
    assert_non_null(document);
    json_free(document);
    assert_true(fake_http_request(fake.http, "GET", "/a", 1, &request));
    assert_string_equal(request.bearer, "token-2");
    fake_clock_advance(60000); /* a token that is refused when young counts as never good */
    fake_http_on(fake.http, "GET", "/b", (struct fake_reply){.status = 401});
    assert_null(get("/b"));
    assert_int_equal(error.number, MILINK_ARM_UNAUTHENTICATED);
    assert_int_equal(fake_http_count(fake.http, "GET", "/b"), 2);
}

/* Claims that Azure asks for go into the request for the next token, once, and the read is made
 * again with it, once. */
static void test_get_claims(void **state)
{
    static const char challenge[] =
        "WWW-Authenticate: Bearer realm=\"\", error=\"insufficient_claims\", "
        "claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"";
    struct fake_request request;
    struct json *document = NULL;

    (void)state;
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.status = 401, .headers = challenge});
    fake_http_on(fake.http, "GET", "/a", (struct fake_reply){.status = 200, .body = "{}"});
    document = get("/a");
    assert_non_null(document);
    json_free(document);
    assert_int_equal(fake_http_count(fake.http, "GET", "/a"), 2);
    assert_true(fake_http_request(fake.http, "GET", "/a", 1, &request));
    assert_string_equal(request.bearer, "token-2");
    assert_string_equal(fake.claims, "{\"access_token\":{}}");
    fake_clock_advance(60000);
    fake_http_on(fake.http, "GET", "/b", (struct fake_reply){.status = 401});
    fake_http_on(fake.http, "GET", "/b", (struct fake_reply){.status = 200, .body = "{}"});
    document = get("/b");
    assert_non_null(document);
    json_free(document);
    assert_string_equal(fake.claims, "");
}

/* Calls and the engine share Azure's budget: a call takes the last reads of it, waits for the next
 * one, and teaches what is left. */
static void test_get_budget(void **state)
{
    static const char url[] = "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/x";
    uint64_t before = clock_monotonic_ms();

    (void)state;
    fake_http_on(fake.http, "GET", "/subscriptions/",
                 (struct fake_reply){.status = 200,
                                     .body = "{}",
                                     .headers = "x-ms-ratelimit-remaining-subscription-reads: 3"});
    while (arm_budget_take(fake.setup.budget, url, ARM_READ_EARLY) == 0)
        continue;
    json_free(get(url));
    assert_int_equal(clock_monotonic_ms() - before, 0);
    for (int i = 0; i < 2; i++)
        json_free(get(url));
    assert_int_equal(clock_monotonic_ms() - before, 0);
    assert_int_equal(arm_budget_take(fake.setup.budget, url, ARM_READ_CALL), 0);
    assert_true(arm_budget_take(fake.setup.budget, url, ARM_READ_POLL) > 0);
    while (arm_budget_take(fake.setup.budget, url, ARM_READ_CALL) == 0)
        continue;
    json_free(get(url));
    assert_in_range(clock_monotonic_ms() - before, 1, 50);
    assert_int_equal(fake_http_count(fake.http, "GET", "/subscriptions/"), 4);
}

static void test_get_no_token(void **state)
{
    (void)state;
    fake.token_refused = true;
    assert_null(get("/a"));
    assert_int_equal(error.number, MILINK_IDENTITY_REFUSED);
    assert_int_equal(fake_http_count(fake.http, "GET", ""), 0);
}

static void test_get_no_document(void **state)
{
    static const char *const bodies[] = {"", "<html>", "[]", "\"x\"", "{", "null"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char path[16];

        snprintf(path, sizeof path, "/body-%zu", i);
        fake_http_on(fake.http, "GET", path, (struct fake_reply){.status = 200, .body = bodies[i]});
        assert_null(get(path));
        assert_int_equal(error.number, MILINK_ARM_BAD_ANSWER);
        assert_non_null(strstr(error.message, "the thing"));
    }
}

/* ---- pages ---- */

static size_t elements;
static size_t stop_after;

static bool count_element(void *context, const struct json *element)
{
    (void)context;
    (void)element;
    return ++elements != stop_after;
}

static bool list(void)
{
    const struct arm_each each = {"links of prod", count_element, NULL};
    struct deadline deadline = deadline_in(30000);
    bool whole = false;

    memset(&error, 0, sizeof error);
    elements = 0;
    whole = arm_list(&fake.setup.arm, "/list", &each, &deadline, &error);
    assert_int_equal(whole, error.number == 0);
    return whole;
}

static void test_list_pages(void **state)
{
    struct fake_request request;

    (void)state;
    fake_http_on(fake.http, "GET", "/list?api",
                 (struct fake_reply){.status = 200,
                                     .body = "{\"value\":[{},{}],\"nextLink\":\"" ENDPOINT
                                             "/list?page=2&api-version=1999-01-01\"}"});
    fake_http_on(
        fake.http, "GET", "page=2",
        (struct fake_reply){.status = 200, .body = "{\"value\":[],\"nextLink\":\"/list?page=3\"}"});
    fake_http_on(fake.http, "GET", "page=3",
                 (struct fake_reply){.status = 200, .body = "{\"value\":[{}],\"nextLink\":\"\"}"});
    stop_after = 0;
    assert_true(list());
    assert_int_equal(elements, 3);
    assert_true(fake_http_request(fake.http, "GET", "page=2", 0, &request));
    assert_string_equal(request.url, ENDPOINT "/list?page=2&api-version=1999-01-01");
    assert_true(fake_http_request(fake.http, "GET", "page=3", 0, &request));
    assert_string_equal(request.url, ENDPOINT "/list?page=3");
    stop_after = 1;
    assert_true(list());
    assert_int_equal(elements, 1);
    assert_int_equal(fake_http_count(fake.http, "GET", "page=2"), 1);
}

/* The token does not follow a link to somebody else. */
static void test_list_elsewhere(void **state)
{
    (void)state;
    stop_after = 0;
    fake_http_on(
        fake.http, "GET", "/list",
        (struct fake_reply){.status = 200,
                            .body = "{\"value\":[],\"nextLink\":\"https://evil.example/list\"}"});
    assert_false(list());
    assert_int_equal(error.number, MILINK_ARM_BAD_ANSWER);
    assert_int_equal(fake_http_count(fake.http, "GET", "evil"), 0);
}

static void test_list_endless(void **state)
{
    (void)state;
    stop_after = 0;
    fake_http_on(fake.http, "GET", "/list",
                 (struct fake_reply){.status = 200,
                                     .body = "{\"value\":[{}],\"nextLink\":\"/list?again\"}"});
    assert_false(list());
    assert_int_equal(error.number, MILINK_ANSWER_TOO_LARGE);
    assert_int_equal(fake_http_count(fake.http, "GET", "/list"), 100);
}

/* An answer that is no list is not an empty list: the guard of license_set counts on it. */
static void test_list_without_value(void **state)
{
    static const char *const bodies[] = {"{}", "{\"value\":{}}", "{\"value\":\"none\"}",
                                         "{\"error\":{\"code\":\"X\"}}"};

    (void)state;
    stop_after = 0;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fake_http_forget(fake.http);
        fake_http_on(fake.http, "GET", "/list",
                     (struct fake_reply){.status = 200, .body = bodies[i]});
        assert_false(list());
        assert_int_equal(error.number, MILINK_ARM_BAD_ANSWER);
    }
}

#define AZURE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AZURE_TEST(test_get),          AZURE_TEST(test_get_tries_again),
        AZURE_TEST(test_get_gives_up), AZURE_TEST(test_get_refused_token),
        AZURE_TEST(test_get_claims),   AZURE_TEST(test_get_budget),
        AZURE_TEST(test_get_no_token), AZURE_TEST(test_get_no_document),
        AZURE_TEST(test_list_pages),   AZURE_TEST(test_list_elsewhere),
        AZURE_TEST(test_list_endless), AZURE_TEST(test_list_without_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
