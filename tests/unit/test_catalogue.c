/* SPDX-License-Identifier: MIT */
/* The catalogue against the list of procedures, its own limits and the wire's. */
#include "catalogue.h"
#include "name_rules.h"
#include "procedures.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

enum { DESCRIPTION = 400, DEFAULT = 64, TYPE = 32 }; /* columns of xp_milink_help */

static const char *const listed[] = {
#define LISTED(name) MILINK_PROCEDURE_PREFIX #name,
    MILINK_PROCEDURES(LISTED)
#undef LISTED
};

/* Exports, registration and catalogue are one list in one order. */
static void test_names(void **state)
{
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    (void)state;
    assert_int_equal(count, sizeof listed / sizeof listed[0]);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(procedures[i].name, listed[i]);
        assert_ptr_equal(catalogue_find(listed[i], strlen(listed[i])), &procedures[i]);
        assert_non_null(procedures[i].handler);
        assert_true(strlen(procedures[i].name) <= WIRE_MAX_NAME);
    }
    assert_ptr_equal(catalogue_find("XP_Milink_HELP;", 14), &procedures[1]);
    assert_null(catalogue_find("xp_milink_helpx", 15));
    assert_null(catalogue_find("xp_milink_hel", 13));
    assert_null(catalogue_find("", 0));
}

static size_t units(const char *text)
{
    size_t found = text_units(text, strlen(text));

    assert_int_not_equal(found, SIZE_MAX);
    return found;
}

/* One line for people, that fits the column of help with the allowed values behind it. */
static void check_text(const char *text, const char *allowed)
{
    assert_non_null(text);
    assert_true(text[0] != '\0');
    assert_null(strchr(text, '\n'));
    assert_true(units(text) + (allowed != NULL ? units(allowed) + 3 : 0) < DESCRIPTION);
}

static void check_allowed(const struct parameter *parameter)
{
    const char *allowed = parameter->allowed;

    while (*allowed != '\0') {
        size_t length = strcspn(allowed, "|");

        assert_in_range(length, 1, parameter->size);
        allowed += length + (allowed[length] == '|');
    }
    assert_int_not_equal(parameter->allowed[strlen(parameter->allowed) - 1], '|');
}

static void check_default(const struct parameter *parameter)
{
    char *end = NULL;
    long long number = 0;

    assert_true(units(parameter->otherwise) <= DEFAULT);
    assert_false((parameter->flags & PARAMETER_REQUIRED) != 0);
    if (parameter->type == WIRE_TEXT) {
        assert_true(units(parameter->otherwise) <= parameter->size);
        assert_null(name_rule_check(parameter->rule, parameter->otherwise));
        return;
    }
    number = strtoll(parameter->otherwise, &end, 10);
    assert_true(*end == '\0' && end != parameter->otherwise);
    assert_true(number >= parameter->least && number <= parameter->most);
}

static void check_parameter(const struct parameter *parameter)
{
    char type[64];

    assert_int_equal(parameter->name[0], '@');
    assert_true(strlen(parameter->name) <= WIRE_MAX_NAME);
    check_text(parameter->text, parameter->allowed);
    assert_true(parameter->type > WIRE_UNTYPED && parameter->type <= WIRE_BINARY);
    assert_true(units(catalogue_type_name(parameter->type, parameter->size, type, sizeof type)) <=
                TYPE);
    if (parameter->type == WIRE_TEXT)
        assert_in_range(parameter->size, 1, WIRE_MAX_TEXT_UNITS);
    else if (parameter->type != WIRE_BINARY)
        assert_int_equal(parameter->size, 0);
    if (parameter->type == WIRE_BIT)
        assert_true(parameter->least == 0 && parameter->most == 1);
    if (parameter->type == WIRE_INT && (parameter->flags & PARAMETER_OUTPUT) == 0)
        assert_true(parameter->least < parameter->most);
    if (parameter->allowed != NULL)
        check_allowed(parameter);
    if (parameter->otherwise != NULL)
        check_default(parameter);
    assert_int_not_equal(parameter->flags, PARAMETER_REQUIRED | PARAMETER_OUTPUT);
}

static bool has(const struct procedure *procedure, const char *name)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = catalogue_parameters(procedure, parameters), found = 0;

    for (size_t i = 0; i < count; i++)
        found += text_equal(parameters[i]->name, name);
    assert_true(found <= 1);
    return found == 1;
}

static void test_parameters(void **state)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t own = catalogue_parameters(&procedures[i], parameters);

        assert_in_range(own, 1, CATALOGUE_MAX_PARAMETERS);
        assert_true(own <= WIRE_MAX_PARAMETERS);
        check_text(procedures[i].text, NULL);
        for (size_t n = 0; n < own; n++) {
            check_parameter(parameters[n]);
            assert_true(has(&procedures[i], parameters[n]->name)); /* and once */
        }
    }
}

/* What procedures.md promises of every procedure, and of every one that writes. */
static void test_common(void **state)
{
    static const char *const common[] = {"@quiet",      "@timeout_seconds", "@error_number",
                                         "@error_code", "@error_message",   "@caller",
                                         "@session_id"};
    static const char *const of_writes[] = {"@request_id", "@wait_seconds", "@reason",
                                            "@change_ref", "@operation_id", "@what_if"};
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; n < sizeof common / sizeof common[0]; n++)
            assert_true(has(&procedures[i], common[n]));
        for (size_t n = 0; n < sizeof of_writes / sizeof of_writes[0]; n++)
            if (procedures[i].writes)
                assert_true(has(&procedures[i], of_writes[n]));
        /* What writes needs a right, and names an instance. */
        if (procedures[i].writes)
            assert_int_not_equal(procedures[i].right, RIGHT_NONE);
        if (procedures[i].right != RIGHT_NONE)
            assert_true(has(&procedures[i], "@instance"));
    }
}

static void check_columns(const struct procedure *procedure)
{
    assert_in_range(procedure->column_count, 1, WIRE_MAX_COLUMNS);
    for (size_t i = 0; i < procedure->column_count; i++) {
        const struct wire_column *column = &procedure->columns[i];

        assert_int_equal(column->name_length, strlen(column->name));
        for (const char *c = column->name; *c != '\0'; c++)
            assert_true((*c >= 'a' && *c <= 'z') || *c == '_' || (*c >= '0' && *c <= '9'));
        for (size_t n = 0; n < i; n++)
            assert_string_not_equal(column->name, procedure->columns[n].name);
        if (column->type == WIRE_TEXT)
            assert_in_range(column->size, 1, WIRE_MAX_TEXT_UNITS);
        else
            assert_true(column->type == WIRE_INT && column->size == 0);
    }
}

static void test_columns(void **state)
{
    static const char operation_row[] =
        "operation_id request_id procedure_name instance link state percent_complete started_at "
        "ended_at error_number error_code error_message arm_request_id arm_correlation_id detail ";
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);
    char row[1024];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        check_columns(&procedures[i]);
        row[0] = '\0';
        for (size_t n = 0; n < procedures[i].column_count; n++) {
            text_append(row, sizeof row, procedures[i].columns[n].name);
            text_append(row, sizeof row, " ");
        }
        if (procedures[i].writes || strstr(procedures[i].name, "_operation_") != NULL)
            assert_string_equal(row, operation_row);
    }
}

/* The widest row of every procedure must fit a frame. */
static void test_widest_row(void **state)
{
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t bytes = 0;

        for (size_t n = 0; n < procedures[i].column_count; n++)
            bytes += 1 + (procedures[i].columns[n].type == WIRE_TEXT
                              ? 2 + TEXT_UTF8_BYTES(procedures[i].columns[n].size)
                              : 8);
        assert_true(bytes <= WIRE_MAX_PAYLOAD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),      cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_common),     cmocka_unit_test(test_columns),
        cmocka_unit_test(test_widest_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
