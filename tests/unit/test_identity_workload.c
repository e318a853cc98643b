/* SPDX-License-Identifier: MIT */
/* Workload identity federation: the request, the token's file, and the platform's variables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "identity_fixture.h"
#include "text.h"

#define JWT "eyJh-_.eyJi.c2ln"

static const char *path;

static void write_token(const char *bytes, size_t length)
{
    path = fixture_write_file("token", bytes, length);
    text_copy(fixture.config.identity.federated_token_file, CONFIG_PATH_SIZE, path);
}

static void test_request(void **state)
{
    char text[IDENTITY_DESCRIPTION_SIZE], expected[512];

    (void)state;
    write_token(JWT "\r\n", strlen(JWT) + 2);
    assert_non_null(fixture_make("workload"));
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_string_equal(fixture.url, "https://login.test/" FIXTURE_TENANT "/oauth2/v2.0/token");
    assert_string_equal(
        fixture.body,
        "grant_type=client_credentials&client_id=" FIXTURE_CLIENT
        "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" JWT);
    identity_describe(fixture.identity, text, sizeof text);
    snprintf(expected, sizeof expected,
             "federated token in %s; client " FIXTURE_CLIENT " in tenant " FIXTURE_TENANT, path);
    assert_string_equal(text, expected);
}

/* The platform writes a new one now and then. */
static void test_read_each_time(void **state)
{
    const struct fixture_answer answers[] = {fixture_unreachable, fixture_good};

    (void)state;
    write_token(JWT, strlen(JWT));
    assert_non_null(fixture_make("workload"));
    fixture_script(answers, 2);
    assert_true(fixture_fetch(MINUTE_MS));
    write_token("bmV3.bmV3.bmV3", 14);
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.body, "&client_assertion=bmV3.bmV3.bmV3");
}

static void test_files(void **state)
{
    static char longest[16384 + 1], longer[16384 + 2];
    const struct {
        const char *bytes;
        size_t length;
        const char *why; /* NULL: taken */
    } cases[] = {
        {JWT, sizeof JWT - 1, NULL},
        {JWT " \n\n", sizeof JWT + 2, NULL},
        {longest, 16384, NULL},
        {"", 0, "is empty"},
        {"\n \r\n", 4, "is empty"},
        {longer, 16385, "is too long"},
        {"a.b", 3, "holds no token"},
        {"a.b.c.d", 7, "holds no token"},
        {".b.c", 4, "holds no token"},
        {"a..c", 4, "holds no token"},
        {"a.b.", 4, "holds no token"},
        {"a.b.c=", 6, "holds no token"},
        {"a.b.c\nX: y", 10, "holds no token"},
        {"a.b.c&client_id=x", 17, "holds no token"},
        {" a.b.c", 6, "holds no token"},
        {"{\"token\":1}", 11, "holds no token"},
    };

    (void)state;
    memset(longest, 'x', 16384);
    longest[1] = longest[3] = '.';
    memset(longer, 'x', 16385);
    longer[1] = longer[3] = '.';
    write_token(JWT, strlen(JWT));
    assert_non_null(fixture_make("workload"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        path = fixture_write_file("token", cases[i].bytes, cases[i].length);
        fixture_script_one(fixture_good);
        assert_int_equal(fixture_fetch(MINUTE_MS), cases[i].why == NULL);
        assert_int_equal(fixture.requests, cases[i].why == NULL);
        if (cases[i].why == NULL)
            continue;
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        fixture_assert_text(fixture.error.message,
                            "nothing was sent, for the federated token file ");
        fixture_assert_text(fixture.error.message, cases[i].why);
    }
    unlink(path);
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "cannot be opened");
}

/* Kubernetes shows the token by a link and to a group; one that anybody may write is no proof. */
static void test_kinds_of_files(void **state)
{
    char link[128];

    (void)state;
    write_token(JWT, strlen(JWT));
    snprintf(link, sizeof link, "%s/link", fixture.directory);
    assert_int_equal(symlink(path, link), 0);
    text_copy(fixture.config.identity.federated_token_file, CONFIG_PATH_SIZE, link);
    assert_int_equal(chmod(path, 0644), 0);
    assert_non_null(fixture_make("workload"));
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(chmod(path, 0666), 0);
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "can be changed by everybody");
    unlink(link);
}

static void test_variables(void **state)
{
    struct config_identity *identity = &fixture.config.identity;

    (void)state;
    write_token(JWT, strlen(JWT));
    identity->federated_token_file[0] = identity->tenant_id[0] = identity->client_id[0] = '\0';
    unsetenv("AZURE_FEDERATED_TOKEN_FILE");
    assert_false(identity_workload_is_present(&fixture.config));
    assert_null(fixture_make("workload"));
    fixture_assert_text(fixture.why, "AZURE_FEDERATED_TOKEN_FILE is not set");
    setenv("AZURE_FEDERATED_TOKEN_FILE", path, 1);
    assert_true(identity_workload_is_present(&fixture.config));
    assert_null(fixture_make("workload"));
    fixture_assert_text(fixture.why, "identity.tenant_id is missing");
    setenv("AZURE_TENANT_ID", "../../evil", 1);
    setenv("AZURE_CLIENT_ID", FIXTURE_CLIENT, 1);
    assert_null(fixture_make("workload"));
    fixture_assert_text(fixture.why, "the tenant is neither");
    setenv("AZURE_TENANT_ID", "contoso.example", 1);
    setenv("AZURE_AUTHORITY_HOST", "https://evil.test", 1); /* the configured cloud decides */
    assert_non_null(fixture_make("workload"));
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_string_equal(fixture.url, "https://login.test/contoso.example/oauth2/v2.0/token");
    fixture_assert_text(fixture.body, "client_assertion=" JWT);
    unsetenv("AZURE_FEDERATED_TOKEN_FILE");
    unsetenv("AZURE_TENANT_ID");
    unsetenv("AZURE_CLIENT_ID");
    unsetenv("AZURE_AUTHORITY_HOST");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_request),   FIXTURE_TEST(test_read_each_time),
        FIXTURE_TEST(test_files),     FIXTURE_TEST(test_kinds_of_files),
        FIXTURE_TEST(test_variables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
