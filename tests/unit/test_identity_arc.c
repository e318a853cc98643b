/* SPDX-License-Identifier: MIT */
/* Azure Arc: the two requests to the last byte, where it is found, and key files that are traps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "arc_key.h"
#include "identity_fixture.h"
#include "text.h"

#define QUERY                                                                        \
    "/metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2F" \
    "management.azure.com"
#define URL  "http://127.0.0.1:40342" QUERY
#define KEY  "c0ffee~KEY+/=0123456789"
#define GUID "aaaaaaaa-0000-0000-0000-00000000000a"

static const char *key_path;
static char realm[8300]; /* the header of the 401 */

static const struct fixture_answer challenge = {.status = 401, .headers = realm};

/* The header, the path in place of its $. */
static void name_key(const char *header, const char *path)
{
    text_copy(realm, sizeof realm, fixture_fill(header, path));
}

/* Arc with a key file that is as it should be. */
static void set_up(void)
{
    struct config_identity *identity = &fixture.config.identity;

    unsetenv("IDENTITY_ENDPOINT");
    unsetenv("IMDS_ENDPOINT");
    text_copy(identity->key_directory, sizeof identity->key_directory, fixture.directory);
    identity->client_id[0] = identity->tenant_id[0] = identity->endpoint[0] = '\0';
    key_path = fixture_write_file("0-_aZ.key", KEY "\r\n", strlen(KEY) + 2);
    name_key("WWW-Authenticate: Basic realm=$", key_path);
    if (fixture_make("arc") == NULL)
        fail_msg("%s", fixture.why);
}

static bool fetch(void)
{
    const struct fixture_answer answers[] = {challenge, fixture_good};

    fixture_script(answers, 2);
    return fixture_fetch(MINUTE_MS);
}

static void test_requests(void **state)
{
    char text[IDENTITY_DESCRIPTION_SIZE];

    (void)state;
    set_up();
    if (!fetch())
        fail_msg("%s", fixture.error.message);
    assert_int_equal(fixture.requests, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(fixture.log[i].url, URL);
        assert_string_equal(fixture.log[i].method, "GET");
        assert_true(fixture.log[i].plain_local);
    }
    assert_string_equal(fixture.log[0].headers, "Metadata: true\n");
    assert_string_equal(fixture.log[1].headers, "Metadata: true\nAuthorization: Basic " KEY "\n");
    assert_string_equal(fixture.token.text, FIXTURE_TOKEN);
    identity_describe(fixture.identity, text, sizeof text);
    assert_string_equal(text, "Azure Arc at http://127.0.0.1:40342, system-assigned");
}

static void test_realms(void **state)
{
    static const char *const taken[] = {"WWW-Authenticate: Basic realm=\"$\"",
                                        "www-authenticate: basic REALM=$",
                                        "WWW-Authenticate: Basic   realm=$",
                                        "WWW-Authenticate: Negotiate\nWWW-Authenticate: "
                                        "Basic realm=$"};
    static const char *const refused[] = {"WWW-Authenticate: Basic $",
                                          "WWW-Authenticate: Bearer realm=$",
                                          "X-Other: realm=$",
                                          "WWW-Authenticate: Basic realm=\"$",
                                          "WWW-Authenticate: Basic realm=",
                                          "WWW-Authenticate: Basic realm=\"\"",
                                          "WWW-Authenticate: Basic",
                                          "WWW-Authenticate: Basicrealm=$"};

    (void)state;
    set_up();
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        name_key(taken[i], key_path);
        if (!fetch())
            fail_msg("%s: %s", realm, fixture.error.message);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        name_key(refused[i], key_path);
        assert_false(fetch());
        assert_int_equal(fixture.requests, 1);
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        fixture_assert_text(fixture.error.message, "its 401 names no key file");
    }
}

/* ---- traps ---- */

/* Nothing is sent when the key is no key; the path is shown, and nothing of the file. */
static void assert_trap(const char *why)
{
    assert_false(fetch());
    assert_int_equal(fixture.requests, 1);
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
    fixture_assert_text(fixture.error.message, why);
    assert_null(strstr(fixture.error.message, "c0ffee"));
    assert_true(fixture.token.final);
}

/* A listener in Arc's place names a file that it wants to see. */
static void test_other_files(void **state)
{
    static const char *const patterns[] = {
        "$/../passwd.key",
        "$/./a.key",
        "$//a.key",
        "$/sub/a.key",
        "/etc/shadow",
        "a.key",
        "/a.key",
        "$a.key",
        "$/.key",
        "$/a.key.txt",
        "$/a.KEY",
        "$/a b.key",
        "$/a",
        "$/",
        "$/..",
        "$/a%00.key",
        "$/a:b.key",
        "$/.a.key",
        "$/a;b.key",
        "$/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.key"}; /* 65 */
    char path[512];

    (void)state;
    set_up();
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        text_copy(path, sizeof path, fixture_fill(patterns[i], fixture.directory));
        name_key("WWW-Authenticate: Basic realm=$", path);
        assert_trap("names a key file that is not one of ");
    }
    fixture_write_file("no-key.txt", KEY, strlen(KEY));
    snprintf(path, sizeof path, "%s/no-key.txt", fixture.directory);
    name_key("WWW-Authenticate: Basic realm=$", path);
    assert_trap("what listens there may not be Azure Arc");
    fixture_assert_text(fixture.error.message, "/no-key.txt");
}

static void test_links(void **state)
{
    char path[512];

    (void)state;
    set_up();
    snprintf(path, sizeof path, "%s/link.key", fixture.directory);
    name_key("WWW-Authenticate: Basic realm=$", path);
    assert_int_equal(symlink(key_path, path), 0);
    assert_trap("is a symbolic link");
    unlink(path);
    assert_trap("cannot be opened: No such file");
    assert_int_equal(mkdir(path, 0700), 0);
    assert_trap("is not a regular file");
    rmdir(path);
    assert_int_equal(mkfifo(path, 0600), 0); /* nobody writes: an open would hang */
    assert_trap("is not a regular file");
    unlink(path);
}

static void test_contents(void **state)
{
    static char longest[4097];
    const struct {
        const char *bytes;
        size_t length;
        const char *why; /* NULL: taken */
    } cases[] = {
        {"x", 1, NULL},
        {longest, 4096, NULL},
        {longest, 4097, "is over 4096 bytes long"},
        {"", 0, "is empty"},
        {"\r\n", 2, "is empty"},
        {"a b", 3, "holds bytes that no key has"},
        {"a\r\nX-Evil: 1", 12, "holds bytes that no key has"},
        {"a\0b", 3, "holds bytes that no key has"},
        {"a\x7F", 2, "holds bytes that no key has"},
        {"\xC3\xBC", 2, "holds bytes that no key has"},
    };

    (void)state;
    memset(longest, 'k', sizeof longest);
    set_up();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_write_file("0-_aZ.key", cases[i].bytes, cases[i].length);
        if (cases[i].why != NULL)
            assert_trap(cases[i].why);
        else
            assert_true(fetch());
    }
}

/* The text of the error is for people and logs: no bytes of a stranger's choice in it. */
static void test_strange_path(void **state)
{
    (void)state;
    set_up();
    name_key("WWW-Authenticate: Basic realm=$", "\x1B[31m/x\xFF.key");
    assert_trap("?[31m/x?.key");
}

static void test_no_access(void **state)
{
    char text[512] = "";
    char key[ARC_KEY_SIZE];

    (void)state;
    set_up();
    assert_int_equal(chmod(key_path, 0), 0);
    if (geteuid() == 0) /* root may read all: as somebody else, then */
        assert_int_equal(seteuid(65534), 0);
    assert_false(arc_key_read(fixture.directory, key_path, key, text, sizeof text));
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    fixture_assert_text(text, "group himds");
}

/* ---- what Arc answers ---- */

static void test_answers(void **state)
{
    static const struct {
        struct fixture_answer first, second;
        size_t requests;
        const char *why;
        int32_t number;
    } cases[] = {
        {{.status = 200, .body = FIXTURE_GOOD},
         {0},
         1,
         "a token without asking for a key",
         MILINK_IDENTITY_UNREACHABLE},
        {{.status = 404, .body = "<html>"},
         {0},
         1,
         "not from Azure Arc",
         MILINK_IDENTITY_UNREACHABLE},
        {{.status = 400, .body = "{\"error\":\"invalid_resource\"}"},
         {0},
         1,
         "invalid_resource: is the Azure Arc agent running",
         MILINK_IDENTITY_REFUSED},
        {{.status = 401, .headers = realm},
         {.status = 401, .headers = realm, .body = "{}"},
         2,
         "HTTP 401 came",
         MILINK_IDENTITY_UNREACHABLE},
        {{.status = 401, .headers = realm},
         {.status = 403, .body = "{\"error\":\"x\"}"},
         2,
         "Run azcmagent show",
         MILINK_IDENTITY_REFUSED},
        {{.status = 401, .headers = realm},
         {.status = 200, .body = "{}"},
         2,
         "no access_token",
         MILINK_IDENTITY_UNREACHABLE},
    };

    (void)state;
    set_up();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fixture_answer answers[] = {cases[i].first, cases[i].second};

        fixture_script(answers, 2);
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.requests, cases[i].requests);
        assert_int_equal(fixture.error.number, cases[i].number);
        fixture_assert_text(fixture.error.message, "Azure Arc at http://127.0.0.1:40342");
        fixture_assert_text(fixture.error.message, cases[i].why);
    }
}

/* 30 s for all, whatever the caller allows; each try has a key of its own. */
static void test_troubles(void **state)
{
    const struct fixture_answer answers[] = {challenge, {.status = 503}, challenge, fixture_good};

    (void)state;
    set_up();
    fixture_script(answers, 4);
    assert_true(fixture_fetch(100000));
    assert_int_equal(fixture.requests, 4);
    assert_string_equal(fixture.log[2].headers, "Metadata: true\n");
    fixture_script_one(fixture_unreachable);
    assert_false(fixture_fetch(100000));
    assert_int_equal(fixture.requests, 4);
    fixture_assert_text(fixture.error.message, "could not connect");
    fixture_assert_text(fixture.error.message, "Run azcmagent show");
    fixture_script_one((struct fixture_answer){.status = 500});
    assert_false(fixture_fetch(3000));
    assert_true(fixture.requests < 4);
    assert_true(fixture.timeout_ms <= 30000);
}

static void test_user_assigned(void **state)
{
    const struct fixture_answer ignored[] = {challenge, fixture_good};
    const struct fixture_answer known[] = {
        challenge,
        {.status = 200,
         .body = "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":\"3600\","
                 "\"client_id\":\"AAAAAAAA-0000-0000-0000-00000000000A\"}"}};

    (void)state;
    set_up();
    text_copy(fixture.config.identity.client_id, 64, GUID);
    assert_non_null(fixture_make("arc"));
    fixture_script(ignored, 2);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_string_equal(fixture.url, URL "&client_id=" GUID);
    fixture_assert_text(fixture.error.message, "the service may know no user-assigned identities");
    assert_true(fixture.token.final);
    fixture_script(known, 2);
    assert_true(fixture_fetch(MINUTE_MS));
}

/* ---- where it is ---- */

static void test_announced(void **state)
{
    static const char *const bad[] = {
        "http://10.0.0.1:40342/metadata/identity/oauth2/token",
        "https://localhost:40342/metadata/identity/oauth2/token",
        "http://localhost:40342/other/metadata/identity/oauth2/token",
        "http://localhost:40342/metadata/identity/oauth2/token?x=y",
        "http://localhost:40342",
        "http://169.254.169.254/metadata/identity/oauth2/token",
        "http://localhost:40342@evil.test/metadata/identity/oauth2/token",
    };

    (void)state;
    set_up();
    setenv("IDENTITY_ENDPOINT", "http://localhost:50342/metadata/identity/oauth2/token", 1);
    assert_non_null(fixture_make("arc")); /* one without the other: App Service, not Arc */
    assert_true(fetch());
    assert_string_equal(fixture.url, URL);
    setenv("IMDS_ENDPOINT", "http://localhost:50342", 1);
    assert_non_null(fixture_make("arc"));
    assert_true(identity_arc_is_present(&fixture.config));
    assert_true(fetch());
    assert_string_equal(fixture.url, "http://localhost:50342" QUERY);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        setenv("IDENTITY_ENDPOINT", bad[i], 1);
        if (fixture_make("arc") != NULL)
            fail_msg("%s is taken", bad[i]);
        fixture_assert_text(fixture.why, "IDENTITY_ENDPOINT is not Azure Arc's");
    }
    text_copy(fixture.config.identity.endpoint, 128, "http://127.0.0.1:8080");
    assert_non_null(fixture_make("arc")); /* what is configured needs no environment */
    assert_true(fetch());
    assert_string_equal(fixture.url, "http://127.0.0.1:8080" QUERY);
    unsetenv("IDENTITY_ENDPOINT");
    unsetenv("IMDS_ENDPOINT");
}

static void test_wiped(void **state)
{
    const char *bytes = NULL;

    (void)state;
    set_up();
    assert_true(fetch());
    bytes = (const char *)fixture.identity;
    for (size_t at = 0; at + strlen(KEY) <= malloc_usable_size(fixture.identity); at++)
        assert_memory_not_equal(bytes + at, KEY, strlen(KEY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_requests),    FIXTURE_TEST(test_realms),
        FIXTURE_TEST(test_other_files), FIXTURE_TEST(test_links),
        FIXTURE_TEST(test_contents),    FIXTURE_TEST(test_strange_path),
        FIXTURE_TEST(test_no_access),   FIXTURE_TEST(test_answers),
        FIXTURE_TEST(test_troubles),    FIXTURE_TEST(test_user_assigned),
        FIXTURE_TEST(test_announced),   FIXTURE_TEST(test_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
