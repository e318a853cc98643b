/* SPDX-License-Identifier: MIT */
/* Tests of random bytes, digests and wiping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "crypto.h"

/* Answers of FIPS 180-4's examples. */
static void test_digests(void **state)
{
    uint8_t digest[CRYPTO_SHA256_SIZE];
    char text[2 * CRYPTO_SHA256_SIZE + 1];

    (void)state;
    assert_true(crypto_sha256("abc", 3, digest));
    crypto_hex(digest, CRYPTO_SHA256_SIZE, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(crypto_sha256("", 0, digest));
    crypto_hex(digest, CRYPTO_SHA256_SIZE, text);
    assert_string_equal(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_true(crypto_sha1("abc", 3, digest));
    crypto_hex(digest, CRYPTO_SHA1_SIZE, text);
    assert_string_equal(text, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void test_hex(void **state)
{
    const uint8_t bytes[] = {0x00, 0x0F, 0xA0, 0xFF};
    char text[2 * sizeof bytes + 1];

    (void)state;
    crypto_hex(bytes, sizeof bytes, text);
    assert_string_equal(text, "000fa0ff");
    crypto_hex(bytes, 0, text);
    assert_string_equal(text, "");
}

static void test_guid_form(void **state)
{
    char guid[CRYPTO_GUID_SIZE];
    char other[CRYPTO_GUID_SIZE];

    (void)state;
    for (int round = 0; round < 64; round++) {
        memset(guid, 'x', sizeof guid);
        assert_true(crypto_new_guid(guid));
        assert_int_equal(strlen(guid), CRYPTO_GUID_SIZE - 1);
        for (size_t i = 0; i < CRYPTO_GUID_SIZE - 1; i++) {
            if (i == 8 || i == 13 || i == 18 || i == 23)
                assert_int_equal(guid[i], '-');
            else
                assert_non_null(strchr("0123456789abcdef", guid[i]));
        }
        assert_int_equal(guid[14], '4');
        assert_non_null(strchr("89ab", guid[19]));
    }
    assert_true(crypto_new_guid(other));
    assert_string_not_equal(guid, other);
}

static void test_random_fills(void **state)
{
    uint8_t bytes[64] = {0};
    uint8_t seen = 0;

    (void)state;
    /* Each byte is set in some try, unless its place is never written. */
    for (size_t i = 0; i < sizeof bytes; i++) {
        seen = 0;
        for (int round = 0; round < 16 && seen == 0; round++) {
            assert_true(crypto_random(bytes, sizeof bytes));
            seen = bytes[i];
        }
        assert_int_not_equal(seen, 0);
    }
    assert_true(crypto_random(bytes, 0));
    assert_false(crypto_random(bytes, SIZE_MAX));
}

static void test_wipe(void **state)
{
    char secret[] = "secret";
    const char zero[sizeof secret] = {0};

    (void)state;
    crypto_wipe(secret, sizeof secret);
    assert_memory_equal(secret, zero, sizeof secret);
    crypto_wipe(NULL, 0);
}

static void test_version(void **state)
{
    (void)state;
    assert_int_equal(strncmp(crypto_version(), "OpenSSL 3.", 10), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digests),   cmocka_unit_test(test_hex),
        cmocka_unit_test(test_guid_form), cmocka_unit_test(test_random_fills),
        cmocka_unit_test(test_wipe),      cmocka_unit_test(test_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
