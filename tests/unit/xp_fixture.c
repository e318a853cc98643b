/* SPDX-License-Identifier: MIT */
/* One call of an extended procedure in the test's own process. */
#include "xp_fixture.h"
#include "text.h"
#include "xp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_UNITS = 4096 };

struct ods_call *xp_host;
struct script xp_script;
uint64_t xp_took_ms;

static struct wire_call heard;

int xp_set_up(void **state)
{
    (void)state;
    agent_place();
    script_init(&xp_script);
    xp_host = ods_double_call_new();
    return 0;
}

int xp_tear_down(void **state)
{
    (void)state;
    agent_stop();
    agent_unplace();
    script_clear(&xp_script);
    ods_double_call_free(xp_host);
    xp_host = NULL;
    return 0;
}

void xp_again(void)
{
    xp_tear_down(NULL);
    xp_set_up(NULL);
}

void xp_add(struct ods_double_parameter parameter)
{
    assert_true(ods_double_call_add(xp_host, &parameter));
}

void xp_add_text(const char *name, const char *text)
{
    uint16_t units[MAX_UNITS];
    size_t count = text_to_utf16(text, strlen(text), units, MAX_UNITS);

    xp_add((struct ods_double_parameter){.name = name,
                                         .token = ODS_NVARCHAR,
                                         .maximum = 8000,
                                         .bytes = units,
                                         .length = (uint32_t)count * 2});
}

void xp_add_int(const char *name, int32_t number)
{
    xp_add((struct ods_double_parameter){.name = name,
                                         .token = ODS_INTN,
                                         .maximum = 4,
                                         .bytes = &number,
                                         .length = 4,
                                         .is_literal = true});
}

void xp_add_bit(const char *name, uint8_t bit)
{
    xp_add((struct ods_double_parameter){
        .name = name, .token = ODS_BITN, .maximum = 1, .bytes = &bit, .length = 1});
}

void xp_add_null(const char *name)
{
    xp_add((struct ods_double_parameter){
        .name = name, .token = ODS_INTN, .maximum = 4, .is_null = true, .is_literal = true});
}

void xp_add_output(const char *name, uint8_t token, uint32_t maximum)
{
    xp_add((struct ods_double_parameter){
        .name = name, .token = token, .maximum = maximum, .is_null = true, .is_output = true});
}

void xp_add_errors(void)
{
    xp_add_output("@error_number", ODS_INTN, 4);
    xp_add_output("@error_code", ODS_NVARCHAR, 256);
    xp_add_output("@error_message", ODS_NVARCHAR, 4096);
}

void xp_lie(const char *lie)
{
    assert_true(ods_double_call_lie(xp_host, lie));
}

void xp_answer(const char *sample)
{
    wire_sample_find(sample)->put(&xp_script.answer);
}

void xp_answer_done(int32_t number, const char *code, const char *message)
{
    wire_put_done_with(&xp_script.answer, number, code, message);
}

void xp_answer_output(uint16_t parameter, struct wire_value value)
{
    const struct wire_output output = {parameter, value};
    struct error *error = calloc(1, sizeof *error);

    assert_non_null(error);
    wire_put_done(&xp_script.answer, error, &output, 1);
    free(error);
}

void xp_answer_columns(const struct wire_column *columns, size_t count)
{
    struct wire_columns *all = calloc(1, sizeof *all);

    assert_non_null(all);
    all->count = count;
    memcpy(all->columns, columns, count * sizeof *columns);
    wire_put_columns(&xp_script.answer, all);
    free(all);
}

void xp_answer_row(const struct wire_value *values, size_t count)
{
    wire_put_row(&xp_script.answer, values, count);
}

const struct ods_double_record *xp_record(void)
{
    return ods_double_call_record(xp_host);
}

/* What a caller relies on, whatever happened: one error message or none, one end, a return code
 * that tells. */
static void check_whole(int result)
{
    const struct ods_double_record *record = xp_record();
    const struct ods_double_set *last =
        record->set_count > 0 ? &record->sets[record->set_count - 1] : NULL;
    size_t errors = 0;

    for (size_t i = 0; i < record->misuse_count; i++)
        fprintf(stderr, "misuse: %s\n", record->misuses[i]);
    assert_int_equal(record->misuse_count, 0);
    for (size_t i = 0; i < record->message_count; i++)
        errors += record->messages[i].severity > 10;
    assert_true(errors <= (result != 0 ? 1u : 0u));
    assert_true(record->set_count == 1 && last->is_done);
    assert_int_equal((last->status & ODS_DONE_ERROR) != 0, result != 0);
}

int xp_run_alone(void)
{
    uint64_t began = clock_monotonic_ms();
    int result = 0;

    ods_double_call_begin(xp_host);
    result = xp_run("xp_milink_link_get", xp_host);
    ods_double_call_end(xp_host);
    xp_took_ms = clock_monotonic_ms() - began;
    check_whole(result);
    return result;
}

int xp_run_call(void)
{
    int result = 0;

    agent_start(&xp_script);
    result = xp_run_alone();
    agent_stop();
    return result;
}

void xp_assert_refused(int32_t number, const char *part)
{
    xp_answer("done");
    xp_add_errors();
    assert_int_equal(xp_run_call(), number);
    assert_int_equal(agent_callers(), 0);
    assert_int_equal(xp_record()->message_count, 1);
    assert_int_equal(xp_record()->messages[0].number, number);
    assert_int_equal(xp_record()->messages[0].severity, 16);
    if (strstr(xp_message(0), part) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", xp_message(0), part);
}

const struct wire_call *xp_heard(void)
{
    memset(&heard, 0, sizeof heard);
    assert_true(agent_heard_call(&heard));
    return &heard;
}

static const char *utf8_of(const uint16_t *units, size_t count)
{
    static char texts[4][3 * MAX_UNITS + 1];
    static size_t next;
    char *text = texts[next++ % 4];
    size_t length = text_from_utf16(units, count, text, 3 * MAX_UNITS);

    assert_true(length != SIZE_MAX);
    text[length] = '\0';
    return text;
}

const char *xp_message(size_t i)
{
    assert_true(i < xp_record()->message_count);
    return utf8_of(xp_record()->messages[i].text, xp_record()->messages[i].characters);
}

const char *xp_text(const struct ods_double_value *value)
{
    assert_false(value->is_null);
    return utf8_of((const uint16_t *)(const void *)value->bytes, value->length / 2);
}

bool xp_output_is_set(size_t n)
{
    assert_true(n >= 1 && n <= xp_record()->parameter_count);
    return xp_record()->outputs[n - 1].is_set;
}

bool xp_output_is_null(size_t n)
{
    assert_true(xp_output_is_set(n));
    return xp_record()->outputs[n - 1].value.is_null;
}

int64_t xp_output_int(size_t n)
{
    const struct ods_double_value *value = &xp_record()->outputs[n - 1].value;
    uint64_t bits = 0;

    assert_false(xp_output_is_null(n));
    assert_true(value->length >= 1 && value->length <= 8);
    for (uint32_t i = 0; i < value->length; i++)
        bits |= (uint64_t)value->bytes[i] << 8 * i;
    if (value->length == 2)
        return (int16_t)bits;
    return value->length == 4 ? (int32_t)bits : (int64_t)bits;
}

const char *xp_output_text(size_t n)
{
    assert_true(xp_output_is_set(n));
    return xp_text(&xp_record()->outputs[n - 1].value);
}

const struct ods_double_value *xp_cell(size_t row, size_t column)
{
    const struct ods_double_set *set = &xp_record()->sets[0];

    assert_true(row < set->row_count && column < set->column_count);
    return &set->values[row * set->column_count + column];
}
