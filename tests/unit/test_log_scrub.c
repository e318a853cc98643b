/* SPDX-License-Identifier: MIT */
/* What looks like a secret is masked wherever it stands; what people need to read stays. */
#include "log_scrub.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define JWT "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL20ifQ.c2lnbmF0dXJl-_"

static void test_masks(void **state)
{
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {JWT, "***"},
        {"token " JWT " was refused", "token *** was refused"},
        {"x" JWT, "x***"},
        {"grant_type=client_credentials&client_secret=abc~1.2_3&scope=s",
         "grant_type=client_credentials&client_secret=***&scope=s"},
        {"client_assertion=" JWT "&x=1", "client_assertion=***&x=1"},
        {"{\"access_token\":\"opaque\",\"expires_in\":1}",
         "{\"access_token\":\"***\",\"expires_in\":1}"},
        {"{\"refresh_token\": \"opaque\"}", "{\"refresh_token\": \"***\"}"},
        {"{\\\"access_token\\\":\\\"opaque\\\"}", "{\\\"access_token\\\":\\\"***\\\"}"},
        {"Password=p@ss;User=u", "Password=***;User=u"},
        {"PWD = secret", "PWD = ***"},
        {"\"administratorLoginPassword\":\"P@ss\"", "\"administratorLoginPassword\":\"***\""},
        {"Authorization: bearer 0123456789abcdef0123", "Authorization: bearer ***"},
        {"Basic dXNlcjpwYXNzd29yZA==", "Basic ***"},
        {"key -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- behind", "key ***"},
        {"key -----BEGIN RSA PRIVATE KEY-----", "key ***"},
        {"sig=a%2Bb&se=1", "sig=***&se=1"},
        {"a client_secret=one and client_secret=two", "a client_secret=*** and client_secret=***"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char clean[400];

        log_scrub(cases[i].text, clean, sizeof clean);
        assert_string_equal(clean, cases[i].clean);
    }
}

static void test_stays(void **state)
{
    static const char *const texts[] = {
        "",
        "identity.secret_file: /etc/milink/client.secret: cannot be opened",
        "proxy.password: no such file",
        "the password is wrong",
        "Basic SKU of the bearer",
        "design=1 password",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN ",
        "eyJ short",
        "client_secret=",
        "client_secret",
        "POST /subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg",
        "error code: 50576, hash 0123456789abcdef0123456789abcdef",
        "gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x97",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char clean[400];

        log_scrub(texts[i], clean, sizeof clean);
        assert_string_equal(clean, texts[i]);
    }
}

/* Cut anywhere in text or buffer, no byte of the secret comes through and nothing is written
 * outside. */
static void test_cuts(void **state)
{
    static const char text[] = "say client_secret=QQQQQQQQQQ and Bearer QQQQQQQQQQQQQQQQQQQQ";

    (void)state;
    for (size_t length = 0; length < sizeof text; length++) {
        for (size_t size = 1; size < sizeof text + 4; size++) {
            char *cut = strndup(text, length), *clean = malloc(size);

            assert_non_null(cut);
            assert_non_null(clean);
            log_scrub(cut, clean, size);
            assert_true(strlen(clean) < size);
            /* The beginning of a scheme's credentials, under 16 characters, is not known as one. */
            if (length <= strlen("say client_secret=QQQQQQQQQQ and Bearer "))
                assert_null(strchr(clean, 'Q'));
            free(cut);
            free(clean);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_stays),
        cmocka_unit_test(test_cuts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
