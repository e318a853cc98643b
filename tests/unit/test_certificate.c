/* SPDX-License-Identifier: MIT */
/* Certificates: what is one, what is none, and how Azure writes them. */
#include "certificate_blob.h"
#include "certificate_samples.h"
#include "text.h"
#include "utc.h"
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

static uint8_t *bytes_of(const char *digits, size_t *length)
{
    uint8_t *bytes = certificate_blob_bytes(digits, length);

    assert_non_null(bytes);
    return bytes;
}

static void test_read(void **state)
{
    struct certificate certificate;
    size_t length = 0;
    uint8_t *der = bytes_of("0x" CERTIFICATE_BOX, &length);
    char why[200] = "", until[UTC_TEXT_SIZE];

    (void)state;
    assert_true(certificate_read(der, length, &certificate, why, sizeof why));
    assert_string_equal(certificate.subject, "CN=Certificate for Cert_BOX_endpoint");
    assert_string_equal(certificate.thumbprint, CERTIFICATE_BOX_THUMBPRINT);
    utc_text(certificate.until_ms, until, sizeof until);
    assert_string_equal(until, "2100-10-28T23:12:03.000Z");
    assert_true(certificate.from_ms < certificate.until_ms);
    free(der);
    der = bytes_of(CERTIFICATE_OTHER, &length);
    assert_true(certificate_read(der, length, &certificate, why, sizeof why));
    assert_string_equal(certificate.subject,
                        "CN=Zertifikat f\xC3\xBCr M\xC3\xBCnchen, O=\xC5\xBB\xC3\xB3\xC5\x82w");
    assert_string_equal(certificate.thumbprint, CERTIFICATE_OTHER_THUMBPRINT);
    free(der);
}

static void refused(const void *der, size_t length, const char *part)
{
    struct certificate certificate;
    char why[200] = "";

    assert_false(certificate_read(der, length, &certificate, why, sizeof why));
    if (strstr(why, part) == NULL)
        fail_msg("'%s' is not in: %s", part, why);
    assert_int_equal(certificate.until_ms, 0);
}

static void test_refused(void **state)
{
    static uint8_t long_one[CERTIFICATE_MAX_BYTES + 1];
    size_t length = 0;
    uint8_t *der = bytes_of(CERTIFICATE_KEY, &length);

    (void)state;
    refused(der, length, "private key");
    free(der);
    der = bytes_of(CERTIFICATE_PFX, &length);
    refused(der, length, "private key");
    free(der);
    der = bytes_of(CERTIFICATE_BOX "00", &length);
    refused(der, length, "other bytes behind");
    refused(der, length - 2, "no certificate");
    free(der);
    refused("", 0, "empty");
    refused(NULL, 0, "empty");
    refused("0x3082", 6, "no certificate");
    refused("-----BEGIN CERTIFICATE-----\n", 28, "PEM");
    refused(long_one, sizeof long_one, "8000");
}

/* A certificate with its key behind it must not pass as the certificate alone. */
static void test_with_key(void **state)
{
    size_t length = 0;
    uint8_t *der = bytes_of(CERTIFICATE_BOX CERTIFICATE_KEY, &length);

    (void)state;
    refused(der, length, "other bytes");
    free(der);
}

static void test_mutated(void **state)
{
    size_t length = 0;
    uint8_t *der = bytes_of(CERTIFICATE_BOX, &length);
    struct certificate certificate;
    char why[200];

    (void)state;
    for (size_t cut = 0; cut < length; cut++)
        refused(der, cut, "");
    for (size_t i = 0; i < length * 8; i++) {
        der[i / 8] ^= (uint8_t)(1 << i % 8);
        if (certificate_read(der, length, &certificate, why, sizeof why))
            assert_int_not_equal(text_units(certificate.subject, strlen(certificate.subject)),
                                 SIZE_MAX);
        der[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    free(der);
}

static void test_blob(void **state)
{
    static const char *const bad[] = {"", "0x", "0x1", "xyz", "0x3 ", "30g0", "0X-1"};
    size_t length = 0;
    uint8_t *bytes = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(certificate_blob_bytes(bad[i], &length));
        assert_int_equal(length, 0);
    }
    assert_null(certificate_blob_bytes(NULL, &length));
    bytes = bytes_of("0X0aF9", &length);
    assert_int_equal(length, 2);
    assert_memory_equal(bytes, "\x0A\xF9", 2);
    free(bytes);
}

static bool of(const char *text, struct certificate *certificate)
{
    char why[64];
    struct json *resource = json_parse(text, strlen(text), why, sizeof why);
    bool is_one = false;

    assert_non_null(resource);
    is_one = certificate_of(resource, certificate);
    json_free(resource);
    return is_one;
}

static void test_resource(void **state)
{
    struct certificate certificate;

    (void)state;
    assert_true(of("{\"properties\":{\"publicBlob\":\"" CERTIFICATE_BOX
                   "\",\"thumbprint\":\"AA\"}}",
                   &certificate));
    assert_string_equal(certificate.thumbprint, CERTIFICATE_BOX_THUMBPRINT);
    assert_false(
        of("{\"properties\":{\"publicBlob\":\"0x30\",\"thumbprint\":\"AA\"}}", &certificate));
    assert_string_equal(certificate.thumbprint, "AA");
    assert_false(of("{\"properties\":{}}", &certificate));
    assert_string_equal(certificate.thumbprint, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_with_key), cmocka_unit_test(test_mutated),
        cmocka_unit_test(test_blob),     cmocka_unit_test(test_resource),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
