/* SPDX-License-Identifier: MIT */
/* The Azure CLI's identity, by a program az that the tests write, and how programs are run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "identity_fixture.h"
#include "program.h"
#include "text.h"

static char path_before[4096];

/* A program of that name, first in PATH. */
static void write_program(const char *name, const char *script)
{
    char path[sizeof path_before + 128], text[4096];

    snprintf(text, sizeof text, "#!/bin/sh\n%s", script);
    assert_int_equal(chmod(fixture_write_file(name, text, strlen(text)), 0700), 0);
    snprintf(path, sizeof path, "%s:%s", fixture.directory, path_before);
    setenv("PATH", path, 1);
}

static int set_up(void **state)
{
    text_copy(path_before, sizeof path_before, getenv("PATH"));
    if (fixture_set_up(state) != 0)
        return -1;
    fixture.config.identity.tenant_id[0] = '\0';
    return fixture_make("cli") != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    setenv("PATH", path_before, 1);
    return fixture_tear_down(state);
}

static void test_token(void **state)
{
    char script[1024], expected[1024], text[IDENTITY_DESCRIPTION_SIZE], seen[256] = "";
    char record[128];
    FILE *file = NULL;

    (void)state;
    snprintf(record, sizeof record, "%s", fixture_write_file("record", "", 0));
    /* The fixture's clock shows 1795547201. expiresOn is in the time of some zone. */
    snprintf(script, sizeof script,
             "echo \"$@\" >%s\n"
             "echo '{\"accessToken\":\"" FIXTURE_TOKEN "\",\"expiresOn\":\"2026-11-22 10:00:00\","
             "\"expires_on\":1795550801,\"tokenType\":\"Bearer\"}'\n",
             record);
    write_program("az", script);
    if (!fixture_fetch(MINUTE_MS))
        fail_msg("%s", fixture.error.message);
    assert_string_equal(fixture.token.text, FIXTURE_TOKEN);
    assert_int_equal(fixture.token.lifetime_ms, 3599000);
    file = fopen(record, "r");
    assert_non_null(file);
    assert_non_null(fgets(seen, sizeof seen, file));
    fclose(file);
    snprintf(expected, sizeof expected,
             "account get-access-token --output json --scope https://management.azure.com/.default"
             "\n");
    assert_string_equal(seen, expected);
    identity_describe(fixture.identity, text, sizeof text);
    assert_string_equal(text, "whoever ran az login");
    text_copy(fixture.config.identity.tenant_id, 128, "contoso.example");
    assert_non_null(fixture_make("cli"));
    assert_true(fixture_fetch(MINUTE_MS));
    file = fopen(record, "r");
    assert_non_null(file);
    assert_non_null(fgets(seen, sizeof seen, file));
    fclose(file);
    fixture_assert_text(seen, "/.default --tenant contoso.example\n");
}

static void test_failures(void **state)
{
    static const char *const cases[][2] = {
        {"exit 3\n", "it ended with code 3; run az login"},
        {"kill -9 $$\n", "it ended with code 137"},
        {"echo Please sign in\n", "it wrote no JSON"},
        {"echo '{}'\n", "update it to 2.54 or later"},
        {"echo '{\"accessToken\":\"a\",\"tokenType\":\"Bearer\",\"expires_on\":1795547200}'\n",
         "its token has ended"},
        {"echo '{\"tokenType\":\"Bearer\",\"expires_on\":1795550801}'\n", "no access_token"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_program("az", cases[i][0]);
        assert_false(fixture_fetch(MINUTE_MS));
        assert_int_equal(fixture.error.number, MILINK_IDENTITY_REFUSED);
        fixture_assert_text(fixture.error.message, cases[i][1]);
        assert_true(fixture.token.final);
    }
    setenv("PATH", fixture.directory, 1);
    unlink(fixture_write_file("az", "", 0));
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "it is not in PATH");
}

/* It cannot ask for more than az login gave. */
static void test_claims(void **state)
{
    (void)state;
    fixture.claims = "{}";
    write_program("az", "echo must not run\n");
    assert_false(fixture_fetch(MINUTE_MS));
    fixture_assert_text(fixture.error.message, "a claims challenge");
}

/* ---- programs ---- */

static char output[4096];

static enum program_result run(const char *const *arguments, const char *const *variables,
                               size_t room, int *code)
{
    struct deadline deadline = deadline_in(MINUTE_MS);
    const struct program program = {arguments, variables, output, room};

    deadline.interrupted = fixture_interrupted;
    return program_run(&program, &deadline, code);
}

static void test_arguments(void **state)
{
    static const char *const bad[] = {"a b",  "a;b", "$(x)", "a&b", "a|b", "%PATH%", "\"",
                                      "a\nb", "",    "^",    "`x`", "(",   "!x!",    "\xC3\xBC"};
    int code = 0;

    (void)state;
    write_program("tool", "echo ran\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *const arguments[] = {"tool", bad[i], NULL};

        assert_int_equal(run(arguments, NULL, sizeof output, &code), PROGRAM_FAILED);
        assert_string_equal(output, "");
    }
}

/* Of our environment and handles it sees what it needs and no more. */
static void test_surroundings(void **state)
{
    static const char *const arguments[] = {"tool", NULL};
    static const char *const variables[] = {"MILINK_SHOWN", "MILINK_UNSET", NULL};
    int code = 0, handle = open("/dev/null", O_RDONLY), leaked = fcntl(handle, F_DUPFD, 50);
    char script[256];

    (void)state;
    assert_true(leaked >= 50); /* inheritable, as a library might leave one */
    setenv("MILINK_SHOWN", "yes", 1);
    setenv("MILINK_HIDDEN", "secret", 1);
    unsetenv("MILINK_UNSET");
    snprintf(script, sizeof script,
             "env\nread line || echo no input\n"
             "[ -e /proc/$$/fd/1 ] && echo seen\n[ -e /proc/$$/fd/%d ] && echo leaked\nexit 7\n",
             leaked);
    write_program("tool", script);
    assert_int_equal(run(arguments, variables, sizeof output, &code), PROGRAM_ENDED);
    assert_int_equal(code, 7);
    fixture_assert_text(output, "MILINK_SHOWN=yes\n");
    fixture_assert_text(output, "PATH=");
    assert_null(strstr(output, "MILINK_HIDDEN"));
    assert_null(strstr(output, "MILINK_UNSET"));
    fixture_assert_text(output, "no input\nseen\n");
    assert_null(strstr(output, "leaked"));
    close(leaked);
    close(handle);
}

static void test_too_much_output(void **state)
{
    static const char *const arguments[] = {"tool", NULL};
    int code = 0;

    (void)state;
    write_program("tool", "while :; do echo 0123456789; done\n");
    assert_int_equal(run(arguments, NULL, sizeof output, &code), PROGRAM_FAILED);
}

/* One that hangs, its children too, is ended when the caller goes. */
static void test_interrupted(void **state)
{
    static const char *const arguments[] = {"tool", NULL};
    int code = 0;

    (void)state;
    write_program("tool", "sleep 600 &\nsleep 600\n");
    fixture.interrupted = true;
    assert_int_equal(run(arguments, NULL, sizeof output, &code), PROGRAM_LATE);
}

#define CLI_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLI_TEST(test_token),       CLI_TEST(test_failures),     CLI_TEST(test_claims),
        CLI_TEST(test_arguments),   CLI_TEST(test_surroundings), CLI_TEST(test_too_much_output),
        CLI_TEST(test_interrupted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
