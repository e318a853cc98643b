/* SPDX-License-Identifier: MIT */
/* The client's side of one call. */
#include "client.h"
#include "endpoint.h"
#include "text.h"
#include <string.h>

enum {
    CONNECT_MS =
        1000, /* a busy agent takes a connection within a moment; an absent one refuses at once */
    CANCEL_MS = 50 /* a courtesy: closing alone also cancels */
};

void client_init(struct client *client)
{
    memset(client, 0, sizeof *client);
    transport_init(&client->transport);
    frames_init(&client->frames, false);
}

void client_close(struct client *client)
{
    if (client->transport.handle != -1 && client->last != WIRE_DONE) {
        struct deadline deadline = deadline_in(CANCEL_MS);
        struct buffer cancel;

        buffer_init(&cancel, WIRE_HEADER_SIZE);
        wire_put_cancel(&cancel);
        if (!cancel.failed)
            transport_write(&client->transport, cancel.data, cancel.length, &deadline);
        buffer_clear(&cancel);
    }
    transport_close(&client->transport);
    frames_clear(&client->frames);
}

static void set_transport_error(struct client *client, enum transport_status status,
                                struct error *error)
{
    static const int32_t numbers[] = {
        [TRANSPORT_NOT_RUNNING] = MILINK_AGENT_NOT_RUNNING,
        [TRANSPORT_ACCESS_DENIED] = MILINK_AGENT_ACCESS_DENIED,
        [TRANSPORT_IMPOSTOR] = MILINK_AGENT_IMPOSTOR,
        [TRANSPORT_TIMED_OUT] = MILINK_AGENT_TIMED_OUT,
        [TRANSPORT_INTERRUPTED] = MILINK_CALL_CANCELED,
        [TRANSPORT_CLOSED] = MILINK_AGENT_HUNG_UP,
        [TRANSPORT_FAILED] = MILINK_TRANSPORT_FAILED,
    };

    error_set(error, numbers[status], NULL, client->why);
}

static bool connect_agent(struct client *client, struct error *error)
{
    struct deadline deadline = deadline_within(&client->deadline, CONNECT_MS);
    enum transport_status status =
        client->place != NULL
            ? transport_connect_to(&client->transport, client->place, &deadline, client->why,
                                   sizeof client->why)
            : transport_connect(&client->transport, &deadline, client->why, sizeof client->why);

    if (status == TRANSPORT_OK)
        return true;
    /* All pipe instances or the whole backlog taken for a second: the agent is there and swamped.
     */
    if (status == TRANSPORT_TIMED_OUT)
        error_set(error, MILINK_AGENT_BUSY, NULL, NULL);
    else
        set_transport_error(client, status, error);
    return false;
}

bool client_open(struct client *client, const struct wire_call *call,
                 const struct deadline *deadline, struct error *error)
{
    const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, MILINK_VERSION,
                                     strlen(MILINK_VERSION)};
    enum transport_status status = TRANSPORT_OK;
    struct buffer request;
    bool sent = false;

    client->deadline = *deadline;
    buffer_init(&request, WIRE_MAX_PAYLOAD + 2 * WIRE_HEADER_SIZE + 64);
    wire_put_hello(&request, &hello);
    wire_put_call(&request, call);
    if (request.failed) {
        error_set(error, request.no_memory ? MILINK_OUT_OF_MEMORY : MILINK_REQUEST_TOO_LARGE, NULL,
                  NULL);
        goto out;
    }
    if (!connect_agent(client, error))
        goto out;
    status = transport_write(&client->transport, request.data, request.length, &client->deadline);
    /* A swamped agent answers before it reads and closes: its answer is still there to be taken. */
    sent = status == TRANSPORT_OK || status == TRANSPORT_CLOSED;
    if (!sent)
        set_transport_error(client, status, error);
out:
    buffer_clear(&request);
    return sent;
}

/* The only legal order: INFO*, then at most one COLUMNS with its ROWs, then DONE. */
static bool follows(struct client *client, uint8_t opcode)
{
    switch (opcode) {
    case WIRE_INFO:
        return (client->last == 0 || client->last == WIRE_INFO) &&
               ++client->infos <= WIRE_MAX_INFOS;
    case WIRE_COLUMNS: return client->last == 0 || client->last == WIRE_INFO;
    case WIRE_ROW:
        return (client->last == WIRE_COLUMNS || client->last == WIRE_ROW) &&
               ++client->rows <= WIRE_MAX_ROWS;
    case WIRE_DONE: return client->last != WIRE_DONE;
    case WIRE_UNSUPPORTED: return client->last == 0;
    default: return false;
    }
}

/* The agent named the versions it speaks, none of which is ours. */
static void set_version_error(struct buffer *payload, struct error *error)
{
    char detail[160] = "this side is version " MILINK_VERSION " and speaks protocol ";
    struct wire_hello agent;

    if (!wire_get_hello(payload, &agent)) {
        error_set(error, MILINK_AGENT_BAD_ANSWER, NULL, "malformed version");
        return;
    }
    text_append_number(detail, sizeof detail, WIRE_VERSION_MAX);
    text_append(detail, sizeof detail, ", the agent is version ");
    text_copy_bytes(detail + strlen(detail), sizeof detail - strlen(detail), agent.product,
                    agent.product_length);
    text_append(detail, sizeof detail, " and speaks ");
    text_append_number(detail, sizeof detail, agent.version_min);
    text_append(detail, sizeof detail, " to ");
    text_append_number(detail, sizeof detail, agent.version_max);
    error_set(error, agent.version_max < WIRE_VERSION_MAX ? MILINK_AGENT_OLDER : MILINK_AGENT_NEWER,
              NULL, detail);
}

static bool set_frames_error(struct client *client, enum frames_status status, struct error *error)
{
    switch (status) {
    case FRAMES_OK: return true;
    case FRAMES_TRANSPORT: set_transport_error(client, client->frames.failure, error); break;
    case FRAMES_NO_MEMORY: error_set(error, MILINK_OUT_OF_MEMORY, NULL, NULL); break;
    case FRAMES_MALFORMED:
        error_set(error, MILINK_AGENT_BAD_ANSWER, NULL, "a frame over its limit");
        break;
    }
    return false;
}

/* An agent that never stops sending keeps no read waiting: time and interruption are looked at here
 * too. */
static bool may_go_on(struct client *client, struct error *error)
{
    uint64_t now = clock_monotonic_ms();
    enum transport_status status = TRANSPORT_OK;

    if (now >= client->deadline.at_ms) {
        status = TRANSPORT_TIMED_OUT;
    } else if (now >= client->look_at_ms) {
        client->look_at_ms = now + DEADLINE_SLICE_MS;
        if (deadline_interrupted(&client->deadline))
            status = TRANSPORT_INTERRUPTED;
    }
    if (status != TRANSPORT_OK)
        set_transport_error(client, status, error);
    return status == TRANSPORT_OK;
}

bool client_next(struct client *client, uint8_t *opcode, struct buffer *payload,
                 struct error *error)
{
    enum frames_status status = FRAMES_OK;

    if (!may_go_on(client, error))
        return false;
    status = frames_next(&client->frames, &client->transport, &client->deadline, opcode, payload);
    if (!set_frames_error(client, status, error))
        return false;
    if (!follows(client, *opcode)) {
        error_set(error, MILINK_AGENT_BAD_ANSWER, NULL, "a frame that is unknown or out of order");
        return false;
    }
    client->bytes += WIRE_HEADER_SIZE + payload->length;
    if (client->bytes > WIRE_MAX_ANSWER) {
        error_set(error, MILINK_AGENT_BAD_ANSWER, NULL, "an answer of more than 16 MiB");
        return false;
    }
    if (*opcode == WIRE_UNSUPPORTED) {
        set_version_error(payload, error);
        return false;
    }
    client->last = *opcode;
    return true;
}
