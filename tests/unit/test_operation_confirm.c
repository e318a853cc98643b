/* SPDX-License-Identifier: MIT */
/* When an operation is really complete: what the link, its databases and the instance say (arm-api
 * 7). */
#include "operation_fixture.h"
#include "mutate.h"

/* ---- links ---- */

static void test_two_way(void **state)
{
    (void)state;
    for (int phase = PHASE_POLLING; phase <= PHASE_CONFIRMING; phase++) {
        make_planned((enum operation_phase)phase);
        assert_false(read_link_now(FAKE_LINK("Primary", "Secondary", "Manual", ), NOW));
        assert_false(read_link_now(FAKE_LINK("Secondary", "Secondary", "Manual", ), NOW));
        assert_false(read_link_now(
            FAKE_LINK("Secondary", "Primary", "Manual", .connected = "DISCONNECTED"), NOW));
        assert_false(read_link_now(
            FAKE_LINK("Secondary", "Primary", "Manual", .health = "NOT_HEALTHY"), NOW));
        assert_false(read_link_now(
            FAKE_LINK("Secondary", "Primary", "Manual", .state = "LinkFailoverInProgress"), NOW));
        if (phase == PHASE_POLLING)
            assert_false(read_link_now(
                FAKE_LINK("Secondary", "Primary", "Manual", .state = "LinkFailoverError"), NOW));
        assert_true(operation_is_open(&op));
        assert_true(read_link_now(FAKE_LINK("SECONDARY", "primary", "Manual", ), NOW + 3));
        assert_ended(OPERATION_SUCCEEDED, 0);
        assert_int_equal(op.percent, 100);
        assert_int_equal(op.ended_ms, NOW + 3);
    }
}

/* The partner of a forced failover is not expected to answer, but only Azure's "done" makes it
 * complete. */
static void test_forced_alone(void **state)
{
    const struct fake_link alone =
        FAKE_LINK("Primary", "Primary", "Manual", .connected = "DISCONNECTED");

    (void)state;
    make(PHASE_POLLING);
    assert_false(read_link_now(alone, NOW));
    make(PHASE_CONFIRMING);
    assert_true(read_link_now(alone, NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_non_null(strstr(op.detail, "split brain"));
    make(PHASE_CONFIRMING);
    assert_true(read_link_now(FAKE_LINK("Primary", NULL, "Manual", ), NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_non_null(strstr(op.detail, "no role"));
    make(PHASE_CONFIRMING);
    assert_false(read_link_now(
        FAKE_LINK("Primary", "Primary", "Manual", .state = "LinkFailoverInProgress"), NOW));
}

/* A planned failover is not complete while the other side is not. */
static void test_planned_alone(void **state)
{
    (void)state;
    make_planned(PHASE_CONFIRMING);
    assert_false(read_link_now(
        FAKE_LINK("Secondary", "Secondary", "Manual", .connected = "DISCONNECTED"), NOW));
    assert_false(
        read_link_now(FAKE_LINK("Secondary", "Primary", NULL, .health = "NOT_HEALTHY"), NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
}

/* No usable answer changes nothing. */
static void test_no_answer(void **state)
{
    static const struct fake_reply replies[] = {{.result = HTTP_LOST},
                                                {.result = HTTP_NOT_SENT},
                                                {.status = 401},
                                                {.status = 403},
                                                {.status = 429},
                                                {.status = 500},
                                                {.status = 503},
                                                {.status = 200, .body = "<html>"},
                                                {.status = 200, .body = "[]"},
                                                {.status = 200, .body = "{}"},
                                                {.status = 204},
                                                {.result = HTTP_TOO_LARGE, .status = 200}};

    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        make(PHASE_CONFIRMING);
        assert_false(resource(replies[i], NOW + 1000));
        assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
        assert_false(gone);
        make_ambiguous();
        assert_false(resource(replies[i], NOW + OPERATION_AMBIGUOUS_MS));
        assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    }
}

/* Azure says done, the link does not: it is watched on, never called done. */
static void test_done_is_not_done(void **state)
{
    (void)state;
    make(PHASE_CONFIRMING);
    assert_false(read_link_now(FAKE_LINK("Secondary", "Primary", "None", ), NOW + 600000));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
}

/* "A state containing Error means the operation named in the state failed" (arm-api 3.1): no half
 * hour of waiting. */
static void test_error_state(void **state)
{
    (void)state;
    make(PHASE_CONFIRMING);
    assert_true(read_link_now(
        FAKE_LINK("Secondary", "Primary", "None", .state = "LinkFailoverError"), NOW));
    assert_stands(PHASE_ENDED, OPERATION_FAILED);
    assert_non_null(strstr(op.error.message, "LinkFailoverError"));
}

/* ---- a failure that Azure reports ---- */

static void test_failed(void **state)
{
    (void)state;
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_false(read_link_now(
        FAKE_LINK("Secondary", "Primary", "None", .state = "LinkFailoverInProgress"), NOW));
    assert_true(read_link_now(FAKE_LINK("Secondary", "Primary", "None", ), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
    assert_non_null(strstr(op.detail, "not made"));
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_CANCELED);
    assert_true(read_link_now(FAKE_LINK("Secondary", "Primary", "None", ), NOW));
    assert_ended(OPERATION_CANCELED, MILINK_ARM_CANCELED);
}

/* Failed, and yet the role changed: only a failure without a change may be repeated. */
static void test_failed_but_changed(void **state)
{
    (void)state;
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(read_link_now(FAKE_LINK("Primary", "Secondary", "Manual", ), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
    assert_non_null(strstr(op.detail, "do not repeat"));
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_CANCELED);
    assert_true(read_link_now(FAKE_LINK("Primary", "Secondary", "Manual", ), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_CANCELED);
}

/* Both warnings matter: the change was made, and both sides may be primary. */
static void test_failed_but_changed_alone(void **state)
{
    (void)state;
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(
        read_link_now(FAKE_LINK("Primary", "Primary", "Manual", .connected = "DISCONNECTED"), NOW));
    assert_stands(PHASE_ENDED, OPERATION_FAILED);
    assert_non_null(strstr(op.detail, "do not repeat"));
    assert_non_null(strstr(op.detail, "split brain"));
}

/* Azure reported the failure of a planned failover and the instance's role has changed: the
 * operator hears of it now, and not after failover_minutes. */
static void test_failed_halfway(void **state)
{
    (void)state;
    make_planned(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(read_link_now(
        FAKE_LINK("Secondary", "Secondary", "Manual", .connected = "DISCONNECTED"), NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
}

/* ---- a lost answer ---- */

static void test_ambiguous(void **state)
{
    const struct fake_link unchanged = FAKE_LINK("Secondary", "Primary", "Manual", );

    (void)state;
    make_ambiguous();
    assert_false(read_link_now(unchanged, NOW + OPERATION_AMBIGUOUS_MS - 1));
    assert_true(read_link_now(unchanged, NOW + OPERATION_AMBIGUOUS_MS));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_OUTCOME_UNKNOWN);
    make_ambiguous();
    assert_true(read_link_now(
        FAKE_LINK("Secondary", "Primary", "Manual", .state = "LinkFailoverInProgress"), NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_false(read_link_now(unchanged, NOW + OPERATION_AMBIGUOUS_MS));
    make_ambiguous();
    assert_true(read_link_now(FAKE_LINK("Primary", "Secondary", "Manual", ), NOW));
    assert_ended(OPERATION_SUCCEEDED, 0);
}

/* The other side is down, which is why it was forced: the changed role counts all the same, in a
 * second look. */
static void test_ambiguous_alone(void **state)
{
    const struct fake_link alone =
        FAKE_LINK("Primary", "Primary", "Manual", .connected = "DISCONNECTED");

    (void)state;
    make_ambiguous();
    assert_true(read_link_now(alone, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_true(read_link_now(alone, NOW + 1000));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_non_null(strstr(op.detail, "split brain"));
}

/* The link is watched for so long after the answer was lost, however long the sending took. */
static void test_ambiguous_watch(void **state)
{
    const struct fake_link unchanged = FAKE_LINK("Secondary", "Primary", "Manual", );

    (void)state;
    make(PHASE_SENDING);
    sent((struct fake_reply){.result = HTTP_LOST}, 2, NOW + 29000);
    assert_false(read_link_now(unchanged, NOW + OPERATION_AMBIGUOUS_MS + 1000));
    assert_true(operation_is_open(&op));
    /* Nor is it shortened by the time that the agent was down. */
    make(PHASE_SENDING);
    operation_on_start(&op, NOW + 600000);
    assert_false(read_link_now(unchanged, NOW + 601000));
    assert_true(operation_is_open(&op));
}

/* ---- a link that is not there any more ---- */

static const struct fake_reply missing = {.status = 404, .body = CODE("ResourceNotFound")};

static void test_gone_one_way(void **state)
{
    (void)state;
    for (int phase = PHASE_POLLING; phase <= PHASE_CONFIRMING; phase++) {
        make((enum operation_phase)phase);
        assert_false(resource(missing, NOW));
        assert_true(gone);
        assert_true(operation_is_open(&op));
        assert_false(operation_on_databases(&op, false, NOW));
        assert_true(operation_on_databases(&op, true, NOW + 9));
        assert_ended(OPERATION_SUCCEEDED, 0);
        assert_false(operation_on_databases(&op, true, NOW + 10));
    }
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(operation_on_databases(&op, true, NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
    assert_non_null(strstr(op.detail, "do not repeat"));
}

/* Azure had not shown the databases: nothing to read, and no reason to call it failed. */
static void test_gone_databases_unknown(void **state)
{
    (void)state;
    make(PHASE_POLLING);
    op.databases[0] = '\0';
    assert_false(resource(missing, NOW));
    assert_false(gone);
    assert_true(
        polled((struct fake_reply){.status = 200, .body = "{\"status\":\"Succeeded\"}"}, NOW));
    assert_true(resource(missing, NOW + 1));
    assert_ended(OPERATION_SUCCEEDED, 0);
    assert_non_null(strstr(op.detail, "xp_milink_database_list"));
    /* Its record is lost: that it is gone proves nothing. */
    make(PHASE_POLLING);
    op.databases[0] = '\0';
    assert_true(polled((struct fake_reply){.status = 404}, NOW));
    assert_false(resource(missing, NOW));
    assert_true(operation_on_time(&op, op.give_up_ms));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
}

/* None is the default, and Azure leaves it out (the example of the list does, for a secondary
 * instance). */
static void test_gone_mode_left_out(void **state)
{
    (void)state;
    make(PHASE_CONFIRMING);
    op.failover_mode[0] = '\0';
    assert_false(resource(missing, NOW));
    assert_true(gone);
    assert_true(operation_is_open(&op));
}

static void test_gone_two_way(void **state)
{
    (void)state;
    make_planned(PHASE_CONFIRMING);
    assert_true(resource(missing, NOW));
    assert_false(gone);
    assert_ended(OPERATION_FAILED, MILINK_ARM_NOT_FOUND);
    make_planned(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(resource(missing, NOW));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
}

/* Only Azure's own word for a missing link counts; a proxy's page or a missing subscription tells
 * nothing about it. */
static void test_gone_is_not_sure(void **state)
{
    static const struct fake_reply others[] = {
        {.status = 404, .body = "<html>404</html>", .headers = "Content-Type: text/html"},
        {.status = 404},
        {.status = 404, .body = CODE("SubscriptionNotFound")},
        {.status = 404, .body = CODE("ResourceGroupNotFound")}};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        make(PHASE_CONFIRMING);
        assert_false(resource(others[i], NOW));
        assert_false(gone);
        make_planned(PHASE_CONFIRMING);
        assert_false(resource(others[i], NOW));
        assert_true(operation_is_open(&op));
    }
}

/* ---- the instance ---- */

static bool instance(const char *usage, const char *provisioning)
{
    char body[256];

    snprintf(body, sizeof body, "{\"properties\":{\"hybridSecondaryUsage\":\"%s\"%s%s%s}}", usage,
             provisioning != NULL ? ",\"provisioningState\":\"" : "",
             provisioning != NULL ? provisioning : "", provisioning != NULL ? "\"" : "");
    return resource((struct fake_reply){.status = 200, .body = body}, NOW);
}

static void test_license(void **state)
{
    (void)state;
    for (int phase = PHASE_POLLING; phase <= PHASE_CONFIRMING; phase++) {
        make_license((enum operation_phase)phase);
        assert_false(instance("Active", "Succeeded"));
        assert_false(instance("Passive", "InProgress"));
        assert_true(instance("passive", "Succeeded"));
        assert_ended(OPERATION_SUCCEEDED, 0);
    }
    /* Silence about the provisioning is enough only when Azure has called it done. */
    make_license(PHASE_POLLING);
    assert_false(instance("Passive", NULL));
    make_license(PHASE_CONFIRMING);
    assert_true(instance("Passive", NULL));
    make_license(PHASE_CONFIRMING);
    operation_want(&op, "properties.licenseType", "BasePrice");
    assert_false(instance("Passive", "Succeeded"));
    make_license(PHASE_CONFIRMING);
    assert_false(resource(missing, NOW));
    assert_true(operation_is_open(&op));
}

static void test_license_failed(void **state)
{
    (void)state;
    make_license(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(instance("Active", "Succeeded"));
    assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
}

/* Failed and Canceled are ends (arm-api 5): with Azure's failure known there is nothing to wait
 * for. */
static void test_license_failed_halfway(void **state)
{
    static const char *const ends[] = {"Failed", "Canceled"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        make_license(PHASE_CONFIRMING);
        set_failed(MILINK_ARM_FAILED);
        assert_true(instance("Passive", ends[i]));
        assert_ended(OPERATION_FAILED, MILINK_ARM_FAILED);
    }
}

/* ---- what has ended ---- */

static void test_ended(void **state)
{
    struct operation *before = malloc(sizeof *before);

    (void)state;
    assert_non_null(before);
    make(PHASE_CONFIRMING);
    operation_end(&op, OPERATION_UNKNOWN, NOW + 1);
    *before = op;
    assert_false(read_link_now(FAKE_LINK("Primary", "Secondary", "None", ), NOW + 2));
    assert_false(resource(missing, NOW + 2));
    assert_false(gone);
    assert_false(operation_on_databases(&op, true, NOW + 2));
    assert_false(operation_on_time(&op, NOW + 1u + 3600000));
    assert_memory_equal(before, &op, sizeof op);
    free(before);
}

static void take_mutant(void *context, const uint8_t *bytes, size_t length)
{
    struct http_answer answer = {.result = HTTP_ANSWERED, .status = 200};

    (void)context;
    answer.body = calloc(1, length + 1);
    assert_non_null(answer.body);
    memcpy(answer.body, bytes, length);
    answer.body_length = length;
    make(PHASE_CONFIRMING);
    operation_on_resource(&op, &answer, &gone, NOW);
    assert_int_not_equal(text_units(op.detail, strlen(op.detail)), SIZE_MAX);
    make_license(PHASE_CONFIRMING);
    operation_on_resource(&op, &answer, &gone, NOW);
    http_answer_clear(&answer);
}

static void test_mutants(void **state)
{
    const struct fake_link link = FAKE_LINK("Primary", "Secondary", "None", );
    const char *body = fake_link(&link);
    const struct mutant_taker taker = {take_mutant, NULL};

    (void)state;
    assert_true(mutate(body, strlen(body), &taker) > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_way),
        cmocka_unit_test(test_forced_alone),
        cmocka_unit_test(test_planned_alone),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_done_is_not_done),
        cmocka_unit_test(test_error_state),
        cmocka_unit_test(test_failed),
        cmocka_unit_test(test_failed_but_changed),
        cmocka_unit_test(test_failed_but_changed_alone),
        cmocka_unit_test(test_failed_halfway),
        cmocka_unit_test(test_ambiguous),
        cmocka_unit_test(test_ambiguous_alone),
        cmocka_unit_test(test_ambiguous_watch),
        cmocka_unit_test(test_gone_one_way),
        cmocka_unit_test(test_gone_databases_unknown),
        cmocka_unit_test(test_gone_mode_left_out),
        cmocka_unit_test(test_gone_two_way),
        cmocka_unit_test(test_gone_is_not_sure),
        cmocka_unit_test(test_license),
        cmocka_unit_test(test_license_failed),
        cmocka_unit_test(test_license_failed_halfway),
        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_mutants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
