/* SPDX-License-Identifier: MIT */
/* Base64 both ways: RFC 4648's own vectors, either alphabet, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base64.h"

static const char *const vectors[][3] = {{"", "", ""},
                                         {"f", "Zg", "Zg=="},
                                         {"fo", "Zm8", "Zm8="},
                                         {"foo", "Zm9v", "Zm9v"},
                                         {"foob", "Zm9vYg", "Zm9vYg=="},
                                         {"fooba", "Zm9vYmE", "Zm9vYmE="},
                                         {"foobar", "Zm9vYmFy", "Zm9vYmFy"}};

static void test_vectors(void **state)
{
    char text[64], bytes[64];
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        size_t length = strlen(vectors[i][0]);

        assert_true(base64url_encode(vectors[i][0], length, text, BASE64_TEXT_SIZE(length)));
        assert_string_equal(text, vectors[i][1]);
        assert_false(base64url_encode(vectors[i][0], length, text, BASE64_TEXT_SIZE(length) - 1));
        for (size_t j = 1; j < 3; j++) {
            assert_true(base64_decode(vectors[i][j], strlen(vectors[i][j]), bytes, length, &count));
            assert_int_equal(count, length);
            assert_memory_equal(bytes, vectors[i][0], length);
            if (length > 0)
                assert_false(
                    base64_decode(vectors[i][j], strlen(vectors[i][j]), bytes, length - 1, &count));
        }
    }
}

static void test_alphabets(void **state)
{
    static const uint8_t high[] = {0xFB, 0xFF, 0xBF};
    uint8_t bytes[3];
    char text[8];
    size_t count = 0;

    (void)state;
    assert_true(base64url_encode(high, sizeof high, text, sizeof text));
    assert_string_equal(text, "-_-_");
    assert_true(base64_decode("-_-_", 4, bytes, sizeof bytes, &count));
    assert_memory_equal(bytes, high, sizeof high);
    assert_true(base64_decode("+/+/", 4, bytes, sizeof bytes, &count));
    assert_memory_equal(bytes, high, sizeof high);
}

static void test_every_length(void **state)
{
    uint8_t bytes[256], back[256];
    char text[BASE64_TEXT_SIZE(sizeof bytes)];
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        assert_true(base64url_encode(bytes, length, text, sizeof text));
        assert_true(base64_decode(text, strlen(text), back, sizeof back, &count));
        assert_int_equal(count, length);
        assert_memory_equal(back, bytes, length);
    }
}

static void test_not_base64(void **state)
{
    static const char *const bad[] = {
        "A",    "AAAAA",           "A===", "AA=", "A=AA", "=", "AA==AA", "AA A", "AAA\n",
        "AA*A", "\xFF\xFF\xFF\xFF"};
    char bytes[16];
    size_t count = 1;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (base64_decode(bad[i], strlen(bad[i]), bytes, sizeof bytes, &count))
            fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_alphabets),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_not_base64),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
