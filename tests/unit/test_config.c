/* SPDX-License-Identifier: MIT */
/* The configuration: what is taken and what it means, damaged texts, and files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "config_fixture.h"
#include "text.h"

/* ---- what is taken ---- */

static void test_complete(void **state)
{
    (void)state;
    if (!parse(complete))
        fail_msg("%s", why);
    assert_string_equal(config.cloud, "public");
    assert_string_equal(config.arm_endpoint, "https://management.azure.com");
    assert_string_equal(config.authority, "https://login.microsoftonline.com");
    assert_string_equal(config.audience, "https://management.azure.com");
    assert_string_equal(config.api_version, "2025-01-01");
    assert_string_equal(config.identity.type, "client_secret");
    assert_string_equal(config.identity.tenant_id, "11111111-2222-3333-4444-555555555555");
    assert_string_equal(config.identity.client_id, "99999999-8888-7777-6666-555555555555");
    assert_string_equal(config.identity.secret_file, "/etc/milink/client.secret");
    assert_string_equal(config.ca_file, "/etc/milink/roots.pem");
    assert_string_equal(config.state_directory, "/var/lib/milink");
    assert_string_equal(config.log_file, "/var/log/milink/agent.log");
    assert_string_equal(config.log_level, "debug");
    assert_string_equal(config.socket, "/run/milink/agent.sock");
    assert_int_equal(config.sql_instance_count, 2);
    assert_string_equal(config.sql_instances[1], "PAYROLL_2");
    assert_int_equal(config.workers, 8);
    assert_int_equal(config.queue, 16);
    assert_int_equal(config.failover_minutes, 45);
    assert_int_equal(config.license_minutes, 90);
    assert_int_equal(config.instance_count, 2);
    assert_string_equal(config.instances[0].resource_group, "rg-dr");
    assert_string_equal(config.instances[1].managed_instance, "mi-test");
    assert_int_equal(config.instances[0].rights, RIGHT_READ | RIGHT_FAILOVER);
    assert_int_equal(config.instances[1].rights, RIGHT_LICENSE);
    assert_string_equal(why, "");
}

static void test_defaults(void **state)
{
    (void)state;
    if (!parse(smallest))
        fail_msg("%s", why);
    assert_string_equal(config.cloud, "public");
    assert_string_equal(config.api_version, "2025-01-01");
    assert_string_equal(config.log_level, "info");
    assert_string_equal(config.log_file, "");
    assert_string_equal(config.ca_file, "");
    assert_string_equal(config.socket, "");
    assert_int_equal(config.sql_instance_count, 1);
    assert_string_equal(config.sql_instances[0], "MSSQLSERVER");
    assert_int_equal(config.workers, CONFIG_MAX_WORKERS);
    assert_int_equal(config.queue, CONFIG_MAX_QUEUE);
    assert_int_equal(config.failover_minutes, 30);
    assert_int_equal(config.license_minutes, 60);
    assert_int_equal(config.link_minutes, 60);
    assert_int_equal(config.instance_minutes, 720);
    assert_int_equal(config.database_minutes, 60);
    assert_int_equal(config.journal_days, 400);
    assert_string_equal(config.metrics_file, "");
    assert_string_equal(config.proxy, "");
}

static void test_taken(void **state)
{
    static const char *const cases[][2] = {
        {"\"2025-01-01\"", "\"2025-05-01-preview\""},
        {"[\"MSSQLSERVER\", \"PAYROLL_2\"]", "[]"},
        {"\"dr\"", "\"0.Z_z-9\""},
        {"\"rg-dr\"", "\"RG_(d.r)-\xC3\xBC\""},
        {"\"mi-dr\"", "\"0\""},
        {"\"11111111-2222-3333-4444-555555555555\"", "\"contoso.com\""},
        {"\"workers\": 8", "\"workers\": 64"},
        {"\"failover_minutes\": 45", "\"failover_minutes\": 1440"},
        {"\"workers\": 8", "\"workers\": 8, \"journal\": {\"days\": 0}"},
        {"\"workers\": 8", "\"workers\": 8, \"journal\": {\"days\": 30}"},
        {"\"workers\": 8", "\"workers\": 8, \"metrics\": {\"file\": \"/run/m.prom\"}"},
        {"\"workers\": 8", "\"workers\": 8, \"$schema\": \"config.schema.json\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!parse(changed(cases[i][0], cases[i][1])))
            fail_msg("%s: %s", cases[i][1], why);
}

/* Each type of identity with all that it takes, and as little as it takes. */
static void test_identities(void **state)
{
    static const char *const identities[] = {
        "{}",
        "{\"type\": \"arc\", \"endpoint\": \"http://127.0.0.1:40342\", \"key_directory\": "
        "\"/var/opt/azcmagent/tokens\"}",
        "{\"type\": \"imds\", \"client_id\": \"99999999-8888-7777-6666-555555555555\"}",
        "{\"type\": \"imds\", \"object_id\": \"99999999-8888-7777-6666-555555555555\"}",
        "{\"type\": \"imds\", \"resource_id\": \"/subscriptions/s/providers/x\"}",
        "{\"type\": \"client_secret\", \"tenant_id\": \"contoso.com\", \"client_id\": "
        "\"99999999-8888-7777-6666-555555555555\", \"secret\": \"arm\"}",
        "{\"type\": \"client_certificate\", \"tenant_id\": \"contoso.com\", \"client_id\": "
        "\"99999999-8888-7777-6666-555555555555\", \"certificate_file\": \"/etc/milink/app.pem\", "
        "\"certificate_secret\": \"pfx\"}",
        "{\"type\": \"workload\"}",
        "{\"type\": \"workload\", \"federated_token_file\": \"/run/token\"}",
        "{\"type\": \"cli\", \"tenant_id\": \"contoso.com\"}",
        "{\"type\": \"auto\"}",
    };
    const char *from = strstr(complete, "{\"type\""), *to = strstr(complete, ",\n \"tls\"");
    char identity[512];

    (void)state;
    text_copy_bytes(identity, sizeof identity, from, (size_t)(to - from));
    for (size_t i = 0; i < sizeof identities / sizeof *identities; i++)
        if (!parse(changed(identity, identities[i])))
            fail_msg("%s: %s", identities[i], why);
    assert_true(parse(changed(identity, identities[6])));
    assert_string_equal(config.identity.certificate_file, "/etc/milink/app.pem");
    assert_string_equal(config.identity.certificate_secret, "pfx");
    assert_true(parse(changed(identity, identities[0])));
    assert_string_equal(config.identity.type, "arc");
}

static void test_network(void **state)
{
    (void)state;
    assert_true(parse(changed(
        "\"workers\": 8", "\"workers\": 8, \"network\": {\"proxy\": \"http://proxy.test:8080\", "
                          "\"proxy_user\": \"u\", \"proxy_secret\": \"Proxy\", "
                          "\"no_proxy\": [\"*.test\", \"10.0.0.1\", \"[::1]\"]}")));
    assert_string_equal(config.proxy, "http://proxy.test:8080");
    assert_string_equal(config.proxy_user, "u");
    assert_string_equal(config.proxy_secret, "Proxy");
    assert_string_equal(config.no_proxy, "*.test,10.0.0.1,[::1]");
}

static void test_clouds(void **state)
{
    (void)state;
    assert_true(parse(changed("\"public\"", "\"usgov\"")));
    assert_string_equal(config.arm_endpoint, "https://management.usgovcloudapi.net");
    assert_string_equal(config.authority, "https://login.microsoftonline.us");
    assert_string_equal(config.audience, "https://management.core.usgovcloudapi.net");
    assert_true(parse(changed("\"public\"", "\"china\"")));
    assert_string_equal(config.arm_endpoint, "https://management.chinacloudapi.cn");
    assert_string_equal(config.authority, "https://login.chinacloudapi.cn");
    assert_string_equal(config.audience, "https://management.core.chinacloudapi.cn");
    /* Slashes at the end go, but for the audience's, which counts. */
    assert_true(
        parse(changed("\"public\"", "\"custom\", \"arm_endpoint\": \"https://arm.test:8443/\","
                                    "\"authority\": \"https://[::1]:443/\","
                                    "\"audience\": \"https://arm.test/\"")));
    assert_string_equal(config.arm_endpoint, "https://arm.test:8443");
    assert_string_equal(config.authority, "https://[::1]:443");
    assert_string_equal(config.audience, "https://arm.test/");
}

static void test_find_instance(void **state)
{
    (void)state;
    assert_true(parse(complete));
    assert_ptr_equal(config_find_instance(&config, "DR"), &config.instances[0]);
    assert_ptr_equal(config_find_instance(&config, "test"), &config.instances[1]);
    assert_null(config_find_instance(&config, "d"));
    assert_null(config_find_instance(&config, "dr2"));
    assert_null(config_find_instance(&config, ""));
}

static void test_rights(void **state)
{
    char text[128], narrow[8];

    (void)state;
    rights_text(RIGHT_READ | RIGHT_FAILOVER, text, sizeof text);
    assert_string_equal(text, "read, failover");
    rights_text(~0u, text, sizeof text);
    assert_string_equal(
        text, "read, license, failover, forced_failover, lifecycle, certificate, database");
    rights_text(0, text, sizeof text);
    assert_string_equal(text, "");
    rights_text(~0u, narrow, sizeof narrow);
    assert_string_equal(narrow, "read, l");
    assert_string_equal(right_name(RIGHT_FORCED_FAILOVER), "forced_failover");
    assert_string_equal(right_name(RIGHT_NONE), "none");
    assert_string_equal(right_name((enum right)(RIGHT_READ | RIGHT_LICENSE)), "unknown");
}

/* ---- damaged texts ---- */

static void test_damaged(void **state)
{
    size_t length = strlen(complete);
    char *copy = malloc(length);
    unsigned refused = 0;

    (void)state;
    assert_non_null(copy);
    for (size_t cut = 0; cut + 2 < length; cut++) { /* the line feed at the end may go */
        char *exact = malloc(cut > 0 ? cut : 1);

        assert_non_null(exact);
        memcpy(exact, complete, cut);
        assert_false(config_parse(exact, cut, &config, why, sizeof why));
        assert_true(why[0] != '\0');
        free(exact);
    }
    for (size_t at = 0; at < length; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(copy, complete, length);
            copy[at] = (char)(copy[at] ^ (1 << bit));
            if (config_parse(copy, length, &config, why, sizeof why)) {
                assert_true(config.instance_count == 2 && config.workers >= 1);
            } else {
                assert_true(why[0] != '\0' && config.instance_count == 0);
                refused++;
            }
        }
    assert_true(refused > length * 4);
    free(copy);
}

/* ---- files ---- */

struct scratch {
    char directory[64], file[96];
};

static int make_scratch(void **state)
{
    static struct scratch scratch;
    const char *base = getenv("TMPDIR");

    snprintf(scratch.directory, sizeof scratch.directory, "%s/milink-XXXXXX",
             base != NULL && strlen(base) < 40 ? base : "/tmp");
    if (mkdtemp(scratch.directory) == NULL)
        return -1;
    snprintf(scratch.file, sizeof scratch.file, "%s/agent.json", scratch.directory);
    *state = &scratch;
    return 0;
}

static int remove_scratch(void **state)
{
    struct scratch *scratch = *state;

    unlink(scratch->file);
    return rmdir(scratch->directory);
}

static void write_file(const char *path, const char *bytes, size_t length, unsigned mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, (mode_t)mode), 0);
}

static void test_file(void **state)
{
    struct scratch *scratch = *state;
    size_t size = 300 * 1024;
    char *spaces = malloc(size);

    assert_non_null(spaces);
    memset(spaces, ' ', size);
    assert_false(config_read(scratch->file, &config, why, sizeof why));
    assert_non_null(strstr(why, "agent.json: cannot be opened: No such file"));
    assert_false(config_read(scratch->directory, &config, why, sizeof why));
    assert_non_null(strstr(why, "is not a regular file"));
    write_file(scratch->file, complete, strlen(complete), 0644);
    if (!config_read(scratch->file, &config, why, sizeof why))
        fail_msg("%s", why);
    assert_int_equal(config.instance_count, 2);
    assert_int_equal(chmod(scratch->file, 0646), 0);
    assert_false(config_read(scratch->file, &config, why, sizeof why));
    assert_non_null(strstr(why, "can be changed by everybody"));
    assert_int_equal(config.instance_count, 0);
    write_file(scratch->file, spaces, size, 0644);
    assert_false(config_read(scratch->file, &config, why, sizeof why));
    assert_non_null(strstr(why, "is too long"));
    free(spaces);
}

/* The example in docs is one that the agent takes. */
static void test_example(void **state)
{
    static const char here[] = "tests/unit/test_config.c";
    char path[1024];
    size_t length = strlen(__FILE__);

    (void)state;
    assert_true(length >= strlen(here) && length < sizeof path - 64);
    text_copy_bytes(path, sizeof path, __FILE__, length - strlen(here));
    text_append(path, sizeof path, "docs/config.example.json");
    if (!config_read(path, &config, why, sizeof why))
        fail_msg("%s", why);
    assert_int_equal(config.instance_count, 2);
}

static void test_default_file(void **state)
{
    char path[CONFIG_PATH_SIZE];

    (void)state;
    config_default_file(path, sizeof path);
    assert_string_equal(path, "/etc/milink/agent.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_network),
        cmocka_unit_test(test_clouds),
        cmocka_unit_test(test_find_instance),
        cmocka_unit_test(test_rights),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test_setup_teardown(test_file, make_scratch, remove_scratch),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_default_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
