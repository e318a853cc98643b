/* SPDX-License-Identifier: MIT */
/* One call of an extended procedure in the test's own process: the host is the ODS double, the
 * agent a script. */
#ifndef MILINK_UNIT_XP_FIXTURE_H
#define MILINK_UNIT_XP_FIXTURE_H

#include "agent_fixture.h"
#include "ods_double.h"
#include "wire_samples.h"

/* New for each test by xp_set_up; what the test puts in before xp_call_of. */
extern struct ods_call *xp_host;
extern struct script xp_script;
extern uint64_t xp_took_ms;

int xp_set_up(void **state);
int xp_tear_down(void **state);
/* Makes host and script anew within one test. */
void xp_again(void);

/* Parameters. name NULL: by position. */
void xp_add(struct ods_double_parameter parameter);
void xp_add_text(const char *name, const char *text); /* nvarchar */
void xp_add_int(const char *name, int32_t number);
void xp_add_bit(const char *name, uint8_t bit);
void xp_add_null(const char *name); /* a bare NULL */
/* A variable passed with OUTPUT, NULL so far. */
void xp_add_output(const char *name, uint8_t token, uint32_t maximum);
/* @error_number int, @error_code nvarchar(128), @error_message nvarchar(2048), all OUTPUT. */
void xp_add_errors(void);
void xp_lie(const char *lie);

/* Frames of the script's answer. */
void xp_answer(const char *sample);
void xp_answer_done(int32_t number, const char *code, const char *message);
void xp_answer_output(uint16_t parameter, struct wire_value value);
void xp_answer_columns(const struct wire_column *columns, size_t count);
void xp_answer_row(const struct wire_value *values, size_t count);

/* Runs the procedure against the script. Fails the test on any misuse of the host, and when
 * return code, message and
 * the end of the set do not fit together. Returns the return code. */
int xp_run_call(void);
/* The same with nobody listening. */
int xp_run_alone(void);

/* Adds @error_number and its like and runs the call: it is refused with that number before
 * anything is sent, and the one
 * message holds that part. */
void xp_assert_refused(int32_t number, const char *part);

const struct ods_double_record *xp_record(void);
/* The request as the agent read it; parameter i from 0. Valid until the next call. */
const struct wire_call *xp_heard(void);
/* The text of message i in UTF-8. */
const char *xp_message(size_t i);
/* Values of OUTPUT parameters, n from 1, asserting that they were set and are not NULL. */
int64_t xp_output_int(size_t n);
const char *xp_output_text(size_t n);
bool xp_output_is_null(size_t n);
bool xp_output_is_set(size_t n);
/* The UTF-8 text of a value that holds UTF-16. */
const char *xp_text(const struct ods_double_value *value);
/* Row and column from 0, of the first set. */
const struct ods_double_value *xp_cell(size_t row, size_t column);

#define XP_CASE(name) cmocka_unit_test_setup_teardown(name, xp_set_up, xp_tear_down)

#endif
