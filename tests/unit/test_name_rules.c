/* SPDX-License-Identifier: MIT */
/* Names before Azure sees them, by ARM's own rules (arm-api 8). */
#include "name_rules.h"
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void takes(enum parameter_rule rule, const char *text)
{
    if (name_rule_check(rule, text) != NULL)
        fail_msg("'%s' is refused", text);
}

static void refuses(enum parameter_rule rule, const char *text)
{
    const char *wants = name_rule_check(rule, text);

    if (wants == NULL)
        fail_msg("'%s' is taken", text);
    assert_true(wants[0] != '\0');
}

static void test_links(void **state)
{
    static const char *const good[] = {"sales_link", "Sales",      "#a",  "_a", "a@#$_9",
                                       "a",          "sales-link", "1-2", "9",  "a-b-c"};
    static const char *const bad[] = {"-a",  "a-",  "@a",   "$a",  "a b", "a/b",      "a.b",
                                      "a%b", "a]b", "a;--", "a-_", "#-a", "\xC3\xA4", "a\nb"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        takes(RULE_LINK, good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refuses(RULE_LINK, bad[i]);
}

/* Every single byte: what is neither a letter, a digit nor in the pattern is refused. */
static void test_link_bytes(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char name[4] = {'a', (char)c, 'a', '\0'};
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c != 0 && strchr("_@#$-", c) != NULL);

        assert_int_equal(name_rule_check(RULE_LINK, name) == NULL, good);
    }
}

/* Nothing before the name is looked at, not even of none. */
static void test_empty(void **state)
{
    char *nothing = calloc(1, 1);

    (void)state;
    assert_non_null(nothing);
    refuses(RULE_LINK, nothing);
    refuses(RULE_GUID, nothing);
    refuses(RULE_TIME, nothing);
    refuses(RULE_PROCEDURE, nothing);
    takes(RULE_NONE, nothing);
    free(nothing);
}

static void test_guids(void **state)
{
    (void)state;
    takes(RULE_GUID, "01234567-89ab-cdef-0123-456789abcdef");
    takes(RULE_GUID, "01234567-89AB-CDEF-0123-456789ABCDEF");
    refuses(RULE_GUID, "01234567-89ab-cdef-0123-456789abcde");
    refuses(RULE_GUID, "01234567-89ab-cdef-0123-456789abcdef0");
    refuses(RULE_GUID, "{01234567-89ab-cdef-0123-456789abcde}");
    refuses(RULE_GUID, "0123456789ab-cdef-0123-456789abcdef00");
    refuses(RULE_GUID, "01234567-89ab-cdef-0123-456789abcdeg");
}

static void test_times_and_procedures(void **state)
{
    (void)state;
    takes(RULE_TIME, "2026-11-24T18:50:00Z");
    takes(RULE_TIME, "2026-11-24");
    refuses(RULE_TIME, "yesterday");
    refuses(RULE_TIME, "2026-13-01");
    takes(RULE_PROCEDURE, "xp_milink_link_get");
    takes(RULE_PROCEDURE, "XP_MILINK_VERSION");
    refuses(RULE_PROCEDURE, "xp_cmdshell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links), cmocka_unit_test(test_link_bytes),
        cmocka_unit_test(test_guids), cmocka_unit_test(test_times_and_procedures),
        cmocka_unit_test(test_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
