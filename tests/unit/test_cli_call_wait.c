/* SPDX-License-Identifier: MIT */
/* Waiting for an operation's end: what is asked next, what a silent agent and an impatient person
 * lead to. The agent's answers are a script, and the clock leaps. */
#include "cli.h"
#include "cli_call.h"
#include "text.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define ID "01234567-89ab-cdef-0123-456789abcdef"

enum { MOST = 400, STEP_MS = 1000 };

/* An answer: an error, or a row; the last one of the script comes again and again. */
struct step {
    int32_t error;
    const char *state; /* NULL: @what_if's row, without id and state */
    int32_t row_error;
};

static struct cli_call call;
static struct cli_answer answer;
static const struct step *steps;
static size_t step_count, asked;
static struct wire_call questions[MOST];
static bool is_write[MOST]; /* the request of the command line itself */
static uint64_t now_ms, interrupted_at_ms;

uint64_t __wrap_clock_monotonic_ms(void);
void __wrap_clock_sleep_ms(uint32_t milliseconds);
bool __wrap_cli_call_interrupted(void *context);
void __wrap_cli_call_ask(const struct wire_call *request, struct cli_answer *to);

uint64_t __wrap_clock_monotonic_ms(void)
{
    return now_ms;
}

void __wrap_clock_sleep_ms(uint32_t milliseconds)
{
    now_ms += milliseconds;
}

bool __wrap_cli_call_interrupted(void *context)
{
    (void)context;
    return interrupted_at_ms != 0 && now_ms >= interrupted_at_ms;
}

static void answer_row(struct cli_answer *to, const struct step *step)
{
    static const struct wire_columns columns = {.count = 4,
                                                .columns = {{"operation_id", 12, WIRE_TEXT, 36},
                                                            {"state", 5, WIRE_TEXT, 16},
                                                            {"error_number", 12, WIRE_INT, 0},
                                                            {"error_message", 13, WIRE_TEXT, 99}}};
    struct wire_value values[4] = {{.type = WIRE_TEXT, .bytes = ID, .length = strlen(ID)},
                                   {.type = WIRE_TEXT, .bytes = step->state},
                                   {.type = WIRE_INT, .integer = step->row_error},
                                   {.type = WIRE_TEXT, .bytes = "It broke.", .length = 9}};

    values[0].is_null = values[1].is_null = step->state == NULL;
    values[1].length = step->state != NULL ? strlen(step->state) : 0;
    values[2].is_null = values[3].is_null = step->row_error == 0;
    table_set_columns(&to->table, &columns);
    assert_true(table_add(&to->table, values));
}

void __wrap_cli_call_ask(const struct wire_call *request, struct cli_answer *to)
{
    const struct step *step = &steps[asked < step_count ? asked : step_count - 1];

    assert_true(asked < MOST);
    is_write[asked] = request == &call.request;
    questions[asked++] = *request;
    now_ms += STEP_MS;
    table_clear(&to->table);
    to->error = (struct error){.number = 0};
    if (step->error != 0)
        error_set(&to->error, step->error, NULL, NULL);
    else
        answer_row(to, step);
}

static int set_up(void **state)
{
    (void)state;
    memset(&call, 0, sizeof call);
    memset(&answer, 0, sizeof answer);
    call.quiet = true;
    call.procedure = catalogue_find("xp_milink_license_set", 21);
    asked = 0;
    now_ms = 1000000;
    interrupted_at_ms = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    table_clear(&answer.table);
    return 0;
}

static int follow(const struct step *script, size_t count)
{
    steps = script;
    step_count = count;
    return cli_call_follow(&call, &answer);
}
#define FOLLOW(...)                            \
    follow((const struct step[]){__VA_ARGS__}, \
           sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

static void asks_operation(size_t question)
{
    const struct wire_call *request = &questions[question];

    assert_false(is_write[question]);
    assert_memory_equal(request->procedure, "xp_milink_operation_get", 24);
    assert_memory_equal(request->parameters[0].value.bytes, ID, strlen(ID));
    assert_true(request->parameters[1].value.integer > 0);
}

static void test_ended_at_once(void **state)
{
    (void)state;
    assert_int_equal(FOLLOW({.state = "Succeeded"}), CLI_DONE);
    assert_int_equal(asked, 1);
    assert_true(is_write[0]);
    assert_int_equal(answer.error.number, 0);
    assert_string_equal(answer.operation_id, ID);
}

static void test_until_it_ends(void **state)
{
    (void)state;
    assert_int_equal(FOLLOW({.state = "Accepted"}, {.state = "Running"}, {.state = "Running"},
                            {.state = "Succeeded"}),
                     CLI_DONE);
    assert_int_equal(asked, 4);
    assert_true(is_write[0]);
    for (size_t i = 1; i < asked; i++)
        asks_operation(i);
}

static void test_what_if_has_no_end_to_wait_for(void **state)
{
    (void)state;
    assert_int_equal(FOLLOW({.state = NULL}), CLI_DONE);
    assert_int_equal(asked, 1);
}

static void test_the_operations_error(void **state)
{
    (void)state;
    assert_int_equal(
        FOLLOW({.state = "Running"}, {.state = "Failed", .row_error = MILINK_ARM_FAILED}),
        CLI_DONE);
    assert_true(answer.is_outcome);
    assert_int_equal(answer.error.number, MILINK_ARM_FAILED);
    assert_string_equal(answer.error.message, "It broke.");
    assert_int_equal(answer.table.rows, 1);
}

static void test_refused(void **state)
{
    (void)state;
    assert_int_equal(FOLLOW({.error = MILINK_CONFIRM_REQUIRED}), CLI_DONE);
    assert_int_equal(asked, 1);
    assert_int_equal(answer.error.number, MILINK_CONFIRM_REQUIRED);
    assert_false(answer.is_outcome);
}

/* Nothing is lost yet: the person is told at once. */
static void test_absent_or_busy_from_the_start(void **state)
{
    static const int32_t numbers[] = {MILINK_AGENT_NOT_RUNNING, MILINK_AGENT_BUSY,
                                      MILINK_AGENT_STOPPING};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        asked = 0;
        assert_int_equal(FOLLOW({.error = numbers[i]}), CLI_DONE);
        assert_int_equal(asked, 1);
        assert_int_equal(answer.error.number, numbers[i]);
    }
}

/* The very same request again, whose id keeps it from being carried out twice; even while the agent
 * is not there. */
static void test_an_answer_lost(void **state)
{
    (void)state;
    assert_int_equal(FOLLOW({.error = MILINK_AGENT_HUNG_UP}, {.error = MILINK_AGENT_NOT_RUNNING},
                            {.error = MILINK_AGENT_BUSY}, {.state = "Running"},
                            {.error = MILINK_AGENT_TIMED_OUT}, {.state = "Succeeded"}),
                     CLI_DONE);
    assert_int_equal(asked, 6);
    for (size_t i = 0; i < 4; i++)
        assert_true(is_write[i]);
    asks_operation(4);
    asks_operation(5);
    assert_int_equal(answer.error.number, 0);
}

static void test_the_operation_is_not_known_any_more(void **state)
{
    (void)state;
    assert_int_equal(FOLLOW({.state = "Running"}, {.error = MILINK_OPERATION_UNKNOWN}), CLI_DONE);
    assert_int_equal(answer.error.number, MILINK_OPERATION_UNKNOWN);
}

/* Two minutes from the last answer, however often it was silent before. */
static void test_patience(void **state)
{
    uint64_t began = now_ms;

    (void)state;
    assert_int_equal(FOLLOW({.state = "Running"}, {.error = MILINK_AGENT_NOT_RUNNING},
                            {.state = "Running"}, {.error = MILINK_AGENT_NOT_RUNNING}),
                     CLI_UNKNOWN);
    assert_int_equal(answer.error.number, MILINK_AGENT_NOT_RUNNING);
    assert_in_range(now_ms - began, 120000, 130000);
}

static void test_timeout(void **state)
{
    uint64_t began = now_ms;

    (void)state;
    call.timeout_s = 10;
    assert_int_equal(FOLLOW({.state = "Running"}), CLI_UNKNOWN);
    assert_int_equal(now_ms - began, 10000);
    assert_int_equal(answer.error.number, 0);
    assert_int_equal(answer.table.rows, 1);
}

static void test_timeout_of_what_has_ended(void **state)
{
    (void)state;
    call.timeout_s = 1;
    assert_int_equal(FOLLOW({.state = "Succeeded"}), CLI_DONE);
}

static void test_interrupted(void **state)
{
    (void)state;
    interrupted_at_ms = now_ms + 3000;
    assert_int_equal(FOLLOW({.state = "Running"}), CLI_INTERRUPTED);
    assert_int_equal(asked, 3);
    assert_string_equal(answer.operation_id, ID);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_ended_at_once),
        CASE(test_until_it_ends),
        CASE(test_what_if_has_no_end_to_wait_for),
        CASE(test_the_operations_error),
        CASE(test_refused),
        CASE(test_absent_or_busy_from_the_start),
        CASE(test_an_answer_lost),
        CASE(test_the_operation_is_not_known_any_more),
        CASE(test_patience),
        CASE(test_timeout),
        CASE(test_timeout_of_what_has_ended),
        CASE(test_interrupted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
