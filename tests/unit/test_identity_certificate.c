/* SPDX-License-Identifier: MIT */
/* The client certificate: its files, the assertion to the last byte, the fallback, and clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base64.h"
#include "certificate_fixture.h"
#include "clock_skew.h"
#include "identity_fixture.h"
#include "json.h"
#include "jwt.h"
#include "signing_key.h"
#include "text.h"

#define URL "https://login.test/" FIXTURE_TENANT "/oauth2/v2.0/token"

static struct pair rsa, other;
static bool no_pss;

bool __real_signing_key_sign(const struct signing_key *key, enum signing_algorithm algorithm,
                             const char *text, uint8_t *signature, size_t *length);
bool __wrap_signing_key_sign(const struct signing_key *key, enum signing_algorithm algorithm,
                             const char *text, uint8_t *signature, size_t *length);

bool __wrap_signing_key_sign(const struct signing_key *key, enum signing_algorithm algorithm,
                             const char *text, uint8_t *signature, size_t *length)
{
    return !(no_pss && algorithm == SIGNING_PS256) &&
           __real_signing_key_sign(key, algorithm, text, signature, length);
}

/* ---- what is sent ---- */

static const char *pem_of(const char *first, const char *second, const char *third)
{
    static char text[32768];

    snprintf(text, sizeof text, "%s%s%s", first, second, third);
    return text;
}

static void use_file(const char *name, const char *bytes, size_t length)
{
    text_copy(fixture.config.identity.certificate_file,
              sizeof fixture.config.identity.certificate_file,
              fixture_write_file(name, bytes, length));
}

static void use_pem(void)
{
    const char *pem = pem_of(pair_key_pem(&rsa, NULL), pair_certificate_pem(&rsa), "");

    use_file("app.pem", pem, strlen(pem));
    if (fixture_make("client_certificate") == NULL)
        fail_msg("%s", fixture.why);
}

/* The assertion in the last request, after all that stands before it. */
static const char *assertion(void)
{
    static const char before[] =
        "grant_type=client_credentials&client_id=" FIXTURE_CLIENT
        "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=";

    assert_string_equal(fixture.url, URL);
    assert_memory_equal(fixture.body, before, strlen(before));
    return fixture.body + strlen(before);
}

static const char *fetch_assertion(void)
{
    fixture_script_one(fixture_good);
    if (!fixture_fetch(MINUTE_MS))
        fail_msg("%s", fixture.error.message);
    return assertion();
}

static const char *part_of(const char *jwt)
{
    static char text[1024];
    size_t count = 0;

    assert_true(base64_decode(jwt, strcspn(jwt, "."), text, sizeof text - 1, &count));
    text[count] = '\0';
    return text;
}

static void test_assertion(void **state)
{
    unsigned char digest[32];
    char thumbprint[64], expected[1024];
    struct json *claims = NULL;
    const char *jwt = NULL, *id = NULL;

    (void)state;
    use_pem();
    jwt = fetch_assertion();
    assert_true(pair_signed(&rsa, jwt, "PS256"));
    assert_false(pair_signed(&rsa, jwt, "RS256"));
    assert_null(strpbrk(jwt, "=+/&%"));
    assert_int_equal(X509_digest(rsa.certificate, EVP_sha256(), digest, NULL), 1);
    assert_true(base64url_encode(digest, sizeof digest, thumbprint, sizeof thumbprint));
    snprintf(expected, sizeof expected, "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"%s\"}",
             thumbprint);
    assert_string_equal(part_of(jwt), expected);
    claims = jwt_claims(jwt);
    id = json_text(claims, "jti");
    assert_int_equal(strlen(id), 36);
    /* 2026-11-24T19:06:41Z by the clock of the fixture, 60 s before and 540 s after. */
    snprintf(expected, sizeof expected,
             "{\"aud\":\"" URL "\",\"iss\":\"" FIXTURE_CLIENT "\",\"sub\":\"" FIXTURE_CLIENT
             "\",\"jti\":\"%s\",\"iat\":1795547201,\"nbf\":1795547141,\"exp\":1795547741}",
             id);
    assert_string_equal(part_of(strchr(jwt, '.') + 1), expected);
    json_free(claims);
}

/* Each request has an assertion of its own: an old one would be refused once it is over. */
static void test_fresh_assertion(void **state)
{
    const struct fixture_answer answers[] = {fixture_unreachable, fixture_good};
    char first[4096];

    (void)state;
    use_pem();
    text_copy(first, sizeof first, fetch_assertion());
    assert_string_not_equal(fetch_assertion(), first);
    fixture_script(answers, 2);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 2);
    assert_string_not_equal(fixture.log[0].body, fixture.log[1].body);
}

/* A key that cannot sign by PSS: alg and thumbprint change together. */
static void test_fallback(void **state)
{
    unsigned char digest[20];
    char thumbprint[64], expected[256];
    const char *jwt = NULL;

    (void)state;
    use_pem();
    no_pss = true;
    jwt = fetch_assertion();
    no_pss = false;
    assert_true(pair_signed(&rsa, jwt, "RS256"));
    assert_int_equal(X509_digest(rsa.certificate, EVP_sha1(), digest, NULL), 1);
    assert_true(base64url_encode(digest, sizeof digest, thumbprint, sizeof thumbprint));
    snprintf(expected, sizeof expected, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"x5t\":\"%s\"}",
             thumbprint);
    assert_string_equal(part_of(jwt), expected);
}

/* The token's own type of key: PSS and nothing else. */
static void test_pss_key(void **state)
{
    struct pair pss = pair_make("RSA-PSS", 2048, "pss");
    const char *pem = pem_of(pair_key_pem(&pss, NULL), pair_certificate_pem(&pss), "");

    (void)state;
    use_file("pss.pem", pem, strlen(pem));
    assert_non_null(fixture_make("client_certificate"));
    assert_true(pair_signed(&pss, fetch_assertion(), "PS256"));
    no_pss = true;
    fixture_script_one(fixture_good);
    assert_false(fixture_fetch(MINUTE_MS));
    no_pss = false;
    assert_int_equal(fixture.requests, 0);
    fixture_assert_text(fixture.error.message, "does not sign");
    pair_free(&pss);
}

static char echo[8192];

/* The assertion is not known before it is sent: the answer is made when it has come. */
static void echo_assertion(void)
{
    snprintf(echo, sizeof echo, FIXTURE_REFUSAL("invalid_client", "700027", "Bad: %.4000s. More"),
             assertion());
}

static void test_echoed_assertion(void **state)
{
    (void)state;
    use_pem();
    fixture.before_answer = echo_assertion;
    fixture_script_one((struct fixture_answer){.status = 401, .body = echo});
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "AADSTS700027: the certificate is not the app");
    assert_null(strstr(fixture.error.message, "It says"));
    assert_true(fixture.token.final);
}

/* ---- clocks ---- */

/* Azure's time, in the Date of every answer. */
static char date_header[64];

static void test_wrong_clock(void **state)
{
    const struct fixture_answer answers[] = {
        {.status = 401,
         .body = FIXTURE_REFUSAL("invalid_client", "700024", "Not within its valid time range."),
         .headers = date_header},
        {.status = 200, .body = FIXTURE_GOOD, .headers = date_header}};
    struct json *claims = NULL;
    long long now = 0;

    (void)state;
    use_pem();
    text_copy(date_header, sizeof date_header, "Date: Tue, 24 Nov 2026 20:06:41 GMT");
    fixture_script(answers, 2);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 2);
    assert_int_equal(fixture.waited_ms, 0);
    claims = jwt_claims(assertion());
    assert_true(json_integer(json_member(claims, "iat"), &now));
    assert_in_range(now, 1795547201 + 3599, 1795547201 + 3601);
    json_free(claims);
    assert_in_range(clock_skew_seconds(), 3599, 3601);
    /* Once is enough: a clock that was corrected and is refused again is something else. */
    fixture_script_one(answers[0]);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 2);
    assert_true(fixture.token.final);
    fixture_assert_text(fixture.error.message, "AADSTS700024: the assertion is not valid at");
    /* The clock was set: back to where it agrees, for the tests that follow. */
    text_copy(date_header, sizeof date_header, "Date: Tue, 24 Nov 2026 19:06:41 GMT");
    fixture_script_one(answers[1]);
    assert_true(fixture_fetch(MINUTE_MS));
    assert_in_range(clock_skew_seconds() + 2, 1, 3);
}

/* ---- files ---- */

static void assert_taken(const char *name, const char *bytes, size_t length)
{
    use_file(name, bytes, length);
    if (fixture_make("client_certificate") == NULL)
        fail_msg("%s: %s", name, fixture.why);
    assert_true(pair_signed(&rsa, fetch_assertion(), "PS256"));
}

static void assert_refused_file(const char *name, const char *bytes, size_t length, const char *why)
{
    use_file(name, bytes, length);
    assert_null(fixture_make("client_certificate"));
    fixture_assert_text(fixture.why, "the certificate file ");
    fixture_assert_text(fixture.why, why);
}

static void test_files_taken(void **state)
{
    const char *pem = NULL, *pfx = NULL;
    size_t length = 0;

    (void)state;
    pem = pem_of(pair_certificate_pem(&other), pair_certificate_pem(&rsa),
                 pair_key_pem(&rsa, NULL)); /* a chain, and the key last */
    assert_taken("chain.pem", pem, strlen(pem));
    pem = pem_of("Bag Attributes\n    friendlyName: x\n", pair_key_pem(&rsa, NULL),
                 pair_certificate_pem(&rsa));
    assert_taken("bag.pem", pem, strlen(pem));
    pfx = pair_pfx(&rsa, true, "", &length);
    assert_taken("open.pfx", pfx, length);
    fixture.stored_name = "pfx";
    fixture.stored_secret = "pass word";
    text_copy(fixture.config.identity.certificate_secret, CONFIG_SECRET_SIZE, "pfx");
    pfx = pair_pfx(&rsa, true, "pass word", &length);
    assert_taken("locked.pfx", pfx, length);
    pem = pem_of(pair_key_pem(&rsa, "pass word"), pair_certificate_pem(&rsa), "");
    assert_taken("locked.pem", pem, strlen(pem));
}

static void test_files_refused(void **state)
{
    const char *pem = NULL, *pfx = NULL;
    size_t length = 0;

    (void)state;
    assert_refused_file("empty", "", 0, "is neither PEM nor PFX");
    assert_refused_file("noise", "\x30\x82\x01\x02 noise", 10, "is neither PEM nor PFX");
    pem = pair_certificate_pem(&rsa);
    assert_refused_file("only.pem", pem, strlen(pem), "has no private key");
    pem = pair_key_pem(&rsa, NULL);
    assert_refused_file("key.pem", pem, strlen(pem), "has no certificate that belongs");
    pem = pem_of(pair_key_pem(&rsa, NULL), pair_certificate_pem(&other), "");
    assert_refused_file("mixed.pem", pem, strlen(pem), "has no certificate that belongs");
    pem = pem_of(pair_key_pem(&rsa, "secret"), pair_certificate_pem(&rsa), "");
    assert_refused_file("locked.pem", pem, strlen(pem), "name it in identity.certificate_secret");
    pfx = pair_pfx(&rsa, true, "secret", &length);
    assert_refused_file("locked.pfx", pfx, length, "is a PFX with a password");
    assert_refused_file("cut.pfx", pfx, length / 2, "is neither PEM nor PFX");
    pfx = pair_pfx(&rsa, false, "", &length);
    assert_refused_file("public.pfx", pfx, length, "without the private key");
    fixture.stored_name = "pfx";
    fixture.stored_secret = "wrong";
    text_copy(fixture.config.identity.certificate_secret, CONFIG_SECRET_SIZE, "pfx");
    pfx = pair_pfx(&rsa, true, "secret", &length);
    assert_refused_file("wrong.pfx", pfx, length, "that the password does not open");
    pem = pem_of(pair_key_pem(&rsa, "secret"), pair_certificate_pem(&rsa), "");
    assert_refused_file("wrong.pem", pem, strlen(pem), "that the password does not open");
    fixture.stored_name = NULL;
    assert_null(fixture_make("client_certificate"));
    assert_string_equal(fixture.why, "the secret pfx is not stored");
}

static void test_keys_refused(void **state)
{
    struct pair curve = pair_make("EC", 0, "curve"), small = pair_make("RSA", 1024, "small");
    const char *pem = pem_of(pair_key_pem(&curve, NULL), pair_certificate_pem(&curve), "");

    (void)state;
    assert_refused_file("curve.pem", pem, strlen(pem), "has a key that is not RSA");
    pem = pem_of(pair_key_pem(&small, NULL), pair_certificate_pem(&small), "");
    assert_refused_file("small.pem", pem, strlen(pem), "less than 2048 bits");
    fixture.config.identity.certificate_file[0] = '\0';
    assert_null(fixture_make("client_certificate"));
    fixture_assert_text(fixture.why, "identity.certificate_file is missing");
    pair_free(&curve);
    pair_free(&small);
}

/* A key that others can read is nobody's proof. */
static void test_open_file(void **state)
{
    (void)state;
    use_pem();
    assert_int_equal(chmod(fixture.config.identity.certificate_file, 0644), 0);
    fixture_script_one(fixture_good);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 0);
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
    fixture_assert_text(fixture.error.message, "nothing was sent, for the certificate file ");
    fixture_assert_text(fixture.error.message, "open to group or others");
}

static void test_renewed_file(void **state)
{
    const char *pem = NULL;

    (void)state;
    use_pem();
    assert_true(pair_signed(&rsa, fetch_assertion(), "PS256"));
    pem = pem_of(pair_key_pem(&other, NULL), pair_certificate_pem(&other), "");
    use_file("app.pem", pem, strlen(pem));
    assert_true(pair_signed(&other, fetch_assertion(), "PS256"));
}

static void test_description(void **state)
{
    char text[IDENTITY_DESCRIPTION_SIZE], thumbprint[64], expected[512];
    unsigned char digest[20];

    (void)state;
    use_pem();
    assert_int_equal(X509_digest(rsa.certificate, EVP_sha1(), digest, NULL), 1);
    crypto_hex(digest, sizeof digest, thumbprint);
    identity_describe(fixture.identity, text, sizeof text);
    snprintf(expected, sizeof expected,
             "client certificate CN=milink test, thumbprint %s, expires 2027-11-01, signs PS256; "
             "client " FIXTURE_CLIENT " in tenant " FIXTURE_TENANT,
             thumbprint);
    assert_string_equal(text, expected);
    no_pss = true;
    identity_describe(fixture.identity, text, sizeof text);
    no_pss = false;
    fixture_assert_text(text, "signs RS256");
    fixture.utc_ahead_ms = INT64_C(366) * 24 * 3600 * 1000;
    identity_describe(fixture.identity, text, sizeof text);
    fixture_assert_text(text, "EXPIRED 2027-11-01");
}

static int make_pairs(void **state)
{
    (void)state;
    rsa = pair_make("RSA", 2048, "milink test");
    other = pair_make("RSA", 2048, "other");
    return 0;
}

static int free_pairs(void **state)
{
    (void)state;
    pair_free(&rsa);
    pair_free(&other);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_assertion),        FIXTURE_TEST(test_fresh_assertion),
        FIXTURE_TEST(test_fallback),         FIXTURE_TEST(test_pss_key),
        FIXTURE_TEST(test_echoed_assertion), FIXTURE_TEST(test_wrong_clock),
        FIXTURE_TEST(test_files_taken),      FIXTURE_TEST(test_files_refused),
        FIXTURE_TEST(test_keys_refused),     FIXTURE_TEST(test_open_file),
        FIXTURE_TEST(test_renewed_file),     FIXTURE_TEST(test_description),
    };

    return cmocka_run_group_tests(tests, make_pairs, free_pairs);
}
