/* SPDX-License-Identifier: MIT */
/* Binding of a call's parameters to the catalogue, and what handlers ask of a call. */
#include "call.h"
#include "name_rules.h"
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool call_refuse(struct call *call, int32_t number, const char *subject, const char *detail)
{
    error_set(&call->error, number, subject, detail);
    return false;
}

bool call_refuse_with(struct call *call, int32_t number, const char *subject, const char *format,
                      ...)
{
    char detail[2048];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    text_repair(detail); /* the cut may have gone through a character */
    return call_refuse(call, number, subject, detail);
}

void call_forget_error(struct call *call)
{
    call->error.number = 0;
    call->error.code[0] = '\0';
    call->error.message[0] = '\0';
}

void call_init(struct call *call, struct agent *agent)
{
    call->agent = agent;
    call->setup = agent_setup(agent);
    call->procedure = NULL;
    if (!crypto_new_guid(call->id))
        call->id[0] = '\0';
    call->began_us = clock_monotonic_us();
    call->client_account = NULL;
    call->is_operation = call->has_acted = false;
    call->instance = NULL;
    call->parameter_count = 0;
    memset(call->given, 0, sizeof call->given);
    memset(call->texts, 0, sizeof call->texts);
    memset(call->passed, 0, sizeof call->passed);
    call_forget_error(call);
    reply_init(&call->reply, NULL, 0);
}

static size_t find_parameter(const struct call *call, const char *name, size_t length)
{
    for (size_t i = 0; i < call->parameter_count; i++)
        if (text_equal_bytes(call->parameters[i]->name, name, length))
            return i;
    return call->parameter_count;
}

static bool check_type(struct call *call, const struct parameter *parameter,
                       const struct wire_value *value)
{
    bool number = value->type == WIRE_INT || value->type == WIRE_BIT;
    bool wants_number = parameter->type == WIRE_INT || parameter->type == WIRE_BIT;
    char type[32], given[32];

    if (value->type == WIRE_UNTYPED || value->type == parameter->type || (number && wants_number))
        return true;
    return call_refuse_with(
        call, MILINK_PARAMETER_TYPE, parameter->name, "it takes %s, not %s",
        catalogue_type_name(parameter->type, parameter->size, type, sizeof type),
        value->type == WIRE_TEXT     ? "a text"
        : value->type == WIRE_BINARY ? "varbinary"
                                     : catalogue_type_name(value->type, 0, given, sizeof given));
}

/* The allowed value that the text is, so that handlers and Azure see it in its exact case; NULL:
 * none. */
static bool take_allowed(char *text, const char *allowed)
{
    while (*allowed != '\0') {
        size_t length = strcspn(allowed, "|");

        if (text_equal_bytes(text, allowed, length)) {
            memcpy(text, allowed, length);
            return true;
        }
        allowed += length + (allowed[length] == '|');
    }
    return false;
}

/* "Planned|ForcedAllowDataLoss" as "Planned, ForcedAllowDataLoss". */
static void list_allowed(const char *allowed, char *text, size_t size)
{
    text[0] = '\0';
    while (*allowed != '\0') {
        size_t length = strcspn(allowed, "|");
        char one[64];

        text_copy_bytes(one, sizeof one, allowed, length);
        text_append(text, size, text[0] != '\0' ? ", " : "");
        text_append(text, size, one);
        allowed += length + (allowed[length] == '|');
    }
}

static bool check_text(struct call *call, const struct parameter *parameter, char *text)
{
    const char *wants = NULL;
    char list[256], shown[65];

    if (text_units(text, strlen(text)) > parameter->size)
        return call_refuse_with(call, MILINK_PARAMETER_TOO_LONG, parameter->name,
                                "%zu characters, at most %u", text_units(text, strlen(text)),
                                (unsigned)parameter->size);
    text_copy(shown, sizeof shown, text);
    if (parameter->allowed != NULL && !take_allowed(text, parameter->allowed)) {
        list_allowed(parameter->allowed, list, sizeof list);
        return call_refuse_with(call, MILINK_PARAMETER_VALUE, parameter->name,
                                "it is '%s'; allowed: %s", shown, list);
    }
    wants = name_rule_check(parameter->rule, text);
    if (wants != NULL)
        return call_refuse_with(call, MILINK_PARAMETER_VALUE, parameter->name,
                                "it is '%s'; it must be %s", shown, wants);
    /* One spelling for each GUID: NEWID() writes capitals, the journal does not. */
    if (parameter->rule == RULE_GUID)
        text_lower(text);
    return true;
}

static bool take_text(struct call *call, size_t i, const struct wire_value *value)
{
    char *text = malloc(value->length + 1);

    call->texts[i] = text;
    if (text == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    text_copy_bytes(text, value->length + 1, value->bytes, value->length);
    return check_text(call, call->parameters[i], text);
}

static bool check_number(struct call *call, const struct parameter *parameter, int64_t number)
{
    if (number >= parameter->least && number <= parameter->most)
        return true;
    return call_refuse_with(call, MILINK_PARAMETER_VALUE, parameter->name,
                            "it is %lld; allowed: %ld to %ld", (long long)number,
                            (long)parameter->least, (long)parameter->most);
}

/* An OUTPUT variable need not hold anything; a value in one that only receives is no matter either.
 */
static bool take_value(struct call *call, size_t i, const struct wire_parameter *given)
{
    const struct parameter *parameter = call->parameters[i];
    const struct wire_value *value = &given->value;
    char text[160];

    /* A NULL literal arrives with any type (ods-api 2.2); a variable that is to be written has its
     * own. */
    if ((!value->is_null || given->output) && !check_type(call, parameter, value))
        return false;
    call->given[i] = given;
    call->passed[i] = true;
    if ((parameter->flags & PARAMETER_OUTPUT) != 0) {
        if (!given->output && !value->is_null) {
            snprintf(text, sizeof text, "%s receives a value: pass it with OUTPUT.",
                     parameter->name);
            reply_info(&call->reply, text);
        }
        return true;
    }
    if (value->is_null || (value->type == WIRE_TEXT && value->length == 0)) {
        call->given[i] = NULL;
        return true;
    }
    if (parameter->type == WIRE_TEXT)
        return take_text(call, i, value);
    return parameter->type == WIRE_BINARY || check_number(call, parameter, value->integer);
}

/* By position only the procedure's own parameters can be passed: those common to all would stand in
 * different places in each. */
static bool find_given(struct call *call, size_t n, size_t *i)
{
    const struct wire_parameter *given = &call->request.parameters[n];
    char name[WIRE_MAX_NAME * 3 + 1];

    if (given->name_length == 0) {
        *i = n;
        return n < call->procedure->own_count ||
               call_refuse_with(call, MILINK_PARAMETER_COUNT, NULL, "%s takes %zu by position",
                                call->procedure->name, call->procedure->own_count);
    }
    *i = find_parameter(call, given->name, given->name_length);
    if (*i < call->parameter_count)
        return true;
    text_copy_bytes(name, sizeof name, given->name, given->name_length);
    return call_refuse_with(call, MILINK_PARAMETER_UNKNOWN, name,
                            "%s takes no parameter of that name", call->procedure->name);
}

static bool bind_one(struct call *call, size_t n)
{
    size_t i = 0;

    if (!find_given(call, n, &i))
        return false;
    if (call->passed[i])
        return call_refuse(call, MILINK_PARAMETER_DUPLICATE, call->parameters[i]->name, NULL);
    return take_value(call, i, &call->request.parameters[n]);
}

bool call_bind(struct call *call)
{
    call->parameter_count = catalogue_parameters(call->procedure, call->parameters);
    for (size_t n = 0; n < call->request.parameter_count; n++)
        if (!bind_one(call, n))
            return false;
    for (size_t i = 0; i < call->parameter_count; i++)
        if ((call->parameters[i]->flags & PARAMETER_REQUIRED) != 0 && call->given[i] == NULL)
            return call_refuse(call, MILINK_PARAMETER_MISSING, call->parameters[i]->name,
                               call->parameters[i]->text);
    return true;
}

void call_clear(struct call *call)
{
    for (size_t i = 0; i < CATALOGUE_MAX_PARAMETERS; i++)
        free(call->texts[i]);
    reply_clear(&call->reply);
    setup_release(call->setup);
}

const char *call_text(const struct call *call, const char *name)
{
    size_t i = find_parameter(call, name, strlen(name));

    if (i == call->parameter_count)
        return NULL;
    return call->texts[i] != NULL ? call->texts[i] : call->parameters[i]->otherwise;
}

const void *call_binary(const struct call *call, const char *name, size_t *length)
{
    size_t i = find_parameter(call, name, strlen(name));

    *length = 0;
    if (i == call->parameter_count || call->given[i] == NULL)
        return NULL;
    *length = call->given[i]->value.length;
    return call->given[i]->value.bytes;
}

int64_t call_number(const struct call *call, const char *name, int64_t otherwise)
{
    size_t i = find_parameter(call, name, strlen(name));

    if (i == call->parameter_count)
        return otherwise;
    if (call->given[i] != NULL)
        return call->given[i]->value.integer;
    return call->parameters[i]->otherwise != NULL
               ? strtoll(call->parameters[i]->otherwise, NULL, 10)
               : otherwise;
}

void call_set_output(struct call *call, const char *name, const char *text)
{
    size_t i = find_parameter(call, name, strlen(name));

    if (i < call->parameter_count && call->given[i] != NULL && call->given[i]->output)
        reply_output(&call->reply, (size_t)(call->given[i] - call->request.parameters) + 1, text);
}

void call_literal(const char *text, char *literal, size_t size)
{
    size_t length = 2;

    text_copy(literal, size, "N'");
    for (; *text != '\0' && length + 3 < size; text++) {
        if (*text == '\'')
            literal[length++] = '\'';
        literal[length++] = *text;
    }
    literal[length++] = '\'';
    literal[length] = '\0';
    text_repair(literal); /* the cut may have gone through a character */
}

bool call_confirm(struct call *call, const char *phrase)
{
    const char *given = call_text(call, "@confirm");
    char literal[1024];

    if (given != NULL && strcmp(given, phrase) == 0)
        return true;
    call_literal(phrase, literal, sizeof literal);
    return call_refuse_with(call, MILINK_CONFIRM_REQUIRED, "@confirm", "pass @confirm = %s",
                            literal);
}

bool call_confirm_with(struct call *call, const char *verb, const char *name)
{
    char phrase[512];

    text_copy(phrase, sizeof phrase, verb);
    text_append(phrase, sizeof phrase, " ");
    text_append(phrase, sizeof phrase, name);
    return call_confirm(call, phrase);
}

bool call_need_right(struct call *call, enum right right)
{
    char rights[200];

    if ((call->instance->rights & (unsigned)right) != 0)
        return true;
    rights_text(call->instance->rights, rights, sizeof rights);
    return call_refuse_with(call, MILINK_RIGHT_MISSING, call->instance->alias,
                            "%s needs the right %s; granted: %s", call->procedure->name,
                            right_name(right), rights);
}
