/* SPDX-License-Identifier: MIT */
/* The procedures of the instance itself, and the network test. */
#include "azure_script.h"
#include "secret_store.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define SUBNET                                                                          \
    "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/net/providers/" \
    "Microsoft.Network/virtualNetworks/vnet1/subnets/mi"
#define SECRET "Very$ecret-p4ssw0rd\"\\x"

/* ---- get ---- */

static void test_get(void **state)
{
    (void)state;
    script_instance("SQLServer2022");
    script_list(OPERATIONS,
                script_resource("1", "\"state\":\"Succeeded\",\"operationFriendlyName\":\"OLD\""));
    fake_ask("xp_milink_instance_get", "@instance", "prod", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "fqdn"), "mi-prod.1b4e.database.windows.net");
    assert_string_equal(fake_cell(0, "location"), "westeurope");
    assert_string_equal(fake_cell(0, "storage_gb"), "1024");
    assert_string_equal(fake_cell(0, "public_endpoint"), "0");
    assert_string_equal(fake_cell(0, "hybrid_secondary_usage"), "Passive");
    assert_null(fake_cell(0, "hybrid_secondary_usage_detected"));
    assert_null(fake_cell(0, "running_operation"));
    assert_null(fake_cell(0, "running_percent"));
    fake_http_forget(fake.http);
    script_instance("SQLServer2022");
    script_list(OPERATIONS,
                "{\"name\":\"1\",\"properties\":{\"state\":\"Pending\",\"operation\":\"A\","
                "\"startTime\":\"2026-11-24T10:00:00Z\"}},"
                "{\"name\":\"2\",\"properties\":{\"state\":\"InProgress\",\"percentComplete\":30,"
                "\"operationFriendlyName\":\"UPDATE\",\"startTime\":\"2026-11-24T11:00:00Z\"}},"
                "{\"name\":\"3\",\"properties\":{\"state\":\"Failed\",\"startTime\":"
                "\"2026-11-24T12:00:00Z\"}}");
    fake_ask("xp_milink_instance_get", "@instance", "prod", NULL);
    assert_string_equal(fake_cell(0, "running_operation"), "UPDATE");
    assert_string_equal(fake_cell(0, "running_percent"), "30");
    assert_string_equal(fake_cell(0, "running_state"), "InProgress");
}

/* The role that is documented for links does not let its holder see operations. */
static void test_get_without_permission(void **state)
{
    (void)state;
    script_instance("SQLServer2022");
    script("GET", OPERATIONS, 403,
           "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"m\"}}");
    fake_ask("xp_milink_instance_get", "@instance", "prod", NULL);
    fake_answered(1);
    assert_null(fake_cell(0, "running_operation"));
    assert_int_equal(fake.result.info_count, 1);
    assert_non_null(strstr(fake.result.infos[0], "managedInstances/operations/read"));
}

static void test_not_created(void **state)
{
    static const char *const readers[] = {"instance_get",     "license_get",   "link_list",
                                          "certificate_list", "database_list", "network_test"};
    char name[64];

    (void)state;
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        fake_http_forget(fake.http);
        script_gone("/mi-prod");
        snprintf(name, sizeof name, "xp_milink_%s", readers[i]);
        fake_ask(name, "@instance", "prod", NULL);
        fake_refused(MILINK_ARM_NOT_FOUND,
                     "there is no managed instance mi-prod in resource group "
                     "rg-prod",
                     "xp_milink_instance_create", NULL);
    }
}

/* ---- create ---- */

static void store_secret(void)
{
    char why[256];

    text_copy(fake.setup.config.state_directory, sizeof fake.setup.config.state_directory,
              fake.directory);
    if (!secret_store_set(fake.directory, "mi-admin", SECRET, why, sizeof why))
        fail_msg("%s", why);
}

static int tear_down(void **state)
{
    char path[160], why[256];

    secret_store_remove(fake.directory, "mi-admin", why, sizeof why);
    snprintf(path, sizeof path, "%s/secrets", fake.directory);
    rmdir(path);
    return fake_tear_down(state);
}

static void create(const char *name, const char *value)
{
    fake_ask("xp_milink_instance_create", "@instance", "prod", "@location", "westeurope",
             "@subnet_id", SUBNET, "@sku", "gp_gen5", "@v_cores", "#8", "@storage_gb", "#1024",
             "@admin_login", "miadmin", "@admin_secret", "mi-admin", name, value, NULL);
}

#define BODY                                                                                   \
    "{\"location\":\"westeurope\",\"sku\":{\"name\":\"GP_Gen5\",\"tier\":\"GeneralPurpose\"}," \
    "\"properties\":{\"administratorLogin\":\"miadmin\",\"subnetId\":\"" SUBNET "\","          \
    "\"hybridSecondaryUsage\":\"Passive\",\"administratorLoginPassword\":\"<secret>\","        \
    "\"vCores\":8,\"storageSizeInGB\":1024}}"

static void test_create_shown(void **state)
{
    (void)state;
    store_secret();
    script_gone(PROD "?");
    create("@what_if", "%1");
    shown("PUT", "Would send: PUT " ABOVE PROD "?api-version=2025-01-01 " BODY, "several hours",
          NULL);
    create("@what_if", "%1");
    assert_null(strstr(fake_cell(0, "detail"), "p4ssw0rd"));
}

/* The password is in the request and nowhere else. */
static void test_create(void **state)
{
    struct fake_request request;
    char journal[65536] = "", why[256];
    FILE *file = NULL;

    (void)state;
    store_secret();
    script_gone(PROD "?");
    script("PUT", PROD "?", 201, NULL);
    create("@request_id", ID_ONE);
    fake_answered(1);
    assert_null(fake_cell(0, "link"));
    assert_true(fake_http_request(fake.http, "PUT", PROD "?", 0, &request));
    assert_non_null(strstr(request.body, "\"Very$ecret-p4ssw0rd\\\"\\\\x\""));
    assert_non_null(strstr(request.body, "\"hybridSecondaryUsage\":\"Passive\""));
    fake_stop();
    file = fopen(fake.journal, "rb");
    assert_non_null(file);
    for (size_t length = 0; (length = fread(journal, 1, sizeof journal, file)) > 0;)
        for (size_t i = 0; i + 8 <= length; i++)
            assert_memory_not_equal(journal + i, "p4ssw0rd", 8);
    fclose(file);
    fake.frozen = true;
    fake_start();
    /* A repeat asks the journal alone: the secret may be gone by then. */
    assert_true(secret_store_remove(fake.directory, "mi-admin", why, sizeof why));
    create("@request_id", ID_ONE);
    fake_answered(1);
    assert_int_equal(sent("PUT"), 1);
}

static void test_create_existing(void **state)
{
    (void)state;
    store_secret();
    script_instance("SQLServer2022");
    create("@reason", "r");
    fake_refused(MILINK_RESOURCE_EXISTS, "prod", "mi-prod is there, state Ready", NULL);
    fake_http_forget(fake.http);
    script("GET", PROD "?", 404,
           "{\"error\":{\"code\":\"ResourceGroupNotFound\",\"message\":\"m\"}}");
    create("@reason", "r");
    fake_refused(MILINK_ARM_NOT_FOUND, "ResourceGroupNotFound", NULL);
    assert_int_equal(sent("PUT"), 0);
}

static void test_create_secret(void **state)
{
    (void)state;
    create("@reason", "r");
    fake_refused(MILINK_SECRET_MISSING, "@admin_secret", "mi-admin", "secret set", NULL);
    assert_int_equal(sent("GET"), 0);
}

static void refuses_create(const char *name, const char *cores, const char *storage,
                           const char *sku)
{
    fake_ask("xp_milink_instance_create", "@instance", "prod", "@location", "westeurope",
             "@subnet_id", SUBNET, "@sku", sku, "@v_cores", cores, "@storage_gb", storage,
             "@admin_login", "miadmin", "@admin_secret", "mi-admin", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, name, NULL);
}

static void test_create_values(void **state)
{
    (void)state;
    refuses_create("@v_cores", "#5", "#1024", "GP_Gen5");
    refuses_create("@v_cores", "#2", "#1024", "GP_Gen5");
    refuses_create("@v_cores", "#129", "#1024", "GP_Gen5");
    refuses_create("@storage_gb", "#8", "#1000", "GP_Gen5");
    refuses_create("@storage_gb", "#8", "#0", "GP_Gen5");
    refuses_create("@storage_gb", "#8", "#32800", "GP_Gen5");
    refuses_create("@sku", "#8", "#1024", "GP_Gen4");
    create("@database_format", "SQLServer2019");
    fake_refused(MILINK_PARAMETER_VALUE, "@database_format", "SQLServer2025", NULL);
    create("@hybrid_secondary_usage", "Idle");
    fake_refused(MILINK_PARAMETER_VALUE, "@hybrid_secondary_usage", NULL);
    assert_int_equal(sent("GET"), 0);
    fake_ask("xp_milink_instance_create", "@instance", "careful", "@location", "westeurope",
             "@subnet_id", SUBNET, "@sku", "BC_Gen5", "@v_cores", "#8", "@storage_gb", "#32",
             "@admin_login", "miadmin", "@admin_secret", "mi-admin", NULL);
    fake_refused(MILINK_RIGHT_MISSING, "lifecycle", NULL);
}

static void test_create_all(void **state)
{
    (void)state;
    store_secret();
    script_gone(PROD "?");
    fake_ask("xp_milink_instance_create", "@instance", "prod", "@location", "Japan East",
             "@subnet_id", SUBNET, "@sku", "BC_G8IM", "@v_cores", "#128", "@storage_gb", "#32768",
             "@admin_login", "miadmin", "@admin_secret", "mi-admin", "@license_type", "BasePrice",
             "@hybrid_secondary_usage", "Active", "@database_format", "SQLServer2025", "@what_if",
             "%1", NULL);
    shown("PUT", "\"location\":\"Japan East\"", "\"tier\":\"BusinessCritical\"",
          "\"licenseType\":\"BasePrice\"", "\"hybridSecondaryUsage\":\"Active\"",
          "\"databaseFormat\":\"SQLServer2025\"", "\"vCores\":128", NULL);
}

/* ---- network ---- */

static void test_network(void **state)
{
    (void)state;
    /* Port 1 of this host: nobody listens. */
    fake_ask("xp_milink_network_test", "@instance", "prod", "@host", "127.0.0.1", "@port", "#1",
             NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "name"), "127.0.0.1");
    assert_string_equal(fake_cell(0, "address"), "127.0.0.1");
    assert_string_equal(fake_cell(0, "port"), "1");
    assert_null(fake_cell(0, "connect_ms"));
    assert_non_null(fake_cell(0, "error"));
    fake_ask("xp_milink_network_test", "@instance", "prod", "@host", "a/b", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@host", NULL);
    fake_ask("xp_milink_network_test", "@instance", "prod", "@port", "#65536", NULL);
    fake_refused(MILINK_PARAMETER_VALUE, "@port", NULL);
    assert_int_equal(sent("GET"), 0);
    script("GET", PROD "?", 200, "{\"properties\":{}}");
    fake_ask("xp_milink_network_test", "@instance", "prod", NULL);
    fake_refused(MILINK_ARM_BAD_ANSWER, "pass @host", NULL);
}

#define INSTANCE_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSTANCE_TEST(test_get),           INSTANCE_TEST(test_get_without_permission),
        INSTANCE_TEST(test_not_created),   INSTANCE_TEST(test_create_shown),
        INSTANCE_TEST(test_create),        INSTANCE_TEST(test_create_existing),
        INSTANCE_TEST(test_create_secret), INSTANCE_TEST(test_create_values),
        INSTANCE_TEST(test_create_all),    INSTANCE_TEST(test_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
