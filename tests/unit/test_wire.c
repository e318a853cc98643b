/* SPDX-License-Identifier: MIT */
/* The wire: PROTOCOL.md's examples byte for byte, round trips, and every decoder against damaged
 * frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "text.h"
#include "wire_samples.h"

enum { EXAMPLE_BYTES = 512, FRAME_MAXIMUM = WIRE_HEADER_SIZE + WIRE_MAX_PAYLOAD };

/* --- the examples of PROTOCOL.md --- */

static size_t take_hex(const char *line, uint8_t *bytes, size_t used)
{
    char *end = NULL;

    for (;;) {
        unsigned long byte = strtoul(line, &end, 16);

        if (end == line)
            return used;
        assert_true(byte <= 0xFF);
        assert_true(used < EXAMPLE_BYTES);
        bytes[used++] = (uint8_t)byte;
        line = end;
    }
}

static void compare_example(const char *name, const uint8_t *bytes, size_t length)
{
    const struct wire_sample *sample = wire_sample_find(name);
    struct buffer buffer;

    if (sample == NULL)
        fail_msg("PROTOCOL.md: the example %s has no test", name);
    buffer_init(&buffer, FRAME_MAXIMUM);
    sample->put(&buffer);
    assert_false(buffer.failed);
    if (buffer.length != length || memcmp(buffer.data, bytes, length) != 0)
        fail_msg("PROTOCOL.md: the example %s is not what wire.c writes", name);
    buffer_clear(&buffer);
}

/* The name behind "```hex "; false for another line. */
static bool begins_example(const char *line, char name[64])
{
    static const char mark[] = "```hex ";

    if (strncmp(line, mark, strlen(mark)) != 0)
        return false;
    text_copy_bytes(name, 64, line + strlen(mark), strcspn(line + strlen(mark), "\r\n"));
    return true;
}

static void test_examples_of_the_protocol_text(void **state)
{
    FILE *file = fopen(MILINK_SOURCE_DIR "/ipc/PROTOCOL.md", "r");
    char line[512], name[64] = "";
    uint8_t bytes[EXAMPLE_BYTES];
    size_t length = 0, found = 0, samples = 0;
    bool inside = false;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (!inside) {
            inside = begins_example(line, name);
            length = 0;
        } else if (strncmp(line, "```", 3) == 0) {
            compare_example(name, bytes, length);
            inside = false;
            found++;
        } else {
            length = take_hex(line, bytes, length);
        }
    }
    fclose(file);
    wire_samples(&samples);
    assert_int_equal(found, samples);
}

/* --- round trips --- */

static void test_every_sample_comes_back(void **state)
{
    size_t count = 0;
    const struct wire_sample *samples = wire_samples(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct buffer frame, payload, again;
        uint8_t opcode = 0;
        uint32_t length = 0;

        buffer_init(&frame, FRAME_MAXIMUM);
        buffer_init(&again, FRAME_MAXIMUM);
        samples[i].put(&frame);
        assert_true(wire_get_header(frame.data, &opcode, &length));
        assert_int_equal(opcode, samples[i].opcode);
        assert_int_equal(length, frame.length - WIRE_HEADER_SIZE);
        buffer_init_view(&payload, frame.data + WIRE_HEADER_SIZE, length);
        assert_true(samples[i].again(&payload, &again));
        assert_int_equal(again.length, frame.length);
        assert_memory_equal(again.data, frame.data, frame.length);
        buffer_clear(&again);
        buffer_clear(&frame);
    }
}

static void test_a_call_of_every_type_comes_back(void **state)
{
    static const uint8_t bytes[] = {0, 1, 0xFF};
    const struct wire_value values[] = {wire_text(""),        wire_text("\xF0\x9F\x98\x80"),
                                        wire_int(INT64_MIN),  wire_int(INT64_MAX),
                                        wire_int(-1),         wire_bit(0),
                                        wire_bit(1),          wire_binary(bytes, 3),
                                        wire_binary("", 0),   wire_null(WIRE_UNTYPED),
                                        wire_null(WIRE_TEXT), wire_null(WIRE_INT),
                                        wire_null(WIRE_BIT),  wire_null(WIRE_BINARY)};
    struct wire_call *call = calloc(1, sizeof *call), *seen = calloc(1, sizeof *seen);
    struct buffer frame, payload;

    (void)state;
    assert_true(call != NULL && seen != NULL);
    call->deadline_ms = WIRE_MAX_DEADLINE_MS;
    call->parameter_count = sizeof values / sizeof values[0];
    for (size_t i = 0; i < call->parameter_count; i++)
        call->parameters[i] = (struct wire_parameter){NULL, 0, i % 2 == 0, values[i]};
    buffer_init(&frame, FRAME_MAXIMUM);
    wire_put_call(&frame, call);
    buffer_init_view(&payload, frame.data + WIRE_HEADER_SIZE, frame.length - WIRE_HEADER_SIZE);
    assert_true(wire_get_call(&payload, seen));
    assert_int_equal(seen->parameter_count, call->parameter_count);
    for (size_t i = 0; i < call->parameter_count; i++) {
        const struct wire_value *value = &seen->parameters[i].value;

        assert_int_equal(seen->parameters[i].output, i % 2 == 0);
        assert_int_equal(value->type, values[i].type);
        assert_int_equal(value->is_null, values[i].is_null);
        assert_true(value->integer == values[i].integer);
        assert_int_equal(value->length, values[i].length);
        if (value->length > 0)
            assert_memory_equal(value->bytes, values[i].bytes, value->length);
    }
    buffer_clear(&frame);
    free(seen);
    free(call);
}

/* --- damaged frames --- */

struct trial {
    const struct wire_sample *sample;
    size_t accepted;
};

/* Any bytes at all: the decoder refuses them, or what it read means the same bytes again. */
static void try_mutant(void *context, const uint8_t *bytes, size_t length)
{
    struct trial *trial = context;
    struct buffer payload, again;

    buffer_init(&again, FRAME_MAXIMUM);
    buffer_init_view(&payload, bytes, length);
    if (trial->sample->again(&payload, &again)) {
        trial->accepted++;
        if (again.failed || again.length != length + WIRE_HEADER_SIZE ||
            memcmp(again.data + WIRE_HEADER_SIZE, bytes, length) != 0)
            fail_msg("%s: a payload was read as another", trial->sample->name);
    }
    buffer_clear(&again);
}

static void test_damaged_payloads_of_every_frame(void **state)
{
    size_t count = 0;
    const struct wire_sample *samples = wire_samples(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct trial trial = {&samples[i], 0};
        const struct mutant_taker taker = {try_mutant, &trial};
        struct buffer frame;
        size_t tried = 0;

        buffer_init(&frame, FRAME_MAXIMUM);
        samples[i].put(&frame);
        tried = mutate(frame.data + WIRE_HEADER_SIZE, frame.length - WIRE_HEADER_SIZE, &taker);
        assert_true(tried > 0);
        assert_true(trial.accepted < tried);
        buffer_clear(&frame);
    }
}

/* The decoder of one kind is given the payloads of all the others, damaged and whole. */
static void test_payloads_of_another_kind(void **state)
{
    size_t count = 0;
    const struct wire_sample *samples = wire_samples(&count);

    (void)state;
    for (size_t i = 0; i < count * count; i++) {
        struct trial trial = {&samples[i / count], 0};
        const struct mutant_taker taker = {try_mutant, &trial};
        struct buffer frame;

        buffer_init(&frame, FRAME_MAXIMUM);
        samples[i % count].put(&frame);
        try_mutant(&trial, frame.data + WIRE_HEADER_SIZE, frame.length - WIRE_HEADER_SIZE);
        mutate(frame.data + WIRE_HEADER_SIZE, frame.length - WIRE_HEADER_SIZE, &taker);
        buffer_clear(&frame);
    }
}

static void try_cut(void *context, const uint8_t *bytes, size_t length)
{
    struct trial *trial = context;
    struct buffer payload, again;

    buffer_init(&again, FRAME_MAXIMUM);
    buffer_init_view(&payload, bytes, length);
    if (trial->sample->again(&payload, &again))
        fail_msg("%s: %zu bytes were taken for the whole", trial->sample->name, length);
    buffer_clear(&again);
}

static void test_no_payload_may_be_shorter_or_longer(void **state)
{
    size_t count = 0;
    const struct wire_sample *samples = wire_samples(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct trial trial = {&samples[i], 0};
        struct buffer frame;
        uint8_t *exact = NULL;

        buffer_init(&frame, FRAME_MAXIMUM);
        samples[i].put(&frame);
        buffer_put_u8(&frame, 0);
        for (size_t length = 0; length <= frame.length - WIRE_HEADER_SIZE; length++) {
            if (length == frame.length - WIRE_HEADER_SIZE - 1)
                continue;
            exact = malloc(length);
            if (length > 0)
                memcpy(exact, frame.data + WIRE_HEADER_SIZE, length);
            try_cut(&trial, exact, length);
            free(exact);
        }
        buffer_clear(&frame);
    }
}

/* --- headers --- */

static void test_header_lengths(void **state)
{
    static const struct {
        uint8_t bytes[WIRE_HEADER_SIZE];
        bool good;
        uint32_t length;
    } cases[] = {
        {{0, 0, 0, 0, 0x03}, true, 0},
        {{0, 0, 1, 0, 0x83}, true, WIRE_MAX_PAYLOAD},
        {{1, 0, 1, 0, 0x83}, false, WIRE_MAX_PAYLOAD + 1},
        {{0xFF, 0xFF, 0xFF, 0x7F, 0x83}, false, INT32_MAX},
        {{0, 0, 0, 0x80, 0x83}, false, 0x80000000},
        {{0xFF, 0xFF, 0xFF, 0xFF, 0x83}, false, UINT32_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t opcode = 0;
        uint32_t length = 0;

        assert_int_equal(wire_get_header(cases[i].bytes, &opcode, &length), cases[i].good);
        assert_int_equal(opcode, cases[i].bytes[4]);
        assert_int_equal(length, cases[i].length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples_of_the_protocol_text),
        cmocka_unit_test(test_every_sample_comes_back),
        cmocka_unit_test(test_a_call_of_every_type_comes_back),
        cmocka_unit_test(test_damaged_payloads_of_every_frame),
        cmocka_unit_test(test_payloads_of_another_kind),
        cmocka_unit_test(test_no_payload_may_be_shorter_or_longer),
        cmocka_unit_test(test_header_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
