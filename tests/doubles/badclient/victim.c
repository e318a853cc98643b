/* SPDX-License-Identifier: MIT */
/* The agent under attack. */
#include "victim.h"
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 2000, SEND_MS = 2000, RETRY_MS = 20, CALL_MS = 10000 };

bool victim_request(struct buffer *request)
{
    const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, "1.0.0", 5};
    struct wire_call *call = calloc(1, sizeof *call);

    if (call == NULL)
        return false;
    call->procedure = "xp_milink_version";
    call->procedure_length = strlen(call->procedure);
    call->deadline_ms = CALL_MS;
    call->parameter_count = 1;
    call->parameters[0].name = "@quiet";
    call->parameters[0].name_length = strlen("@quiet");
    call->parameters[0].value.type = WIRE_BIT;
    call->parameters[0].value.integer = 1;
    wire_put_hello(request, &hello);
    wire_put_call(request, call);
    free(call);
    return !request->failed;
}

bool victim_connect(struct client *client)
{
    struct deadline deadline = deadline_in(CONNECT_MS);

    client_init(client);
    return transport_connect(&client->transport, &deadline, client->why, sizeof client->why) ==
           TRANSPORT_OK;
}

bool victim_send(struct client *client, const void *bytes, size_t length)
{
    struct deadline deadline = deadline_in(SEND_MS);

    return transport_write(&client->transport, bytes, length, &deadline) == TRANSPORT_OK;
}

/* What the order of frames does not show: whether each can be read. */
struct reading {
    struct wire_columns columns;
    struct wire_value values[WIRE_MAX_COLUMNS];
    struct error error;
};

static bool done_is_valid(struct buffer *payload, struct error *error)
{
    struct wire_output output;
    size_t count = 0;

    if (!wire_get_done(payload, error, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!wire_get_output(payload, &output))
            return false;
    return buffer_ended(payload);
}

static bool frame_is_valid(struct reading *reading, uint8_t opcode, struct buffer *payload)
{
    const char *text = NULL;
    size_t length = 0;

    switch (opcode) {
    case WIRE_INFO: return wire_get_info(payload, &text, &length);
    case WIRE_COLUMNS: return wire_get_columns(payload, &reading->columns);
    case WIRE_ROW: return wire_get_row(payload, &reading->columns, reading->values);
    default: return done_is_valid(payload, &reading->error);
    }
}

/* The client's own verdict on an answer that has no end. */
static struct victim_result verdict(int32_t number)
{
    switch (number) {
    case MILINK_AGENT_OLDER:
    case MILINK_AGENT_NEWER: return (struct victim_result){VICTIM_ANSWERED, number};
    case MILINK_AGENT_BAD_ANSWER: return (struct victim_result){VICTIM_WRONG, number};
    default: return (struct victim_result){VICTIM_SILENT, number};
    }
}

struct victim_result victim_hear(struct client *client, uint32_t milliseconds)
{
    struct reading *reading = calloc(1, sizeof *reading);
    struct victim_result result = {VICTIM_SILENT, MILINK_OUT_OF_MEMORY};
    struct buffer payload;
    uint8_t opcode = 0;

    if (reading == NULL)
        return result;
    client->deadline = deadline_in(milliseconds);
    for (;;) {
        if (!client_next(client, &opcode, &payload, &reading->error)) {
            result = verdict(reading->error.number);
            break;
        }
        if (!frame_is_valid(reading, opcode, &payload)) {
            result = (struct victim_result){VICTIM_WRONG, 0};
            break;
        }
        if (opcode == WIRE_DONE) {
            result = (struct victim_result){VICTIM_ANSWERED, reading->error.number};
            break;
        }
    }
    free(reading);
    return result;
}

struct victim_result victim_try(const void *bytes, size_t length, uint32_t milliseconds)
{
    struct victim_result result = {VICTIM_SILENT, MILINK_AGENT_NOT_RUNNING};
    struct client client;

    /* What could not be sent was refused before it was read: that has an answer too. */
    if (victim_connect(&client)) {
        victim_send(&client, bytes, length);
        result = victim_hear(&client, milliseconds);
    }
    client_close(&client);
    return result;
}

bool victim_is_well(uint32_t milliseconds)
{
    struct deadline deadline = deadline_in(milliseconds);
    struct victim_result result = {VICTIM_SILENT, 0};
    struct buffer request;

    buffer_init(&request, WIRE_MAX_PAYLOAD);
    if (victim_request(&request)) {
        for (;;) {
            result = victim_try(request.data, request.length, deadline_left_ms(&deadline));
            if (result.answer == VICTIM_WRONG || deadline_left_ms(&deadline) == 0 ||
                (result.answer == VICTIM_ANSWERED && result.number != MILINK_AGENT_BUSY))
                break;
            clock_sleep_ms(RETRY_MS);
        }
    }
    buffer_clear(&request);
    return result.answer == VICTIM_ANSWERED && result.number == 0;
}
