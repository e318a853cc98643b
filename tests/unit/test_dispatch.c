/* SPDX-License-Identifier: MIT */
/* The dispatcher: bytes in, bytes out; Azure's own examples as rows; and every damage that a
 * request can take. */
#include "fake_agent.h"
#include "mutate.h"
#include "procedures.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void on_body(const char *part, const char *fixture)
{
    char *body = fake_body(fixture, "200");

    fake_http_on(fake.http, "GET", part,
                 (struct fake_reply){.status = 200, .body = fake_keep(body)});
    free(body);
}

/* ---- the agent itself ---- */

static void test_version(void **state)
{
    (void)state;
    fake_ask("xp_milink_version", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "dll_version"), "1.0.0-dll");
    assert_string_equal(fake_cell(0, "agent_version"), MILINK_VERSION);
    assert_string_equal(fake_cell(0, "protocol"), "1");
    assert_string_equal(fake_cell(0, "cloud"), "public");
    assert_string_equal(fake_cell(0, "agent_started_at"), "2026-11-24T18:50:00.000Z");
    assert_string_equal(fake_cell(0, "instances"), "3");
    assert_string_equal(fake_cell(0, "open_operations"), "0");
}

static void test_help(void **state)
{
    static const char *const listed[] = {
#define LISTED(name) MILINK_PROCEDURE_PREFIX #name,
        MILINK_PROCEDURES(LISTED)
#undef LISTED
    };

    (void)state;
    fake_ask("xp_milink_help", NULL);
    fake_answered(sizeof listed / sizeof listed[0]);
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        assert_string_equal(fake_cell(i, "procedure_name"), listed[i]);
        assert_null(fake_cell(i, "parameter_name"));
        assert_non_null(fake_cell(i, "description"));
    }
    fake_ask("xp_milink_help", "@procedure", "XP_milink_link_failover", NULL);
    fake_answered(18);
    assert_string_equal(fake_cell(0, "parameter_name"), "@instance");
    assert_string_equal(fake_cell(2, "parameter_name"), "@failover_type");
    assert_string_equal(fake_cell(2, "type"), "nvarchar(32)");
    assert_string_equal(fake_cell(2, "direction"), "IN");
    assert_string_equal(fake_cell(2, "required"), "yes");
    assert_null(fake_cell(2, "default_value"));
    assert_non_null(strstr(fake_cell(2, "description"), "Planned"));
    assert_string_equal(fake_cell(9, "parameter_name"), "@operation_id");
    assert_string_equal(fake_cell(9, "direction"), "OUTPUT");
}

static void test_instance_list(void **state)
{
    (void)state;
    fake_ask("xp_milink_instance_list", NULL);
    fake_answered(3);
    assert_string_equal(fake_cell(0, "alias"), "prod");
    assert_string_equal(fake_cell(0, "managed_instance"), "mi-prod");
    assert_string_equal(
        fake_cell(0, "rights"),
        "read, license, failover, forced_failover, lifecycle, certificate, database");
    assert_string_equal(fake_cell(1, "rights"), "read");
    assert_string_equal(fake_cell(2, "resource_group"), "rg-careful");
}

/* ---- Azure's examples ---- */

static void test_link_get(void **state)
{
    struct fake_request request;

    (void)state;
    on_body("/distributedAvailabilityGroups/dag?", "link_get");
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", "dag", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "link"), "dag");
    assert_string_equal(fake_cell(0, "database_name"), "testdb");
    assert_string_equal(fake_cell(0, "instance_role"), "Primary");
    assert_string_equal(fake_cell(0, "partner_role"), "Secondary");
    assert_string_equal(fake_cell(0, "replication_mode"), "Async");
    assert_string_equal(fake_cell(0, "failover_mode"), "None");
    assert_string_equal(fake_cell(0, "replica_state"), "Seeding");
    assert_string_equal(fake_cell(0, "seeding_progress"), "80%");
    assert_string_equal(fake_cell(0, "health"), "HEALTHY");
    assert_string_equal(fake_cell(0, "connected_state"), "CONNECTED");
    assert_string_equal(fake_cell(0, "last_hardened_lsn"), "71000009408100001");
    assert_string_equal(fake_cell(0, "last_hardened_time"), "2023-08-01T00:00:00Z");
    assert_null(fake_cell(0, "last_sent_lsn"));
    assert_null(fake_cell(0, "link_mode"));
    assert_string_equal(fake_cell(0, "send_lag_seconds"), "1");
    assert_string_equal(fake_cell(0, "partner_endpoint"), "TCP://SERVER:7022");
    assert_string_equal(fake_cell(0, "partner_ag"), "BoxLocalAg1");
    assert_string_equal(fake_cell(0, "instance_ag"), "testcl");
    assert_non_null(strstr(fake_cell(0, "link_id"), "/distributedAvailabilityGroups/dag"));
    assert_true(fake_http_request(fake.http, "GET", "", 0, &request));
    assert_string_equal(request.url,
                        "https://management.azure.com/subscriptions/"
                        "aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg-prod/providers/"
                        "Microsoft.Sql/managedInstances/mi-prod/distributedAvailabilityGroups/dag"
                        "?api-version=2025-01-01");
}

static void test_link_list(void **state)
{
    (void)state;
    on_body("/distributedAvailabilityGroups?", "link_list");
    fake_ask("xp_milink_link_list", "@instance", "prod", NULL);
    fake_answered(2);
    assert_string_equal(fake_cell(1, "link"), "dag2");
    assert_null(fake_cell(1, "failover_mode"));
    assert_null(fake_cell(1, "redo_lag_seconds"));
    fake_http_forget(fake.http);
    on_body("/distributedAvailabilityGroups?", "link_list_multi");
    fake_ask("xp_milink_link_list", "@instance", "prod", NULL);
    fake_answered(3);
    assert_string_equal(fake_cell(2, "link"), "dag2");
    assert_string_equal(fake_cell(2, "database_name"), "testdb2");
    assert_string_equal(fake_cell(2, "link_mode"), "MultiDatabase");
}

static void test_link_without_databases(void **state)
{
    (void)state;
    fake_http_on(
        fake.http, "GET", "/distributedAvailabilityGroups?",
        (struct fake_reply){.status = 200,
                            .body = "{\"value\":[{\"name\":\"new\",\"properties\":{}},{\"name\":"
                                    "\"newer\",\"properties\":{\"databases\":[]}}]}"});
    fake_ask("xp_milink_link_list", "@instance", "prod", NULL);
    fake_answered(2);
    assert_string_equal(fake_cell(1, "link"), "newer");
    assert_null(fake_cell(1, "database_name"));
    fake_http_forget(fake.http);
    fake_http_on(fake.http, "GET", "/distributedAvailabilityGroups?",
                 (struct fake_reply){.status = 200, .body = "{\"value\":[{\"name\":\"x\"}]}"});
    fake_ask("xp_milink_link_list", "@instance", "prod", NULL);
    fake_refused(MILINK_ARM_BAD_ANSWER, NULL);
}

static void test_license_get(void **state)
{
    (void)state;
    on_body("/managedInstances/mi-prod?", "instance_get");
    on_body("/distributedAvailabilityGroups?", "link_list");
    fake_ask("xp_milink_license_get", "@instance", "prod", NULL);
    fake_answered(1);
    assert_string_equal(fake_cell(0, "license_type"), "LicenseIncluded");
    assert_string_equal(fake_cell(0, "hybrid_secondary_usage"), "Passive");
    assert_null(fake_cell(0, "hybrid_secondary_usage_detected"));
    assert_string_equal(fake_cell(0, "database_format"), "SQLServer2022");
    assert_string_equal(fake_cell(0, "links_primary"), "1");
    assert_string_equal(fake_cell(0, "links_secondary"), "1");
    assert_string_equal(fake_cell(0, "verdict"), "PASSIVE_WHILE_PRIMARY");
}

static void test_not_found(void **state)
{
    (void)state;
    fake_http_on(
        fake.http, "GET", "/distributedAvailabilityGroups/gone?",
        (struct fake_reply){
            .status = 404,
            .body = "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"No link.\"}}"});
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", "gone", NULL);
    fake_refused(MILINK_ARM_NOT_FOUND, "link gone of prod", "No link.", NULL);
    assert_string_equal(fake.result.error.code, "ResourceNotFound");
}

/* ---- the protocol ---- */

static void test_unknown_procedure(void **state)
{
    (void)state;
    fake_ask("xp_milink_nothing", NULL);
    fake_refused(MILINK_PROCEDURE_UNKNOWN, "xp_milink_nothing", NULL);
    fake_ask("", NULL);
    fake_refused(MILINK_PROCEDURE_UNKNOWN, NULL);
}

static void ask_version(uint16_t least, uint16_t most)
{
    const struct wire_hello hello = {least, most, "9.9.9", 5};
    const struct wire_call call = {
        .procedure = "xp_milink_version", .procedure_length = 17, .deadline_ms = 1000};
    struct buffer request;

    buffer_init(&request, WIRE_MAX_PAYLOAD);
    wire_put_hello(&request, &hello);
    wire_put_call(&request, &call);
    fake_dispatch(request.data, request.length);
    buffer_clear(&request);
}

/* CALL is written in the highest version that the client speaks (PROTOCOL.md). */
static void test_versions(void **state)
{
    (void)state;
    ask_version(WIRE_VERSION_MAX, WIRE_VERSION_MAX);
    fake_answered(1);
    ask_version(1, WIRE_VERSION_MAX + 1);
    assert_true(fake.result.unsupported);
    ask_version(WIRE_VERSION_MAX + 1, WIRE_VERSION_MAX + 5);
    assert_true(fake.result.unsupported);
    ask_version(0, 0);
    assert_true(fake.result.unsupported);
    ask_version(2, 1);
    fake_refused(MILINK_REQUEST_MALFORMED, NULL);
}

static void test_malformed(void **state)
{
    struct buffer request;

    (void)state;
    buffer_init(&request, 4 * WIRE_MAX_PAYLOAD);
    fake_dispatch("", 0);
    fake_refused(MILINK_REQUEST_MALFORMED, NULL);
    fake_dispatch("GET / HTTP/1.1\r\n\r\n", 18);
    fake_refused(MILINK_REQUEST_MALFORMED, NULL);
    fake_encode(&request, "xp_milink_version", NULL);
    buffer_put_u8(&request, 0);
    fake_dispatch(request.data, request.length);
    fake_refused(MILINK_REQUEST_MALFORMED, NULL);
    buffer_reset(&request);
    wire_put_cancel(&request);
    fake_dispatch(request.data, request.length);
    fake_refused(MILINK_REQUEST_MALFORMED, NULL);
    buffer_clear(&request);
}

static bool is_gone(void *context)
{
    (void)context;
    return true;
}

static void test_caller_gone(void **state)
{
    (void)state;
    fake_http_on(fake.http, "GET", "/distributed",
                 (struct fake_reply){.status = 200, .held = true});
    fake.caller_gone = is_gone;
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", "dag", NULL);
    fake_refused(MILINK_CALL_CANCELED, NULL);
    /* The server ends waits in the same way; the caller hears why. */
    atomic_store(&fake.agent.stopping, true);
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", "dag", NULL);
    fake_refused(MILINK_AGENT_STOPPING, NULL);
}

static void test_refusal(void **state)
{
    struct buffer answer, payload;
    struct error error;
    size_t outputs = 0;
    uint8_t opcode = 0;
    uint32_t length = 0;

    (void)state;
    buffer_init(&answer, WIRE_MAX_PAYLOAD);
    dispatch_refusal(MILINK_AGENT_BUSY, NULL, &answer);
    assert_false(answer.failed);
    assert_true(wire_get_header(answer.data, &opcode, &length));
    assert_int_equal(opcode, WIRE_DONE);
    assert_int_equal(length + WIRE_HEADER_SIZE, answer.length);
    buffer_init_view(&payload, answer.data + WIRE_HEADER_SIZE, length);
    assert_true(wire_get_done(&payload, &error, &outputs));
    assert_int_equal(error.number, MILINK_AGENT_BUSY);
    buffer_clear(&answer);
}

/* ---- damage ---- */

static size_t accepted;

static void take_mutant(void *context, const uint8_t *bytes, size_t length)
{
    (void)context;
    fake_dispatch(bytes, length);
    accepted += fake.result.error.number == 0 && !fake.result.unsupported;
}

static void test_mutants(void **state)
{
    const struct mutant_taker taker = {take_mutant, NULL};
    struct buffer request;

    (void)state;
    accepted = 0;
    buffer_init(&request, 4 * WIRE_MAX_PAYLOAD);
    fake_encode(&request, "xp_milink_help", "@procedure", "xp_milink_version", "@quiet", "%1",
                "@timeout_seconds", "#5", "@error_code", "OUTPUT", NULL);
    assert_true(mutate(request.data, request.length, &taker) > 1000);
    /* A flipped case of a name or another timeout is still a request. */
    assert_true(accepted > 0);
    buffer_clear(&request);
}

/* A damaged write is refused, or is the write of another link: it never becomes a forced one. */
static void test_mutants_of_write(void **state)
{
    const struct mutant_taker taker = {take_mutant, NULL};
    struct fake_request sent;
    struct buffer request;

    (void)state;
    fake_http_on(fake.http, "GET", "/distributedAvailabilityGroups/",
                 (struct fake_reply){
                     .status = 200,
                     .body = fake_keep(fake_link(&FAKE_LINK("Secondary", "Primary", "None", )))});
    buffer_init(&request, 4 * WIRE_MAX_PAYLOAD);
    fake_encode(&request, "xp_milink_link_failover", "@instance", "careful", "@link", "sales-link",
                "@failover_type", "Planned", "@request_id", "00000001-0000-4000-8000-000000000000",
                NULL);
    assert_true(mutate(request.data, request.length, &taker) > 1000);
    assert_false(fake_http_request(fake.http, "POST", "", 0, &sent));
    assert_false(fake_http_request(fake.http, "PATCH", "", 0, &sent));
    buffer_clear(&request);
}

static void take_body(void *context, const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);

    (void)context;
    assert_non_null(text);
    memcpy(text, bytes, length);
    text[length] = '\0';
    fake_http_forget(fake.http);
    fake_http_on(fake.http, "GET", "/distributed",
                 (struct fake_reply){.status = 200, .body = text});
    fake_ask("xp_milink_link_get", "@instance", "prod", "@link", "sales-link", NULL);
    free(text);
}

/* Whatever Azure answers, the caller gets rows or an error, by the protocol. */
static void test_mutants_of_answer(void **state)
{
    const struct mutant_taker taker = {take_body, NULL};
    static const char body[] = "{\"name\":\"l\",\"id\":\"/"
                               "x\",\"properties\":{\"databases\":[{\"databaseName\":\"d\xC3\xB6\","
                               "\"instanceSendReplicationLagSeconds\":12}]}}";

    (void)state;
    assert_true(mutate(body, sizeof body - 1, &taker) > 1000);
}

#define DISPATCH_TEST(test) cmocka_unit_test_setup_teardown(test, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISPATCH_TEST(test_version),           DISPATCH_TEST(test_help),
        DISPATCH_TEST(test_instance_list),     DISPATCH_TEST(test_link_get),
        DISPATCH_TEST(test_link_list),         DISPATCH_TEST(test_link_without_databases),
        DISPATCH_TEST(test_license_get),       DISPATCH_TEST(test_not_found),
        DISPATCH_TEST(test_unknown_procedure), DISPATCH_TEST(test_versions),
        DISPATCH_TEST(test_malformed),         DISPATCH_TEST(test_caller_gone),
        DISPATCH_TEST(test_refusal),           DISPATCH_TEST(test_mutants),
        DISPATCH_TEST(test_mutants_of_write),  DISPATCH_TEST(test_mutants_of_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
