/* SPDX-License-Identifier: MIT */
/* The bounded buffer: numbers, growth up to the maximum, sticky failure, reading in place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "buffer.h"

static void test_numbers_are_little_endian(void **state)
{
    static const uint8_t expected[] = {0x01, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0x0F,
                                       0x0E, 0x0D, 0x0C, 0x0B, 0x0A, 0x09, 0x08};
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 64);
    buffer_put_u8(&buffer, 0x01);
    buffer_put_u16(&buffer, 0x0203);
    buffer_put_u32(&buffer, 0x04050607);
    buffer_put_u64(&buffer, 0x08090A0B0C0D0E0F);
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, sizeof expected);
    assert_memory_equal(buffer.data, expected, sizeof expected);
    assert_int_equal(buffer_get_u8(&buffer), 0x01);
    assert_int_equal(buffer_get_u16(&buffer), 0x0203);
    assert_int_equal(buffer_get_u32(&buffer), 0x04050607);
    assert_true(buffer_get_u64(&buffer) == 0x08090A0B0C0D0E0F);
    assert_true(buffer_ended(&buffer));
    buffer_clear(&buffer);
}

static void test_extreme_numbers_come_back(void **state)
{
    static const uint64_t numbers[] = {0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 1024);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        buffer_put_u64(&buffer, numbers[i]);
        buffer_put_u32(&buffer, (uint32_t)numbers[i]);
        buffer_put_u16(&buffer, (uint16_t)numbers[i]);
        buffer_put_u8(&buffer, (uint8_t)numbers[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(buffer_get_u64(&buffer) == numbers[i]);
        assert_true(buffer_get_u32(&buffer) == (uint32_t)numbers[i]);
        assert_true(buffer_get_u16(&buffer) == (uint16_t)numbers[i]);
        assert_true(buffer_get_u8(&buffer) == (uint8_t)numbers[i]);
    }
    assert_true(buffer_ended(&buffer));
    buffer_clear(&buffer);
}

static void test_grows_to_its_maximum_and_no_further(void **state)
{
    enum { MAXIMUM = 5000 };
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, MAXIMUM);
    for (size_t i = 0; i < MAXIMUM; i++)
        buffer_put_u8(&buffer, (uint8_t)i);
    assert_false(buffer.failed);
    assert_true(buffer.capacity <= MAXIMUM);
    for (size_t i = 0; i < MAXIMUM; i++)
        assert_int_equal(buffer.data[i], (uint8_t)i);
    buffer_put_u8(&buffer, 1);
    assert_true(buffer.failed);
    assert_false(buffer.no_memory);
    assert_int_equal(buffer.length, MAXIMUM);
    buffer_clear(&buffer);
}

static void test_a_number_is_put_whole_or_not_at_all(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 7);
    buffer_put_u32(&buffer, 1);
    buffer_put_u32(&buffer, 2);
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 4);
    buffer_put_u8(&buffer, 3); /* there would be room, but failure is sticky */
    assert_int_equal(buffer.length, 4);
    buffer_clear(&buffer);
}

static void test_a_failed_buffer_reads_nothing(void **state)
{
    struct buffer view;
    size_t length = 9;

    (void)state;
    buffer_init_view(&view, "\x01\x02\x03\x04\x05", 5);
    assert_true(buffer_get_u64(&view) == 0);
    assert_true(view.failed);
    assert_int_equal(buffer_get_u8(&view), 0);
    assert_null(buffer_get_bytes(&view, 0));
    assert_null(buffer_get_counted(&view, &length));
    assert_int_equal(length, 0);
    assert_false(buffer_ended(&view));
}

static void test_counted_bytes(void **state)
{
    struct buffer buffer;
    size_t length = 0;
    const char *bytes = NULL;

    (void)state;
    buffer_init(&buffer, 64);
    buffer_put_counted(&buffer, "abc", 3);
    buffer_put_counted(&buffer, NULL, 0);
    assert_int_equal(buffer.length, 7);
    bytes = buffer_get_counted(&buffer, &length);
    assert_int_equal(length, 3);
    assert_memory_equal(bytes, "abc", 3);
    bytes = buffer_get_counted(&buffer, &length);
    assert_non_null(bytes);
    assert_int_equal(length, 0);
    assert_true(buffer_ended(&buffer));
    buffer_clear(&buffer);
}

static void test_counted_bytes_over_their_length(void **state)
{
    static uint8_t many[65536];
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 2 * sizeof many);
    buffer_put_counted(&buffer, many, sizeof many - 1);
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, 2 + sizeof many - 1);
    buffer_put_counted(&buffer, many, sizeof many);
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 2 + sizeof many - 1);
    buffer_clear(&buffer);
}

static void test_counted_bytes_cut_short(void **state)
{
    struct buffer view;
    size_t length = 9;

    (void)state;
    buffer_init_view(&view,
                     "\x04\x00"
                     "abc",
                     5);
    assert_null(buffer_get_counted(&view, &length));
    assert_int_equal(length, 0);
    assert_true(view.failed);
}

static void test_a_view_is_never_written(void **state)
{
    uint8_t bytes[] = {1, 2, 3, 4};
    struct buffer view;

    (void)state;
    buffer_init_view(&view, bytes, sizeof bytes);
    buffer_put_u8(&view, 9);
    assert_true(view.failed);
    buffer_reset(&view);
    buffer_set_u32(&view, 0, 9);
    assert_true(view.failed);
    buffer_reset(&view);
    assert_int_equal(buffer_get_u32(&view), 0x04030201);
    assert_true(buffer_ended(&view));
    buffer_clear(&view);
    assert_int_equal(bytes[0], 1);
}

static void test_an_empty_view(void **state)
{
    struct buffer view;

    (void)state;
    buffer_init_view(&view, NULL, 0);
    assert_true(buffer_ended(&view));
    assert_non_null(buffer_get_bytes(&view, 0));
    assert_null(buffer_get_bytes(&view, 1));
    assert_false(buffer_ended(&view));
    buffer_clear(&view);
}

static void test_trailing_bytes_are_not_the_end(void **state)
{
    struct buffer view;

    (void)state;
    buffer_init_view(&view, "ab", 2);
    buffer_get_u8(&view);
    assert_false(buffer_ended(&view));
    buffer_get_u8(&view);
    assert_true(buffer_ended(&view));
}

static void test_set_u32_stays_within_what_was_put(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 64);
    buffer_set_u32(&buffer, 0, 1);
    assert_true(buffer.failed);
    buffer_reset(&buffer);
    buffer_put_u64(&buffer, 0);
    buffer_set_u32(&buffer, 4, 0x01020304);
    assert_false(buffer.failed);
    assert_memory_equal(buffer.data, "\0\0\0\0\x04\x03\x02\x01", 8);
    buffer_set_u32(&buffer, 5, 1);
    assert_true(buffer.failed);
    assert_memory_equal(buffer.data, "\0\0\0\0\x04\x03\x02\x01", 8);
    buffer_clear(&buffer);
}

static void test_room_is_filled_in_place(void **state)
{
    struct buffer buffer;
    uint8_t *room = NULL;

    (void)state;
    buffer_init(&buffer, 700);
    room = buffer_put_room(&buffer, 600);
    assert_non_null(room);
    memset(room, 'x', 600);
    assert_null(buffer_put_room(&buffer, 101));
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 600);
    assert_int_equal(buffer.data[599], 'x');
    buffer_clear(&buffer);
}

/* The length of a room comes from the wire: 0 is a length like any other. */
static void test_room_of_no_bytes_is_no_failure(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 16);
    assert_non_null(buffer_put_room(&buffer, 0));
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, 0);
    buffer_clear(&buffer);
}

static void test_an_impossible_length_is_refused(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 16);
    buffer_put_u8(&buffer, 1);
    assert_null(buffer_put_room(&buffer, SIZE_MAX));
    assert_true(buffer.failed);
    buffer_reset(&buffer);
    buffer_put_u8(&buffer, 1);
    assert_null(buffer_get_bytes(&buffer, SIZE_MAX));
    assert_true(buffer.failed);
    buffer_clear(&buffer);
}

static void test_reset_keeps_memory_and_forgets_failure(void **state)
{
    struct buffer buffer;
    uint8_t *data = NULL;

    (void)state;
    buffer_init(&buffer, 4);
    buffer_put_u32(&buffer, 1);
    data = buffer.data;
    buffer_put_u8(&buffer, 1);
    assert_true(buffer.failed);
    buffer_reset(&buffer);
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, 0);
    buffer_put_u32(&buffer, 2);
    assert_false(buffer.failed);
    assert_ptr_equal(buffer.data, data);
    buffer_clear(&buffer);
    buffer_clear(&buffer); /* a zeroed struct */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_little_endian),
        cmocka_unit_test(test_extreme_numbers_come_back),
        cmocka_unit_test(test_grows_to_its_maximum_and_no_further),
        cmocka_unit_test(test_a_number_is_put_whole_or_not_at_all),
        cmocka_unit_test(test_a_failed_buffer_reads_nothing),
        cmocka_unit_test(test_counted_bytes),
        cmocka_unit_test(test_counted_bytes_over_their_length),
        cmocka_unit_test(test_counted_bytes_cut_short),
        cmocka_unit_test(test_a_view_is_never_written),
        cmocka_unit_test(test_an_empty_view),
        cmocka_unit_test(test_trailing_bytes_are_not_the_end),
        cmocka_unit_test(test_set_u32_stays_within_what_was_put),
        cmocka_unit_test(test_room_is_filled_in_place),
        cmocka_unit_test(test_room_of_no_bytes_is_no_failure),
        cmocka_unit_test(test_an_impossible_length_is_refused),
        cmocka_unit_test(test_reset_keeps_memory_and_forgets_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
