/* SPDX-License-Identifier: MIT */
/* The state machine of an operation until Azure calls it done: the table of operation_step.h, row
 * by row. */
#include "operation_fixture.h"
#include "mutate.h"

static void test_names(void **state)
{
    static const char *const names[] = {"Accepted", "Running",  "Succeeded",
                                        "Failed",   "Canceled", "Unknown"};
    enum operation_state found = OPERATION_UNKNOWN;

    (void)state;
    for (int i = OPERATION_ACCEPTED; i <= OPERATION_UNKNOWN; i++) {
        assert_string_equal(operation_state_name((enum operation_state)i), names[i]);
        assert_true(operation_state_find(names[i], &found));
        assert_int_equal(found, i);
        op.state = (enum operation_state)i;
        assert_int_equal(operation_is_open(&op), i <= OPERATION_RUNNING);
    }
    assert_true(operation_state_find("rUNNING", &found));
    assert_int_equal(found, OPERATION_RUNNING);
    assert_false(operation_state_find("Cancelled", &found));
    assert_false(operation_state_find("", &found));
}

/* ---- JOURNALLED and SENDING, found at the start ---- */

static void test_start(void **state)
{
    (void)state;
    make(PHASE_JOURNALLED);
    assert_true(operation_on_start(&op, NOW + 5));
    assert_ended(OPERATION_FAILED, MILINK_NOT_SENT);
    assert_int_equal(op.ended_ms, NOW + 5);
    assert_non_null(strstr(op.error.message, "link sales-link of prod"));
    make(PHASE_SENDING);
    assert_true(operation_on_start(&op, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    assert_true(operation_is_ambiguous(&op));
    make(PHASE_POLLING);
    assert_false(operation_on_start(&op, NOW));
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    make(PHASE_CONFIRMING);
    assert_false(operation_on_start(&op, NOW));
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
}

/* A PATCH whose answer was lost waits for its next try. It may have been carried out: a restart
 * must not tell that nothing was sent. */
static void test_start_after_lost_patch(void **state)
{
    static const struct fake_reply lost[] = {{.result = HTTP_LOST}, {.status = 502}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        make_license(PHASE_SENDING);
        sent(lost[i], 1, NOW);
        operation_on_start(&op, NOW + 1000);
        assert_int_not_equal(op.error.number, MILINK_NOT_SENT);
    }
    /* Surely not taken: so it is after this. */
    make_license(PHASE_SENDING);
    sent((struct fake_reply){.status = 429}, 1, NOW);
    operation_on_start(&op, NOW + 1000);
    assert_ended(OPERATION_FAILED, MILINK_NOT_SENT);
}

/* ---- the answer to the request ---- */

static void test_sent_accepted(void **state)
{
    (void)state;
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202,
                             .headers = "location: " ENDPOINT "/result\n"
                                        "azure-asyncoperation: /async?x\nRetry-After: 5\n"
                                        "x-ms-request-id: r-1\nx-ms-correlation-request-id: c-1"},
         1, NOW);
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    assert_string_equal(op.async_url, ENDPOINT "/async?x");
    assert_string_equal(op.location_url, ENDPOINT "/result");
    assert_string_equal(op.arm_request_id, "r-1");
    assert_string_equal(op.arm_correlation_id, "c-1");
    assert_int_equal(op.poll_at_ms, NOW + 5000);
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202, .headers = "Location: " ENDPOINT "/result"}, 1, NOW);
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    assert_int_equal(op.poll_at_ms, NOW + OPERATION_POLL_MS);
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202, .headers = "Location: /r\nRetry-After: 900"}, 1, NOW);
    assert_int_equal(op.poll_at_ms, NOW + OPERATION_POLL_MAX_MS);
}

/* 200 means initiated (arm-api 7): without a URL the link decides. */
static void test_sent_without_url(void **state)
{
    static const int statuses[] = {200, 201, 202, 204};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        make(PHASE_SENDING);
        sent((struct fake_reply){.status = statuses[i], .body = "{}"}, 1, NOW);
        assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
        assert_false(operation_is_ambiguous(&op));
    }
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 200, .headers = "Azure-AsyncOperation: /async"}, 1, NOW);
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
}

/* A URL on another host is not followed; a good one beside it is. */
static void test_sent_foreign_url(void **state)
{
    (void)state;
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202, .headers = "Location: https://evil.example/x"}, 1, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_string_equal(op.location_url, "");
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202,
                             .headers = "Azure-AsyncOperation: //evil.example/x\nLocation: /good"},
         1, NOW);
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    assert_string_equal(op.async_url, "");
    assert_string_equal(op.location_url, ENDPOINT "/good");
}

static void test_sent_adopted(void **state)
{
    (void)state;
    make(PHASE_SENDING);
    sent(
        (struct fake_reply){
            .status = 409,
            .body = CODE("DistributedAvailabilityGroupSetRoleInstanceAlreadyInRequestedRole")},
        1, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
    assert_int_equal(op.error.number, 0);
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 409,
                             .body = CODE(
                                 "DistributedAvailabilityGroupSetRoleChangeRoleAlreadyInProgress")},
         1, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
}

static void test_sent_not_taken(void **state)
{
    static const struct fake_reply unseen[] = {{.result = HTTP_NOT_SENT},
                                               {.status = 401},
                                               {.status = 429},
                                               {.status = 503, .body = CODE("TooManyRequests")}};
    static const int32_t numbers[] = {MILINK_ARM_UNREACHABLE, MILINK_ARM_UNAUTHENTICATED,
                                      MILINK_ARM_THROTTLED, MILINK_ARM_THROTTLED};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (unsigned tries = 1; tries < OPERATION_TRIES; tries++) {
            make(PHASE_SENDING);
            sent(unseen[i], tries, NOW);
            assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
            assert_int_equal(op.poll_at_ms, NOW + (500u << tries));
        }
        make(PHASE_SENDING);
        sent(unseen[i], OPERATION_TRIES, NOW);
        assert_ended(OPERATION_FAILED, numbers[i]);
    }
}

/* Azure's own wait is kept, whole: the engine takes a time more than OPERATION_POLL_MAX_MS ahead
 * for a clock set back. */
static void test_sent_not_taken_waits(void **state)
{
    (void)state;
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 429, .headers = "Retry-After: 30"}, 1, NOW);
    assert_int_equal(op.poll_at_ms, NOW + 30000);
}

static void test_sent_refused(void **state)
{
    static const int statuses[] = {400, 403, 404, 405, 409, 412, 422};

    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        make(PHASE_SENDING);
        sent((struct fake_reply){.status = statuses[i], .body = CODE("Whatever")}, 1, NOW + 7);
        assert_stands(PHASE_ENDED, OPERATION_FAILED);
        assert_string_equal(op.error.code, "Whatever");
        assert_int_equal(op.ended_ms, NOW + 7);
    }
}

/* At most once: after an ambiguous failure a POST is never sent again, whatever the try. */
static void test_sent_lost_post(void **state)
{
    static const struct fake_reply lost[] = {
        {.result = HTTP_LOST},     {.result = HTTP_LOST, .status = 202},
        {.result = HTTP_CANCELED}, {.result = HTTP_TOO_LARGE, .status = 202},
        {.status = 500},           {.status = 502},
        {.status = 503},           {.status = 503, .body = CODE("ServerBusy")},
        {.status = 504},           {.status = 503, .body = "<html>TooManyRequests"}};

    (void)state;
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        for (unsigned tries = 1; tries <= OPERATION_TRIES; tries++) {
            make(PHASE_SENDING);
            sent(lost[i], tries, NOW);
            assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
            assert_true(operation_is_ambiguous(&op));
        }
    }
}

static void test_sent_lost_patch(void **state)
{
    (void)state;
    for (unsigned tries = 1; tries < OPERATION_TRIES; tries++) {
        make_license(PHASE_SENDING);
        sent((struct fake_reply){.result = HTTP_LOST}, tries, NOW);
        assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
    }
    make_license(PHASE_SENDING);
    sent((struct fake_reply){.status = 500}, OPERATION_TRIES, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
}

/* 408 is in the list of what is tried again (architecture, retries). */
static void test_sent_timed_out_patch(void **state)
{
    (void)state;
    make_license(PHASE_SENDING);
    sent((struct fake_reply){.status = 408}, 1, NOW);
    assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
}

/* The time to give up came while the request was under way: what ended stays ended. */
static void test_sent_after_end(void **state)
{
    (void)state;
    make(PHASE_SENDING);
    assert_true(operation_on_time(&op, op.give_up_ms));
    assert_stands(PHASE_ENDED, OPERATION_UNKNOWN);
    sent((struct fake_reply){.status = 202, .headers = "Location: /x"}, 1, op.give_up_ms + 1);
    assert_stands(PHASE_ENDED, OPERATION_UNKNOWN);
}

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
    operation_on_poll(&op, ENDPOINT, &answer, NOW);
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

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        make(phases[i]);
        assert_false(operation_on_time(&op, op.give_up_ms - 1));
        assert_true(operation_on_time(&op, op.give_up_ms));
        assert_ended(OPERATION_UNKNOWN, MILINK_ARM_TIMED_OUT);
        assert_false(operation_on_time(&op, op.give_up_ms + 1));
    }
    make_ambiguous();
    assert_true(operation_on_time(&op, op.give_up_ms));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_OUTCOME_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_start_after_lost_patch),
        cmocka_unit_test(test_sent_accepted),
        cmocka_unit_test(test_sent_without_url),
        cmocka_unit_test(test_sent_foreign_url),
        cmocka_unit_test(test_sent_adopted),
        cmocka_unit_test(test_sent_not_taken),
        cmocka_unit_test(test_sent_not_taken_waits),
        cmocka_unit_test(test_sent_refused),
        cmocka_unit_test(test_sent_lost_post),
        cmocka_unit_test(test_sent_lost_patch),
        cmocka_unit_test(test_sent_timed_out_patch),
        cmocka_unit_test(test_sent_after_end),
        cmocka_unit_test(test_poll_running),
        cmocka_unit_test(test_poll_percent),
        cmocka_unit_test(test_poll_ended),
        cmocka_unit_test(test_poll_gone),
        cmocka_unit_test(test_poll_forbidden),
        cmocka_unit_test(test_poll_location),
        cmocka_unit_test(test_poll_new_location),
        cmocka_unit_test(test_poll_foreign_location),
        cmocka_unit_test(test_poll_mutants),
        cmocka_unit_test(test_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
