/* SPDX-License-Identifier: MIT */
/* The file of the secret: what is taken, what is refused, and that nothing of it stays behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "identity_fixture.h"
#include "text.h"

struct secret_case {
    const char *bytes;
    size_t length;
    const char *why; /* NULL: taken */
};

static void test_secret_files(void **state)
{
    static char longest[4098], longer[4098];
    const struct secret_case cases[] = {
        {"x", 1, NULL},
        {"x\n", 2, NULL},
        {"x\r\n", 3, NULL},
        {longest, 4097, NULL},
        {"", 0, "is empty"},
        {"\n", 1, "is empty"},
        {"\r\n", 2, "is empty"},
        {"x\n\n", 3, "more than one line"},
        {"x\ny\n", 4, "more than one line"},
        {"\xEF\xBB\xBFx\n", 5, "byte order mark"},
        {"\xFF\xFEx\0", 4, "byte order mark"},
        {"x\0y", 3, "bytes that no secret has"},
        {"x\x7F", 2, "bytes that no secret has"},
        {longer, 4097, "is over 4096 bytes long"},
        {longer, 4098, "is over 4096 bytes long"},
    };

    (void)state;
    memset(longest, 'x', 4096);
    longest[4096] = '\n';
    memset(longer, 'x', sizeof longer);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_write_secret(cases[i].bytes, cases[i].length, 0400);
        fixture_script_one(fixture_good);
        assert_int_equal(fixture_fetch(MINUTE_MS), cases[i].why == NULL);
        assert_int_equal(fixture.requests, cases[i].why == NULL);
        if (cases[i].why == NULL)
            continue;
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        fixture_assert_text(fixture.error.message, "nothing was sent, for the secret file ");
        fixture_assert_text(fixture.error.message, fixture.secret_file);
        fixture_assert_text(fixture.error.message, cases[i].why);
        assert_false(fixture.token.final); /* once the file is right, it is right */
    }
}

static void assert_secret_refused(const char *why)
{
    fixture_script_one(fixture_good);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 0);
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
    fixture_assert_text(fixture.error.message, why);
}

static void test_secret_file_kinds(void **state)
{
    static const unsigned open_modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0777};
    char target[128];

    (void)state;
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        fixture_write_secret("x", 1, open_modes[i]);
        assert_secret_refused("is open to group or others (mode 0");
    }
    unlink(fixture.secret_file);
    assert_secret_refused("cannot be opened: No such file");
    assert_int_equal(mkdir(fixture.secret_file, 0700), 0);
    assert_secret_refused("is not a regular file");
    assert_int_equal(rmdir(fixture.secret_file), 0);
    assert_int_equal(mkfifo(fixture.secret_file, 0600), 0); /* nobody writes: an open would hang */
    assert_secret_refused("is not a regular file");
    unlink(fixture.secret_file);
    snprintf(target, sizeof target, "%s/target", fixture.directory);
    fixture_write_secret("x", 1, 0600);
    assert_int_equal(rename(fixture.secret_file, target), 0);
    assert_int_equal(symlink(target, fixture.secret_file), 0);
    assert_secret_refused("is a symbolic link");
    unlink(target);
}

static void test_secret_of_another(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root can give a file away */
    fixture_write_secret("x", 1, 0600);
    assert_int_equal(chown(fixture.secret_file, 65534, 65534), 0);
    assert_secret_refused("belongs to user 65534");
}

static void test_rotation(void **state)
{
    (void)state;
    fixture_script_one(fixture_good);
    assert_true(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.body, "&client_secret=" FIXTURE_ESCAPED);
    fixture_write_secret("new", 3, 0600);
    assert_true(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.body, "&client_secret=new");
}

/* ---- the store ---- */

static void test_stored_secret(void **state)
{
    struct config_identity *identity = &fixture.config.identity;
    char text[IDENTITY_DESCRIPTION_SIZE];

    (void)state;
    text_copy(identity->secret, sizeof identity->secret, "entra");
    assert_non_null(fixture_make("client_secret"));
    fixture_script_one(fixture_good);
    assert_false(fixture_fetch(MINUTE_MS));
    assert_int_equal(fixture.requests, 0);
    assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
    fixture_assert_text(fixture.error.message,
                        "nothing was sent, for the secret entra is not stored");
    fixture.stored_name = "entra";
    fixture.stored_secret = FIXTURE_SECRET;
    assert_true(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.body, "&client_secret=" FIXTURE_ESCAPED);
    identity_describe(fixture.identity, text, sizeof text);
    assert_string_equal(text, "client secret, stored as entra; client " FIXTURE_CLIENT
                              " in tenant " FIXTURE_TENANT);
    identity->secret[0] = identity->secret_file[0] = '\0';
    assert_null(fixture_make("client_secret"));
    fixture_assert_text(fixture.why, "identity.secret is missing");
}

/* Neither the secret nor the token stays in the provider between two fetches. */
static void test_wiped(void **state)
{
    static const char *const kept_out[] = {FIXTURE_SECRET, FIXTURE_ESCAPED, FIXTURE_TOKEN};
    const struct fixture_answer answers[] = {fixture_good, fixture_unreachable};
    size_t size = malloc_usable_size(fixture.identity);

    (void)state;
    assert_true(size > 4096);
    for (size_t i = 0; i < 2; i++) {
        fixture_script_one(answers[i]);
        fixture_fetch(MINUTE_MS);
        for (size_t j = 0; j < sizeof kept_out / sizeof kept_out[0]; j++)
            for (size_t at = 0; at + strlen(kept_out[j]) <= size; at++)
                assert_memory_not_equal((const char *)fixture.identity + at, kept_out[j],
                                        strlen(kept_out[j]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(test_secret_files),      FIXTURE_TEST(test_secret_file_kinds),
        FIXTURE_TEST(test_secret_of_another), FIXTURE_TEST(test_rotation),
        FIXTURE_TEST(test_stored_secret),     FIXTURE_TEST(test_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
