/* SPDX-License-Identifier: MIT */
/* The state machine of an operation until Azure has taken or refused it: the table of
 * operation_step.h, row by row. */
#include "operation_fixture.h"

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
    assert_non_null(strstr(op.detail, "fewer requests"));
}

/* The clock was set while the agent was down, or it was down for days: the operation has its time,
 * and is looked at before it is given up. */
static void test_start_clock(void **state)
{
    (void)state;
    make(PHASE_POLLING);
    op.poll_at_ms = NOW + 5000;
    operation_on_start(&op, NOW - 86400000);
    assert_int_equal(op.give_up_ms, NOW - 86400000 + 1800000);
    assert_true(op.poll_at_ms <= NOW - 86400000);
    make(PHASE_POLLING);
    operation_on_start(&op, NOW + 86400000);
    assert_int_equal(op.give_up_ms, NOW + 86400000 + OPERATION_LOOK_MS);
    assert_false(operation_on_time(&op, NOW + 86400000));
    read_link_now(FAKE_LINK("Primary", "Secondary", "Manual", ), NOW + 86400001);
    assert_ended(OPERATION_SUCCEEDED, 0);
    make(PHASE_SENDING);
    operation_on_start(&op, NOW + 86400000);
    assert_true(op.poll_at_ms < op.give_up_ms);
    make(PHASE_POLLING);
    operation_on_start(&op, NOW + 1000);
    assert_int_equal(op.give_up_ms, NOW + 1800000);
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
    sent((struct fake_reply){.status = 202, .headers = "x-ms-request-id: r\xE9-1"}, 1, NOW);
    assert_string_equal(op.arm_request_id, "r?-1"); /* row, journal and audit trail are UTF-8 */
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202, .headers = "Location: " ENDPOINT "/result"}, 1, NOW);
    assert_stands(PHASE_POLLING, OPERATION_RUNNING);
    assert_int_equal(op.poll_at_ms, NOW + OPERATION_POLL_MS);
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202, .headers = "Location: /r\nRetry-After: 900"}, 1, NOW);
    assert_int_equal(op.poll_at_ms, NOW + 900000);
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 202, .headers = "Location: /r\nRetry-After: 99999"}, 1, NOW);
    assert_int_equal(op.poll_at_ms, NOW + ARM_RETRY_AFTER_MAX_MS);
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

/* No connection and a refused token are told soon; only so many tries are made. */
static void test_sent_not_taken(void **state)
{
    static const struct fake_reply unseen[] = {{.result = HTTP_NOT_SENT}, {.status = 401}};
    static const int32_t numbers[] = {MILINK_ARM_UNREACHABLE, MILINK_ARM_UNAUTHENTICATED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (unsigned tries = 1; tries < OPERATION_TRIES; tries++) {
            make(PHASE_SENDING);
            sent(unseen[i], tries, NOW);
            assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
            assert_int_equal(op.error.number, numbers[i]);
            assert_int_equal(op.poll_at_ms, NOW + (500u << tries));
        }
        make(PHASE_SENDING);
        sent(unseen[i], OPERATION_TRIES, NOW);
        assert_ended(OPERATION_FAILED, numbers[i]);
    }
}

static const struct fake_reply busy[] = {
    {.status = 429},
    {.status = 503, .body = CODE("TooManyRequests")},
    {.status = 409, .body = CODE("ManagedInstanceIsBusy")},
    {.status = 409, .body = CODE("ConflictingServerOperation")},
    {.status = 400, .body = CODE("45157")}};

/* Busy passes: sent again as long as there is time, a POST too, for a refusal is an answer. What
 * Azure says stands meanwhile, and is the error when the time is up. */
static void test_sent_busy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof busy / sizeof busy[0]; i++) {
        int32_t number = i < 2 ? MILINK_ARM_THROTTLED : MILINK_ARM_CONFLICT;

        make_license(PHASE_SENDING);
        for (unsigned n = 1; n <= 20; n++) {
            sent(busy[i], 1, NOW);
            assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
            assert_int_equal(op.error.number, number);
            assert_int_equal(op.poll_at_ms, NOW + (500u << (n < 7 ? n : 7)));
            assert_false(op.may_have_left);
            op.phase = PHASE_SENDING;
        }
        sent(busy[i], 1, op.give_up_ms - 30000);
        assert_ended(OPERATION_FAILED, number);
        /* The time may also pass while it waits. */
        make_license(PHASE_SENDING);
        sent(busy[i], 1, NOW);
        assert_true(operation_on_time(&op, op.give_up_ms));
        assert_ended(OPERATION_FAILED, number);
        /* And what was said of a try is forgotten with the next. */
        make_license(PHASE_SENDING);
        sent(busy[i], 1, NOW);
        op.phase = PHASE_SENDING;
        sent((struct fake_reply){.status = 202, .headers = "Location: /x"}, 1, NOW);
        assert_stands(PHASE_POLLING, OPERATION_RUNNING);
        assert_int_equal(op.error.number, 0);
    }
}

static void test_sent_busy_waits(void **state)
{
    (void)state;
    make_license(PHASE_SENDING);
    sent((struct fake_reply){.status = 429, .headers = "Retry-After: 30"}, 1, NOW);
    assert_int_equal(op.poll_at_ms, NOW + 30000);
    sent((struct fake_reply){.status = 429, .headers = "Retry-After: 600"}, 1, NOW);
    assert_int_equal(op.poll_at_ms, NOW + 600000);
    /* Longer than there is time: nobody waits for it. */
    sent((struct fake_reply){.status = 429, .headers = "Retry-After: 3000"}, 1, NOW);
    assert_ended(OPERATION_FAILED, MILINK_ARM_THROTTLED);
}

/* A role change or a deletion is sent again for a minute, whatever time its end has. */
static void test_sent_busy_grave(void **state)
{
    static const enum operation_kind kinds[] = {OPERATION_LINK_FAILOVER, OPERATION_LINK_SET_ROLE,
                                                OPERATION_LINK_DELETE, OPERATION_DATABASE_DELETE};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        make(PHASE_SENDING);
        op.kind = kinds[i];
        sent((struct fake_reply){.status = 429, .headers = "Retry-After: 59"}, 1, op.started_ms);
        assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
        sent((struct fake_reply){.status = 429, .headers = "Retry-After: 60"}, 1, op.started_ms);
        assert_ended(OPERATION_FAILED, MILINK_ARM_THROTTLED);
    }
}

/* A code that says busy in an answer that does not prove it: a POST is not sent again. */
static void test_sent_busy_is_not_sure(void **state)
{
    (void)state;
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 500, .body = CODE("ManagedInstanceIsBusy")}, 1, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
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

/* The first try may have been taken, so that the refusal of the second decides nothing. */
static void test_sent_refused_after_lost(void **state)
{
    (void)state;
    make_kind(OPERATION_LINK_CREATE, PHASE_SENDING);
    sent((struct fake_reply){.result = HTTP_LOST}, 1, NOW);
    assert_true(op.may_have_left);
    op.phase = PHASE_SENDING;
    sent((struct fake_reply){.status = 400,
                             .body = CODE(
                                 "ManagedInstanceLinkForProvidedAvailabilityGroupsAlreadyExists")},
         2, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    assert_true(operation_is_ambiguous(&op));
    assert_non_null(strstr(op.detail, "AlreadyExists"));
    assert_int_equal(op.error.number, 0);
    /* Nor does a busy that lasts, or no way to send it. */
    op.phase = PHASE_SENDING;
    sent(busy[2], 1, op.give_up_ms);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    op.phase = PHASE_JOURNALLED;
    operation_on_refused(&op, &(struct error){.number = MILINK_SECRET_MISSING, .message = "Gone."},
                         NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    assert_non_null(strstr(op.detail, "Gone."));
    op.phase = PHASE_JOURNALLED;
    assert_true(operation_on_time(&op, op.give_up_ms));
    assert_ended(OPERATION_UNKNOWN, MILINK_ARM_OUTCOME_UNKNOWN);
}

static void test_refused_before_sending(void **state)
{
    (void)state;
    make(PHASE_JOURNALLED);
    operation_on_refused(&op, &(struct error){.number = MILINK_SECRET_MISSING, .message = "Gone."},
                         NOW);
    assert_ended(OPERATION_FAILED, MILINK_SECRET_MISSING);
}

static const enum operation_kind deletes[] = {OPERATION_LINK_DELETE, OPERATION_CERTIFICATE_DELETE,
                                              OPERATION_DATABASE_DELETE};

static const char *const gone_codes[] = {"ResourceNotFound", "ResourceDoesNotExist",
                                         "ManagedInstanceLinkIsNotFound", "DatabaseDoesNotExist"};

/* What is not there need not be deleted; only Azure itself can say so. */
static void test_sent_delete_gone(void **state)
{
    char body[128];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t c = 0; c < 4; c++) {
            snprintf(body, sizeof body, "{\"error\":{\"code\":\"%s\"}}", gone_codes[c]);
            make_kind(deletes[i], PHASE_SENDING);
            text_copy(op.method, sizeof op.method, "DELETE");
            sent((struct fake_reply){.status = 404, .body = body}, 1, NOW);
            assert_ended(OPERATION_SUCCEEDED, 0);
            assert_non_null(strstr(op.detail, "not there"));
        }
        make_kind(deletes[i], PHASE_SENDING);
        text_copy(op.method, sizeof op.method, "DELETE");
        sent((struct fake_reply){.status = 404, .body = "<html>"}, 1, NOW);
        assert_ended(OPERATION_FAILED, MILINK_ARM_NOT_FOUND);
        make_kind(deletes[i], PHASE_SENDING);
        text_copy(op.method, sizeof op.method, "DELETE");
        sent((struct fake_reply){.status = 404, .body = CODE("ResourceGroupNotFound")}, 1, NOW);
        assert_ended(OPERATION_FAILED, MILINK_ARM_NOT_FOUND);
    }
    /* Of anything else it is a failure. */
    make(PHASE_SENDING);
    sent((struct fake_reply){.status = 404, .body = CODE("ResourceNotFound")}, 1, NOW);
    assert_ended(OPERATION_FAILED, MILINK_ARM_NOT_FOUND);
}

/* The certificate that is there decides, at once. */
static void test_sent_compared(void **state)
{
    static const char *const bodies[] = {"{\"properties\":{\"thumbprint\":\"abc\"}}",
                                         "{\"properties\":{\"thumbprint\":\"DEF\"}}"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        make_kind(OPERATION_CERTIFICATE_PUT, PHASE_SENDING);
        text_copy(op.wanted, sizeof op.wanted, "properties.thumbprint=ABC\n");
        sent((struct fake_reply){.status = 400, .body = CODE("CertificateAlreadyExists")}, 1, NOW);
        assert_stands(PHASE_CONFIRMING, OPERATION_RUNNING);
        if (i < 2)
            resource((struct fake_reply){.status = 200, .body = bodies[i]}, NOW);
        else
            resource((struct fake_reply){.status = 404, .body = CODE("ResourceNotFound")}, NOW);
        if (i == 0)
            assert_ended(OPERATION_SUCCEEDED, 0);
        else
            assert_ended(OPERATION_FAILED, MILINK_ARM_NAME_TAKEN);
    }
}

/* The name may be taken by a try before whose answer was lost: what it makes is waited for. */
static void test_sent_compared_after_lost(void **state)
{
    (void)state;
    make_kind(OPERATION_CERTIFICATE_PUT, PHASE_SENDING);
    text_copy(op.method, sizeof op.method, "PUT");
    text_copy(op.wanted, sizeof op.wanted, "properties.thumbprint=ABC\n");
    sent((struct fake_reply){.status = 500}, 1, NOW);
    assert_stands(PHASE_JOURNALLED, OPERATION_ACCEPTED);
    op.phase = PHASE_SENDING;
    sent((struct fake_reply){.status = 400, .body = CODE("CertificateAlreadyExists")}, 1, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    resource((struct fake_reply){.status = 404, .body = CODE("ResourceNotFound")}, NOW);
    assert_stands(PHASE_CONFIRMING, OPERATION_ACCEPTED);
    resource(
        (struct fake_reply){.status = 200, .body = "{\"properties\":{\"thumbprint\":\"abc\"}}"},
        NOW + 1000);
    assert_ended(OPERATION_SUCCEEDED, 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_start_after_lost_patch),
        cmocka_unit_test(test_start_clock),
        cmocka_unit_test(test_sent_accepted),
        cmocka_unit_test(test_sent_without_url),
        cmocka_unit_test(test_sent_foreign_url),
        cmocka_unit_test(test_sent_adopted),
        cmocka_unit_test(test_sent_not_taken),
        cmocka_unit_test(test_sent_busy),
        cmocka_unit_test(test_sent_busy_waits),
        cmocka_unit_test(test_sent_busy_grave),
        cmocka_unit_test(test_sent_busy_is_not_sure),
        cmocka_unit_test(test_sent_refused),
        cmocka_unit_test(test_sent_lost_post),
        cmocka_unit_test(test_sent_lost_patch),
        cmocka_unit_test(test_sent_refused_after_lost),
        cmocka_unit_test(test_refused_before_sending),
        cmocka_unit_test(test_sent_delete_gone),
        cmocka_unit_test(test_sent_compared),
        cmocka_unit_test(test_sent_compared_after_lost),
        cmocka_unit_test(test_sent_timed_out_patch),
        cmocka_unit_test(test_sent_after_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
