/* SPDX-License-Identifier: MIT */
/* The answer while it is built: rows, cuts, limits, and what is left of it on failure. */
#include "reply.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct wire_column columns[] = {
    {"name", 4, WIRE_TEXT, 5}, {"size", 4, WIRE_INT, 0}, {"long", 4, WIRE_TEXT, 4000}};

static struct reply reply;
static struct error error;
static struct buffer out, frames;
static struct buffer payload;
static struct wire_columns decoded;
static struct wire_value values[WIRE_MAX_COLUMNS];

static int open_reply(void **state)
{
    (void)state;
    reply_init(&reply, columns, 3);
    buffer_init(&out, REPLY_MAX_BYTES + 256 * 1024);
    memset(&error, 0, sizeof error);
    return 0;
}

static int close_reply(void **state)
{
    (void)state;
    reply_clear(&reply);
    buffer_clear(&out);
    return 0;
}

static void finish(void)
{
    reply_finish(&reply, &error, &out);
    assert_false(out.failed);
    buffer_init_view(&frames, out.data, out.length);
}

static uint8_t next(void)
{
    uint8_t opcode = 0;
    uint32_t length = 0;
    const uint8_t *header = buffer_get_bytes(&frames, WIRE_HEADER_SIZE);

    assert_non_null(header);
    assert_true(wire_get_header(header, &opcode, &length));
    buffer_init_view(&payload, buffer_get_bytes(&frames, length), length);
    return opcode;
}

static void next_row(void)
{
    assert_int_equal(next(), WIRE_ROW);
    assert_true(wire_get_row(&payload, &decoded, values));
}

static void next_columns(void)
{
    assert_int_equal(next(), WIRE_COLUMNS);
    assert_true(wire_get_columns(&payload, &decoded));
    assert_int_equal(decoded.count, 3);
}

static int32_t next_done(size_t *outputs)
{
    struct error found;

    assert_int_equal(next(), WIRE_DONE);
    assert_true(wire_get_done(&payload, &found, outputs));
    return found.number;
}

static void assert_text(size_t i, const char *wanted)
{
    assert_false(values[i].is_null);
    assert_int_equal(values[i].length, strlen(wanted));
    assert_memory_equal(values[i].bytes, wanted, strlen(wanted));
}

static void test_rows(void **state)
{
    size_t outputs = 0;

    (void)state;
    reply_info(&reply, "Look.");
    reply_text(&reply, "abc");
    reply_int(&reply, -7);
    reply_text(&reply, "");
    reply_end_row(&reply);
    reply_null(&reply);
    reply_end_row(&reply);
    finish();
    assert_int_equal(next(), WIRE_INFO);
    next_columns();
    next_row();
    assert_text(0, "abc");
    assert_int_equal(values[1].integer, -7);
    assert_true(values[2].is_null);
    next_row();
    for (int i = 0; i < 3; i++)
        assert_true(values[i].is_null);
    assert_int_equal(next_done(&outputs), 0);
    assert_true(buffer_ended(&frames));
}

/* Bytes as they are, zeros too; none, and more than the column takes, are NULL and never cut. */
static void test_binary(void **state)
{
    static const struct wire_column bytes_column[] = {{"key", 3, WIRE_BINARY, 4}};

    (void)state;
    reply_clear(&reply);
    reply_init(&reply, bytes_column, 1);
    reply_binary(&reply, "\0\xFF\0\x30", 4);
    reply_end_row(&reply);
    reply_binary(&reply, "12345", 5);
    reply_end_row(&reply);
    reply_binary(&reply, NULL, 0);
    reply_end_row(&reply);
    finish();
    assert_int_equal(next(), WIRE_COLUMNS);
    assert_true(wire_get_columns(&payload, &decoded));
    next_row();
    assert_int_equal(values[0].length, 4);
    assert_memory_equal(values[0].bytes, "\0\xFF\0\x30", 4);
    next_row();
    assert_true(values[0].is_null);
    next_row();
    assert_true(values[0].is_null);
}

static void test_no_rows(void **state)
{
    size_t outputs = 0;

    (void)state;
    finish();
    next_columns();
    assert_int_equal(next_done(&outputs), 0);
    assert_true(buffer_ended(&frames));
}

/* More values than columns are dropped, and numbers beyond int are NULL, never wrapped. */
static void test_excess(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        reply_text(&reply, "x");
    reply_end_row(&reply);
    reply_null(&reply);
    reply_int(&reply, 2147483648LL);
    reply_end_row(&reply);
    reply_null(&reply);
    reply_int(&reply, -2147483648LL);
    reply_end_row(&reply);
    finish();
    next_columns();
    next_row();
    next_row();
    assert_true(values[1].is_null);
    next_row();
    assert_int_equal(values[1].integer, -2147483648LL);
}

/* Cut to the column in SQL Server's characters, never through one. */
static void test_cut(void **state)
{
    static const char *const texts[][2] = {
        {"abcde", "abcde"},
        {"abcdef", "abcde"},
        {"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4",
         "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"},
        {"abcd\xF0\x9F\x94\x92", "abcd"},
        {"abc\xF0\x9F\x94\x92x", "abc\xF0\x9F\x94\x92"},
        {"ab\xFFxyz", "ab"},
    };
    size_t count = sizeof texts / sizeof texts[0];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        reply_text(&reply, texts[i][0]);
        reply_end_row(&reply);
    }
    finish();
    next_columns();
    for (size_t i = 0; i < count; i++) {
        next_row();
        assert_false(values[0].is_null);
        /* What is no text may be left out or replaced, but what is sent is text. */
        assert_int_not_equal(text_units(values[0].bytes, values[0].length), SIZE_MAX);
        if (i + 1 < count)
            assert_text(0, texts[i][1]);
    }
}

/* Azure's texts may have 4 MiB; the alarm ends a program that takes minutes over one. */
static void test_long_text(void **state)
{
    enum { LONG = 2 * 1024 * 1024 };
    char *text = malloc(LONG + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LONG);
    text[LONG] = '\0';
    alarm(20);
    reply_null(&reply);
    reply_null(&reply);
    reply_text(&reply, text);
    reply_end_row(&reply);
    alarm(0);
    free(text);
    finish();
    next_columns();
    next_row();
    assert_int_equal(values[2].length, 4000);
}

static void test_error(void **state)
{
    size_t outputs = 0;

    (void)state;
    reply_info(&reply, "Look.");
    reply_text(&reply, "abc");
    reply_end_row(&reply);
    reply_output(&reply, 3, "id");
    error_set(&error, MILINK_ARM_CONFLICT, NULL, NULL);
    finish();
    assert_int_equal(next_done(&outputs), MILINK_ARM_CONFLICT);
    assert_int_equal(outputs, 1);
    assert_true(buffer_ended(&frames));
}

static void test_outputs(void **state)
{
    struct wire_output output;
    size_t outputs = 0;

    (void)state;
    for (size_t i = 1; i <= REPLY_MAX_OUTPUTS + 2; i++)
        reply_output(&reply, i, "00000000-0000-4000-8000-00000000000a");
    finish();
    next_columns();
    assert_int_equal(next_done(&outputs), 0);
    assert_int_equal(outputs, REPLY_MAX_OUTPUTS);
    for (size_t i = 1; i <= outputs; i++) {
        assert_true(wire_get_output(&payload, &output));
        assert_int_equal(output.parameter, i);
        assert_int_equal(output.value.length, 36);
    }
    assert_true(buffer_ended(&payload));
}

static void test_too_many_rows(void **state)
{
    size_t outputs = 0;

    (void)state;
    for (int i = 0; i < WIRE_MAX_ROWS; i++)
        reply_end_row(&reply);
    assert_false(reply.overfull);
    reply_end_row(&reply);
    assert_true(reply.overfull);
    finish();
    assert_int_equal(next_done(&outputs), MILINK_ANSWER_TOO_LARGE);
}

static void test_too_many_bytes(void **state)
{
    static char text[12001];
    size_t outputs = 0;

    (void)state;
    for (int i = 0; i < 4000; i++)
        memcpy(text + 3 * i, "\xE2\x82\xAC", 3);
    for (int i = 0; i < 1500; i++) {
        reply_null(&reply);
        reply_null(&reply);
        reply_text(&reply, text);
        reply_end_row(&reply);
    }
    finish();
    assert_int_equal(next_done(&outputs), MILINK_ANSWER_TOO_LARGE);
}

#define REPLY_TEST(test) cmocka_unit_test_setup_teardown(test, open_reply, close_reply)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPLY_TEST(test_rows),      REPLY_TEST(test_binary),        REPLY_TEST(test_no_rows),
        REPLY_TEST(test_excess),    REPLY_TEST(test_cut),           REPLY_TEST(test_error),
        REPLY_TEST(test_outputs),   REPLY_TEST(test_too_many_rows), REPLY_TEST(test_too_many_bytes),
        REPLY_TEST(test_long_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
