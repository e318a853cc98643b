/* SPDX-License-Identifier: MIT */
/* A configuration for people: every setting told, what a reload keeps, and permissions. */
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

#include "config_explain.h"
#include "config_fields.h"
#include "config_fixture.h"
#include "secret_store.h"
#include "text.h"

static char lines[64 * 1024];

static void take_line(void *context, const char *text)
{
    (void)context;
    assert_null(strchr(text, '\n'));
    text_append(lines, sizeof lines, text);
    text_append(lines, sizeof lines, "\n");
}

static void told(const char *line)
{
    if (strstr(lines, line) == NULL)
        fail_msg("wanted: %s\ngot: %s", line, lines);
}

static void explain(const char *text)
{
    if (!parse(text))
        fail_msg("%s", why);
    text_copy(lines, sizeof lines, "\n");
    config_explain(&config, take_line, NULL);
}

static void test_explain(void **state)
{
    (void)state;
    explain(complete);
    told("\ncloud = public (default): which Azure");
    told("\narm_endpoint = https://management.azure.com (by cloud): ");
    told("\nworkers = 8 (file): calls served at the same time\n");
    told("\nqueue = 16 (file): ");
    told("\njournal.days = 400 (default): ");
    told("\nlog.level = debug (file): ");
    told("\nsql_instances = MSSQLSERVER, PAYROLL_2 (file): ");
    told("\nidentity.secret_file = /etc/milink/client.secret (file): ");
    told("\nmetrics.file = none (default): ");
    told("\ninstances[0].rights = read, failover (file): ");
    told("\ninstances[1].managed_instance = mi-test (file): ");
    /* Of the identity only what its type takes; of the document itself nothing. */
    assert_null(strstr(lines, "\nidentity.endpoint"));
    assert_null(strstr(lines, "$schema"));
    explain(smallest);
    told("\nsql_instances = MSSQLSERVER (default): ");
    told("\nlog.file = standard error; of a service agent.log in state_directory (default): ");
    explain(changed("[\"MSSQLSERVER\", \"PAYROLL_2\"]", "[]"));
    told("\nsql_instances = none (file): ");
    explain(changed("\"public\"", "\"custom\", \"arm_endpoint\": \"https://a.test\", "
                                  "\"authority\": \"https://b.test\", \"audience\": "
                                  "\"https://c.test\""));
    told("\nauthority = https://b.test (file): ");
}

/* The table itself: what every reader of it relies on. */
static void check_section(const struct config_section *section, const char *before)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct config_field *field = &section->fields[i];
        char path[128];

        snprintf(path, sizeof path, "%s%s", before, field->key);
        assert_ptr_equal(config_find_field(path), field);
        assert_true(field->text != NULL && strchr(field->text, '|') == NULL);
        if (field->kind == CONFIG_TEXT || field->kind == CONFIG_TEXTS)
            assert_true((field->rule->pattern != NULL) != (field->rule->allowed != NULL));
        if (field->kind == CONFIG_TEXT && field->otherwise != NULL)
            assert_true(field->rule->fits(field->otherwise));
        if (field->kind == CONFIG_NUMBER)
            assert_in_range(field->number, field->least, field->most);
        for (const char *const *key = field->needs; key != NULL && *key != NULL; key++)
            assert_non_null(*key);
        if (field->section != NULL) {
            text_append(path, sizeof path, field->kind == CONFIG_OBJECTS ? "[]." : ".");
            check_section(field->section, path);
        }
    }
}

static void test_table(void **state)
{
    (void)state;
    check_section(&config_root_section, "");
    assert_null(config_find_field("identity.nothing"));
    assert_null(config_find_field("nothing"));
    assert_null(config_find_field("identity.type.more"));
    assert_null(config_find_field(""));
    for (size_t i = 0; i < config_identity_type_count; i++)
        assert_true(config_rule_identity_type.fits(config_identity_types[i].name));
}

static void take_key(void *context, const char *key)
{
    (void)context;
    text_append(lines, sizeof lines, key);
    text_append(lines, sizeof lines, " ");
}

static void test_keep(void **state)
{
    static struct config in_force;

    (void)state;
    assert_true(parse(complete));
    in_force = config;
    text_copy(lines, sizeof lines, "");
    config_keep(&in_force, &config, take_key, NULL);
    assert_string_equal(lines, "");
    assert_true(parse(smallest));
    config_keep(&in_force, &config, take_key, NULL);
    assert_string_equal(lines, "log.file listen.socket sql_instances workers queue ");
    assert_string_equal(config.log_file, "/var/log/milink/agent.log");
    assert_string_equal(config.socket, "/run/milink/agent.sock");
    assert_string_equal(config.sql_instances[1], "PAYROLL_2");
    assert_int_equal(config.sql_instance_count, 2);
    assert_int_equal(config.workers, 8);
    assert_int_equal(config.failover_minutes, 30); /* this one is new */
    text_copy(lines, sizeof lines, "");
    assert_true(parse(changed("\"/var/lib/milink\"", "\"/elsewhere\"")));
    config_keep(&in_force, &config, take_key, NULL);
    assert_string_equal(lines, "state_directory ");
    assert_string_equal(config.state_directory, "/var/lib/milink");
}

/* ---- permissions ---- */

static char findings[16 * 1024];

static void take_finding(void *context, const struct config_finding *finding)
{
    (void)context;
    text_append(findings, sizeof findings, finding->good ? "OK " : "FAIL ");
    text_append(findings, sizeof findings, finding->what);
    text_append(findings, sizeof findings, ": ");
    text_append(findings, sizeof findings, finding->text);
    text_append(findings, sizeof findings, "\n");
}

static bool check(const char *file)
{
    text_copy(findings, sizeof findings, "");
    return config_check_permissions(file, &config, take_finding, NULL);
}

static void found(const char *text)
{
    if (strstr(findings, text) == NULL)
        fail_msg("wanted: %s\ngot: %s", text, findings);
}

static void test_permissions(void **state)
{
    char directory[] = "/tmp/milink-test-config-XXXXXX", file[64], text[8192], path[128];

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/agent.json", directory);
    snprintf(text, sizeof text, "\"%s\"", directory);
    assert_true(parse(changed("\"/var/lib/milink\"", text)));
    text_copy(config.identity.secret_file, sizeof config.identity.secret_file, "");
    assert_true(check(file));
    found("OK configuration's directory: ");
    found("OK state directory: ");
    assert_int_equal(chmod(directory, 0770), 0);
    assert_false(check(file));
    found("FAIL configuration's directory: ");
    found("is open to group or others (mode 0770); take that away (chmod go-w)");
    assert_int_equal(chmod(directory, 0700), 0);
    text_copy(config.identity.secret, sizeof config.identity.secret, "arm");
    assert_false(check(file));
    found("FAIL identity.secret: secret arm is not set (milink-agent secret set arm)");
    assert_true(secret_store_set(directory, "arm", "s3cr~t", text, sizeof text));
    assert_true(check(file));
    found("OK identity.secret: secret arm is stored, and closed to others");
    assert_null(strstr(findings, "s3cr~t"));
    text_copy(config.identity.secret_file, sizeof config.identity.secret_file, "/nowhere/secret");
    assert_false(check(file));
    found("FAIL identity.secret_file: /nowhere/secret cannot be opened");
    assert_true(secret_store_remove(directory, "arm", text, sizeof text));
    snprintf(path, sizeof path, "%s/secrets/key", directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/secrets", directory);
    rmdir(path);
    assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_permissions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
