/* SPDX-License-Identifier: MIT */
/* The state machine of an operation from Azure's acceptance on: polls, time, and an instance that
 * is taken away. */
#include "operation_fixture.h"
#include "mutate.h"

/* ---- polls ---- */

static void test_poll_running(void **state)
{
    static const struct fake_reply running[] = {
        {.status = 200, .body = "{\"status\":\"InProgress\",\"percentComplete\":40}"},
        {.status = 200, .body = "{\"status\":\"NeverHeardOf\"}"},
        {.status = 200, .body = "{}"},
        {.status = 200, .body = "<html>"},
        {.status = 202},
        {.status = 401},
        {.status = 429, .headers = "Retry-After: 20"},
        {.status = 500},
        {.status = 503},
        {.result = HTTP_LOST},
        {.result = HTTP_NOT_SENT},
        {.result = HTTP_TOO_LARGE, .status = 200},
        {.result = HTTP_CANCELED}};

    (void)state;
    for (size_t i = 0; i < sizeof running / sizeof running[0]; i++) {
        make(PHASE_POLLING);
        assert_false(polled(running[i], NOW));
        assert_stands(PHASE_POLLING, OPERATION_RUNNING);
        assert_int_equal(op.error.number, 0);
        assert_int_equal(op.percent, i == 0 ? 40 : -1);
        assert_int_equal(op.poll_at_ms, NOW + (i == 6 ? 20000 : OPERATION_POLL_MS));
    }
}

/* Azure's record that keeps failing, or is no record: after some polls the resource decides. */
static void test_poll_useless(void **state)
{
    static const struct fake_reply answers[] = {
        {.status = 500, .body = CODE("InternalServerError")},
        {.status = 503},
        {.status = 200, .body = "<html>"},
        {.status = 302},
        {.status = 407, .body = "<html>"}};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        make(PHASE_POLLING);
        for (int n = 1; n < OPERATION_POLL_TRIES; n++)
            assert_false(polled(answers[i], NOW));
        assert_false(
            polled((struct fake_reply){.status = 200, .body = "{\"status\":\"Busy\"}"}, NOW));
        for (int n = 1; n < OPERATION_POLL_TRIES; n++)
            assert_false(polled(answers[i], NOW));
        assert_true(polled(answers[i], NOW));
        assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
        assert_int_equal(op.error.number, 0);
        assert_non_null(strstr(op.detail, "could not be read"));
        /* The failover under way shows nothing yet: that is not its failure. */
        read_link_now(FAKE_LINK("Secondary", "Primary", "None", ), NOW + 1000);
        assert_true(operation_is_open(&op));
    }
}

/* Throttled polls and a network that is down say nothing of the record, however long. */
static void test_poll_no_word(void **state)
{
    static const struct fake_reply answers[] = {
        {.result = HTTP_NOT_SENT}, {.result = HTTP_LOST},
        {.result = HTTP_CANCELED}, {.status = 401},
        {.status = 429},           {.status = 503, .body = CODE("TooManyRequests")}};

    (void)state;
    make(PHASE_POLLING);
    for (size_t i = 0; i < 60; i++)
        assert_false(polled(answers[i % 6], NOW));
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
}

/* percentComplete is a double of 0 to 100 (arm-api 6). */
static void test_poll_percent(void **state)
{
    (void)state;
    make(PHASE_POLLING);
    polled((struct fake_reply){.status = 200, .body = "{\"percentComplete\":42.5}"}, NOW);
    assert_in_range(op.percent, 42, 43);
    polled((struct fake_reply){.status = 200, .body = "{\"percentComplete\":101}"}, NOW);
    polled((struct fake_reply){.status = 200, .body = "{\"percentComplete\":-1}"}, NOW);
    polled((struct fake_reply){.status = 200, .body = "{\"percentComplete\":\"99\"}"}, NOW);
    assert_in_range(op.percent, 42, 43);
}

static void test_poll_ended(void **state)
{
    (void)state;
    make(PHASE_POLLING);
    assert_true(
        polled((struct fake_reply){.status = 200, .body = "{\"status\":\"succeeded\"}"}, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_int_equal(op.error.number, 0);
    make(PHASE_POLLING);
    assert_true(polled((struct fake_reply){.status = 200,
                                           .body = "{\"status\":\"Failed\",\"error\":{\"code\":"
                                                   "\"LogTooBig\",\"message\":\"Words.\"}}"},
                       NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_int_equal(op.error.number, MILINK_ARM_FAILED);
    assert_string_equal(op.error.code, "LogTooBig");
    make(PHASE_POLLING);
    assert_true(polled((struct fake_reply){.status = 200, .body = "{\"status\":\"Failed\"}"}, NOW));
    assert_int_equal(op.error.number, MILINK_ARM_FAILED);
    make(PHASE_POLLING);
    assert_true(
        polled((struct fake_reply){.status = 200, .body = "{\"status\":\"Canceled\"}"}, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_int_equal(op.error.number, MILINK_ARM_CANCELED);
    make(PHASE_POLLING);
    assert_true(
        polled((struct fake_reply){.status = 200, .body = "{\"status\":\"CANCELLED\"}"}, NOW));
    assert_int_equal(op.error.number, MILINK_ARM_CANCELED);
}

/* The record expired: what the operation did is still to be read. */
static void test_poll_gone(void **state)
{
    (void)state;
    make(PHASE_POLLING);
    assert_true(polled((struct fake_reply){.status = 404, .body = CODE("ResourceNotFound")}, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_int_equal(op.error.number, 0);
}

/* The agent may not read the record (locations/read is a right of its own): that says nothing of
 * the operation. */
static void test_poll_forbidden(void **state)
{
    (void)state;
    make(PHASE_POLLING);
    polled((struct fake_reply){.status = 403, .body = CODE("AuthorizationFailed")}, NOW);
    assert_int_equal(op.error.number, 0);
    /* The failover under way shows nothing yet: that is not its failure. */
    read_link_now(FAKE_LINK("Secondary", "Primary", "None", ), NOW + 1000);
    assert_true(operation_is_open(&op));
}

static void make_location(void)
{
    make(PHASE_POLLING);
    op.async_url[0] = '\0';
    text_copy(op.location_url, sizeof op.location_url, ENDPOINT "/one");
}

static void test_poll_location(void **state)
{
    static const int done[] = {200, 201, 204};

    (void)state;
    make_location();
    assert_false(polled((struct fake_reply){.status = 202, .headers = "Retry-After: 3"}, NOW));
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    assert_int_equal(op.poll_at_ms, NOW + 3000);
    for (size_t i = 0; i < 3; i++) {
        make_location();
        assert_true(polled((struct fake_reply){.status = done[i]}, NOW));
        assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    }
    make_location();
    assert_true(polled((struct fake_reply){.status = 409, .body = CODE("Conflict")}, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_int_equal(op.error.number, MILINK_ARM_CONFLICT);
}

/* A new Location is adopted, and journalled: after a restart the old one may be gone. */
static void test_poll_new_location(void **state)
{
    (void)state;
    make_location();
    assert_true(polled((struct fake_reply){.status = 202, .headers = "Location: /two"}, NOW));
    assert_string_equal(op.location_url, ENDPOINT "/two");
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
}

/* A foreign Location leaves the one at hand: without any, nothing would ever be polled again. */
static void test_poll_foreign_location(void **state)
{
    (void)state;
    make_location();
    polled((struct fake_reply){.status = 202, .headers = "Location: https://evil.example/x"}, NOW);
    assert_null(strstr(op.location_url, "evil"));
    assert_true(op.phase == PHASE_CONFIRMING || op.location_url[0] != '\0');
}

static void take_mutant(void *context, const uint8_t *bytes, size_t length)
{
    struct http_answer answer = {.result = HTTP_ANSWERED, .status = 200};

    (void)context;
    answer.body = calloc(1, length + 1);
    assert_non_null(answer.body);
    memcpy(answer.body, bytes, length);
    answer.body_length = length;
    make(PHASE_POLLING);
    operation_on_poll(&op, ENDPOINT, &answer, &useless, NOW);
    assert_true(op.phase == PHASE_POLLING || op.phase == PHASE_CONFIRMING);
    assert_in_range(op.percent + 1, 0, 101);
    http_answer_clear(&answer);
}

static void test_poll_mutants(void **state)
{
    static const char body[] = "{\"status\":\"Failed\",\"percentComplete\":40,"
                               "\"error\":{\"code\":\"X\",\"message\":\"y\"}}";
    const struct mutant_taker taker = {take_mutant, NULL};

    (void)state;
    assert_true(mutate(body, sizeof body - 1, &taker) > 1000);
}

/* ---- time ---- */

static void test_time(void **state)
{
    static const enum operation_phase phases[] = {PHASE_JOURNALLED, PHASE_SENDING, PHASE_POLLING,
                                                  PHASE_CONFIRMING};
    static const enum operation_state states[] = {OPERATION_FAILED, OPERATION_UNKNOWN,
                                                  OPERATION_UNKNOWN, OPERATION_UNKNOWN};
    static const int32_t numbers[] = {MILINK_NOT_SENT, MILINK_ARM_OUTCOME_UNKNOWN,
                                      MILINK_ARM_TIMED_OUT, MILINK_ARM_TIMED_OUT};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        make_license(phases[i]);
        assert_false(operation_on_time(&op, op.give_up_ms - 1));
        assert_true(operation_on_time(&op, op.give_up_ms));
        assert_ended(states[i], numbers[i]);
        assert_false(operation_on_time(&op, op.give_up_ms + 1));
    }
    /* A failover that has not left soon does not leave any more; one that has is followed on. */
    make(PHASE_JOURNALLED);
    assert_false(operation_on_time(&op, NOW + OPERATION_SEND_SOON_MS - 1));
    assert_true(operation_on_time(&op, NOW + OPERATION_SEND_SOON_MS));
    assert_ended(OPERATION_FAILED, MILINK_NOT_SENT);
    for (int64_t jump = -7200000; jump <= 7200000; jump += 14400000) {
        make(PHASE_JOURNALLED);
        op.clock_set_ms = jump;
        op.give_up_ms += (uint64_t)jump;
        assert_false(operation_on_time(&op, NOW + (uint64_t)jump + OPERATION_SEND_SOON_MS - 1));
        assert_true(operation_on_time(&op, NOW + (uint64_t)jump + OPERATION_SEND_SOON_MS));
    }
    make(PHASE_SENDING);
    assert_false(operation_on_time(&op, op.give_up_ms - 1));
    make_ambiguous();
    assert_true(operation_on_time(&op, op.give_up_ms));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_OUTCOME_UNKNOWN);
    /* A failure that Azure told stands. */
    make(PHASE_CONFIRMING);
    set_failed(MILINK_ARM_FAILED);
    assert_true(operation_on_time(&op, op.give_up_ms));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_FAILED);
}

static void test_removed(void **state)
{
    (void)state;
    for (int phase = PHASE_JOURNALLED; phase <= PHASE_CONFIRMING; phase++) {
        make((enum operation_phase)phase);
        operation_on_removed(&op, NOW + 1);
        assert_ended(phase == PHASE_JOURNALLED ? OPERATION_FAILED : OPERATION_UNKNOWN,
                     MILINK_INSTANCE_REMOVED);
    }
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 429}, 1, NOW);
    operation_on_removed(&op, NOW + 1);
    assert_ended(OPERATION_FAILED, MILINK_INSTANCE_REMOVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poll_running),      cmocka_unit_test(test_poll_useless),
        cmocka_unit_test(test_poll_no_word),      cmocka_unit_test(test_poll_percent),
        cmocka_unit_test(test_poll_ended),        cmocka_unit_test(test_poll_gone),
        cmocka_unit_test(test_poll_forbidden),    cmocka_unit_test(test_poll_location),
        cmocka_unit_test(test_poll_new_location), cmocka_unit_test(test_poll_foreign_location),
        cmocka_unit_test(test_poll_mutants),      cmocka_unit_test(test_time),
        cmocka_unit_test(test_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
