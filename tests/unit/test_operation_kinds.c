/* SPDX-License-Identifier: MIT */
/* When the operations that create, change and delete are complete: what their resources say, kind
 * by kind. */
#include "operation_fixture.h"
#include "mutate.h"

static const struct fake_reply missing = {.status = 404, .body = CODE("ResourceNotFound")};

static bool says(const char *body)
{
    return resource((struct fake_reply){.status = 200, .body = body}, NOW + 5);
}

static void make_lost(enum operation_kind kind)
{
    make_kind(kind, PHASE_CONFIRMING);
    op.state = OPERATION_ACCEPTED;
    op.poll_at_ms = NOW + OPERATION_AMBIGUOUS_MS;
}

/* Azure's record was read to its good end. */
static void make_done(enum operation_kind kind)
{
    make_kind(kind, PHASE_POLLING);
    assert_true(
        polled((struct fake_reply){.status = 200, .body = "{\"status\":\"Succeeded\"}"}, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
}

static void make_failed(enum operation_kind kind, const char *code)
{
    char body[256];

    snprintf(body, sizeof body, "{\"status\":\"Failed\",\"error\":{\"code\":\"%s\"}}", code);
    make_kind(kind, PHASE_POLLING);
    assert_true(polled((struct fake_reply){.status = 200, .body = body}, NOW));
}

/* ---- creating a link ---- */

#define NEW_LINK(...) FAKE_LINK("Secondary", "Primary", "Manual", __VA_ARGS__)

/* That it exists is not enough while Azure's operation runs: the service may still give it up. */
static void test_create_running(void **state)
{
    static const char *const states[] = {"CreatingLink", "creatinglink", "Creating"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        make_kind(OPERATION_LINK_CREATE, PHASE_POLLING);
        assert_false(read_link_now(NEW_LINK(.state = states[i]), NOW));
        assert_false(read_link_now(NEW_LINK(.state = states[i], .connected = "DISCONNECTED"), NOW));
        assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    }
    assert_false(read_link_now(NEW_LINK(.state = "Seeding", .connected = "DISCONNECTED"), NOW));
    assert_false(says("{\"name\":\"sales-link\",\"properties\":{}}"));
    assert_false(says("{\"name\":\"sales-link\",\"properties\":{\"databases\":[{}]}}"));
    assert_false(resource(missing, NOW));
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    /* Its databases have left creation: known before the next poll. */
    assert_true(
        read_link_now(NEW_LINK(.state = "LinkInitialSeeding", .health = "NOT_HEALTHY"), NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_non_null(strstr(op.detail, "seeded"));
}

static void test_create_done(void **state)
{
    (void)state;
    make_done(OPERATION_LINK_CREATE);
    assert_false(resource(missing, NOW)); /* not to be read yet */
    assert_true(read_link_now(NEW_LINK(.state = "CreatingLink", .connected = NULL), NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
}

/* Azure's record is lost: only a link that has begun is proof. */
static void test_create_record_lost(void **state)
{
    (void)state;
    make_kind(OPERATION_LINK_CREATE, PHASE_POLLING);
    assert_true(polled((struct fake_reply){.status = 404}, NOW));
    assert_false(
        read_link_now(NEW_LINK(.state = "CreatingLink", .connected = "DISCONNECTED"), NOW));
    assert_true(operation_is_open(&op));
    assert_true(read_link_now(NEW_LINK(.state = "Catchup"), NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
}

static void test_create_given_up(void **state)
{
    (void)state;
    /* All gone. */
    make_failed(OPERATION_LINK_CREATE, "ManagedInstanceLinkConnectivityIsNotEstablished");
    assert_true(resource(missing, NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_LINK_UNREACHABLE);
    assert_non_null(strstr(op.detail, "not made"));
    /* A part is left behind. */
    make_failed(OPERATION_LINK_CREATE, "41974");
    assert_true(
        read_link_now(NEW_LINK(.state = "LinkCreationError", .connected = "DISCONNECTED"), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_LINK_CERTIFICATE);
    assert_non_null(strstr(op.detail, "xp_milink_link_delete"));
    make_failed(OPERATION_LINK_CREATE, "41974");
    assert_true(read_link_now(NEW_LINK(.state = "CreatingLink", .connected = "DISCONNECTED"), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_LINK_CERTIFICATE);
    /* And yet it is there. */
    make_failed(OPERATION_LINK_CREATE, "OperationTimedOut");
    assert_true(read_link_now(NEW_LINK(.state = "LinkSynchronizing"), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_TIMED_OUT);
    assert_non_null(strstr(op.detail, "do not repeat"));
}

static void test_create_error_state(void **state)
{
    (void)state;
    make_kind(OPERATION_LINK_CREATE, PHASE_POLLING);
    assert_true(read_link_now(NEW_LINK(.state = "LinkInitError", .connected = "DISCONNECTED",
                                       .last_error = "error 41976"),
                              NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
    assert_non_null(strstr(op.error.message, "LinkInitError"));
    assert_non_null(strstr(op.error.message, "41976"));
}

static void test_create_lost_answer(void **state)
{
    (void)state;
    make_lost(OPERATION_LINK_CREATE);
    assert_false(resource(missing, NOW + OPERATION_AMBIGUOUS_MS - 1));
    assert_true(resource(missing, NOW + OPERATION_AMBIGUOUS_MS));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_OUTCOME_UNKNOWN);
    make_lost(OPERATION_LINK_CREATE);
    assert_true(read_link_now(NEW_LINK(.state = "CreatingLink", .connected = "DISCONNECTED"), NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_false(
        read_link_now(NEW_LINK(.state = "CreatingLink", .connected = "DISCONNECTED"), NOW));
    assert_true(read_link_now(NEW_LINK(.state = "Seeding"), NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
}

/* ---- changing a link ---- */

static const char *link_of(const char *mode, const char *databases)
{
    static char text[1024];

    snprintf(text, sizeof text,
             "{\"name\":\"x\",\"properties\":{\"replicationMode\":\"%s\",\"databases\":[%s]}}",
             mode, databases);
    return text;
}

static void test_update_values(void **state)
{
    (void)state;
    make_kind(OPERATION_LINK_UPDATE, PHASE_POLLING);
    operation_want(&op, "properties.replicationMode", "Sync");
    assert_false(says(link_of("Sync", ""))); /* while it runs the value proves nothing */
    make_done(OPERATION_LINK_UPDATE);
    operation_want(&op, "properties.replicationMode", "Sync");
    assert_false(says(link_of("Async", "")));
    assert_true(says(link_of("SYNC", "")));
    assert_ended(OPERATION_SUCCEEDED, 0);
    make_lost(OPERATION_LINK_UPDATE);
    operation_want(&op, "properties.replicationMode", "Sync");
    assert_true(says(link_of("Sync", "")));
    assert_ended(OPERATION_SUCCEEDED, 0);
    make_done(OPERATION_LINK_UPDATE);
    operation_want(&op, "properties.replicationMode", "Sync");
    assert_true(says(link_of("Async", "{\"databaseName\":\"a\",\"replicaState\":\"LinkError\"}")));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
}

#define A "{\"databaseName\":\"Alpha\"}"
#define B "{\"databaseName\":\"beta\"}"

static void test_update_databases(void **state)
{
    static const char *const not_yet[] = {"",      A,      B, A "," B ",{\"databaseName\":\"c\"}",
                                          "{},{}", A "," A};

    (void)state;
    make_done(OPERATION_LINK_UPDATE);
    text_copy(op.databases, sizeof op.databases, "alpha\nbeta\n");
    for (size_t i = 0; i < 6; i++)
        assert_false(says(link_of("Sync", not_yet[i])));
    assert_true(says(link_of("Sync", B "," A)));
    assert_ended(OPERATION_SUCCEEDED, 0);
    /* Both are wanted where both are named. */
    make_done(OPERATION_LINK_UPDATE);
    text_copy(op.databases, sizeof op.databases, "alpha\nbeta");
    operation_want(&op, "properties.replicationMode", "Sync");
    assert_false(says(link_of("Async", A "," B)));
    assert_true(says(link_of("Sync", A "," B)));
}

static void test_update_gone(void **state)
{
    (void)state;
    make_kind(OPERATION_LINK_UPDATE, PHASE_POLLING);
    assert_true(resource(missing, NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_NOT_FOUND);
}

/* ---- deleting ---- */

static const enum operation_kind deletes[] = {OPERATION_LINK_DELETE, OPERATION_CERTIFICATE_DELETE,
                                              OPERATION_DATABASE_DELETE};

static void test_delete(void **state)
{
    static const char there[] = "{\"name\":\"x\",\"properties\":{\"status\":\"Online\"}}";

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (int phase = PHASE_POLLING; phase <= PHASE_CONFIRMING; phase++) {
            make_kind(deletes[i], (enum operation_phase)phase);
            assert_false(says(there));
            assert_false(resource((struct fake_reply){.status = 404}, NOW));
            assert_false(resource(
                (struct fake_reply){.status = 404, .body = CODE("SubscriptionNotFound")}, NOW));
            assert_true(operation_is_open(&op));
            assert_true(resource(missing, NOW));
            assert_ended(OPERATION_SUCCEEDED, 0);
        }
        make_failed(deletes[i], "ScopeLocked");
        assert_true(says(there));
        assert_ended(OPERATION_FAILED, MILINK_ARM_CONFLICT);
        make_failed(deletes[i], "InternalServerError");
        assert_true(resource(missing, NOW));
        assert_ended(OPERATION_FAILED, MILINK_ARM_UNAVAILABLE);
        assert_non_null(strstr(op.detail, "do not repeat"));
    }
}

/* Both copies live on, and take writes: whoever deletes a link must know. */
static void test_delete_link_tells(void **state)
{
    (void)state;
    make_done(OPERATION_LINK_DELETE);
    assert_true(resource(missing, NOW));
    assert_non_null(strstr(op.detail, "both take writes"));
}

/* ---- certificates ---- */

static void test_certificate(void **state)
{
    (void)state;
    for (int phase = PHASE_POLLING; phase <= PHASE_CONFIRMING; phase++) {
        make_kind(OPERATION_CERTIFICATE_PUT, (enum operation_phase)phase);
        operation_want(&op, "properties.thumbprint", "AB12");
        assert_false(resource(missing, NOW));
        assert_false(says("{\"properties\":{\"thumbprint\":\"FFFF\"}}"));
        assert_false(says("{\"properties\":{}}"));
        assert_int_equal(says("{\"properties\":{\"thumbprint\":\"ab12\"}}"),
                         phase == PHASE_CONFIRMING);
    }
    assert_ended(OPERATION_SUCCEEDED, 0);
    make_failed(OPERATION_CERTIFICATE_PUT, "InvalidPublicBlob");
    operation_want(&op, "properties.thumbprint", "AB12");
    assert_true(resource(missing, NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_BAD_REQUEST);
    /* The same certificate is there already, Azure says so late. */
    make_failed(OPERATION_CERTIFICATE_PUT, "CertificateAlreadyExists");
    operation_want(&op, "properties.thumbprint", "AB12");
    assert_true(says("{\"properties\":{\"thumbprint\":\"AB12\"}}"));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_string_equal(op.error.message, "");
}

/* ---- instances and databases ---- */

static void test_instance(void **state)
{
    static const char *const not_yet[] = {
        "{\"properties\":{\"provisioningState\":\"Creating\",\"state\":\"Ready\"}}",
        "{\"properties\":{\"provisioningState\":\"InProgress\"}}",
        "{\"properties\":{\"provisioningState\":\"Failed\"}}", "{\"properties\":{}}", "{}"};

    (void)state;
    make_kind(OPERATION_INSTANCE_CREATE, PHASE_POLLING);
    assert_false(resource(missing, NOW)); /* it comes to be only later */
    for (size_t i = 0; i < 5; i++)
        assert_false(says(not_yet[i]));
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    assert_true(says("{\"properties\":{\"provisioningState\":\"succeeded\"}}"));
    assert_ended(OPERATION_SUCCEEDED, 0);
    make_kind(OPERATION_INSTANCE_CREATE, PHASE_POLLING);
    assert_true(says("{\"properties\":{\"state\":\"Ready\"}}"));
    assert_ended(OPERATION_SUCCEEDED, 0);
    make_kind(OPERATION_INSTANCE_CREATE, PHASE_CONFIRMING);
    assert_true(says("{\"properties\":{\"provisioningState\":\"Failed\"}}"));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
    make_failed(OPERATION_INSTANCE_CREATE, "VnetSubnetIsInUse");
    assert_true(says("{\"properties\":{\"provisioningState\":\"Failed\"}}"));
    assert_ended(OPERATION_FAILED, MILINK_ARM_CONFLICT);
    make_lost(OPERATION_INSTANCE_CREATE);
    assert_true(says("{\"properties\":{\"provisioningState\":\"Creating\"}}"));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
}

static void test_restore(void **state)
{
    (void)state;
    make_kind(OPERATION_RESTORE_COMPLETE, PHASE_POLLING);
    assert_false(says("{\"properties\":{\"status\":\"Restoring\"}}"));
    assert_false(says("{\"properties\":{}}"));
    assert_true(says("{\"properties\":{\"status\":\"ONLINE\"}}"));
    assert_ended(OPERATION_SUCCEEDED, 0);
    make_kind(OPERATION_RESTORE_COMPLETE, PHASE_POLLING);
    assert_true(resource(missing, NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_NOT_FOUND);
}

/* ---- roles of links of several databases ---- */

static const char *link_with(const char *first, const char *second)
{
    static char text[1024];

    snprintf(text, sizeof text,
             "{\"name\":\"x\",\"properties\":{\"instanceLinkRole\":\"Secondary\","
             "\"partnerLinkRole\":\"Primary\",\"failoverMode\":\"Manual\",\"databases\":["
             "{\"databaseName\":\"a\",\"replicaState\":\"%s\",\"connectedState\":\"CONNECTED\","
             "\"synchronizationHealth\":\"HEALTHY\"},"
             "{\"databaseName\":\"b\",\"replicaState\":\"%s\",\"connectedState\":\"CONNECTED\","
             "\"synchronizationHealth\":\"HEALTHY\"}]}}",
             first, second);
    return text;
}

static void test_every_database(void **state)
{
    (void)state;
    make_planned(PHASE_POLLING);
    assert_false(says(link_with("LinkSynchronizing", "LinkFailoverInProgress")));
    assert_false(says(link_with("LinkFailoverInProgress", "LinkSynchronizing")));
    assert_false(says(link_with("LinkSynchronizing", "LinkFailoverError")));
    assert_true(says(link_with("LinkSynchronizing", "Catchup")));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_non_null(strstr(op.detail, "was Primary and is Secondary"));
}

/* A change of role that was so already is a success, however late Azure says so. */
static void test_role_already(void **state)
{
    (void)state;
    make_planned(PHASE_POLLING);
    op.kind = OPERATION_LINK_SET_ROLE;
    assert_true(polled(
        (struct fake_reply){
            .status = 409,
            .body = CODE("DistributedAvailabilityGroupSetRoleInstanceAlreadyInRequestedRole")},
        NOW));
    assert_true(says(link_with("LinkSynchronizing", "Catchup")));
    assert_ended(OPERATION_SUCCEEDED, 0);
}

/* ---- garbage ---- */

static void take_mutant(void *context, const uint8_t *bytes, size_t length)
{
    struct http_answer answer = {.result = HTTP_ANSWERED, .status = 200};

    (void)context;
    answer.body = calloc(1, length + 1);
    assert_non_null(answer.body);
    memcpy(answer.body, bytes, length);
    answer.body_length = length;
    for (int kind = 0; kind <= OPERATION_RESTORE_COMPLETE; kind++) {
        make_kind((enum operation_kind)kind, PHASE_CONFIRMING);
        text_copy(op.wanted, sizeof op.wanted, "properties.replicationMode=Sync\n");
        text_copy(op.databases, sizeof op.databases, "a\nb\n");
        text_copy(op.wanted_role, sizeof op.wanted_role, "Primary");
        operation_on_resource(&op, &answer, &gone, NOW);
        assert_int_not_equal(text_units(op.detail, strlen(op.detail)), SIZE_MAX);
        assert_int_not_equal(text_units(op.error.message, strlen(op.error.message)), SIZE_MAX);
    }
    http_answer_clear(&answer);
}

static void test_mutants(void **state)
{
    const char *body = link_with("LinkCreationError", "CreatingLink");
    const struct mutant_taker taker = {take_mutant, NULL};

    (void)state;
    assert_true(mutate(body, strlen(body), &taker) > 1000);
}

/* What is wanted is a list that was written by us; a broken one is never fulfilled. */
static void test_wanted(void **state)
{
    static const char *const broken[] = {"properties.x", "properties.x=y", "\n=", "a\nb=c\n"};
    char value[600];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        make_done(OPERATION_LINK_UPDATE);
        text_copy(op.wanted, sizeof op.wanted, broken[i]);
        assert_false(says("{\"name\":\"x\",\"properties\":{\"x\":\"y\"},\"b\":\"c\"}"));
    }
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    make_done(OPERATION_LINK_UPDATE);
    assert_true(operation_want(&op, "properties.x", ""));
    assert_true(operation_want(&op, "properties.x", NULL));
    assert_false(operation_want(&op, "properties.x", value));
    assert_string_equal(op.wanted, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create_running),
        cmocka_unit_test(test_create_done),
        cmocka_unit_test(test_create_record_lost),
        cmocka_unit_test(test_create_given_up),
        cmocka_unit_test(test_create_error_state),
        cmocka_unit_test(test_create_lost_answer),
        cmocka_unit_test(test_update_values),
        cmocka_unit_test(test_update_databases),
        cmocka_unit_test(test_update_gone),
        cmocka_unit_test(test_delete),
        cmocka_unit_test(test_delete_link_tells),
        cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_instance),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_every_database),
        cmocka_unit_test(test_role_already),
        cmocka_unit_test(test_mutants),
        cmocka_unit_test(test_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
