/* SPDX-License-Identifier: MIT */
/* The link as Azure describes it: fields, roles, health, and the open vocabulary of states. */
#include "link.h"
#include "fake_agent.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static struct json *document;
static struct link link_;

static bool read_text(const char *text)
{
    char why[128];

    json_free(document);
    document = json_parse(text, strlen(text), why, sizeof why);
    return link_read(document, &link_);
}

static int clean_up(void **state)
{
    (void)state;
    json_free(document);
    document = NULL;
    return 0;
}

static void test_example(void **state)
{
    char *body = fake_body("link_get", "200");

    (void)state;
    assert_true(read_text(body));
    free(body);
    assert_string_equal(link_.name, "dag");
    assert_string_equal(link_.instance_role, "Primary");
    assert_string_equal(link_.partner_role, "Secondary");
    assert_string_equal(link_.failover_mode, "None");
    assert_int_equal(json_count(link_.databases), 1);
    assert_true(link_is_healthy(&link_, NULL, 0));
    assert_true(link_any_state_holds(&link_, "seed", NULL, 0));
}

static void test_no_link(void **state)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"name\":\"x\"}",
        "{\"properties\":{}}",
        "{\"name\":1,\"properties\":{}}",
        "{\"name\":\"x\",\"properties\":[]}",
        "{\"name\":\"x\",\"properties\":\"y\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(read_text(texts[i]));
    assert_false(link_read(NULL, &link_));
    assert_true(read_text("{\"name\":\"x\",\"properties\":{\"instanceLinkRole\":7}}"));
    assert_null(link_.instance_role);
    assert_null(link_.failover_mode);
}

static void test_values(void **state)
{
    (void)state;
    assert_true(link_is("PRIMARY", "Primary"));
    assert_false(link_is("Primary2", "Primary"));
    assert_false(link_is("", "Primary"));
    assert_false(link_is(NULL, "Primary"));
    assert_false(link_is("Primary", NULL));
    assert_string_equal(link_opposite_role("Primary"), "Secondary");
    assert_string_equal(link_opposite_role("primary"), "Secondary");
    assert_string_equal(link_opposite_role("Secondary"), "Primary");
}

static void test_states(void **state)
{
    char found[128] = "";

    (void)state;
    assert_true(read_text(fake_link(&(struct fake_link){.state = "LinkFailoverInProgress"})));
    assert_true(link_any_state_holds(&link_, "InProgress", found, sizeof found));
    assert_string_equal(found, "LinkFailoverInProgress");
    assert_true(link_any_state_holds(&link_, "inprogress", NULL, 0));
    assert_false(link_any_state_holds(&link_, "Error", NULL, 0));
    assert_true(read_text(fake_link(&(struct fake_link){.state = "linkcreationERROR"})));
    assert_true(link_any_state_holds(&link_, "Error", NULL, 0));
    assert_false(link_is_healthy(&link_, NULL, 0));
    assert_true(read_text(fake_link(&(struct fake_link){.state = "Err"})));
    assert_false(link_any_state_holds(&link_, "Error", NULL, 0));
}

static void test_health(void **state)
{
    char reason[600] = "";

    (void)state;
    assert_true(read_text(fake_link(&(struct fake_link){.connected = "connected"})));
    assert_true(link_is_healthy(&link_, reason, sizeof reason));
    assert_true(read_text(fake_link(&(struct fake_link){.connected = "DISCONNECTED"})));
    assert_false(link_is_healthy(&link_, reason, sizeof reason));
    assert_non_null(strstr(reason, "salesdb"));
    assert_non_null(strstr(reason, "DISCONNECTED"));
    assert_true(read_text(
        fake_link(&(struct fake_link){.health = "PARTIALLY_HEALTHY", .last_error = "1408"})));
    assert_false(link_is_healthy(&link_, reason, sizeof reason));
    assert_non_null(strstr(reason, "PARTIALLY_HEALTHY"));
    assert_non_null(strstr(reason, "last error: 1408"));
    /* What Azure does not say is not well. */
    assert_true(read_text("{\"name\":\"x\",\"properties\":{\"databases\":[{}]}}"));
    assert_false(link_is_healthy(&link_, reason, sizeof reason));
    assert_non_null(strstr(reason, "unknown"));
}

/* The second of several databases counts as well. */
static void test_health_of_several(void **state)
{
    char reason[600] = "";
    char *body = fake_body("link_list_multi", "200"), why[64];
    struct json *list = json_parse(body, strlen(body), why, sizeof why);

    (void)state;
    assert_true(link_read(json_at(json_member(list, "value"), 1), &link_));
    assert_int_equal(json_count(link_.databases), 2);
    assert_true(link_is_healthy(&link_, NULL, 0));
    assert_true(link_any_state_holds(&link_, "Seeding", NULL, 0));
    json_free(list);
    free(body);
    assert_true(read_text(
        "{\"name\":\"x\",\"properties\":{\"databases\":["
        "{\"databaseName\":\"a\",\"connectedState\":\"CONNECTED\",\"synchronizationHealth\":"
        "\"HEALTHY\"},{\"databaseName\":\"b\",\"connectedState\":\"CONNECTED\","
        "\"synchronizationHealth\":\"NOT_HEALTHY\"}]}}"));
    assert_false(link_is_healthy(&link_, reason, sizeof reason));
    assert_non_null(strstr(reason, "database b"));
}

/* The reason becomes part of a message, which must be UTF-8: a cut goes between characters. */
static void test_reason_is_text(void **state)
{
    static char last[2000];
    char reason[600];

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(last, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof last; i += 3)
            memcpy(last + i, "\xE2\x82\xAC", 4);
        assert_true(read_text(
            fake_link(&(struct fake_link){.connected = "DISCONNECTED", .last_error = last})));
        assert_false(link_is_healthy(&link_, reason, sizeof reason));
        assert_int_not_equal(text_units(reason, strlen(reason)), SIZE_MAX);
    }
}

/* An answer of Azure's may have 4 MiB; reading it must not take minutes. The alarm ends a program
 * that hangs. */
static void test_long_state(void **state)
{
    enum { LONG = 3 * 1024 * 1024 };
    static const char start[] =
        "{\"name\":\"x\",\"properties\":{\"databases\":[{\"replicaState\":\"";
    char *text = malloc(LONG + 200);

    (void)state;
    assert_non_null(text);
    memcpy(text, start, sizeof start - 1);
    memset(text + sizeof start - 1, 'e', LONG);
    memcpy(text + sizeof start - 1 + LONG, "\"}]}}", 6);
    assert_true(read_text(text));
    free(text);
    alarm(20);
    assert_false(link_any_state_holds(&link_, "Error", NULL, 0));
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_example, clean_up),
        cmocka_unit_test_teardown(test_no_link, clean_up),
        cmocka_unit_test_teardown(test_values, clean_up),
        cmocka_unit_test_teardown(test_states, clean_up),
        cmocka_unit_test_teardown(test_health, clean_up),
        cmocka_unit_test_teardown(test_health_of_several, clean_up),
        cmocka_unit_test_teardown(test_reason_is_text, clean_up),
        cmocka_unit_test_teardown(test_long_state, clean_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
