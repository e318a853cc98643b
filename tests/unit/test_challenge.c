/* SPDX-License-Identifier: MIT */
/* Claims challenges in all the ways that WWW-Authenticate can be written, and damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "challenge.h"
#include "jwt.h"
#include "text.h"

#define CLAIMS "{\"access_token\":{\"nbf\":{\"essential\":true, \"value\":\"1604106651\"}}}"
/* The documentation's own example. */
#define ENCODED \
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTYwNDEwNjY1MSJ9fX0="
#define UNPADDED \
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTYwNDEwNjY1MSJ9fX0"

static char claims[512];

static bool read_headers(const char *const *values, size_t count)
{
    struct http_answer answer = {.status = 401};

    for (size_t i = 0; i < count; i++)
        answer.headers[answer.header_count++] =
            (struct http_header){i % 2 == 0 ? "WWW-Authenticate" : "www-authenticate", values[i]};
    return challenge_claims(&answer, claims, sizeof claims);
}

static bool read_one(const char *value)
{
    return read_headers(&value, 1);
}

static void test_taken(void **state)
{
    static const char *const values[] = {
        "Bearer realm=\"\", authorization_uri=\"https://login.test/common/oauth2/authorize\", "
        "error=\"insufficient_claims\", claims=\"" ENCODED "\"",
        "Bearer claims=\"" UNPADDED "\", error=\"insufficient_claims\"",
        "bearer CLAIMS=" UNPADDED ",Error=insufficient_claims",
        "Bearer error = \"insufficient_claims\" , claims =\"" ENCODED "\" ,",
        "Negotiate, Bearer error=\"insufficient_claims\", claims=\"" ENCODED "\"",
        "Bearer error=\"insufficient_claims\", claims=\"" ENCODED "\", Basic realm=\"x\"",
        "PoP nonce=\"a,b\", Bearer error_description=\"a \\\" b, claims=\\\"x\\\"\", "
        "error=\"insufficient_claims\", claims=\"" ENCODED "\"",
        "Bearer error=\"invalid_token\", Bearer error=\"insufficient_claims\", claims=\"" ENCODED
        "\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (!read_one(values[i]))
            fail_msg("not taken: %s", values[i]);
        assert_string_equal(claims, CLAIMS);
    }
}

static void test_several_headers(void **state)
{
    static const char *const values[] = {
        "Basic realm=\"x\"", "Bearer error=\"invalid_token\"",
        "Bearer error=\"insufficient_claims\", claims=\"" ENCODED "\"", "Negotiate"};

    (void)state;
    assert_true(read_headers(values, 4));
    assert_string_equal(claims, CLAIMS);
    assert_false(read_headers(values, 2));
    assert_false(read_headers(values, 0));
}

static void test_refused(void **state)
{
    static const char *const values[] = {
        "",
        "Bearer",
        "Bearer claims=\"" ENCODED "\"",
        "Bearer error=\"invalid_token\", claims=\"" ENCODED "\"",
        "Basic error=\"insufficient_claims\", claims=\"" ENCODED "\"",
        "error=\"insufficient_claims\", claims=\"" ENCODED "\"",
        "Bearer error=\"insufficient_claims\", Basic claims=\"" ENCODED "\"",
        "Bearer error=\"insufficient_claims\"",
        "Bearer error=\"insufficient_claims\", claims=\"\"",
        "Bearer error=\"insufficient_claims\", claims=\"***\"",
        "Bearer error=\"insufficient_claims\", claims=\"bm8ganNvbg==\"", /* no json */
        "Bearer error=\"insufficient_claims\", claims=\"WyJ4Il0=\"",     /* ["x"] */
        "Bearer error=\"insufficient_claims\", claims=\"" ENCODED,       /* no end */
        "Bearer error=\"insufficient_claims\", claims=\"" ENCODED "\\",
    };

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        text_copy(claims, sizeof claims, "left over");
        if (read_one(values[i]))
            fail_msg("taken: %s", values[i]);
        assert_string_equal(claims, "");
    }
}

static void test_room(void **state)
{
    static const char value[] = "Bearer error=\"insufficient_claims\", claims=\"" ENCODED "\"";
    struct http_answer answer = {.header_count = 1};
    char small[sizeof CLAIMS];

    (void)state;
    answer.headers[0] = (struct http_header){"WWW-Authenticate", value};
    assert_true(challenge_claims(&answer, small, sizeof small));
    assert_false(challenge_claims(&answer, small, sizeof small - 1));
}

/* Whatever comes, nothing is read or written beyond its end. */
static void test_damaged(void **state)
{
    static const char value[] =
        "PoP nonce=\"a\", Bearer error=\"insufficient_claims\", claims=\"" ENCODED "\"";
    size_t length = strlen(value);

    (void)state;
    for (size_t at = 0; at < length * 9; at++) {
        char *copy = malloc(length + 1);

        assert_non_null(copy);
        memcpy(copy, value, length + 1);
        if (at < length)
            copy[at] = '\0';
        else
            copy[(at - length) / 8] = (char)(copy[(at - length) / 8] ^ (1 << (at - length) % 8));
        (void)read_one(copy);
        free(copy);
    }
}

/* ---- what a token says about itself ---- */

static void test_describe(void **state)
{
    /* {"aud":"https://management.azure.com","tid":"t","oid":"o","appid":"a","exp":1795550801} */
    static const char token[] =
        "e30.eyJhdWQiOiJodHRwczovL21hbmFnZW1lbnQuYXp1cmUuY29tIiwidGlkIjoidCIsIm9pZCI6Im8iLCJhcHBp"
        "ZCI6ImEiLCJleHAiOjE3OTU1NTA4MDF9.c2lnbmF0dXJl";
    static const char *const none[] = {"", "opaque", "a.b", "a.b.c", "a.W10.c", "..", "a..c"};
    char text[512];

    (void)state;
    token_describe(token, text, sizeof text);
    assert_string_equal(text, "appid a, oid o, tid t, aud https://management.azure.com, until "
                              "2026-11-24T20:06:41.000Z");
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        token_describe(none[i], text, sizeof text);
        assert_string_equal(text, "");
    }
    token_describe(token, text, 16);
    assert_string_equal(text, "appid a, oid o,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),   cmocka_unit_test(test_several_headers),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_room),
        cmocka_unit_test(test_damaged), cmocka_unit_test(test_describe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
