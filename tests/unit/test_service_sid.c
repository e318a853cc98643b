/* SPDX-License-Identifier: MIT */
/* SIDs of services against known ones. */
#include "endpoint.h"
#include "service_sid.h"
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define SQLSERVER_SID "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_instances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
