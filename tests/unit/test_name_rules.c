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
    for (int rule = RULE_DATABASE; rule <= RULE_SECRET; rule++)
        refuses((enum parameter_rule)rule, nothing);
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

static void takes_all(enum parameter_rule rule, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        takes(rule, *texts);
}

static void refuses_all(enum parameter_rule rule, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        refuses(rule, *texts);
}

static void test_databases(void **state)
{
    static const char *const good[] = {"sales",        "we]ird",  "it's", "a b",
                                       "\xC3\x84rger", " lead",   "a,b",  "[x]",
                                       ".net",         "master2", NULL};
    static const char *const bad[] = {"..",  ".",   "a/b", "a%b", "a\\b", "a?b",    "a:b",    "a&b",
                                      "a<b", "a*b", "a ",  "a.",  "a\nb", "MASTER", "tempdb", NULL};

    (void)state;
    takes_all(RULE_DATABASE, good);
    refuses_all(RULE_DATABASE, bad);
    takes(RULE_NAME, "master");
    refuses(RULE_NAME, "..");
    refuses(RULE_NAME, "BOX\\SQL1");
    refuses(RULE_NAME, "a/../b");
}

static void test_database_lists(void **state)
{
    static const char *const good[] = {
        "sales", "sales,hr", " sales , hr ", "[a,b]", "[a,b],[c]]d]", "we]ird,it's", NULL};
    static const char *const bad[] = {"sales,", ",sales", "sales,,hr", "sales,SALES", "[a",
                                      "[a]b",   "[]",     "a,..",      "a,b/c",       "master,a",
                                      " ",      ",",      "[a],[A]",   "a,[a]",       NULL};

    (void)state;
    takes_all(RULE_DATABASES, good);
    refuses_all(RULE_DATABASES, bad);
}

static void test_endpoints(void **state)
{
    static const char *const good[] = {"TCP://SERVER:7022", "tcp://10.1.2.3:5022",
                                       "TCP://sql-1.example_a.net:1", "TCP://[fe80::1]:65535",
                                       NULL};
    static const char *const bad[] = {"SERVER:7022",
                                      "TCP://SERVER",
                                      "TCP://SERVER:",
                                      "TCP://:5022",
                                      "TCP://SERVER:0",
                                      "TCP://SERVER:65536",
                                      "TCP://SERVER:7022/",
                                      "UDP://SERVER:7022",
                                      "TCP://a b:5022",
                                      "TCP://fe80::1:5022",
                                      "TCP://[fe80::1:5022",
                                      "TCP://[x]:5022",
                                      "TCP://SERVER:+5",
                                      "TCP://a/b:5022",
                                      "TCP://\xC3\xA4:1",
                                      "TCP://",
                                      "TCP://SERVER:000005022",
                                      NULL};

    (void)state;
    takes_all(RULE_ENDPOINT, good);
    refuses_all(RULE_ENDPOINT, bad);
    takes(RULE_HOST, "mi.1b4e.database.windows.net");
    takes(RULE_HOST, "fe80::1");
    refuses(RULE_HOST, "host:5022/");
    refuses(RULE_HOST, "a b");
    refuses(RULE_HOST, "-a");
}

static void test_of_instances(void **state)
{
    static const char *const subnets[] = {
        "/subscriptions/20D7082A-0FC7-4468-82BD-542694D5042B/resourceGroups/rg/providers/"
        "Microsoft.Network/virtualNetworks/vnet1/subnets/subnet1",
        "/SUBSCRIPTIONS/a/resourcegroups/r_(1)/PROVIDERS/microsoft.network/virtualnetworks/v.1/"
        "SUBNETS/s-1",
        NULL};
    static const char *const not_subnets[] = {
        "subnet1",
        "/subscriptions/a/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets",
        "/subscriptions/a/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/",
        "/subscriptions/a/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/"
        "s/",
        "/subscriptions/a/resourceGroups/r/providers/Microsoft.Sql/virtualNetworks/v/subnets/s",
        "/subscriptions/a/resourceGroups/r\"/providers/Microsoft.Network/virtualNetworks/v/subnets/"
        "s",
        NULL};
    static const char *const logins[] = {"miadmin", "dba_1", "Admin2", "a.b-c", NULL};
    static const char *const not_logins[] = {"sa",       "SA",  "admin", "Administrator",
                                             "1dba",     "a b", "a\\b",  "dbo",
                                             "\xC3\xA4", "a'b", NULL};

    (void)state;
    takes_all(RULE_SUBNET, subnets);
    refuses_all(RULE_SUBNET, not_subnets);
    takes_all(RULE_LOGIN, logins);
    refuses_all(RULE_LOGIN, not_logins);
    takes(RULE_LOCATION, "westeurope");
    takes(RULE_LOCATION, "Japan East");
    refuses(RULE_LOCATION, "west\"europe");
    refuses(RULE_LOCATION, "1");
    takes(RULE_SECRET, "mi-admin.1");
    refuses(RULE_SECRET, "../x");
    takes(RULE_GROUP, "AG'1]\"");
    refuses(RULE_GROUP, " AG");
    refuses(RULE_GROUP, "AG\n1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),          cmocka_unit_test(test_link_bytes),
        cmocka_unit_test(test_guids),          cmocka_unit_test(test_times_and_procedures),
        cmocka_unit_test(test_empty),          cmocka_unit_test(test_databases),
        cmocka_unit_test(test_database_lists), cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_of_instances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
