/* SPDX-License-Identifier: MIT */
/* The dispatcher without memory: it answers with an error or not at all, never wrongly, whichever
 * allocation fails. */
#include "allocations.h"
#include "dispatch.h"
#include "log.h"
#include "text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* One request, and what has come of it. */
struct request {
    const char *procedure;
    const char *name, *value; /* one parameter; NULL: none */
    int32_t number;           /* of the answer when memory suffices */
    struct buffer bytes, answer;
};

static struct agent agent;
static struct setup setup; /* the agent's; never freed */

static void prepare(void *context)
{
    const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, "1.0.0", 5};
    struct request *request = context;
    struct wire_call call = {.procedure = request->procedure,
                             .procedure_length = strlen(request->procedure),
                             .deadline_ms = 1000};

    if (request->name != NULL) {
        call.parameter_count = 1;
        call.parameters[0] = (struct wire_parameter){.name = request->name,
                                                     .name_length = strlen(request->name),
                                                     .value = {.type = WIRE_TEXT,
                                                               .bytes = request->value,
                                                               .length = strlen(request->value)}};
    }
    buffer_init(&request->bytes, 2 * WIRE_MAX_PAYLOAD);
    wire_put_hello(&request->bytes, &hello);
    wire_put_call(&request->bytes, &call);
    assert_false(request->bytes.failed);
}

static void act(void *context)
{
    static const struct dispatch_caller caller;
    struct request *request = context;
    struct buffer view;

    buffer_init(&request->answer, DISPATCH_MAX_ANSWER);
    buffer_init_view(&view, request->bytes.data, request->bytes.length);
    dispatch(&agent, &view, &caller, &request->answer);
}

/* Walks through the answer's frames; returns the error number of its DONE, which must be its last.
 */
static int32_t read_answer(struct buffer *answer)
{
    static struct error error;
    struct buffer payload;
    uint8_t opcode = 0;

    while (!buffer_ended(answer)) {
        const uint8_t *header = buffer_get_bytes(answer, WIRE_HEADER_SIZE);
        uint32_t length = 0;
        size_t outputs = 0;

        assert_non_null(header);
        assert_true(wire_get_header(header, &opcode, &length));
        buffer_init_view(&payload, buffer_get_bytes(answer, length), length);
        if (opcode == WIRE_DONE)
            assert_true(wire_get_done(&payload, &error, &outputs));
    }
    assert_int_equal(opcode, WIRE_DONE);
    return error.number;
}

static void check(void *context, bool failed)
{
    struct request *request = context;

    if (!request->answer.failed) {
        int32_t number = read_answer(&request->answer);

        if (number != request->number)
            assert_true(failed && number == MILINK_OUT_OF_MEMORY);
    } else {
        assert_true(failed);
    }
    buffer_clear(&request->answer);
    buffer_clear(&request->bytes);
}

static void each_allocation(struct request request)
{
    const struct fault_scenario scenario = {prepare, act, check, &request};

    assert_true(fault_each_allocation(&scenario) >= 2);
}

static void test_answers(void **state)
{
    (void)state;
    each_allocation((struct request){.procedure = "xp_milink_help"});
    each_allocation((struct request){
        .procedure = "xp_milink_help", .name = "@procedure", .value = "xp_milink_link_failover"});
    each_allocation((struct request){.procedure = "xp_milink_instance_list"});
}

static void test_refusals(void **state)
{
    (void)state;
    each_allocation((struct request){.procedure = "xp_milink_help",
                                     .name = "@nothing",
                                     .value = "x",
                                     .number = MILINK_PARAMETER_UNKNOWN});
    each_allocation((struct request){.procedure = "xp_milink_link_get",
                                     .name = "@link",
                                     .value = "no link",
                                     .number = MILINK_PARAMETER_VALUE});
    each_allocation((struct request){.procedure = "xp_milink_link_list",
                                     .name = "@instance",
                                     .value = "nobody",
                                     .number = MILINK_INSTANCE_UNKNOWN});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers),
                                       cmocka_unit_test(test_refusals)};
    int failed = 0;

    log_open("/dev/null", LOG_ERROR);
    setup.config.instance_count = 2;
    text_copy(setup.config.instances[0].alias, sizeof setup.config.instances[0].alias, "one");
    atomic_store(&setup.holders, 1);
    agent.setup = &setup;
    agent.mutex = mutex_new();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    mutex_free(agent.mutex);
    return failed;
}
