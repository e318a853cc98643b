/* SPDX-License-Identifier: MIT */
/* The limits of PROTOCOL.md, each at its edge: what just fits is read, one more is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wire_samples.h"

enum { FRAME_MAXIMUM = WIRE_HEADER_SIZE + WIRE_MAX_PAYLOAD, LONG_TEXT = 20000 };

static struct buffer out, again;
static char text[LONG_TEXT];

static int set_up(void **state)
{
    (void)state;
    buffer_init(&out, 2 * FRAME_MAXIMUM);
    buffer_init(&again, 2 * FRAME_MAXIMUM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_clear(&again);
    buffer_clear(&out);
    return 0;
}

/* A text of so many pieces. */
static const char *repeat(const char *piece, size_t times)
{
    text[0] = '\0';
    for (size_t i = 0; i < times; i++)
        text_append(text, sizeof text, piece);
    assert_int_equal(strlen(text), strlen(piece) * times);
    return text;
}

/* Whether the frame in out, of the kind of that sample, is decoded; and then encodes to itself. */
static bool is_read(const char *kind)
{
    struct buffer payload;
    bool good = false;

    assert_false(out.failed);
    buffer_init_view(&payload, out.data + WIRE_HEADER_SIZE, out.length - WIRE_HEADER_SIZE);
    buffer_reset(&again);
    good = wire_sample_find(kind)->again(&payload, &again);
    if (good) {
        assert_int_equal(again.length, out.length);
        assert_memory_equal(again.data, out.data, out.length);
    }
    buffer_reset(&out);
    return good;
}

static bool call_is_read(const char *procedure, uint32_t deadline_ms,
                         const struct wire_parameter *parameter, size_t count)
{
    struct wire_call *call = calloc(1, sizeof *call);

    assert_non_null(call);
    call->procedure = procedure;
    call->procedure_length = strlen(procedure);
    call->deadline_ms = deadline_ms;
    call->parameter_count = count;
    for (size_t i = 0; i < count; i++)
        call->parameters[i] = *parameter;
    wire_put_call(&out, call);
    free(call);
    return is_read("call");
}

static bool value_is_read(struct wire_value value)
{
    const struct wire_parameter parameter = {"@p", 2, false, value};

    return call_is_read("p", 1, &parameter, 1);
}

static void test_deadline(void **state)
{
    (void)state;
    assert_false(call_is_read("p", 0, NULL, 0));
    assert_true(call_is_read("p", 1, NULL, 0));
    assert_true(call_is_read("p", 300000, NULL, 0));
    assert_false(call_is_read("p", 300001, NULL, 0));
    assert_false(call_is_read("p", UINT32_MAX, NULL, 0));
}

static void test_count_of_parameters(void **state)
{
    const struct wire_parameter parameter = {"", 0, false, wire_null(WIRE_UNTYPED)};

    (void)state;
    assert_true(call_is_read("p", 1, &parameter, 0));
    assert_true(call_is_read("p", 1, &parameter, WIRE_MAX_PARAMETERS));
    wire_sample_find("call")->put(&out);
    out.length = WIRE_HEADER_SIZE;
    buffer_put_counted(&out, "p", 1);
    buffer_put_u32(&out, 1);
    buffer_put_u16(&out, WIRE_MAX_PARAMETERS + 1);
    for (int i = 0; i < WIRE_MAX_PARAMETERS + 1; i++)
        buffer_put_u32(&out, 0x01000000); /* no name, untyped NULL: 00 00 00 01 */
    assert_false(is_read("call"));
}

static void test_length_of_names(void **state)
{
    struct wire_parameter parameter = {NULL, 0, false, wire_int(1)};

    (void)state;
    assert_true(call_is_read(repeat("p", 128), 1, NULL, 0));
    assert_false(call_is_read(repeat("p", 129), 1, NULL, 0));
    parameter.name = repeat("n", 129);
    parameter.name_length = 128;
    assert_true(call_is_read("p", 1, &parameter, 1));
    parameter.name_length = 129;
    assert_false(call_is_read("p", 1, &parameter, 1));
}

static void test_length_of_texts(void **state)
{
    (void)state;
    assert_true(value_is_read(wire_text("")));
    assert_true(value_is_read(wire_text(repeat("x", 4000))));
    assert_false(value_is_read(wire_text(repeat("x", 4001))));
    assert_true(value_is_read(wire_text(repeat("\xE2\x82\xAC", 4000))));
    assert_false(value_is_read(wire_text(repeat("\xE2\x82\xAC", 4001))));
    assert_true(value_is_read(wire_text(repeat("\xF0\x9F\x98\x80", 2000))));
    assert_false(value_is_read(wire_text(repeat("\xF0\x9F\x98\x80", 2001))));
}

static void test_length_of_binaries(void **state)
{
    static const uint8_t bytes[8001];

    (void)state;
    assert_true(value_is_read(wire_binary(bytes, 0)));
    assert_true(value_is_read(wire_binary(bytes, 8000)));
    assert_false(value_is_read(wire_binary(bytes, 8001)));
}

/* A value of raw bytes behind its type and flags. */
static bool raw_value_is_read(uint8_t type, uint8_t flags, const char *bytes, size_t length)
{
    wire_sample_find("call")->put(&out);
    out.length = WIRE_HEADER_SIZE;
    buffer_put_counted(&out, "p", 1);
    buffer_put_u32(&out, 1);
    buffer_put_u16(&out, 1);
    buffer_put_u16(&out, 0);
    buffer_put_u8(&out, type);
    buffer_put_u8(&out, flags);
    buffer_put_bytes(&out, bytes, length);
    buffer_set_u32(&out, 0, (uint32_t)(out.length - WIRE_HEADER_SIZE));
    return is_read("call");
}

static void test_types_flags_and_bits(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++)
        assert_int_equal(raw_value_is_read((uint8_t)type, 1, NULL, 0), type <= WIRE_BINARY);
    for (unsigned flags = 0; flags < 256; flags++)
        assert_int_equal(raw_value_is_read(WIRE_INT, (uint8_t)(flags | 1), NULL, 0),
                         (flags | 1) == 1 || (flags | 1) == 3);
    for (unsigned bit = 0; bit < 256; bit++) {
        const char byte = (char)bit;

        assert_int_equal(raw_value_is_read(WIRE_BIT, 0, &byte, 1), bit <= 1);
    }
    assert_false(raw_value_is_read(WIRE_UNTYPED, 0, NULL, 0));
    assert_false(raw_value_is_read(WIRE_TEXT, 0, "\x01\0\0", 3));           /* a NUL */
    assert_false(raw_value_is_read(WIRE_TEXT, 0, "\x02\0\xC0\x80", 4));     /* overlong */
    assert_false(raw_value_is_read(WIRE_TEXT, 0, "\x03\0\xED\xA0\x80", 5)); /* a surrogate */
}

static bool hello_is_read(uint16_t lowest, uint16_t highest, const char *product)
{
    const struct wire_hello hello = {lowest, highest, product, strlen(product)};

    wire_put_hello(&out, &hello);
    return is_read("hello");
}

static void test_versions(void **state)
{
    (void)state;
    assert_true(hello_is_read(1, 1, ""));
    assert_true(hello_is_read(0, 65535, "1"));
    assert_false(hello_is_read(2, 1, "1"));
    assert_true(hello_is_read(1, 1, repeat("v", 32)));
    assert_false(hello_is_read(1, 1, repeat("v", 33)));
}

static bool column_is_read(const char *name, enum wire_type type, uint16_t size)
{
    struct wire_columns *columns = calloc(1, sizeof *columns);

    assert_non_null(columns);
    columns->count = 1;
    columns->columns[0] = wire_column_of(name, type, size);
    wire_put_columns(&out, columns);
    free(columns);
    return is_read("columns");
}

static void test_sizes_of_columns(void **state)
{
    (void)state;
    assert_false(column_is_read("c", WIRE_UNTYPED, 1));
    assert_false(column_is_read("c", (enum wire_type)5, 1));
    assert_false(column_is_read("c", WIRE_TEXT, 0));
    assert_true(column_is_read("c", WIRE_TEXT, 1));
    assert_true(column_is_read("c", WIRE_TEXT, 4000));
    assert_false(column_is_read("c", WIRE_TEXT, 4001));
    assert_false(column_is_read("c", WIRE_BINARY, 0));
    assert_true(column_is_read("c", WIRE_BINARY, 8000));
    assert_false(column_is_read("c", WIRE_BINARY, 8001));
    assert_true(column_is_read("c", WIRE_INT, 0));
    assert_true(column_is_read("c", WIRE_BIT, 0));
}

static void test_columns_of_numbers_have_no_size(void **state)
{
    (void)state;
    assert_false(column_is_read("c", WIRE_INT, 4));
    assert_false(column_is_read("c", WIRE_BIT, 1));
}

static void test_names_of_columns(void **state)
{
    (void)state;
    assert_true(column_is_read(repeat("c", 128), WIRE_INT, 0));
    assert_false(column_is_read(repeat("c", 129), WIRE_INT, 0));
}

/* The host takes column names as bytes of its code page: anything else comes out garbled or is
 * refused. */
static void test_names_of_columns_are_ascii(void **state)
{
    (void)state;
    assert_false(column_is_read("caf\xC3\xA9", WIRE_INT, 0));
    assert_false(column_is_read("a\nb", WIRE_INT, 0));
}

static void test_count_of_columns(void **state)
{
    struct wire_columns *columns = calloc(1, sizeof *columns);

    (void)state;
    assert_non_null(columns);
    wire_put_columns(&out, columns);
    assert_false(is_read("columns"));
    columns->count = WIRE_MAX_COLUMNS;
    for (size_t i = 0; i < columns->count; i++)
        columns->columns[i] = wire_column_of("c", WIRE_INT, 0);
    wire_put_columns(&out, columns);
    assert_true(is_read("columns"));
    buffer_put_u32(&out, 0);
    buffer_put_u8(&out, WIRE_COLUMNS);
    buffer_put_u16(&out, WIRE_MAX_COLUMNS + 1);
    for (int i = 0; i < WIRE_MAX_COLUMNS + 1; i++)
        buffer_put_bytes(&out, "\x01\0c\x02\0\0", 6);
    assert_false(is_read("columns"));
    free(columns);
}

static void test_lengths_of_the_end(void **state)
{
    (void)state;
    wire_put_done_with(&out, 50501, repeat("c", 128), "m");
    assert_true(is_read("done"));
    wire_put_done_with(&out, 50501, "c", repeat("m", 2048));
    assert_true(is_read("done"));
    wire_put_done_with(&out, 50501, "c", repeat("m", 2049));
    assert_false(is_read("done"));
    wire_put_done_with(&out, 50501, "c", repeat("\xF0\x9F\x98\x80", 1024));
    assert_true(is_read("done"));
    wire_put_done_with(&out, 50501, "c", "");
    assert_false(is_read("done"));
    wire_put_done_with(&out, -1, "c", "m");
    assert_false(is_read("done"));
    wire_put_info(&out, repeat("i", 4000));
    assert_true(is_read("info"));
    wire_put_info(&out, repeat("i", 4001));
    assert_false(is_read("info"));
}

static void test_a_code_of_128_characters_of_any_kind(void **state)
{
    (void)state;
    buffer_put_u32(&out, 0);
    buffer_put_u8(&out, WIRE_DONE);
    buffer_put_u32(&out, 50501);
    repeat("\xE2\x82\xAC", 128);
    buffer_put_counted(&out, text, strlen(text));
    buffer_put_counted(&out, "m", 1);
    buffer_put_u16(&out, 0);
    buffer_set_u32(&out, 0, (uint32_t)(out.length - WIRE_HEADER_SIZE));
    assert_true(is_read("done"));
}

static bool outputs_are_read(size_t count)
{
    struct error *error = calloc(1, sizeof *error);
    struct wire_output *outputs = calloc(count + 1, sizeof *outputs);

    assert_true(error != NULL && outputs != NULL);
    for (size_t i = 0; i < count; i++)
        outputs[i] = (struct wire_output){(uint16_t)(i + 1), wire_int((int64_t)i)};
    wire_put_done(&out, error, outputs, count);
    free(outputs);
    free(error);
    return is_read("done");
}

static void test_count_of_outputs(void **state)
{
    (void)state;
    assert_true(outputs_are_read(0));
    assert_true(outputs_are_read(WIRE_MAX_PARAMETERS));
    assert_false(outputs_are_read(WIRE_MAX_PARAMETERS + 1));
}

/* So many texts of so many bytes, and bytes to fill the rest, in one ROW. */
static void put_wide_row(size_t last)
{
    static uint8_t bytes[8000];
    struct wire_value values[9];

    for (size_t i = 0; i < 8; i++)
        values[i] = wire_binary(bytes, sizeof bytes);
    values[8] = wire_binary(bytes, last);
    wire_put_row(&out, values, 9);
}

static void test_size_of_a_frame(void **state)
{
    enum { EXACT = WIRE_MAX_PAYLOAD - 8 * (8000 + 3) - 3 };

    (void)state;
    put_wide_row(EXACT);
    assert_false(out.failed);
    assert_int_equal(out.length, FRAME_MAXIMUM);
    buffer_reset(&out);
    put_wide_row(EXACT + 1);
    assert_true(out.failed);
    assert_false(out.no_memory);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_deadline),
        CASE(test_count_of_parameters),
        CASE(test_length_of_names),
        CASE(test_length_of_texts),
        CASE(test_length_of_binaries),
        CASE(test_types_flags_and_bits),
        CASE(test_versions),
        CASE(test_sizes_of_columns),
        CASE(test_columns_of_numbers_have_no_size),
        CASE(test_names_of_columns),
        CASE(test_names_of_columns_are_ascii),
        CASE(test_count_of_columns),
        CASE(test_lengths_of_the_end),
        CASE(test_a_code_of_128_characters_of_any_kind),
        CASE(test_count_of_outputs),
        CASE(test_size_of_a_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
