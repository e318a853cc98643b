/* SPDX-License-Identifier: MIT */
/* SIDs of services against known ones, and the text of the pipe's security. */
#include "endpoint.h"
#include "service_sid.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define SQLSERVER_SID "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003"
#define START         "D:P(D;;GA;;;NU)(D;;GA;;;AN)(A;;GA;;;OW)(A;;GA;;;SY)(A;;0x12019b;;;BA)"

static struct config config;
static char sddl[PIPE_SDDL_SIZE];

static void check_sid(const char *service, const char *wanted)
{
    char sid[SERVICE_SID_SIZE];

    assert_true(service_sid(service, sid));
    assert_string_equal(sid, wanted);
}

/* Windows' own values: NT SERVICE\MSSQLSERVER and NT SERVICE\TrustedInstaller. */
static void test_known(void **state)
{
    (void)state;
    check_sid("MSSQLSERVER", SQLSERVER_SID);
    check_sid("mssqlserver", SQLSERVER_SID);
    check_sid("TrustedInstaller", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464");
    check_sid(MILINK_SERVICE_NAME, MILINK_SERVICE_SID);
}

static void test_limits(void **state)
{
    static char name[258];
    char sid[SERVICE_SID_SIZE];

    (void)state;
    assert_false(service_sid("", sid));
    memset(name, 'a', 257);
    assert_false(service_sid(name, sid));
    name[256] = '\0';
    assert_true(service_sid(name, sid));
}

static void test_instances(void **state)
{
    char service[32];

    (void)state;
    service_of_instance("MSSQLSERVER", service, sizeof service);
    assert_string_equal(service, "MSSQLSERVER");
    service_of_instance("mssqlserver", service, sizeof service);
    assert_string_equal(service, "MSSQLSERVER");
    service_of_instance("PAYROLL_2", service, sizeof service);
    assert_string_equal(service, "MSSQL$PAYROLL_2");
}

static void test_sddl(void **state)
{
    char sid[SERVICE_SID_SIZE], wanted[512];

    (void)state;
    memset(&config, 0, sizeof config);
    assert_true(pipe_sddl(&config, sddl));
    assert_string_equal(sddl, START);
    config.sql_instance_count = 2;
    text_copy(config.sql_instances[0], sizeof config.sql_instances[0], "MSSQLSERVER");
    text_copy(config.sql_instances[1], sizeof config.sql_instances[1], "PAYROLL_2");
    assert_true(service_sid("MSSQL$PAYROLL_2", sid));
    snprintf(wanted, sizeof wanted, "%s(A;;0x12019b;;;%s)(A;;0x12019b;;;%s)", START, SQLSERVER_SID,
             sid);
    assert_true(pipe_sddl(&config, sddl));
    assert_string_equal(sddl, wanted);
}

/* The most that a configuration may hold is not cut: a cut text would lock somebody out, or in. */
static void test_most(void **state)
{
    size_t entries = 0;

    (void)state;
    memset(&config, 0, sizeof config);
    config.sql_instance_count = CONFIG_MAX_SQL_INSTANCES;
    for (size_t i = 0; i < CONFIG_MAX_SQL_INSTANCES; i++)
        snprintf(config.sql_instances[i], sizeof config.sql_instances[i], "INSTANCE_NAME_%02zu", i);
    assert_true(pipe_sddl(&config, sddl));
    for (const char *c = sddl; (c = strstr(c, "S-1-5-80-")) != NULL; c++)
        entries++;
    assert_int_equal(entries, CONFIG_MAX_SQL_INSTANCES);
    assert_int_equal(sddl[strlen(sddl) - 1], ')');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),     cmocka_unit_test(test_limits),
        cmocka_unit_test(test_instances), cmocka_unit_test(test_sddl),
        cmocka_unit_test(test_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
