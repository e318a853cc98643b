/* SPDX-License-Identifier: MIT */
/* Memory runs out on the client's side of a call: an error that says so, and the connection is
 * let go. */
#include "agent_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "allocations.h"
#include "client.h"
#include "wire_samples.h"

static struct script script;
static struct wire_call call;
static struct error error;
static bool is_done;

static int set_up(void **state)
{
    static char text[WIRE_MAX_TEXT_UNITS];

    (void)state;
    memset(text, 'x', sizeof text);
    call = (struct wire_call){"xp_milink_version", 17, 1000, 12, {{0}}};
    for (size_t i = 0; i < call.parameter_count; i++)
        call.parameters[i].value =
            (struct wire_value){.type = WIRE_TEXT, .bytes = text, .length = sizeof text};
    agent_place();
    script_init(&script);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    agent_stop();
    agent_unplace();
    script_clear(&script);
    return 0;
}

static void prepare(void *context)
{
    (void)context;
    is_done = false;
    memset(&error, 0, sizeof error);
    agent_start(&script);
}

static void run_call(void *context)
{
    struct deadline deadline = deadline_in(5000);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;

    (void)context;
    client_init(&client);
    if (client_open(&client, &call, &deadline, &error))
        while (!is_done && client_next(&client, &opcode, &payload, &error))
            is_done = opcode == WIRE_DONE;
    client_close(&client);
}

static void check(void *context, bool failed)
{
    (void)context;
    agent_stop();
    assert_int_equal(error.number, failed ? MILINK_OUT_OF_MEMORY : 0);
    assert_int_equal(is_done, !failed);
    if (failed)
        assert_string_equal(error.code, "OUT_OF_MEMORY");
}

static void test_a_call_without_memory(void **state)
{
    const struct fault_scenario scenario = {prepare, run_call, check, NULL};
    static uint8_t bytes[WIRE_MAX_BINARY];
    const struct wire_value values[] = {wire_text("x"), wire_int(1)};

    (void)state;
    wire_sample_find("info")->put(&script.answer);
    wire_sample_find("columns")->put(&script.answer);
    wire_put_row(&script.answer, values, 2);
    buffer_put_u32(&script.answer, 2 * sizeof bytes);
    buffer_put_u8(&script.answer,
                  WIRE_ROW); /* a large frame: its content is not the client's to judge */
    buffer_put_bytes(&script.answer, bytes, sizeof bytes);
    buffer_put_bytes(&script.answer, bytes, sizeof bytes);
    wire_sample_find("done")->put(&script.answer);
    assert_true(fault_each_allocation(&scenario) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_call_without_memory, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
