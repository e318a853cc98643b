/* SPDX-License-Identifier: MIT */
/* Health: each check says what it saw and what to do, bounded by the caller's time. */
#include "audit.h"
#include "fake_agent.h"
#include "text.h"
#include "utc.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define GRANTS_ALL "{\"value\":[{\"actions\":[\"*\"],\"notActions\":[]}]}"

/* What Azure answers; NULL: all is well. */
struct script {
    int status;
    const char *instance, *permissions, *links;
};

static void on(const char *part, int status, const char *body)
{
    fake_http_on(fake.http, "GET", part, (struct fake_reply){.status = status, .body = body});
}

static void azure(struct script script)
{
    fake_http_forget(fake.http);
    on("/managedInstances/mi-prod?", script.status != 0 ? script.status : 200,
       script.instance != NULL ? script.instance : "{\"properties\":{\"state\":\"Ready\"}}");
    on("/permissions", 200, script.permissions != NULL ? script.permissions : GRANTS_ALL);
    on("/distributedAvailabilityGroups?", 200,
       script.links != NULL ? script.links : "{\"value\":[]}");
}

static int set_up(void **state)
{
    int result = fake_set_up(state);

    text_copy(fake.setup.config.state_directory, sizeof fake.setup.config.state_directory,
              fake.directory);
    azure((struct script){.status = 200});
    return result;
}

static void ask(void)
{
    fake_ask("xp_milink_health", "@instance", "prod", NULL);
    if (fake.result.error.number != 0)
        fail_msg("%s", fake.result.error.message);
}

/* The row of a check; the first one when there are several. */
static size_t row_of(const char *area, const char *check)
{
    for (size_t row = 0; row < fake.result.rows; row++)
        if (strcmp(fake_cell(row, "area"), area) == 0 &&
            strcmp(fake_cell(row, "check_name"), check) == 0)
            return row;
    fail_msg("no check %s of %s", check, area);
    return 0;
}

/* That a check has the status, that evidence and action hold the parts; NULL: there is no action.
 */
static void expect(const char *area, const char *check, const char *status, const char *evidence,
                   const char *action)
{
    const size_t row = row_of(area, check);
    const char *found = fake_cell(row, "action");

    if (strcmp(fake_cell(row, "status"), status) != 0 ||
        strstr(fake_cell(row, "evidence"), evidence) == NULL)
        fail_msg("%s %s: %s: %s", area, check, fake_cell(row, "status"),
                 fake_cell(row, "evidence"));
    if (action == NULL)
        assert_null(found);
    else if (found == NULL || strstr(found, action) == NULL)
        fail_msg("%s %s: action %s", area, check, found != NULL ? found : "NULL");
}

static void test_all_well(void **state)
{
    (void)state;
    ask();
    expect("configuration", "file", "OK", "instances: 3", NULL);
    expect("agent", "log", "OK", "level", NULL);
    expect("agent", "journal", "OK", "journal.db", NULL);
    expect("agent", "operations", "OK", "none", NULL);
    expect("agent", "audit trail", "OK", "record 1, hash", NULL);
    expect("identity", "provider", "OK", "fake", NULL);
    expect("identity", "token", "OK", "valid for 3", NULL);
    expect("instance prod", "azure", "OK", "mi-prod, state Ready", NULL);
    expect("instance prod", "api_version", "OK", "accepted", NULL);
    expect("instance prod", "permissions", "OK", "grants", NULL);
    expect("instance prod", "links", "OK", "links: 0", NULL);
    expect("clock", "skew", "OK", "agrees", NULL);
}

static void test_missing_permission(void **state)
{
    static const char answer[] =
        "{\"value\":[{\"actions\":[\"*\"],\"notActions\":"
        "[\"Microsoft.Sql/managedInstances/distributedAvailabilityGroups/failover/action\"]}]}";

    (void)state;
    azure((struct script){.permissions = answer});
    ask();
    expect("instance prod", "permissions", "FAIL", "distributedAvailabilityGroups/failover/action",
           "SQL Managed Instance Contributor");
}

static void test_no_token(void **state)
{
    (void)state;
    fake.token_refused = true;
    ask();
    expect("identity", "token", "FAIL", "made to fail", "identity");
    expect("instance prod", "azure", "FAIL", "made to fail", "identity");
}

static void test_instance_absent(void **state)
{
    (void)state;
    azure((struct script){.status = 404,
                          .instance = "{\"error\":{\"code\":\"ResourceNotFound\","
                                      "\"message\":\"not there\"}}"});
    fake.setup.config.instances[0].rights &= ~(unsigned)RIGHT_LIFECYCLE;
    ask();
    expect("instance prod", "azure", "FAIL", "not there", "configuration");
    fake.setup.config.instances[0].rights |= RIGHT_LIFECYCLE;
    ask();
    expect("instance prod", "azure", "WARN", "not there", "xp_milink_instance_create");
}

static void test_api_version(void **state)
{
    (void)state;
    azure((struct script){.status = 400,
                          .instance = "{\"error\":{\"code\":\"NoRegisteredProviderFound\","
                                      "\"message\":\"not supported\"}}"});
    ask();
    expect("instance prod", "api_version", "FAIL", "not accepted", "api_version");
}

static void test_certificates(void **state)
{
    static const struct {
        long long days;
        const char *status;
    } cases[] = {{40, "OK"}, {29, "WARN"}, {1, "WARN"}, {-2, "FAIL"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char when[UTC_TEXT_SIZE], body[900];

        utc_text((uint64_t)((long long)clock_utc_ms() + cases[i].days * 24 * 3600 * 1000), when,
                 sizeof when);
        snprintf(body, sizeof body,
                 "{\"value\":[{\"name\":\"sales-link\",\"properties\":{\"databases\":["
                 "{\"databaseName\":\"sales\",\"partnerAuthCertValidity\":"
                 "{\"certificateName\":\"Box\",\"expiryDate\":\"%s\"}}]}}]}",
                 when);
        azure((struct script){.links = fake_keep(body)});
        ask();
        expect("instance prod", "certificate of sales-link", cases[i].status, "Box expires",
               i == 0 ? NULL : "xp_milink_certificate_put");
        expect("instance prod", "links", "OK", "links: 1", NULL);
    }
}

/* Somebody has changed the files beneath the running agent. */
static void test_audit_changed(void **state)
{
    char path[128];
    FILE *file = NULL;

    (void)state;
    snprintf(path, sizeof path, "%s/audit.jsonl", fake.directory);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 30, SEEK_SET), 0);
    assert_int_equal(fputc('!', file), '!');
    fclose(file);
    ask();
    expect("agent", "audit trail", "FAIL", "record 1 was written last", "audit verify");
    assert_int_equal(truncate(path, 0), 0);
    ask();
    expect("agent", "audit trail", "FAIL", "record 0", "audit verify");
}

static bool is_gone(void *context)
{
    (void)context;
    return true;
}

/* Time has run out: what was not tested says so, and nothing is asked of Azure. */
static void test_no_time(void **state)
{
    (void)state;
    fake.caller_gone = is_gone;
    ask();
    expect("agent", "journal", "OK", "journal.db", NULL);
    expect("identity", "token", "WARN", "not tested", "@timeout_seconds");
    expect("instance prod", "azure", "WARN", "not tested", "@instance");
    assert_int_equal(fake_http_count(fake.http, "GET", ""), 0);
}

static void test_instances(void **state)
{
    (void)state;
    fake_http_on(fake.http, "GET", "/managedInstances/mi-",
                 (struct fake_reply){.status = 200, .body = "{\"value\":[],\"properties\":{}}"});
    fake_ask("xp_milink_health", NULL);
    row_of("instance prod", "azure");
    row_of("instance watched", "azure");
    fake_ask("xp_milink_health", "@instance", "WATCHED", NULL);
    row_of("instance watched", "azure");
    for (size_t row = 0; row < fake.result.rows; row++)
        assert_string_not_equal(fake_cell(row, "area"), "instance prod");
    fake_ask("xp_milink_health", "@instance", "none", NULL);
    fake_refused(MILINK_INSTANCE_UNKNOWN, "none", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_well, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_missing_permission, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_no_token, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_instance_absent, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_api_version, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_certificates, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_audit_changed, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_no_time, set_up, fake_tear_down),
        cmocka_unit_test_setup_teardown(test_instances, set_up, fake_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
