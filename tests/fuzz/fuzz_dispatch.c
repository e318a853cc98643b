/* SPDX-License-Identifier: MIT */
/* Requests to the dispatcher, and Azure's answers while its handlers run. An input that begins with
 * an x is a call as text, "xp_milink_link_get\n@link=sales-link\n@wait_seconds=#5", and then parts
 * that are answers; any other is the bytes of a request. Stands in for tcp_probe.c. */
#include "dispatch.h"
#include "fuzz_azure.h"
#include "fuzz_journal.h"
#include "log.h"
#include "tcp_probe.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INSTANCE                                                                 \
    "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg-prod" \
    "/providers/Microsoft.Sql/managedInstances/mi-prod"

static const char configuration[] =
    "{\"identity\": {\"type\": \"client_secret\", \"tenant_id\": \"contoso.onmicrosoft.com\","
    "  \"client_id\": \"99999999-8888-7777-6666-555555555555\","
    "  \"secret_file\": \"/etc/milink/client.secret\"},"
    " \"state_directory\": \"/var/lib/milink\", \"instances\": ["
    "{\"alias\": \"prod\", \"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\","
    "  \"resource_group\": \"rg-prod\", \"managed_instance\": \"mi-prod\","
    "  \"rights\": [\"read\", \"license\", \"failover\", \"forced_failover\", \"lifecycle\","
    "    \"certificate\", \"database\"]}]}";

static struct agent agent;
static struct setup setup;
static struct identity identity = {.name = "fuzz"};
static struct operation held;

bool tcp_probe_run(const char *host, uint16_t port, const struct deadline *deadline,
                   struct tcp_probe *result)
{
    (void)deadline;
    PROMISE(host[0] != '\0' && port > 0);
    result->count = 1;
    text_copy(result->rows[0].address, sizeof result->rows[0].address, "192.0.2.1");
    return true;
}

/* ---- the agent ---- */

static void make_operation(void)
{
    held.kind = OPERATION_LICENSE_SET;
    held.state = OPERATION_RUNNING;
    held.phase = PHASE_POLLING;
    held.percent = -1;
    held.started_ms = clock_utc_ms();
    text_copy(held.id, sizeof held.id, "00000000-0000-4000-8000-00000000000a");
    text_copy(held.request_id, sizeof held.request_id, "00000000-0000-4000-8000-00000000000b");
    text_copy(held.procedure, sizeof held.procedure, "xp_milink_license_set");
    text_copy(held.instance, sizeof held.instance, "prod");
    text_copy(held.resource, sizeof held.resource, "instance");
}

static void make_agent(void)
{
    char why[512] = "";

    if (agent.setup != NULL)
        return;
    log_open("/dev/null", LOG_ERROR);
    PROMISE(config_parse(configuration, sizeof configuration - 1, &setup.config, why, sizeof why));
    atomic_store(&setup.holders, 1);
    agent.mutex = mutex_new();
    PROMISE(agent.mutex != NULL);
    setup.identity = &identity;
    agent.setup = &setup;
    make_operation();
}

/* ---- a request ---- */

/* The bytes of digits, in place; what is none ends them. */
static size_t take_digits(char *digits)
{
    size_t count = 0;
    unsigned byte = 0;

    while (sscanf(digits + 2 * count, "%2x", &byte) == 1 && digits[2 * count + 1] != '\0')
        digits[count++] = (char)byte;
    return count;
}

static void put_value(struct wire_parameter *parameter, char *value)
{
    struct wire_value *wire = &parameter->value;

    if (value[0] == '!' || value[0] == '?') {
        wire->type = value[0] == '?' ? WIRE_TEXT : WIRE_UNTYPED;
        wire->is_null = true;
        parameter->output = value[0] == '?';
    } else if (value[0] == '#' || value[0] == '%') {
        wire->type = value[0] == '#' ? WIRE_INT : WIRE_BIT;
        wire->integer = strtoll(value + 1, NULL, 10);
        if (wire->type == WIRE_BIT)
            wire->integer &= 1;
    } else if (strncmp(value, "0x", 2) == 0) {
        wire->type = WIRE_BINARY;
        wire->bytes = value + 2;
        wire->length = take_digits(value + 2);
    } else {
        wire->type = WIRE_TEXT;
        wire->bytes = value;
        wire->length = strlen(value);
    }
}

/* False when the wire cannot carry it. */
static bool encode(struct fuzz_input part, struct buffer *request)
{
    static const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, "1.0.0", 5};
    static struct wire_call call;
    struct fuzz_input line = fuzz_line(&part);
    char *texts[WIRE_MAX_PARAMETERS + 1];
    size_t count = 1;

    memset(&call, 0, sizeof call);
    call.procedure = texts[0] = fuzz_text(&line);
    call.procedure_length = strlen(call.procedure);
    call.deadline_ms = WIRE_DEFAULT_DEADLINE_MS;
    while (part.left > 0 && call.parameter_count < WIRE_MAX_PARAMETERS) {
        struct wire_parameter *parameter = &call.parameters[call.parameter_count++];
        char *value = NULL;

        line = fuzz_line(&part);
        parameter->name = texts[count++] = fuzz_text(&line);
        value = strchr(parameter->name, '=');
        parameter->name_length = strcspn(parameter->name, "=");
        put_value(parameter, value != NULL ? value + 1 : (char *)"!");
    }
    wire_put_hello(request, &hello);
    wire_put_call(request, &call);
    while (count > 0)
        free(texts[--count]);
    return !request->failed;
}

/* ---- an answer ---- */

static void check_row(struct buffer *payload, const struct wire_columns *columns)
{
    static struct wire_value values[WIRE_MAX_COLUMNS];

    PROMISE(wire_get_row(payload, columns, values));
    for (size_t i = 0; i < columns->count; i++) {
        if (!values[i].is_null && columns->columns[i].type == WIRE_TEXT)
            PROMISE(values[i].length > 0 &&
                    text_units(values[i].bytes, values[i].length) <= columns->columns[i].size);
        if (!values[i].is_null && columns->columns[i].type == WIRE_BINARY)
            PROMISE(values[i].length > 0 && values[i].length <= columns->columns[i].size);
    }
}

static void check_done(struct buffer *payload, uint8_t last)
{
    static struct error error;
    struct wire_output output;
    size_t outputs = 0;

    PROMISE(wire_get_done(payload, &error, &outputs));
    for (size_t i = 0; i < outputs; i++)
        PROMISE(wire_get_output(payload, &output));
    PROMISE(buffer_ended(payload));
    PROMISE_TEXT(error.code);
    PROMISE_TEXT(error.message);
    if (error.number == 0)
        return;
    PROMISE(last == 0 && error.number >= ERROR_NUMBER_LEAST && error.message[0] != '\0');
    PROMISE(error.number != MILINK_AGENT_FAILED || strstr(error.message, "reason") == NULL);
}

/* INFO*, then COLUMNS ROW*, then DONE; nothing but DONE on failure. */
static void check_frame(uint8_t opcode, uint8_t last, struct buffer *payload)
{
    static struct wire_columns columns;
    static struct wire_hello hello;
    const char *text = NULL;
    size_t length = 0;

    switch (opcode) {
    case WIRE_INFO:
        PROMISE((last == 0 || last == WIRE_INFO) && wire_get_info(payload, &text, &length));
        break;
    case WIRE_COLUMNS:
        PROMISE((last == 0 || last == WIRE_INFO) && wire_get_columns(payload, &columns));
        break;
    case WIRE_ROW:
        PROMISE(last == WIRE_COLUMNS || last == WIRE_ROW);
        check_row(payload, &columns);
        break;
    case WIRE_DONE: check_done(payload, last); break;
    default:
        PROMISE(opcode == WIRE_UNSUPPORTED && last == 0 && wire_get_hello(payload, &hello));
        break;
    }
}

static void check_answer(const struct buffer *answer)
{
    struct buffer frames, payload;
    uint8_t opcode = 0, last = 0;

    PROMISE(!answer->failed);
    buffer_init_view(&frames, answer->data, answer->length);
    while (!buffer_ended(&frames)) {
        const uint8_t *header = buffer_get_bytes(&frames, WIRE_HEADER_SIZE);
        uint32_t length = 0;

        PROMISE(header != NULL && last != WIRE_DONE && last != WIRE_UNSUPPORTED);
        PROMISE(wire_get_header(header, &opcode, &length));
        header = buffer_get_bytes(&frames, length);
        PROMISE(header != NULL);
        buffer_init_view(&payload, header, length);
        check_frame(opcode, last, &payload);
        last = opcode;
    }
    PROMISE(last == WIRE_DONE || last == WIRE_UNSUPPORTED);
}

static void check_submitted(const struct operation *operation)
{
    if (operation == NULL)
        return;
    PROMISE_TEXT(operation->path);
    PROMISE_TEXT(operation->watched);
    PROMISE_TEXT(operation->body);
    PROMISE_TEXT(operation->resource);
    PROMISE_TEXT(operation->detail);
    PROMISE_TEXT(operation->reason);
    PROMISE(strncmp(operation->path, INSTANCE, sizeof INSTANCE - 1) == 0);
    PROMISE(strstr(operation->path, "/../") == NULL && strpbrk(operation->path, "?# ") == NULL);
}

static void ask(const void *bytes, size_t length)
{
    static const struct dispatch_caller caller = {.account = "user id 1000"};
    struct buffer request, answer;

    buffer_init_view(&request, bytes, length);
    buffer_init(&answer, DISPATCH_MAX_ANSWER);
    dispatch(&agent, &request, &caller, &answer);
    check_answer(&answer);
    check_submitted(fuzz_journal_submitted());
    buffer_clear(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = fuzz_input(bytes, length);
    struct buffer request;
    uint8_t *copy = NULL;

    make_agent();
    setup.budget = arm_budget_new();
    setup.arm = (struct arm_client){&setup.config, NULL, NULL, setup.budget};
    fuzz_azure_script(&input, setup.config.arm_endpoint);
    fuzz_journal_hold(length % 2 == 0 ? &held : NULL);
    if (length > 0 && bytes[0] == 'x') {
        buffer_init(&request, 4 * WIRE_MAX_PAYLOAD);
        if (encode(fuzz_part(&input), &request))
            ask(request.data, request.length);
        buffer_clear(&request);
    } else {
        copy = fuzz_copy(&input);
        input.left = 0;
        ask(copy, length);
        free(copy);
    }
    arm_budget_free(setup.budget);
    return 0;
}
