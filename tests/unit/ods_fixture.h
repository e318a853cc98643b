/* SPDX-License-Identifier: MIT */
/* What the tests of the ODS double share: a call under test, parameters, a set of two columns. */
#ifndef MILINK_UNIT_ODS_FIXTURE_H
#define MILINK_UNIT_ODS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ods_double.h"

static const struct ods_api *srv;
static struct ods_call *call;

static inline const struct ods_double_record *record(void)
{
    return ods_double_call_record(call);
}

/* The call ends with exactly one misuse, and its text holds this part. */
static inline void assert_misuse(const char *part)
{
    const struct ods_double_record *seen = record();

    for (size_t i = 0; seen->misuse_count != 1 && i < seen->misuse_count; i++)
        fprintf(stderr, "misuse: %s\n", seen->misuses[i]);
    assert_int_equal(seen->misuse_count, 1);
    if (strstr(seen->misuses[0], part) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", seen->misuses[0], part);
}

static inline void assert_no_misuse(void)
{
    for (size_t i = 0; i < record()->misuse_count; i++)
        fprintf(stderr, "misuse: %s\n", record()->misuses[i]);
    assert_int_equal(record()->misuse_count, 0);
}

static inline int set_up(void **state)
{
    (void)state;
    srv = ods_double_api();
    call = ods_double_call_new();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    ods_double_call_free(call);
    call = NULL;
    return 0;
}

static inline void add(struct ods_double_parameter parameter)
{
    assert_true(ods_double_call_add(call, &parameter));
}

static inline void add_int(bool is_output)
{
    int32_t seven = 7;

    add((struct ods_double_parameter){.name = "@n",
                                      .token = ODS_INTN,
                                      .maximum = 4,
                                      .bytes = &seven,
                                      .length = 4,
                                      .is_output = is_output,
                                      .is_literal = !is_output});
}

/* An OUTPUT variable that is NULL so far. */
static inline void add_output(uint8_t token, uint32_t maximum)
{
    add((struct ods_double_parameter){
        .name = "@o", .token = token, .maximum = maximum, .is_null = true, .is_output = true});
}

static inline int describe(int column, uint8_t token, int32_t length)
{
    char name[] = "column_name";

    return srv->describe(call, column, name, ODS_NULL_TERMINATED, token, length, token, length,
                         NULL);
}

static inline int done(int32_t rows)
{
    return srv->senddone(call, ODS_DONE_MORE | ODS_DONE_COUNT, 0, rows);
}

/* A set of one INTN and one NVARCHAR(10), begun. */
static inline void begin_set(void)
{
    ods_double_call_begin(call);
    assert_int_equal(describe(1, ODS_INTN, 4), 1);
    assert_int_equal(describe(2, ODS_NVARCHAR, 20), 2);
}

static int32_t number = 42;
static uint16_t letters[] = {'a', 'b', 'c'};

static inline void fill_row(void)
{
    assert_int_equal(srv->setcoldata(call, 1, &number), 1);
    assert_int_equal(srv->setcollen(call, 1, 4), 1);
    assert_int_equal(srv->setcoldata(call, 2, letters), 1);
    assert_int_equal(srv->setcollen(call, 2, 6), 1);
}

static inline int message(int32_t id, uint8_t severity, int characters)
{
    uint16_t text[] = {'h', 'i', '!'};

    return srv->wsendmsg(call, id, severity, text, characters);
}

static inline int info(int n, uint8_t *token, uint32_t *maximum, uint32_t *actual, uint8_t *data)
{
    int is_null = 0;

    return srv->paraminfo(call, n, token, maximum, actual, data, &is_null);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
