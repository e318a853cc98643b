/* SPDX-License-Identifier: MIT */
/* Parameters: how they are passed, read and, when they are OUTPUT, set. */
#include "call.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNLIMITED = -1, /* as uint32_t: the maximum of a (max) value under its plain token */
    INTEGER_BYTES = 4
};

/* An integer literal under the token that the lie asks for. */
static void lie_about_integer(const struct ods_call *call, struct parameter *parameter)
{
    int32_t number = 0;
    char digits[12];

    if (parameter->value.length != INTEGER_BYTES)
        return;
    memcpy(&number, parameter->value.bytes, sizeof number);
    if (call_lies(call, LIE_INT_LITERAL, INT_LITERAL_INT4))
        parameter->token = ODS_INT4;
    if (!call_lies(call, LIE_INT_LITERAL, INT_LITERAL_NUMERICN))
        return;
    snprintf(digits, sizeof digits, "%lld", number < 0 ? -(long long)number : (long long)number);
    free(parameter->value.bytes);
    parameter->value.bytes = double_grow(NULL, ODS_DOUBLE_NUMERIC_BYTES, 1);
    parameter->value.length = ODS_DOUBLE_NUMERIC_BYTES;
    ods_double_numeric(digits, 0, number < 0, parameter->value.bytes);
    parameter->token = ODS_NUMERICN;
    parameter->maximum = ODS_DOUBLE_NUMERIC_BYTES;
}

static void lie_about_null(const struct ods_call *call, struct parameter *parameter)
{
    parameter->token = ODS_INTN;
    parameter->maximum = INTEGER_BYTES;
    if (call_lies(call, LIE_NULL_LITERAL, NULL_LITERAL_VARCHAR)) {
        parameter->token = ODS_BIGVARCHAR;
        parameter->maximum = 1;
    }
    if (call_lies(call, LIE_NULL_LITERAL, NULL_LITERAL_NULL)) {
        parameter->token = ODS_NULL;
        parameter->maximum = 0;
    }
}

static void lie_about_max(const struct ods_call *call, struct parameter *parameter)
{
    if (call_lies(call, LIE_MAX, MAX_UNLIMITED)) {
        parameter->maximum = (uint32_t)UNLIMITED;
        return;
    }
    switch (parameter->token) {
    case ODS_NVARCHAR: parameter->token = ODS_NTEXT; break;
    case ODS_BIGVARCHAR: parameter->token = ODS_TEXT; break;
    case ODS_BIGVARBINARY: parameter->token = ODS_IMAGE; break;
    default: break;
    }
}

static bool is_plausible(const struct ods_double_parameter *given)
{
    const struct ods_double_type *type = ods_double_type_find(given->token);

    if (type == NULL)
        return false;
    if (given->is_null)
        return type->kind != ODS_DOUBLE_FIXED;
    if (type->kind == ODS_DOUBLE_VARIABLE && given->maximum > type->limit &&
        given->maximum != ODS_DOUBLE_MAX)
        return false;
    return type_takes(type, given->length) && given->length <= given->maximum;
}

bool ods_double_call_add(struct ods_call *call, const struct ods_double_parameter *given)
{
    size_t count = call->record.parameter_count;
    const char *name = given->name != NULL ? given->name : "";
    struct parameter parameter = {.token = given->token, .maximum = given->maximum};

    if (!is_plausible(given))
        return false;
    parameter.name = double_copy_text(name, strlen(name));
    parameter.truth = double_copy_text(name, strlen(name));
    parameter.status = (given->is_output ? ODS_PARAMETER_OUTPUT : 0) |
                       (given->is_default ? ODS_DOUBLE_PARAMETER_DEFAULT : 0);
    parameter.value.is_null = given->is_null;
    parameter.value.length = given->is_null ? 0 : given->length;
    parameter.value.bytes = double_copy(given->bytes, parameter.value.length);
    if (given->is_literal && given->is_null)
        lie_about_null(call, &parameter);
    else if (given->is_literal && given->token == ODS_INTN)
        lie_about_integer(call, &parameter);
    if (given->maximum == ODS_DOUBLE_MAX)
        lie_about_max(call, &parameter);

    call->parameters = double_grow(call->parameters, count + 1, sizeof *call->parameters);
    call->parameters[count] = parameter;
    call->record.outputs =
        double_grow(call->record.outputs, count + 1, sizeof(*call->record.outputs));
    memset(&call->record.outputs[count], 0, sizeof *call->record.outputs);
    call->record.outputs[count].token = parameter.token;
    call->record.parameter_count++;
    return true;
}

/* The n-th parameter, n from 1; NULL and a misuse when there is none. */
static struct parameter *find(struct ods_call *call, const char *function, int n)
{
    if (n >= 1 && (size_t)n <= call->record.parameter_count)
        return &call->parameters[n - 1];
    call_misuse(call, function, "there is no parameter %d", n);
    return NULL;
}

int srv_rpcparams(struct ods_call *call)
{
    if (!call_enter(call, __func__))
        return -1;
    if (call->lies[LIE_RPCPARAMS].is_told)
        return call->lies[LIE_RPCPARAMS].value;
    return (int)call->record.parameter_count;
}

int srv_paraminfo(struct ods_call *call, int n, uint8_t *type, uint32_t *maximum, uint32_t *actual,
                  uint8_t *data, int *is_null)
{
    struct parameter *parameter = NULL;

    if (!call_enter(call, __func__))
        return ODS_FAIL;
    parameter = find(call, __func__, n);
    if (parameter == NULL || call_lies(call, LIE_PARAMINFO, n))
        return ODS_FAIL;
    if (type == NULL || maximum == NULL || actual == NULL || is_null == NULL) {
        call_misuse(call, __func__, "parameter %d: a NULL pointer besides data", n);
        return ODS_FAIL;
    }
    if (data != NULL && !parameter->size_asked)
        call_misuse(call, __func__, "parameter %d: data asked for before its size", n);
    parameter->size_asked = true;
    *type = parameter->token;
    *maximum = parameter->maximum;
    *actual = parameter->value.length;
    *is_null = parameter->value.is_null;
    if (data != NULL)
        memcpy(data, parameter->value.bytes, parameter->value.length);
    return ODS_SUCCEED;
}

char *srv_paramname(struct ods_call *call, int n, int *length)
{
    static char no_name[1];
    struct parameter *parameter = NULL;
    char *name = NULL;

    if (call_enter(call, __func__))
        parameter = find(call, __func__, n);
    if (parameter != NULL)
        name = call->lies[LIE_NAMES].is_told ? no_name : parameter->name;
    if (length != NULL)
        *length = name != NULL ? (int)strlen(name) : -1;
    return name;
}

int srv_paramstatus(struct ods_call *call, int n)
{
    struct parameter *parameter = NULL;

    if (call_enter(call, __func__))
        parameter = find(call, __func__, n);
    return parameter != NULL ? parameter->status : -1;
}

/* Says what is wrong with NULL as the value of a parameter. */
static const char *null_fault(const struct ods_double_type *type, uint32_t length)
{
    if (type->kind == ODS_DOUBLE_FIXED)
        return "NULL for a type that cannot be NULL";
    return length != 0 ? "NULL with a length other than 0" : NULL;
}

/* Says what is wrong with bytes as the value of a parameter; NULL when nothing is. */
static const char *value_fault(const struct parameter *parameter,
                               const struct ods_double_type *type, const uint8_t *data,
                               uint32_t length)
{
    if (data == NULL && length > 0)
        return "a length but no data";
    if (!type_takes(type, length))
        return type->is_wide ? "half a UTF-16 unit" : "not a length of its type";
    if (length > parameter->maximum)
        return "longer than the parameter's maximum";
    if (parameter->token == ODS_INTN && length != parameter->maximum)
        return "an integer of another size than the parameter's";
    if (type->is_wide && data != NULL && type_ends_in_pair(data, length))
        return "cut inside a surrogate pair";
    return NULL;
}

int srv_paramsetoutput(struct ods_call *call, int n, uint8_t *data, uint32_t length, int is_null)
{
    struct parameter *parameter = NULL;
    struct ods_double_output *output = NULL;
    const struct ods_double_type *type = NULL;
    const char *fault = NULL;

    if (!call_enter(call, __func__))
        return ODS_FAIL;
    parameter = find(call, __func__, n);
    if (parameter == NULL)
        return ODS_FAIL;
    type = ods_double_type_find(parameter->token);
    if ((parameter->status & ODS_PARAMETER_OUTPUT) == 0)
        fault = "it was not passed with OUTPUT";
    else
        fault = is_null ? null_fault(type, length) : value_fault(parameter, type, data, length);
    if (fault != NULL) {
        call_misuse(call, __func__, "parameter %d (%s, maximum %u, length %u): %s", n, type->name,
                    (unsigned)parameter->maximum, (unsigned)length, fault);
        return ODS_FAIL;
    }
    if (call_lies(call, LIE_SETOUTPUT, n))
        return ODS_FAIL;
    output = &call->record.outputs[n - 1];
    free(output->value.bytes);
    output->value.bytes = double_copy(data, length);
    output->value.length = length;
    output->value.is_null = is_null != 0;
    output->is_set = true;
    return ODS_SUCCEED;
}
