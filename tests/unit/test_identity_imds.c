/* SPDX-License-Identifier: MIT */
/* The instance metadata service: the request to the last byte, who comes back, and its troubles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "identity_fixture.h"
#include "text.h"

#define URL                                                                                  \
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" \
    "https%3A%2F%2Fmanagement.azure.com"
#define GUID     "aaaaaaaa-0000-0000-0000-00000000000A"
#define RESOURCE "/subscriptions/s/resourceGroups/r g/providers/Microsoft.ManagedIdentity/x"
/* As the service writes: all texts. Its clock and ours agree. */
#define BODY(rest)                                                                 \
    "{\"access_token\":\"" FIXTURE_TOKEN                                           \
    "\",\"expires_in\":\"86399\",\"expires_on\":\"1795633600\","                   \
    "\"not_before\":\"1795546901\",\"resource\":\"https://management.azure.com\"," \
    "\"token_type\":\"Bearer\"" rest "}"

static const struct fixture_answer good = {.status = 200, .body = BODY("")};

static void use(const char *client_id, const char *object_id, const char *resource_id)
{
    struct config_identity *identity = &fixture.config.identity;

    text_copy(identity->client_id, sizeof identity->client_id, client_id);
    text_copy(identity->object_id, sizeof identity->object_id, object_id);
    text_copy(identity->resource_id, sizeof identity->resource_id, resource_id);
    identity->tenant_id[0] = '\0';
    if (fixture_make("imds") == NULL)
        fail_msg("%s", fixture.why);
}

static void test_request(void **state)
{
    char text[IDENTITY_DESCRIPTION_SIZE];

    (void)state;
    use("", "", "");
    fixture_script_one(good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
    assert_string_equal(fixture.url, URL);
    assert_string_equal(fixture.method, "GET");
    assert_string_equal(fixture.headers, "Metadata: true\n");
    assert_string_equal(fixture.body, "");
    assert_true(fixture.log[0].plain_local);
    assert_string_equal(fixture.token.text, FIXTURE_TOKEN);
    /* expires_on and not expires_in, which an answer out of the host's cache repeats. */
    assert_int_equal(fixture.token.lifetime_ms, (1795633600 - 1795547202) * UINT64_C(1000));
    identity_describe(fixture.identity, text, sizeof text);
    assert_string_equal(text, "managed identity of this virtual machine at "
                              "http://169.254.169.254, system-assigned");
}

static void test_user_assigned(void **state)
{
    static const struct {
        const char *client, *object, *resource, *query, *name, *other;
    } cases[] = {
        {GUID, "", "", "&client_id=" GUID, "client_id", "client_id"},
        {"", GUID, "", "&object_id=" GUID, "object_id", "object_id"},
        {"", "", RESOURCE,
         "&msi_res_id=%2Fsubscriptions%2Fs%2FresourceGroups%2Fr%20g%2Fproviders%2F"
         "Microsoft.ManagedIdentity%2Fx",
         "msi_res_id", "msi_res_id"},
    };
    char body[2048], expected[1024];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *selected = cases[i].resource[0] != '\0' ? RESOURCE : GUID;

        use(cases[i].client, cases[i].object, cases[i].resource);
        snprintf(body, sizeof body, BODY(",\"%s\":\"%s\""), cases[i].name, selected);
        text_lower(strstr(body, cases[i].name)); /* case does not count */
        fixture_script_one((struct fixture_answer){.status = 200, .body = body});
        (void)fixture_fetch(MINUTE_MS);
        if (fixture.error.number != 0)
            fail_msg("%s", fixture.error.message);
        snprintf(expected, sizeof expected, "%s%s", URL, cases[i].query);
        assert_string_equal(fixture.url, expected);
    }
}

/* A service that gives somebody else, or does not say whom, gives nothing. */
static void test_echo(void **state)
{
    static const char *const bodies[][2] = {
        {BODY(",\"client_id\":\"bbbbbbbb-0000-0000-0000-00000000000A\""), "another identity came"},
        {BODY(""), "an answer without it came"},
        {BODY(",\"client_id\":7"), "an answer without it came"},
        {BODY(",\"object_id\":\"" GUID "\""), "an answer without it came"},
    };

    (void)state;
    use(GUID, "", "");
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fixture_script_one((struct fixture_answer){.status = 200, .body = bodies[i][0]});
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, 1);
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        fixture_assert_text(fixture.error.message, "client_id " GUID " was asked for");
        fixture_assert_text(fixture.error.message, bodies[i][1]);
        assert_true(fixture.token.final);
        assert_string_equal(fixture.token.text, "");
    }
}

/* The token itself names its identity, where the answer around it does not. */
static void test_echo_in_token(void **state)
{
    /* {"appid":"aaaaaaaa-0000-0000-0000-00000000000a"} */
    static const char body[] =
        "{\"access_token\":\"e30.eyJhcHBpZCI6ImFhYWFhYWFhLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwYSJ9."
        "x\",\"expires_in\":\"3600\",\"token_type\":\"Bearer\"}";

    (void)state;
    use(GUID, "", "");
    fixture_script_one((struct fixture_answer){.status = 200, .body = body});
    if (!fixture_fetch(MINUTE_MS))
        fail_msg("%s", fixture.error.message);
    use("bbbbbbbb-0000-0000-0000-00000000000a", "", "");
    fixture_script_one((struct fixture_answer){.status = 200, .body = body});
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "another identity came");
}

static void test_troubles(void **state)
{
    static const struct {
        int status;
        size_t requests;
        uint64_t least_ms, most_ms;
    } cases[] = {
        {404, 4, 5600, 8400}, {429, 4, 5600, 8400}, {408, 4, 5600, 8400},
        {500, 4, 5600, 8400}, {503, 4, 5600, 8400}, {410, 8, 70000, 70000}, /* being updated */
        {400, 1, 0, 0},       {403, 1, 0, 0},
    };

    (void)state;
    use("", "", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_script_one((struct fixture_answer){.status = cases[i].status, .body = "<html>"});
        assert_false(fixture_fetch(100000));
        assert_int_equal(fixture.requests, cases[i].requests);
        assert_in_range(fixture.waited_ms, cases[i].least_ms, cases[i].most_ms);
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
    }
    fixture_script_one(fixture_unreachable);
    assert_false(fixture_fetch(100000));
    assert_int_equal(fixture.requests, 4);
    assert_int_equal(fixture.troubles, 3);
}

static void test_refusal(void **state)
{
    (void)state;
    use(GUID, "", "");
    fixture_script_one((struct fixture_answer){
        .status = 400,
        .body = "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}"});
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
    fixture_assert_text(fixture.error.message,
                        "instance metadata service at http://169.254.169.254: ");
    fixture_assert_text(fixture.error.message, "invalid_request: switch the identity on");
    fixture_assert_text(fixture.error.message, "It says: Identity not found");
    assert_null(strstr(fixture.error.message, "correlation"));
    assert_true(fixture.token.final);
}

static void test_settings(void **state)
{
    static const char *const good_endpoints[] = {"http://127.0.0.1:8443", "http://localhost:1",
                                                 "http://[::1]:50342", "http://169.254.169.254/"};
    static const char *const bad_endpoints[] = {"https://169.254.169.254",
                                                "http://10.0.0.1",
                                                "http://169.254.169.254.evil.test",
                                                "http://127.0.0.1:",
                                                "http://127.0.0.1:80@evil.test",
                                                "http://localhost:80/path",
                                                "http://127.0.0.1@evil.test",
                                                "http://169.254.169.2540",
                                                "ftp://127.0.0.1",
                                                "http://"};
    struct config_identity *identity = &fixture.config.identity;

    (void)state;
    use("", "", "");
    for (size_t i = 0; i < sizeof good_endpoints / sizeof good_endpoints[0]; i++) {
        text_copy(identity->endpoint, sizeof identity->endpoint, good_endpoints[i]);
        assert_non_null(fixture_make("imds"));
    }
    fixture_script_one(good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_string_equal(fixture.url, URL);
    for (size_t i = 0; i < sizeof bad_endpoints / sizeof bad_endpoints[0]; i++) {
        text_copy(identity->endpoint, sizeof identity->endpoint, bad_endpoints[i]);
        if (fixture_make("imds") != NULL)
            fail_msg("%s is taken", bad_endpoints[i]);
        fixture_assert_text(fixture.why, "identity.endpoint is not on this host");
    }
    identity->endpoint[0] = '\0';
    text_copy(identity->client_id, sizeof identity->client_id, GUID);
    text_copy(identity->object_id, sizeof identity->object_id, GUID);
    assert_null(fixture_make("imds"));
    fixture_assert_text(fixture.why, "keep one");
}

/* Asked without Metadata, for a second: what answers 400 is the service. */
static void test_probe(void **state)
{
    static const struct {
        struct fixture_answer answer;
        bool answers;
    } cases[] = {
        {{.status = 400, .body = "{\"error\":\"invalid_request\"}"}, true},
        {{.status = 403, .body = "unreachable"}, false}, /* Docker Desktop's proxy */
        {{.status = 200, .body = "<html>"}, false},
        {{.result = HTTP_NOT_SENT}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_script_one(cases[i].answer);
        fixture.config.identity.client_id[0] = '\0';
        assert_int_equal(identity_imds_answers(&fixture.config, NULL), cases[i].answers);
        assert_int_equal(fixture.requests, 1);
        assert_string_equal(fixture.url, URL);
        assert_string_equal(fixture.headers, "");
        assert_int_equal(fixture.timeout_ms, 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_request),  FIXTURE_TEST(test_user_assigned),
        FIXTURE_TEST(test_echo),     FIXTURE_TEST(test_echo_in_token),
        FIXTURE_TEST(test_troubles), FIXTURE_TEST(test_refusal),
        FIXTURE_TEST(test_settings), FIXTURE_TEST(test_probe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
