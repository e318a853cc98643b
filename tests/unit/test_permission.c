/* SPDX-License-Identifier: MIT */
/* Permissions: patterns, exceptions, scopes, and what exactly is missing. */
#include "azure_script.h"
#include "permission.h"
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define PERMISSIONS "/providers/Microsoft.Authorization/permissions"
#define GROUP       "/resourceGroups/rg-prod" PERMISSIONS
#define OWN         "/managedInstances/mi-prod" PERMISSIONS
#define WRITE       "Microsoft.Sql/managedInstances/write"

static bool grants(const char *text, const char *action)
{
    char why[128];
    struct json *answer = json_parse(text, strlen(text), why, sizeof why);
    bool granted = false;

    assert_non_null(answer);
    for (size_t i = 0; i < json_count(json_member(answer, "value")); i++)
        granted |= permission_entry_grants(json_at(json_member(answer, "value"), i), action);
    json_free(answer);
    return granted;
}

static void test_patterns(void **state)
{
    (void)state;
    assert_true(grants("{\"value\":[{\"actions\":[\"*\"],\"notActions\":[]}]}", WRITE));
    assert_true(grants("{\"value\":[{\"actions\":[\"*/write\"]}]}", WRITE));
    assert_true(
        grants("{\"value\":[{\"actions\":[\"microsoft.sql/MANAGEDINSTANCES/*\"]}]}", WRITE));
    assert_true(grants("{\"value\":[{\"actions\":[\"" WRITE "\"]}]}", WRITE));
    assert_true(grants("{\"value\":[{\"actions\":[\"M*Sql/*/wr*te\"]}]}", WRITE));
    assert_false(grants("{\"value\":[{\"actions\":[\"Microsoft.Sql/managedInstances\"]}]}", WRITE));
    assert_false(grants("{\"value\":[{\"actions\":[\"" WRITE "s\"]}]}", WRITE));
    assert_false(grants("{\"value\":[{\"actions\":[\"*/read\", \"*/delete\"]}]}", WRITE));
    assert_false(grants("{\"value\":[{\"actions\":[\"\"]}]}", WRITE));
    assert_false(grants("{\"value\":[]}", WRITE));
    assert_false(grants("{\"value\":[{\"actions\":[7, null, {}]}]}", WRITE));
    assert_false(grants("{\"value\":[{\"actions\":\"*\"}]}", WRITE));
    assert_false(grants("{}", WRITE));
}

/* An exception counts against its own entry alone. */
static void test_exceptions(void **state)
{
    (void)state;
    assert_false(grants("{\"value\":[{\"actions\":[\"*\"],\"notActions\":[\"*/write\"]}]}", WRITE));
    assert_true(grants("{\"value\":[{\"actions\":[\"*\"],\"notActions\":[\"*/write\"]},"
                       "{\"actions\":[\"Microsoft.Sql/*\"],\"notActions\":[]}]}",
                       WRITE));
    assert_false(grants("{\"value\":[{\"actions\":[],\"dataActions\":[\"*\"]}]}", WRITE));
}

/* Stars against a text that almost fits must end soon. */
static void test_many_stars(void **state)
{
    char text[4096] = "{\"value\":[{\"actions\":[\"";

    (void)state;
    for (int i = 0; i < 500; i++)
        strncat(text, "*a", sizeof text - strlen(text) - 1);
    strncat(text, "*b\"]}]}", sizeof text - strlen(text) - 1);
    assert_false(grants(text, WRITE));
}

static size_t missing(unsigned rights, const struct permission_set *set, const char **first)
{
    size_t at = 0, count = 0;
    const char *action = NULL;

    *first = NULL;
    while ((action = permission_missing(set, rights, &at)) != NULL)
        if (count++ == 0)
            *first = action;
    return count;
}

static bool ask(struct permission_set *set, struct error *error)
{
    struct deadline deadline = deadline_in(30000);

    memset(error, 0, sizeof *error);
    return permission_read(&fake.setup.arm, &fake.setup.config.instances[0], &deadline, set, error);
}

static void test_missing(void **state)
{
    struct permission_set set;
    struct error error;
    const char *first = NULL;

    (void)state;
    script("GET", OWN, 200, "{\"value\":[{\"actions\":[\"*/read\"],\"notActions\":[]}]}");
    script("GET", GROUP, 200, "{\"value\":[]}");
    assert_true(ask(&set, &error));
    assert_int_equal(missing(RIGHT_READ, &set, &first), 0);
    assert_int_equal(missing(RIGHT_FAILOVER, &set, &first), 3);
    assert_string_equal(
        first, "Microsoft.Sql/managedInstances/distributedAvailabilityGroups/failover/action");
    assert_int_equal(missing(RIGHT_NONE, &set, &first), 0);
    /* The records of operations are not below the instance. */
    fake_http_forget(fake.http);
    script("GET", OWN, 200, "{\"value\":[{\"actions\":[\"*\"]}]}");
    script("GET", GROUP, 200, "{\"value\":[]}");
    assert_true(ask(&set, &error));
    assert_int_equal(missing(RIGHT_LICENSE, &set, &first), 1);
    assert_string_equal(first, "Microsoft.Sql/locations/*/read");
    assert_true(fake_http_count(fake.http, "GET", "api-version=2022-04-01") == 4);
}

static void test_pages(void **state)
{
    struct permission_set set;
    struct error error;
    const char *first = NULL;

    (void)state;
    script("GET", OWN, 200,
           "{\"value\":[{\"actions\":[\"*/read\"]}],"
           "\"nextLink\":\"https://management.azure.com/second\"}");
    script("GET", "/second", 200, "{\"value\":[{\"actions\":[\"*/action\"]}]}");
    script("GET", GROUP, 200, "{\"value\":[{\"actions\":[\"Microsoft.Sql/*\"]}]}");
    assert_true(ask(&set, &error));
    assert_int_equal(missing(RIGHT_READ | RIGHT_FAILOVER, &set, &first), 0);
}

static void test_not_created(void **state)
{
    struct permission_set set;
    struct error error;
    const char *first = NULL;

    (void)state;
    script_gone(OWN);
    script("GET", GROUP, 200, "{\"value\":[{\"actions\":[\"*\"]}]}");
    assert_true(ask(&set, &error));
    assert_int_equal(error.number, 0);
    assert_int_equal(missing(~0u, &set, &first), 0);
    fake_http_forget(fake.http);
    script("GET", OWN, 403, "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"m\"}}");
    assert_false(ask(&set, &error));
    assert_int_equal(error.number, MILINK_ARM_FORBIDDEN);
}

/* Every action is named once, and no right goes without needs. */
static void test_table(void **state)
{
    static const struct permission_set nothing;
    const char *actions[PERMISSION_NEEDS], *first = NULL;
    size_t at = 0;

    (void)state;
    assert_int_equal(missing(~0u, &nothing, &first), PERMISSION_NEEDS);
    for (size_t i = 0; i < PERMISSION_NEEDS; i++) {
        actions[i] = permission_missing(&nothing, ~0u, &at);
        for (size_t n = 0; n < i; n++)
            assert_string_not_equal(actions[i], actions[n]);
    }
    assert_null(permission_missing(&nothing, ~0u, &at));
    for (unsigned right = RIGHT_READ; right <= RIGHT_DATABASE; right *= 2)
        assert_true(missing(right, &nothing, &first) > 1);
}

#define WITH_AGENT(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),   cmocka_unit_test(test_exceptions),
        cmocka_unit_test(test_many_stars), cmocka_unit_test(test_table),
        WITH_AGENT(test_missing),          WITH_AGENT(test_pages),
        WITH_AGENT(test_not_created),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
