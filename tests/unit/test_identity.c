/* SPDX-License-Identifier: MIT */
/* The client secret: the request byte for byte, and answers of every kind, damaged ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "identity_answer.h"
#include "identity_fixture.h"
#include "identity_managed.h"
#include "text.h"

/* ---- the request ---- */

static void test_request(void **state)
{
    const char *id = NULL;
    char expected[512];

    (void)state;
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
    assert_string_equal(fixture.method, "POST");
    assert_string_equal(fixture.url, "https://login.test/" FIXTURE_TENANT "/oauth2/v2.0/token");
    assert_string_equal(
        fixture.body,
        "grant_type=client_credentials&client_id=" FIXTURE_CLIENT
        "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default&client_secret=" FIXTURE_ESCAPED);
    id = strstr(fixture.headers, "client-request-id: ");
    assert_non_null(id);
    id += strlen("client-request-id: ");
    assert_int_equal(strspn(id, "0123456789abcdef-"), 36);
    snprintf(expected, sizeof expected,
             "Content-Type: application/x-www-form-urlencoded\nAccept: application/json\n"
             "client-request-id: %.36s\nreturn-client-request-id: true\n"
             "x-ms-lib-capability: retry-after, h429\n",
             id);
    assert_string_equal(fixture.headers, expected);
    assert_string_equal(fixture.token.text, FIXTURE_TOKEN);
    assert_int_equal(fixture.token.lifetime_ms, 3599000);
    assert_int_equal(fixture.token.refresh_in_ms, 0);
    assert_false(fixture.token.final);
}

static void test_new_id_each_try(void **state)
{
    const struct fixture_answer answers[] = {fixture_unreachable, fixture_good};
    char first[sizeof fixture.headers];

    (void)state;
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    text_copy(first, sizeof first, fixture.headers);
    fixture_script(answers, 2);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_string_not_equal(fixture.headers, first);
}

/* ---- answers ---- */

static void test_good_answers(void **state)
{
    static const struct {
        const char *body;
        uint64_t lifetime_ms, refresh_in_ms;
    } cases[] = {
        {"{\"token_type\":\"bearer\",\"expires_in\":\"3599\",\"access_token\":\"a\"}", 3599000, 0},
        {"{\"token_type\":\"Bearer\",\"expires_in\":86399,\"refresh_in\":43199,"
         "\"access_token\":\"a\"}",
         86399000, 43199000},
        {"{\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":\"1800\","
         "\"access_token\":\"a\"}",
         3600000, 1800000},
        {"{\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":3600,"
         "\"access_token\":\"a\"}",
         3600000, 0},
        {"{\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_in\":\"soon\","
         "\"access_token\":\"a\"}",
         3600000, 0},
        {"{\"token_type\":\"Bearer\",\"expires_in\":60,\"access_token\":\"a\"}", 60000, 0},
        {"{\"token_type\":\"Bearer\",\"expires_in\":9007199254740991,\"access_token\":\"a\"}",
         UINT64_C(604800000), 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_script_one((struct fixture_answer){.status = 200, .body = cases[i].body});
        if (!fixture_fetch(MINUTE_MS))
            fail_msg("%s: %s", cases[i].body, fixture.error.message);
        assert_int_equal(fixture.token.lifetime_ms, cases[i].lifetime_ms);
        assert_int_equal(fixture.token.refresh_in_ms, cases[i].refresh_in_ms);
    }
}

#define TOKEN_OF(token, rest) "{\"access_token\":\"" token "\"" rest "}"
#define REST                  ",\"token_type\":\"Bearer\",\"expires_in\":3600"

static void test_bad_answers(void **state)
{
    static const char *const cases[][2] = {
        {"", "not JSON"},
        {"<html><body>Sign in to the proxy</body></html>", "not JSON"},
        {"{\"access_token\":\"abc", "not JSON"},
        {"[]", "no access_token"},
        {"{\"token_type\":\"Bearer\",\"expires_in\":3600}", "no access_token"},
        {"{\"access_token\":7" REST "}", "no access_token"},
        {TOKEN_OF("", REST), "characters that no token has"},
        {TOKEN_OF("a b", REST), "characters that no token has"},
        {TOKEN_OF("a\\r\\nX-Injected: 1", REST), "characters that no token has"},
        {TOKEN_OF("\xC3\xBC", REST), "characters that no token has"},
        {TOKEN_OF("a", ",\"expires_in\":3600"), "type Bearer"},
        {TOKEN_OF("a", ",\"expires_in\":3600,\"token_type\":\"mac\""), "type Bearer"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\""), "how long"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_in\":59"), "less than a minute"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_in\":-3600"), "how long"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_in\":1.5e3x"), "not JSON"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_in\":\"\""), "how long"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_in\":\"3600 \""), "how long"},
        {TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_in\":\"99999999999\""), "how long"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_script_one((struct fixture_answer){.status = 200, .body = cases[i][0]});
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
        fixture_assert_text(fixture.error.message, cases[i][1]);
        assert_int_equal(fixture.requests, 1);
        assert_false(fixture.token.final);
    }
}

/* A token or a body of so many bytes. */
static bool fetch_sized(size_t token_length, size_t spaces)
{
    static const char head[] = "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"";
    size_t used = strlen(head);
    char *body = malloc(used + token_length + spaces + 3);
    bool fetched = false;

    assert_non_null(body);
    memcpy(body, head, used);
    memset(body + used, 'a', token_length);
    used += token_length;
    memcpy(body + used, "\"}", 2);
    memset(body + used + 2, ' ', spaces);
    body[used + 2 + spaces] = '\0';
    fixture_script_one((struct fixture_answer){.status = 200, .body = body});
    fetched = fixture_fetch(MINUTE_MS);
    free(body);
    return fetched;
}

static void test_sizes(void **state)
{
    (void)state;
    assert_true(fetch_sized(IDENTITY_TOKEN_SIZE - 1, 0));
    assert_int_equal(strlen(fixture.token.text), IDENTITY_TOKEN_SIZE - 1);
    assert_false(fetch_sized(IDENTITY_TOKEN_SIZE, 0));
    fixture_assert_text(fixture.error.message, "too long");
    assert_true(fetch_sized(1000, 64000));
    assert_false(fetch_sized(1000, 65000));
    fixture_assert_text(fixture.error.message, "over 64 KiB");
    fixture_script_one((struct fixture_answer){.result = HTTP_TOO_LARGE});
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
    assert_int_equal(fixture.requests, 1);
}

/* ---- refusals ---- */

static void test_refusals(void **state)
{
    static const char *const cases[][3] = {
        {FIXTURE_REFUSAL(
             "invalid_client", "7000215",
             "Invalid client secret provided. Ensure the secret is the value.\\r\\nTrace ID: x"),
         "AADSTS7000215: the secret is wrong", "It says: Invalid client secret provided (corr"},
        {FIXTURE_REFUSAL("invalid_client", "7000222", "Expired."),
         "AADSTS7000222: the secret has expired", "add a new one to the app registration"},
        {FIXTURE_REFUSAL("unauthorized_client", "700016", "Not found."),
         "AADSTS700016: the application is not in this tenant", "identity.client_id"},
        {FIXTURE_REFUSAL("invalid_request", "90002", "Tenant not found."),
         "AADSTS90002: the tenant is unknown", "identity.tenant_id"},
        {FIXTURE_REFUSAL("access_denied", "53003", "Blocked."),
         "AADSTS53003: a conditional access policy", "It says: Blocked. (corr"},
        {FIXTURE_REFUSAL("invalid_scope", "70011", "No such scope."),
         "AADSTS70011. It says: No such scope", "correlation id "},
        {"{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Wrong\"}",
         "AADSTS7000215: the secret is wrong", "It says: Wrong (corr"},
        {"{\"error\":\"invalid_client\"}", "accepted: invalid_client (correlation id ", "client "},
        {"{\"error\":\"<b>A\\u0001</b>\"}", "accepted: error (correlation id ", "client "},
        {"{\"error\":\"x\",\"error_description\":\"a\\u0007b\\u001bc\"}", "It says: a b c (corr",
         "x. It says"},
    };
    static const int statuses[] = {400, 401, 403};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t j = 0; j < sizeof statuses / sizeof statuses[0]; j++) {
            fixture_script_one((struct fixture_answer){.status = statuses[j], .body = cases[i][0]});
            assert_false(fixture_fetch(MINUTE_MS));
            assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
            fixture_assert_text(fixture.error.message,
                                "client " FIXTURE_CLIENT " in tenant " FIXTURE_TENANT ": ");
            fixture_assert_text(fixture.error.message, cases[i][1]);
            fixture_assert_text(fixture.error.message, cases[i][2]);
            assert_true(fixture.token.final);
            assert_int_equal(fixture.requests, 1);
            assert_null(strpbrk(fixture.error.message, "\r\n"));
        }
}

/* The issuer is asked for the id in the error. */
static void test_correlation(void **state)
{
    char expected[128];

    (void)state;
    fixture_script_one((struct fixture_answer){.status = 400, .body = "{\"error\":\"x\"}"});
    assert_false(fixture_fetch(MINUTE_MS));
    snprintf(expected, sizeof expected, "(correlation id %.36s)",
             strstr(fixture.headers, "client-request-id: ") + strlen("client-request-id: "));
    fixture_assert_text(fixture.error.message, expected);
}

static void test_long_refusal(void **state)
{
    char body[4096], says[512];
    const char *start = NULL;

    (void)state;
    memset(says, 'w', sizeof says - 1);
    says[sizeof says - 1] = '\0';
    snprintf(body, sizeof body, FIXTURE_REFUSAL("invalid_client", "7000215", "%s"), says);
    fixture_script_one((struct fixture_answer){.status = 401, .body = body});
    assert_false(fixture_fetch(MINUTE_MS));
    start = strstr(fixture.error.message, "It says: ");
    assert_non_null(start);
    assert_int_equal(strspn(start + strlen("It says: "), "w"), 200);
    fixture_assert_text(start, "w (correlation id ");
}

/* A server that gives the secret back, as it is or as it came. fixture_fetch looks for it in the
 * text. */
static void test_echoed_secret(void **state)
{
    static const char *const echoes[] = {FIXTURE_SECRET, FIXTURE_ESCAPED};
    char body[1024];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(body, sizeof body, FIXTURE_REFUSAL("invalid_client", "7000215", "Bad: %s. More"),
                 echoes[i]);
        fixture_script_one((struct fixture_answer){.status = 401, .body = body});
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        fixture_assert_text(fixture.error.message, "AADSTS7000215");
        assert_null(strstr(fixture.error.message, "It says"));
    }
}

static void test_not_entra(void **state)
{
    static const struct fixture_answer answers[] = {
        {.status = 302, .body = ""},
        {.status = 404, .body = "<html>not here</html>"},
        {.status = 403, .body = "{\"message\":\"blocked\"}"},
        {.status = 407, .body = ""},
        {.status = 204, .body = ""},
    };
    char expected[32];

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        fixture_script_one(answers[i]);
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
        snprintf(expected, sizeof expected, "HTTP %d came", answers[i].status);
        fixture_assert_text(fixture.error.message, expected);
        assert_int_equal(fixture.requests, 1);
        assert_false(fixture.token.final);
    }
}

/* ---- damaged answers, providers ---- */

static void read_damaged(const char *bytes, size_t length)
{
    static const struct identity_reader reader = {.issuer = "Entra ID",
                                                  .subject = "client",
                                                  .correlation = "id",
                                                  .secret = "secret",
                                                  .escaped = "secret"};
    static const struct managed managed = {.selector = "client_id", .selected = FIXTURE_CLIENT};
    static struct identity_token token;
    struct http_answer answer = {.status = 200, .body_length = length};
    struct error error = {0};
    char *copy = malloc(length + 1);

    assert_non_null(copy);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    answer.body = copy;
    if (identity_read_token(&reader, &answer, &token, &error))
        assert_true(token.text[0] != '\0' && token.lifetime_ms >= MINUTE_MS);
    else
        assert_int_equal(error.number, MILINK_IDENTITY_UNREACHABLE);
    memset(&error, 0, sizeof error);
    if (managed_read_token(&managed, "imds", &answer, &token, &error))
        fail_msg("a damaged answer has the identity that was asked for");
    memset(&error, 0, sizeof error);
    answer.status = 400;
    (void)identity_read_refusal(&reader, &answer, &error);
    assert_true(error.number == MILINK_IDENTITY_UNREACHABLE ||
                error.number == MILINK_IDENTITY_REFUSED);
    free(copy);
}

static void test_damaged(void **state)
{
    static const char *const bodies[] = {
        FIXTURE_GOOD, FIXTURE_REFUSAL("invalid_client", "7000215", "Invalid secret. Trace ID: x")};
    char copy[512];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(bodies[i]);

        assert_true(length < sizeof copy);
        for (size_t cut = 0; cut <= length; cut++)
            read_damaged(bodies[i], cut);
        for (size_t at = 0; at < length * 8; at++) {
            memcpy(copy, bodies[i], length);
            copy[at / 8] = (char)(copy[at / 8] ^ (1 << at % 8));
            read_damaged(copy, length);
        }
    }
}

static void test_providers(void **state)
{
    char text[128];

    (void)state;
    assert_string_equal(fixture.identity->name, "client_secret");
    identity_name(fixture.identity, text, sizeof text);
    assert_string_equal(text, "client_secret");
    assert_null(fixture_make("magic"));
    assert_string_equal(fixture.why, "identity.type: \"magic\" is not known; it must be arc, imds, "
                                     "client_secret, client_certificate, workload, cli or auto");
    identity_free(NULL);
}

/* What nobody watches has nobody who ran az login. */
static void test_console_alone(void **state)
{
    char why[512] = "";

    (void)state;
    assert_non_null(fixture_make("cli"));
    assert_null(identity_new(&fixture.config, NULL, false, why, sizeof why));
    fixture_assert_text(why, "\"cli\" needs a person");
}

/* Nothing of the configuration climbs out of the URL's path. */
static void test_accounts(void **state)
{
    static const char *const bad[][3] = {
        {"", FIXTURE_CLIENT, "identity.tenant_id is missing"},
        {FIXTURE_TENANT, "", "identity.client_id is missing"},
        {"a/b", FIXTURE_CLIENT, "the tenant is neither"},
        {"a@evil.test", FIXTURE_CLIENT, "the tenant is neither"},
        {"a?b", FIXTURE_CLIENT, "the tenant is neither"},
        {FIXTURE_TENANT, "a&scope=b", "the client id is not a GUID"},
    };
    struct config_identity *identity = &fixture.config.identity;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        text_copy(identity->tenant_id, sizeof identity->tenant_id, bad[i][0]);
        text_copy(identity->client_id, sizeof identity->client_id, bad[i][1]);
        assert_null(fixture_make("client_secret"));
        fixture_assert_text(fixture.why, bad[i][2]);
    }
}

/* ---- clouds ---- */

/* Authority and audience as they are configured, and no slash taken away or added. */
static void test_clouds(void **state)
{
    static const char *const clouds[][4] = {
        {"https://login.microsoftonline.us", "https://management.core.usgovcloudapi.net",
         "https://login.microsoftonline.us/" FIXTURE_TENANT "/oauth2/v2.0/token",
         "&scope=https%3A%2F%2Fmanagement.core.usgovcloudapi.net%2F.default&"},
        {"https://login.chinacloudapi.cn", "https://management.core.chinacloudapi.cn",
         "https://login.chinacloudapi.cn/" FIXTURE_TENANT "/oauth2/v2.0/token",
         "&scope=https%3A%2F%2Fmanagement.core.chinacloudapi.cn%2F.default&"},
        {"https://entra.test:8443", "https://management.core.windows.net/",
         "https://entra.test:8443/" FIXTURE_TENANT "/oauth2/v2.0/token",
         "&scope=https%3A%2F%2Fmanagement.core.windows.net%2F%2F.default&"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof clouds / sizeof clouds[0]; i++) {
        text_copy(fixture.config.authority, sizeof fixture.config.authority, clouds[i][0]);
        assert_non_null(fixture_make("client_secret"));
        fixture.audience = clouds[i][1];
        fixture_script_one(fixture_good);
        assert_true(fixture_fetch(MINUTE_MS));
        assert_string_equal(fixture.url, clouds[i][2]);
        fixture_assert_text(fixture.body, clouds[i][3]);
    }
}

/* ---- claims ---- */

static void test_claims(void **state)
{
    (void)state;
    fixture.claims = "{\"access_token\":{\"nbf\":{\"essential\":true}}}";
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_string_equal(
        fixture.body,
        "grant_type=client_credentials&client_id=" FIXTURE_CLIENT
        "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
        "&claims=%7B%22access_token%22%3A%7B%22nbf%22%3A%7B%22essential%22%3Atrue%7D%7D%7D"
        "&client_secret=" FIXTURE_ESCAPED);
}

/* ---- when a token ends ---- */

static void test_expires_on(void **state)
{
    /* The clock shows 2026-11-24T18:50:01.123Z and 1000 s more: 19:06:41.123. */
    static const struct {
        const char *rest;
        uint64_t lifetime_ms; /* 0: refused */
    } cases[] = {
        {",\"expires_on\":1795550801", 3599000},
        {",\"expires_on\":\"1795550801\"", 3599000},
        {",\"expires_on\":\"11/24/2026 20:06:41\"", 3599000},
        {",\"expires_on\":\"2026-11-24 20:06:41\"", 3599000},
        {",\"expires_on\":\"2026-11-24T20:06:41Z\"", 3599000},
        {",\"expires_on\":\"2026-11-24T21:06:41+01:00\"", 3599000},
        {",\"expires_on\":1795550801,\"expires_in\":86399", 3599000},
        {",\"expires_on\":1795550801,\"expires_in\":\"600\"", 600000},
        {",\"expires_on\":\"tomorrow\",\"expires_in\":600", 600000},
        {",\"expires_on\":\"1/24/2026 20:06:41\",\"expires_in\":600", 600000},
        {",\"expires_on\":\"tomorrow\"", 0},
        {",\"expires_on\":1795547200", 0},
        {",\"expires_on\":1795547200,\"expires_in\":86399", 0},
        {",\"expires_on\":-1", 0},
    };
    char body[512];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(body, sizeof body, "{\"token_type\":\"Bearer\",\"access_token\":\"a\"%s}",
                 cases[i].rest);
        fixture_script_one((struct fixture_answer){.status = 200, .body = body});
        if (fixture_fetch(MINUTE_MS) != (cases[i].lifetime_ms > 0))
            fail_msg("%s: %s", body, fixture.error.message);
        assert_int_equal(fixture.token.lifetime_ms, cases[i].lifetime_ms);
    }
    fixture_script_one((struct fixture_answer){
        .status = 200,
        .body = TOKEN_OF("a", ",\"token_type\":\"Bearer\",\"expires_on\":1795547200")});
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "check the date and time of this host");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_request),       FIXTURE_TEST(test_new_id_each_try),
        FIXTURE_TEST(test_good_answers),  FIXTURE_TEST(test_bad_answers),
        FIXTURE_TEST(test_sizes),         FIXTURE_TEST(test_refusals),
        FIXTURE_TEST(test_correlation),   FIXTURE_TEST(test_long_refusal),
        FIXTURE_TEST(test_echoed_secret), FIXTURE_TEST(test_not_entra),
        FIXTURE_TEST(test_damaged),       FIXTURE_TEST(test_providers),
        FIXTURE_TEST(test_console_alone), FIXTURE_TEST(test_accounts),
        FIXTURE_TEST(test_claims),        FIXTURE_TEST(test_expires_on),
        FIXTURE_TEST(test_clouds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
