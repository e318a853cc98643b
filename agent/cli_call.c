/* SPDX-License-Identifier: MIT */
/* milink-agent call: a procedure from a shell, over the same wire as SQL Server's. */
#include "catalogue.h"
#include "cli.h"
#include "client.h"
#include "procedures.h"
#include "table.h"
#include "text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: milink-agent call [--json] PROCEDURE [@NAME=VALUE ...]\n"
    "\n"
    "PROCEDURE with or without xp_milink_; parameters of one: milink-agent call help "
    "@procedure=NAME\n"
    "  milink-agent call link_list\n"
    "  milink-agent call link_failover @link=sales-link @failover_type=Planned @what_if=1\n"
    "\n";

/* A call being made from the command line. */
struct invocation {
    bool json;
    char name[WIRE_MAX_NAME + 1];
    const struct procedure *procedure; /* NULL when this version does not know it */
    struct wire_call request;
    struct table table;
    struct error error;
};

static int print_usage(FILE *to, int code)
{
    size_t count = 0;
    const struct procedure *procedures = catalogue_procedures(&count);

    fputs(usage, to);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "  %-18s %s\n", procedures[i].name + strlen(MILINK_PROCEDURE_PREFIX),
                procedures[i].text);
    return code;
}

/* The catalogue's type of a parameter; what it does not know goes as text, and the agent refuses
 * it. */
static enum wire_type type_of(const struct procedure *procedure, const char *name, size_t length)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = procedure != NULL ? catalogue_parameters(procedure, parameters) : 0;

    for (size_t i = 0; i < count; i++)
        if (text_equal_bytes(parameters[i]->name, name, length))
            return parameters[i]->type;
    return WIRE_TEXT;
}

/* @name=value. False when it is not of that form, or not a number where one is wanted. */
static bool take_parameter(struct invocation *invocation, const char *argument)
{
    struct wire_call *request = &invocation->request;
    const char *equals = strchr(argument, '=');
    struct wire_parameter *parameter = NULL;
    char *end = NULL;

    if (argument[0] != '@' || equals == NULL || request->parameter_count == WIRE_MAX_PARAMETERS)
        return false;
    parameter = &request->parameters[request->parameter_count++];
    parameter->name = argument;
    parameter->name_length = (size_t)(equals - argument);
    parameter->value.type = type_of(invocation->procedure, argument, parameter->name_length);
    parameter->value.bytes = equals + 1;
    parameter->value.length = strlen(equals + 1);
    if (parameter->value.type == WIRE_TEXT)
        return true;
    errno = 0;
    parameter->value.integer = strtoll(equals + 1, &end, 10);
    if (parameter->value.type == WIRE_BIT)
        parameter->value.type = WIRE_INT; /* the agent checks the range */
    return errno == 0 && end != equals + 1 && *end == '\0';
}

static void take_timeout(struct wire_call *request)
{
    request->deadline_ms = WIRE_DEFAULT_DEADLINE_MS;
    for (size_t i = 0; i < request->parameter_count; i++) {
        const struct wire_parameter *parameter = &request->parameters[i];
        int64_t seconds = parameter->value.integer;

        if (text_equal_bytes("@timeout_seconds", parameter->name, parameter->name_length) &&
            seconds >= 1 && seconds <= WIRE_MAX_DEADLINE_MS / 1000)
            request->deadline_ms = (uint32_t)seconds * 1000;
    }
}

static bool take_info(struct invocation *invocation, struct buffer *payload)
{
    const char *text = NULL;
    size_t length = 0;

    if (!wire_get_info(payload, &text, &length)) {
        error_set(&invocation->error, MILINK_AGENT_BAD_ANSWER, NULL, "malformed information");
        return false;
    }
    fprintf(stderr, "%.*s\n", (int)length, text);
    return true;
}

/* There are no variables for outputs here; they must be well-formed all the same. */
static bool take_done(struct invocation *invocation, struct buffer *payload)
{
    struct wire_output output;
    size_t outputs = 0;
    bool taken = wire_get_done(payload, &invocation->error, &outputs);

    for (size_t i = 0; taken && i < outputs; i++)
        taken = wire_get_output(payload, &output) && output.parameter >= 1 &&
                output.parameter <= invocation->request.parameter_count;
    return taken && buffer_ended(payload);
}

static bool take_frame(struct invocation *invocation, uint8_t opcode, struct buffer *payload)
{
    struct wire_value values[WIRE_MAX_COLUMNS];
    struct wire_columns columns;
    bool taken = true;

    switch (opcode) {
    case WIRE_INFO: return take_info(invocation, payload);
    case WIRE_COLUMNS:
        taken = wire_get_columns(payload, &columns);
        if (taken)
            table_set_columns(&invocation->table, &columns);
        break;
    case WIRE_ROW:
        taken = wire_get_row(payload, &invocation->table.columns, values) &&
                table_add(&invocation->table, values);
        break;
    default: taken = take_done(invocation, payload); break;
    }
    if (!taken)
        error_set(&invocation->error, MILINK_AGENT_BAD_ANSWER, NULL, "a malformed frame");
    return taken;
}

static void ask(struct invocation *invocation)
{
    struct deadline deadline = deadline_in(invocation->request.deadline_ms + 500);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;

    client_init(&client);
    if (client_open(&client, &invocation->request, &deadline, &invocation->error))
        while (opcode != WIRE_DONE && client_next(&client, &opcode, &payload, &invocation->error) &&
               take_frame(invocation, opcode, &payload))
            continue;
    client_close(&client);
}

static int report(const struct invocation *invocation)
{
    int32_t number = invocation->error.number;

    if (number == 0) {
        if (!invocation->json)
            table_print(&invocation->table, stdout);
        else if (!table_print_json(&invocation->table, stdout))
            return CLI_FAILED;
        return CLI_DONE;
    }
    fprintf(stderr, "%s: error %ld (%s)\n%s\n", invocation->name, (long)number,
            invocation->error.code, invocation->error.message);
    return number == MILINK_AGENT_NOT_RUNNING ? CLI_NOT_RUNNING : CLI_FAILED;
}

/* The procedure's name, with the prefix that may be left out. */
static void take_name(struct invocation *invocation, const char *argument)
{
    size_t prefix = strlen(MILINK_PROCEDURE_PREFIX);
    bool whole =
        strlen(argument) >= prefix && text_equal_bytes(MILINK_PROCEDURE_PREFIX, argument, prefix);

    text_copy(invocation->name, sizeof invocation->name, whole ? "" : MILINK_PROCEDURE_PREFIX);
    text_append(invocation->name, sizeof invocation->name, argument);
    invocation->procedure = catalogue_find(invocation->name, strlen(invocation->name));
    invocation->request.procedure = invocation->name;
    invocation->request.procedure_length = strlen(invocation->name);
}

int cli_call(int count, char **arguments)
{
    struct invocation *invocation = NULL;
    int at = count > 0 && strcmp(arguments[0], "--json") == 0, code = CLI_FAILED;

    if (count > 0 && strcmp(arguments[0], "--help") == 0)
        return print_usage(stdout, CLI_DONE);
    if (at >= count || arguments[at][0] == '@' || arguments[at][0] == '-')
        return print_usage(stderr, CLI_USAGE);
    invocation = calloc(1, sizeof *invocation);
    if (invocation == NULL)
        return CLI_FAILED;
    table_init(&invocation->table);
    invocation->json = at == 1;
    take_name(invocation, arguments[at]);
    for (at++; at < count; at++) {
        if (!take_parameter(invocation, arguments[at])) {
            fprintf(stderr, "%s: not @name=value, or not a number where one is wanted\n",
                    arguments[at]);
            code = CLI_USAGE;
            goto out;
        }
    }
    take_timeout(&invocation->request);
    ask(invocation);
    code = report(invocation);
out:
    table_clear(&invocation->table);
    free(invocation);
    return code;
}
