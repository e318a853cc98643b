/* SPDX-License-Identifier: MIT */
/* The command line of milink-agent call, read into a request. */
#include "cli_call.h"
#include "nearest.h"
#include "text.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_WAIT_S = 7 * 24 * 3600 };

static bool refuse(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));

static bool refuse(const char *format, ...)
{
    char text[1024];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    fprintf(stderr, "milink-agent call: %s\n", text);
    return false;
}

const char *cli_call_short_name(const struct procedure *procedure)
{
    return procedure->name + strlen(MILINK_PROCEDURE_PREFIX);
}

/* Of a procedure, by its name without the @; NULL: it has none. */
static const struct parameter *find_parameter(const struct procedure *procedure, const char *name,
                                              size_t length)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = catalogue_parameters(procedure, parameters);

    for (size_t i = 0; i < count; i++)
        if (text_equal_bytes(parameters[i]->name + 1, name, length))
            return parameters[i];
    return NULL;
}

static bool has(const struct procedure *procedure, const char *name)
{
    return find_parameter(procedure, name, strlen(name)) != NULL;
}

bool cli_call_is_operation(const struct procedure *procedure)
{
    return has(procedure, "operation_id");
}

bool cli_call_changes(const struct cli_call *call)
{
    return has(call->procedure, "what_if") && !call->what_if;
}

/* ---- options ---- */

static bool take_number(const char *text, long long least, long long most, int64_t *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *number >= least && *number <= most;
}

static bool take_timeout(struct cli_call *call, const char *text)
{
    int64_t seconds = 0;

    if (!take_number(text, 1, LONGEST_WAIT_S, &seconds))
        return refuse("--timeout %s: give a number of seconds, 1 to %d", text, LONGEST_WAIT_S);
    call->timeout_s = (uint32_t)seconds;
    return true;
}

static bool *find_switch(struct cli_call *call, const char *option)
{
    const struct {
        const char *name;
        bool *place;
    } switches[] = {{"--wait", &call->wait},
                    {"--what-if", &call->what_if},
                    {"--quiet", &call->quiet},
                    {"--help", &call->help}};

    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (strcmp(option, switches[i].name) == 0)
            return switches[i].place;
    return NULL;
}

static bool take_style(struct cli_call *call, const char *option)
{
    static const char *const names[] = {
        [TABLE_VERTICAL] = "--vertical", [TABLE_JSON] = "--json", [TABLE_CSV] = "--csv"};

    for (size_t i = TABLE_VERTICAL; i <= TABLE_CSV; i++)
        if (strcmp(option, names[i]) == 0 &&
            (call->style == TABLE_LINES || call->style == (enum table_style)i)) {
            call->style = (enum table_style)i;
            return true;
        }
    return false;
}

/* next: the argument behind it, NULL when there is none; used is told whether it was the option's
 * value. */
static bool take_option(struct cli_call *call, const char *option, const char *next, bool *used)
{
    bool *place = find_switch(call, option);

    if (place != NULL) {
        *place = true;
        return true;
    }
    if (take_style(call, option))
        return true;
    *used = next != NULL;
    if (strcmp(option, "--timeout") == 0 && next != NULL)
        return take_timeout(call, next);
    if (strcmp(option, "--columns") == 0 && next != NULL) {
        call->columns = next;
        return true;
    }
    return refuse("%s: no such option, or one that needs a value, or does not go with another; see "
                  "milink-agent call --help",
                  option);
}

/* ---- the procedure ---- */

static bool take_procedure(struct cli_call *call, const char *argument)
{
    size_t prefix = strlen(MILINK_PROCEDURE_PREFIX);
    const struct procedure *procedure = NULL;
    char hint[256];
    struct nearest nearest;

    if (strlen(argument) > prefix && text_equal_bytes(MILINK_PROCEDURE_PREFIX, argument, prefix))
        argument += prefix;
    nearest_init(&nearest, argument);
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
        if (text_equal(cli_call_short_name(procedure), argument)) {
            call->procedure = procedure;
            return true;
        }
        nearest_offer(&nearest, cli_call_short_name(procedure));
    }
    nearest_hint(&nearest, hint, sizeof hint);
    return refuse("there is no procedure %s.%s milink-agent call --help lists all.", argument,
                  hint);
}

/* ---- parameters ---- */

static struct wire_parameter *add(struct cli_call *call, const struct parameter *parameter)
{
    struct wire_call *request = &call->request;
    struct wire_parameter *added = &request->parameters[request->parameter_count++];

    added->name = parameter->name;
    added->name_length = strlen(parameter->name);
    added->value.type = parameter->type;
    return added;
}

static void add_number(struct cli_call *call, const char *name, int64_t number)
{
    struct wire_parameter *added = add(call, find_parameter(call->procedure, name, strlen(name)));

    added->value.type = WIRE_INT;
    added->value.integer = number;
}

static bool is_given(const struct cli_call *call, const char *name)
{
    for (size_t i = 0; i < call->request.parameter_count; i++)
        if (text_equal_bytes(name, call->request.parameters[i].name + 1,
                             call->request.parameters[i].name_length - 1))
            return true;
    return false;
}

static bool refuse_name(const struct cli_call *call, const char *name, size_t length)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = catalogue_parameters(call->procedure, parameters);
    char given[WIRE_MAX_NAME + 1], hint[256];
    struct nearest nearest;

    text_copy_bytes(given, sizeof given, name, length);
    nearest_init(&nearest, given);
    for (size_t i = 0; i < count; i++)
        nearest_offer(&nearest, parameters[i]->name + 1);
    nearest_hint(&nearest, hint, sizeof hint);
    return refuse("%s has no parameter %s.%s See milink-agent call --help %s.",
                  cli_call_short_name(call->procedure), given, hint,
                  cli_call_short_name(call->procedure));
}

static bool take_binary(struct cli_call *call, struct wire_value *value, const char *text)
{
    size_t at = call->request.parameter_count - 1;
    char why[512];

    call->owned[at] = cli_call_binary(text, &value->length, why, sizeof why);
    value->bytes = call->owned[at];
    if (value->bytes == NULL)
        return refuse("%s: %s", call->request.parameters[at].name, why);
    if (value->length > WIRE_MAX_BINARY)
        return refuse("%s: %zu bytes, at most %d", call->request.parameters[at].name, value->length,
                      WIRE_MAX_BINARY);
    return true;
}

/* A bit also in words. The agent checks the range: it knows the parameter's own. */
static bool take_integer(struct wire_value *value, bool bit, const char *text)
{
    value->type = WIRE_INT;
    if (bit && (text_equal(text, "true") || text_equal(text, "false"))) {
        value->integer = text_equal(text, "true");
        return true;
    }
    return take_number(text, INT64_MIN, INT64_MAX, &value->integer);
}

static bool take_value(struct cli_call *call, const struct parameter *parameter, const char *text)
{
    struct wire_value *value = &add(call, parameter)->value;

    switch (parameter->type) {
    case WIRE_BINARY: return take_binary(call, value, text);
    case WIRE_INT:
    case WIRE_BIT:
        if (text[0] == '\0')
            value->is_null = true;
        return value->is_null || take_integer(value, parameter->type == WIRE_BIT, text) ||
               refuse("%s: %s is not a number", parameter->name, text);
    default: break;
    }
    value->bytes = text;
    value->length = strlen(text);
    return text_units(text, value->length) != SIZE_MAX ||
           refuse("%s: the value is not UTF-8", parameter->name);
}

/* NAME=VALUE; the @ before it may stand. */
static bool take_parameter(struct cli_call *call, const char *argument)
{
    const char *name = argument + (argument[0] == '@'), *equals = strchr(name, '=');
    const struct parameter *parameter = NULL;

    if (equals == NULL || equals == name)
        return refuse("%s: give parameters as NAME=VALUE; see milink-agent call --help %s",
                      argument, cli_call_short_name(call->procedure));
    parameter = find_parameter(call->procedure, name, (size_t)(equals - name));
    if (parameter == NULL)
        return refuse_name(call, name, (size_t)(equals - name));
    /* operation_get is given its id; a write tells it, and it is shown in any case. */
    if ((parameter->flags & PARAMETER_OUTPUT) != 0)
        return refuse("%s is an OUTPUT parameter, which T-SQL alone can pass", parameter->name);
    if (is_given(call, parameter->name + 1))
        return refuse("%s is given twice", parameter->name);
    return take_value(call, parameter, equals + 1);
}

/* ---- what follows from the options ---- */

static bool apply_wait(struct cli_call *call)
{
    if (!call->wait)
        return true;
    if (!cli_call_is_operation(call->procedure))
        return refuse("--wait: %s is over when it answers; leave it out",
                      cli_call_short_name(call->procedure));
    if (is_given(call, "wait_seconds"))
        return refuse("--wait waits for the end, however long: leave wait_seconds out, or give it "
                      "without --wait");
    return true;
}

static bool apply_what_if(struct cli_call *call)
{
    const struct wire_call *request = &call->request;

    for (size_t i = 0; i < request->parameter_count; i++) {
        if (!text_equal(request->parameters[i].name, "@what_if"))
            continue;
        if (call->what_if)
            return refuse("--what-if and what_if are the same: give one");
        call->what_if = request->parameters[i].value.integer != 0;
        return true;
    }
    if (!call->what_if)
        return true;
    if (!has(call->procedure, "what_if"))
        return refuse("--what-if: %s changes nothing; leave it out",
                      cli_call_short_name(call->procedure));
    add_number(call, "what_if", 1);
    return true;
}

/* With --wait the option limits the whole; a call alone has its own parameter for that. */
static bool apply_timeout(struct cli_call *call)
{
    struct wire_call *request = &call->request;

    if (call->timeout_s > 0 && !call->wait) {
        if (is_given(call, "timeout_seconds"))
            return refuse("--timeout and timeout_seconds are the same without --wait: give one");
        if (call->timeout_s > WIRE_MAX_DEADLINE_MS / 1000)
            return refuse("--timeout: without --wait at most %d seconds",
                          WIRE_MAX_DEADLINE_MS / 1000);
        add_number(call, "timeout_seconds", call->timeout_s);
    }
    request->deadline_ms = WIRE_DEFAULT_DEADLINE_MS;
    for (size_t i = 0; i < request->parameter_count; i++) {
        int64_t seconds = request->parameters[i].value.integer;

        if (text_equal(request->parameters[i].name, "@timeout_seconds") && seconds >= 1 &&
            seconds <= WIRE_MAX_DEADLINE_MS / 1000)
            request->deadline_ms = (uint32_t)seconds * 1000;
    }
    if (call->timeout_s > 0 && call->timeout_s < request->deadline_ms / 1000)
        request->deadline_ms = call->timeout_s * 1000;
    return true;
}

/* A write's ids: of the request, so that an answer that is lost on the way can be asked for again;
 * of the operation, so that an error has it too. */
static bool add_ids(struct cli_call *call)
{
    struct wire_parameter *added = NULL;

    if (!call->procedure->writes)
        return true;
    added = add(call, find_parameter(call->procedure, "operation_id", 12));
    added->output = true;
    added->value.is_null = true;
    call->operation_output = call->request.parameter_count;
    for (size_t i = 0; i < call->request.parameter_count; i++)
        if (text_equal(call->request.parameters[i].name, "@request_id"))
            text_copy_bytes(call->request_id, sizeof call->request_id,
                            call->request.parameters[i].value.bytes,
                            call->request.parameters[i].value.length);
    if (call->request_id[0] != '\0')
        return true;
    if (!crypto_new_guid(call->request_id))
        return refuse("no random bytes could be had");
    added = add(call, find_parameter(call->procedure, "request_id", 10));
    added->value.bytes = call->request_id;
    added->value.length = strlen(call->request_id);
    return true;
}

static bool check_columns(const struct cli_call *call)
{
    struct wire_columns columns = {.count = call->procedure->column_count};
    struct table *table = calloc(1, sizeof *table);
    char unknown[WIRE_MAX_NAME + 1], hint[256];
    struct nearest nearest;
    bool known = false;

    if (table == NULL)
        return refuse("memory ran out");
    memcpy(columns.columns, call->procedure->columns, columns.count * sizeof *columns.columns);
    table_set_columns(table, &columns);
    known = call->columns == NULL || table_choose(table, call->columns, unknown, sizeof unknown);
    if (!known) {
        nearest_init(&nearest, unknown);
        for (size_t i = 0; i < columns.count; i++)
            nearest_offer(&nearest, table->names[i]);
        nearest_hint(&nearest, hint, sizeof hint);
        refuse("--columns: %s answers with no column %s.%s", cli_call_short_name(call->procedure),
               unknown, hint);
    }
    table_clear(table);
    free(table);
    return known;
}

/* Options and the procedure wherever they stand; what is left are parameters. */
static bool take_words(struct cli_call *call, int *count, char **arguments)
{
    int left = 0;

    for (int i = 0; i < *count; i++) {
        const char *next = i + 1 < *count ? arguments[i + 1] : NULL;
        bool used = false;

        if (arguments[i][0] == '-') {
            if (!take_option(call, arguments[i], next, &used))
                return false;
            i += used;
        } else if (call->procedure == NULL && strchr(arguments[i], '=') == NULL) {
            if (!take_procedure(call, arguments[i]))
                return false;
        } else {
            arguments[left++] = arguments[i];
        }
    }
    *count = left;
    return true;
}

bool cli_call_read(struct cli_call *call, int count, char **arguments)
{
    if (!take_words(call, &count, arguments))
        return false;
    if (call->help)
        return true;
    if (call->procedure == NULL)
        return refuse("which procedure? milink-agent call --help lists all");
    call->request.procedure = call->procedure->name;
    call->request.procedure_length = strlen(call->procedure->name);
    /* Room is left for what follows from options and for the ids. */
    for (int i = 0; i < count; i++)
        if (!take_parameter(call, arguments[i]))
            return false;
    return apply_what_if(call) && apply_wait(call) && apply_timeout(call) && add_ids(call) &&
           check_columns(call);
}

void cli_call_clear(struct cli_call *call)
{
    for (size_t i = 0; i < WIRE_MAX_PARAMETERS; i++) {
        free(call->owned[i]);
        call->owned[i] = NULL;
    }
}
