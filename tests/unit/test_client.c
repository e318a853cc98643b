/* SPDX-License-Identifier: MIT */
/* The client's side of a call, against agents good and bad: the right error, and nothing left. */
#include "client_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "modes.h"
#include "wire_samples.h"

/* --- agents that are not there --- */

static void test_no_agent(void **state)
{
    (void)state;
    assert_int_equal(run_call(), MILINK_AGENT_NOT_RUNNING);
    assert_true(took_ms < LATE_MS);
}

static void test_a_socket_that_a_dead_agent_left(void **state)
{
    int sockets[4];

    (void)state;
    swamp(sockets);
    drain(sockets); /* the file stays */
    assert_int_equal(run_call(), MILINK_AGENT_NOT_RUNNING);
}

static void test_a_path_that_is_too_long(void **state)
{
    char path[300];

    (void)state;
    memset(path, 'p', sizeof path);
    path[sizeof path - 1] = '\0';
    setenv(MILINK_SOCKET_VARIABLE, path, 1);
    assert_int_equal(run_call(), MILINK_TRANSPORT_FAILED);
    assert_non_null(strstr(error.message, "the path of the socket is too long"));
}

/* What has no error of its own is named by the system's number. */
static void test_a_place_that_is_none(void **state)
{
    (void)state;
    setenv(MILINK_SOCKET_VARIABLE, "/dev/null/xp.sock", 1);
    assert_int_equal(run_call(), MILINK_TRANSPORT_FAILED);
    assert_non_null(strstr(error.message, "system error 20"));
}

static void test_a_swamped_agent_is_busy(void **state)
{
    int sockets[4];

    (void)state;
    swamp(sockets);
    assert_int_equal(run_call(), MILINK_AGENT_BUSY);
    assert_true(took_ms < 1000 + LATE_MS);
    drain(sockets);
}

/* --- good agents --- */

static void test_a_whole_answer(void **state)
{
    struct wire_call *call = calloc(1, sizeof *call);

    (void)state;
    names = 3;
    put("info");
    put("info");
    put("columns");
    put("row");
    put("row");
    put("row");
    put("done");
    agent_start(&script);
    assert_int_equal(run_call(), 0);
    agent_stop();
    assert_int_equal(frames[WIRE_INFO], 2);
    assert_int_equal(frames[WIRE_COLUMNS], 1);
    assert_int_equal(frames[WIRE_ROW], 3);
    assert_int_equal(frames[WIRE_DONE], 1);
    assert_int_equal(agent_callers(), 1);
    assert_true(agent_heard_call(call));
    assert_int_equal(call->parameter_count, 3);
    assert_false(agent_heard_cancel());
    free(call);
}

static void test_an_answer_byte_by_byte(void **state)
{
    (void)state;
    put("columns");
    put("done");
    script.pace = SCRIPT_DRIP;
    agent_start(&script);
    assert_int_equal(run_call(), 0);
    assert_int_equal(frames[WIRE_COLUMNS], 1);
}

static void test_ten_thousand_rows(void **state)
{
    (void)state;
    put("columns");
    for (int i = 0; i < WIRE_MAX_ROWS; i++)
        put("row");
    put("done");
    agent_start(&script);
    assert_int_equal(run_call(), 0);
    assert_int_equal(frames[WIRE_ROW], WIRE_MAX_ROWS);
}

static void test_as_much_information_as_an_answer_may_hold(void **state)
{
    (void)state;
    for (size_t count = WIRE_MAX_INFOS; count <= WIRE_MAX_INFOS + 1; count++) {
        buffer_reset(&script.answer);
        for (size_t i = 0; i < count; i++)
            put("info");
        put("done");
        agent_start(&script);
        assert_int_equal(run_call(), count > WIRE_MAX_INFOS ? MILINK_AGENT_BAD_ANSWER : 0);
        agent_stop();
        assert_int_equal(frames[WIRE_INFO], WIRE_MAX_INFOS);
    }
}

/* The answer of an agent that is too busy to read is there before the request is written. */
static void test_a_refusal_before_the_request_was_read(void **state)
{
    (void)state;
    put("done-error");
    script.is_deaf = true;
    agent_start(&script);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(run_call(), 0);
        assert_int_equal(frames[WIRE_DONE], 1);
    }
}

/* --- bad agents --- */

/* What lies within a frame is not the client's to judge: then it takes the whole answer. */
static bool is_due(const struct bad_mode *mode, int32_t number)
{
    return number == mode->error || mode->error == 0 || (number == 0 && frames[WIRE_DONE] == 1);
}

static void test_every_bad_agent(void **state)
{
    size_t count = 0;
    const struct bad_mode *modes = bad_modes(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool ends_late = modes[i].error == 0 || modes[i].error == MILINK_AGENT_TIMED_OUT;
        int32_t number = 0;

        script_clear(&script);
        script_init(&script);
        modes[i].make(&script);
        agent_start(&script);
        deadline = deadline_in(ends_late ? SHORT_MS : LONG_MS);
        number = run_call();
        agent_stop();
        if (!is_due(&modes[i], number))
            fail_msg("%s: %d", modes[i].name, (int)number);
        if (ends_late && took_ms > SHORT_MS + LATE_MS)
            fail_msg("%s: after %u ms", modes[i].name, (unsigned)took_ms);
    }
}

static void test_a_connection_closed_at_every_byte(void **state)
{
    struct buffer whole;

    (void)state;
    put("info");
    put("columns");
    put("row");
    put("done");
    whole = script.answer;
    for (size_t length = 0; length < whole.length; length++) {
        buffer_init_view(&script.answer, whole.data, length);
        agent_start(&script);
        assert_int_equal(run_call(), MILINK_AGENT_HUNG_UP);
        agent_stop();
    }
    script.answer = whole;
}

static void test_frames_out_of_order(void **state)
{
    static const char *const orders[][4] = {
        {"row"},
        {"info", "row"},
        {"columns", "info"},
        {"columns", "row", "info"},
        {"columns", "columns"},
        {"columns", "row", "columns"},
        {"info", "unsupported"},
        {"columns", "unsupported"},
        {"hello"},
        {"call"},
        {"cancel"},
        {"info", "hello"},
    };

    (void)state;
    script.end = SCRIPT_WAIT;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        buffer_reset(&script.answer);
        for (size_t k = 0; k < 4 && orders[i][k] != NULL; k++)
            put(orders[i][k]);
        put("done");
        agent_start(&script);
        assert_int_equal(run_call(), MILINK_AGENT_BAD_ANSWER);
        agent_stop();
        assert_true(agent_heard_cancel());
    }
}

static void test_every_unknown_opcode(void **state)
{
    (void)state;
    script.end = SCRIPT_WAIT;
    for (unsigned opcode = 0; opcode < 256; opcode++) {
        if (opcode >= WIRE_UNSUPPORTED && opcode <= WIRE_DONE)
            continue;
        buffer_reset(&script.answer);
        buffer_put_u32(&script.answer, 0);
        buffer_put_u8(&script.answer, (uint8_t)opcode);
        agent_start(&script);
        assert_int_equal(run_call(), MILINK_AGENT_BAD_ANSWER);
        agent_stop();
    }
}

/* One frame more than a frame may hold: refused by its header, whatever follows. */
static void test_a_frame_one_byte_over_the_limit(void **state)
{
    (void)state;
    script.end = SCRIPT_WAIT;
    buffer_put_u32(&script.answer, WIRE_MAX_PAYLOAD + 1);
    buffer_put_u8(&script.answer, WIRE_INFO);
    agent_start(&script);
    assert_int_equal(run_call(), MILINK_AGENT_BAD_ANSWER);
    assert_true(took_ms < LATE_MS);
}

static int32_t answer_versions(uint16_t lowest, uint16_t highest, const char *product)
{
    const struct wire_hello own = {lowest, highest, product, strlen(product)};
    int32_t number = 0;

    buffer_reset(&script.answer);
    wire_put_unsupported(&script.answer, &own);
    agent_start(&script);
    number = run_call();
    agent_stop();
    return number;
}

static void test_versions_are_named_on_both_sides(void **state)
{
    (void)state;
    assert_int_equal(answer_versions(0, 0, "0.9.0"), MILINK_AGENT_OLDER);
    assert_non_null(strstr(error.message, "0.9.0"));
    assert_non_null(strstr(error.message, MILINK_VERSION));
    assert_int_equal(answer_versions(2, 3, "2.1.0"), MILINK_AGENT_NEWER);
    assert_non_null(strstr(error.message, "2.1.0"));
    assert_non_null(strstr(error.message, "2 to 3"));
    assert_non_null(strstr(error.message, MILINK_VERSION));
    assert_int_equal(answer_versions(3, 2, "2.1.0"), MILINK_AGENT_BAD_ANSWER);
}

static void test_a_request_that_is_too_large(void **state)
{
    static char text[4000];
    struct wire_call *call = calloc(1, sizeof *call);
    struct client client;

    (void)state;
    assert_non_null(call);
    memset(text, 'x', sizeof text);
    memset(&error, 0, sizeof error);
    call->procedure = "p";
    call->procedure_length = 1;
    call->deadline_ms = 1000;
    call->parameter_count = 17;
    for (size_t i = 0; i < call->parameter_count; i++)
        call->parameters[i].value =
            (struct wire_value){.type = WIRE_TEXT, .bytes = text, .length = sizeof text};
    client_init(&client);
    assert_false(client_open(&client, call, &deadline, &error));
    assert_int_equal(error.number, MILINK_REQUEST_TOO_LARGE);
    client_close(&client);
    free(call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLIENT_CASE(test_no_agent),
        CLIENT_CASE(test_a_socket_that_a_dead_agent_left),
        CLIENT_CASE(test_a_path_that_is_too_long),
        CLIENT_CASE(test_a_place_that_is_none),
        CLIENT_CASE(test_a_swamped_agent_is_busy),
        CLIENT_CASE(test_a_whole_answer),
        CLIENT_CASE(test_an_answer_byte_by_byte),
        CLIENT_CASE(test_ten_thousand_rows),
        CLIENT_CASE(test_as_much_information_as_an_answer_may_hold),
        CLIENT_CASE(test_a_refusal_before_the_request_was_read),
        CLIENT_CASE(test_every_bad_agent),
        CLIENT_CASE(test_a_connection_closed_at_every_byte),
        CLIENT_CASE(test_frames_out_of_order),
        CLIENT_CASE(test_every_unknown_opcode),
        CLIENT_CASE(test_a_frame_one_byte_over_the_limit),
        CLIENT_CASE(test_versions_are_named_on_both_sides),
        CLIENT_CASE(test_a_request_that_is_too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
