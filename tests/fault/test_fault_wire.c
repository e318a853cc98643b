/* SPDX-License-Identifier: MIT */
/* Memory runs out while frames are built: the buffer says so, keeps what it had and can be used
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "error.h"
#include "wire.h"

static struct buffer buffer;

static void prepare(void *context)
{
    (void)context;
    buffer_clear(&buffer);
    buffer_init(&buffer, 1024 * 1024);
}

static void put_numbers(void *context)
{
    (void)context;
    for (uint32_t i = 0; i < 20000; i++)
        buffer_put_u32(&buffer, i);
}

static void check_numbers(void *context, bool failed)
{
    (void)context;
    assert_int_equal(buffer.failed, failed);
    assert_int_equal(buffer.no_memory, failed);
    assert_true(failed ? buffer.length % 4 == 0 && buffer.length < 80000 : buffer.length == 80000);
    for (size_t i = 0; i < buffer.length; i += 4)
        assert_int_equal(buffer.data[i] | buffer.data[i + 1] << 8, (i / 4) & 0xFFFF);
    buffer_reset(&buffer);
    buffer_put_u8(&buffer, 7);
    assert_false(buffer.failed);
    assert_int_equal(buffer.data[0], 7);
}

static void test_a_buffer_that_cannot_grow(void **state)
{
    const struct fault_scenario scenario = {prepare, put_numbers, check_numbers, NULL};

    (void)state;
    assert_true(fault_each_allocation(&scenario) > 3);
}

static uint8_t bytes[8000];

static void put_frames(void *context)
{
    static struct wire_columns columns;
    static struct error error;
    struct wire_value values[8];

    (void)context;
    columns.count = 8;
    for (size_t i = 0; i < 8; i++) {
        columns.columns[i] = (struct wire_column){"c", 1, WIRE_BINARY, sizeof bytes};
        values[i] = (struct wire_value){
            .type = WIRE_BINARY, .bytes = bytes, .length = sizeof bytes >> (8 - i)};
    }
    wire_put_info(&buffer, "information");
    wire_put_columns(&buffer, &columns);
    wire_put_row(&buffer, values, 8);
    wire_put_row(&buffer, values, 8);
    wire_put_done(&buffer, &error, NULL, 0);
}

/* Whole frames and nothing else, or a failure. */
static void check_frames(void *context, bool failed)
{
    size_t frames = 0;
    uint8_t opcode = 0;

    (void)context;
    assert_int_equal(buffer.failed, failed);
    assert_int_equal(buffer.no_memory, failed);
    for (size_t at = 0; !failed && at < buffer.length; frames++) {
        uint32_t length = 0;

        assert_true(wire_get_header(buffer.data + at, &opcode, &length));
        at += WIRE_HEADER_SIZE + length;
        assert_true(at <= buffer.length);
    }
    assert_true(failed || (frames == 5 && opcode == WIRE_DONE));
}

static void test_frames_that_cannot_be_built(void **state)
{
    const struct fault_scenario scenario = {prepare, put_frames, check_frames, NULL};

    (void)state;
    assert_true(fault_each_allocation(&scenario) > 3);
}

static int clean_up(void **state)
{
    (void)state;
    buffer_clear(&buffer);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_buffer_that_cannot_grow, clean_up),
        cmocka_unit_test_teardown(test_frames_that_cannot_be_built, clean_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
