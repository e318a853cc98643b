/* SPDX-License-Identifier: MIT */
/* What somebody may have meant: likeness, order, how many, and how it is said. */
#include "nearest.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static char hint[256];

static const char *offer(const char *given, const char *const *names)
{
    struct nearest nearest;

    nearest_init(&nearest, given);
    for (; *names != NULL; names++)
        nearest_offer(&nearest, *names);
    nearest_hint(&nearest, hint, sizeof hint);
    return hint;
}
#define OFFER(given, ...) offer(given, (const char *const[]){__VA_ARGS__, NULL})

static void test_likeness(void **state)
{
    (void)state;
    assert_string_equal(OFFER("link_gte", "link_get"), " Did you mean link_get?"); /* swapped */
    assert_string_equal(OFFER("lnk", "link"), " Did you mean link?");              /* missing */
    assert_string_equal(OFFER("linnk", "link"), " Did you mean link?");            /* too much */
    assert_string_equal(OFFER("LINK_GAT", "link_get"), " Did you mean link_get?");
    assert_string_equal(OFFER("failover", "link_failover"), " Did you mean link_failover?");
    assert_string_equal(OFFER("xx_link_failover_yy", "link_failover"),
                        " Did you mean link_failover?");
    assert_string_equal(OFFER("backup", "link_get", "license_get", "version"), "");
    assert_string_equal(OFFER("", "a", "b"), "");
    assert_string_equal(OFFER("x", ""), " Did you mean ?"); /* one change */
}

static void test_order_and_number(void **state)
{
    (void)state;
    assert_string_equal(OFFER("link_gett", "license_get", "link_list", "link_get"),
                        " Did you mean link_get or link_list?");
    assert_string_equal(OFFER("abcd", "abxy", "abcx", "abcd", "abce", "xbcd"),
                        " Did you mean abcd, abcx or abce?");
    assert_string_equal(OFFER("link", "link_a", "link_bb", "link_ccc", "link_dddd"),
                        " Did you mean link_a, link_bb or link_ccc?");
    assert_string_equal(OFFER("link", "link_dddd", "link_ccc", "link_bb", "link_a"),
                        " Did you mean link_a, link_bb or link_ccc?");
}

static void test_long_names(void **state)
{
    char given[1000], name[1000];

    (void)state;
    memset(given, 'a', sizeof given);
    memset(name, 'a', sizeof name);
    given[sizeof given - 1] = name[sizeof name - 1] = '\0';
    name[70] = 'b'; /* behind what is looked at */
    assert_memory_equal(OFFER(given, name), " Did you mean aaa", 17);
    given[0] = '\0';
    assert_string_equal(OFFER(given, name), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_order_and_number),
        cmocka_unit_test(test_long_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
