/* SPDX-License-Identifier: MIT */
/* The identity that is found by itself: in which order, what makes it go on, and what it keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "arc_key.h"
#include "certificate_fixture.h"
#include "identity_fixture.h"
#include "log.h"
#include "text.h"

#define REFUSED FIXTURE_REFUSAL("invalid_client", "7000222", "Expired.")
#define IMDS    "http://169.254.169.254/"

static const struct fixture_answer refused = {.status = 401, .body = REFUSED};
static const struct fixture_answer no_imds = {.result = HTTP_NOT_SENT};
static const struct fixture_answer imds = {.status = 400, .body = "{\"error\":\"x\"}"};

static bool arc_installed;

/* Linked with --wrap=arc_is_installed: the host that the tests run on may have Azure Arc. */
bool __wrap_arc_is_installed(void);

bool __wrap_arc_is_installed(void)
{
    return arc_installed;
}

static void set_up(void)
{
    struct config_identity *identity = &fixture.config.identity;

    log_open("/dev/null", LOG_ERROR);
    unsetenv("IDENTITY_ENDPOINT");
    unsetenv("IMDS_ENDPOINT");
    unsetenv("AZURE_FEDERATED_TOKEN_FILE");
    arc_installed = false;
    identity->secret_file[0] = '\0';
    text_copy(identity->key_directory, sizeof identity->key_directory, fixture.directory);
}

static void assert_name(const char *expected)
{
    char name[64];

    identity_name(fixture.identity, name, sizeof name);
    assert_string_equal(name, expected);
}

/* With all of them, in the order in which they are to be tried. */
static void test_order(void **state)
{
    struct pair pair = pair_make("RSA", 2048, "auto");
    char text[IDENTITY_DESCRIPTION_SIZE], pem[8192];

    (void)state;
    set_up();
    snprintf(pem, sizeof pem, "%s%s", pair_key_pem(&pair, NULL), pair_certificate_pem(&pair));
    text_copy(fixture.config.identity.certificate_file, CONFIG_PATH_SIZE,
              fixture_write_file("pem", pem, strlen(pem)));
    text_copy(fixture.config.identity.secret_file, CONFIG_PATH_SIZE, fixture.secret_file);
    text_copy(fixture.config.identity.federated_token_file, CONFIG_PATH_SIZE,
              fixture_write_file("jwt", "a.b.c", 5));
    arc_installed = true;
    if (fixture_make("auto") == NULL)
        fail_msg("%s", fixture.why);
    assert_name("auto");
    identity_describe(fixture.identity, text, sizeof text);
    assert_string_equal(text,
                        "the first that works of client_certificate, client_secret, workload, "
                        "arc, imds");
    fixture_script_one(refused);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
    assert_non_null(strstr(fixture.log[0].body, "client_assertion=eyJ"));
    assert_non_null(strstr(fixture.log[1].body, "client_secret="));
    assert_non_null(strstr(fixture.log[2].body, "client_assertion=a.b.c"));
    assert_non_null(strstr(fixture.log[3].url, "http://127.0.0.1:40342/"));
    assert_non_null(strstr(fixture.log[4].url, IMDS));
    assert_int_equal(fixture.requests, 5);
    fixture_assert_text(fixture.error.message, "client_certificate: ");
    fixture_assert_text(fixture.error.message, "imds: no instance metadata service answers here");
    assert_true(fixture.token.final);
    pair_free(&pair);
}

/* What worked is kept, and is not left when it stops to work. */
static void test_keeps_the_first(void **state)
{
    const struct fixture_answer answers[] = {refused, no_imds, fixture_good};
    char text[IDENTITY_DESCRIPTION_SIZE];

    (void)state;
    set_up();
    text_copy(fixture.config.identity.secret_file, CONFIG_PATH_SIZE, fixture.secret_file);
    fixture_make("auto");
    fixture_script(answers, 3);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_name("auto");
    assert_true(fixture_fetch(MINUTE_MS)); /* from the start again */
    assert_name("auto: client_secret");
    identity_describe(fixture.identity, text, sizeof text);
    fixture_assert_text(text, "client secret in ");
    fixture_script_one(refused);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
    fixture_assert_text(fixture.error.message, "AADSTS7000222");
    assert_name("auto: client_secret");
}

/* A refused application gives way; its id selects no managed identity. */
static void test_goes_on(void **state)
{
    const struct fixture_answer answers[] = {refused, imds, fixture_good};

    (void)state;
    set_up();
    text_copy(fixture.config.identity.secret_file, CONFIG_PATH_SIZE, fixture.secret_file);
    fixture_make("auto");
    fixture_script(answers, 3);
    if (!fixture_fetch(MINUTE_MS))
        fail_msg("%s", fixture.error.message);
    assert_string_equal(fixture.url, IMDS "metadata/identity/oauth2/token?api-version=2018-02-01&"
                                          "resource=https%3A%2F%2Fmanagement.azure.com");
    assert_name("auto: imds");
}

/* An outage does not hand the agent over to another identity. */
static void test_outage(void **state)
{
    (void)state;
    set_up();
    text_copy(fixture.config.identity.secret_file, CONFIG_PATH_SIZE, fixture.secret_file);
    arc_installed = true;
    fixture_make("auto");
    fixture_script_one(fixture_unreachable);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_UNREACHABLE);
    assert_int_equal(fixture.requests, 4);
    assert_string_equal(fixture.url, "https://login.test/" FIXTURE_TENANT "/oauth2/v2.0/token");
    assert_name("auto");
}

static void test_imds(void **state)
{
    const struct fixture_answer answers[] = {imds, fixture_good};

    (void)state;
    set_up();
    fixture.config.identity.client_id[0] = '\0';
    fixture_make("auto");
    fixture_script(answers, 2);
    if (!fixture_fetch(MINUTE_MS))
        fail_msg("%s", fixture.error.message);
    assert_string_equal(fixture.log[0].headers, "");
    assert_string_equal(fixture.log[1].headers, "Metadata: true\n");
    assert_name("auto: imds");
    fixture_script_one(fixture_good); /* no second probe */
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
}

static void test_nothing(void **state)
{
    (void)state;
    set_up();
    fixture_make("auto");
    fixture_script_one(no_imds);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 1);
    fixture_assert_text(fixture.error.message,
                        "identity.type auto: the agent's identity is not accepted: imds: no "
                        "instance metadata service answers here");
    assert_true(fixture.token.final);
}

/* What is configured and cannot be is an error at the start. */
static void test_broken(void **state)
{
    (void)state;
    set_up();
    text_copy(fixture.config.identity.certificate_file, CONFIG_PATH_SIZE, "/nowhere/app.pem");
    assert_null(fixture_make("auto"));
    fixture_assert_text(fixture.why, "/nowhere/app.pem cannot be opened");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_order),   FIXTURE_TEST(test_keeps_the_first),
        FIXTURE_TEST(test_goes_on), FIXTURE_TEST(test_outage),
        FIXTURE_TEST(test_imds),    FIXTURE_TEST(test_nothing),
        FIXTURE_TEST(test_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
