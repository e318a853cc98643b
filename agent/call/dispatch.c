/* SPDX-License-Identifier: MIT */
/* The dispatcher: decode, find the procedure, bind, authorise, handle, encode. */
#include "dispatch.h"
#include "call_record.h"
#include "log.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

/* What remains of the caller's time for bringing the answer home. */
enum { RETURN_MS = 150 };

void dispatch_refusal(int32_t number, const char *subject, struct buffer *out)
{
    struct error *error = calloc(1, sizeof *error);

    if (error == NULL) {
        out->failed = true;
        return;
    }
    error_set(error, number, subject, NULL);
    wire_put_done(out, error, NULL, 0);
    free(error);
}

/* The payload of the next frame, which must have that opcode. */
static bool next_frame(struct buffer *request, enum wire_opcode expected, struct buffer *payload)
{
    const uint8_t *header = buffer_get_bytes(request, WIRE_HEADER_SIZE);
    const void *bytes = NULL;
    uint32_t length = 0;
    uint8_t opcode = 0;

    if (header == NULL || !wire_get_header(header, &opcode, &length) || opcode != expected)
        return false;
    bytes = buffer_get_bytes(request, length);
    if (bytes == NULL)
        return false;
    buffer_init_view(payload, bytes, length);
    return true;
}

/* With exactly one instance configured @instance may be left out. */
static bool find_instance(struct call *call)
{
    const struct config *config = &call->setup->config;
    const char *alias = call_text(call, "@instance");

    if (alias == NULL && config->instance_count == 1)
        call->instance = &config->instances[0];
    else if (alias == NULL)
        return call_refuse(call, MILINK_INSTANCE_AMBIGUOUS, "@instance", NULL);
    else
        call->instance = config_find_instance(config, alias);
    return call->instance != NULL || call_refuse(call, MILINK_INSTANCE_UNKNOWN, alias, NULL);
}

static void run_call(struct call *call)
{
    call->procedure = catalogue_find(call->request.procedure, call->request.procedure_length);
    if (call->procedure == NULL) {
        char name[WIRE_MAX_NAME * 3 + 1];

        text_copy_bytes(name, sizeof name, call->request.procedure, call->request.procedure_length);
        call_refuse(call, MILINK_PROCEDURE_UNKNOWN, name, NULL);
        return;
    }
    reply_init(&call->reply, call->procedure->columns, call->procedure->column_count);
    if (!call_bind(call))
        return;
    if (call->procedure->right != RIGHT_NONE &&
        (!find_instance(call) || !call_need_right(call, call->procedure->right)))
        return;
    if (!call->procedure->handler(call) && call->error.number == 0)
        call_refuse(call, MILINK_AGENT_FAILED, NULL, "a handler failed without a reason");
}

static void answer_call(struct call *call, struct buffer *payload, struct buffer *out)
{
    if (!wire_get_call(payload, &call->request)) {
        call_refuse(call, MILINK_REQUEST_MALFORMED, NULL, NULL);
        reply_finish(&call->reply, &call->error, out);
        return;
    }
    call->deadline = deadline_within(&call->deadline, call->request.deadline_ms > 2 * RETURN_MS
                                                          ? call->request.deadline_ms - RETURN_MS
                                                          : call->request.deadline_ms);
    run_call(call);
    /* The server ends waits by the same way as a caller that hangs up; the caller deserves the
     * reason. */
    if (call->error.number == MILINK_CALL_CANCELED && atomic_load(&call->agent->stopping)) {
        call->error.number = 0;
        call_refuse(call, MILINK_AGENT_STOPPING, NULL, NULL);
    }
    reply_finish(&call->reply, &call->error, out);
    call_record(call);
}

static bool speaks_our_version(const struct wire_hello *client)
{
    return client->version_max >= WIRE_VERSION_MIN && client->version_max <= WIRE_VERSION_MAX;
}

void dispatch(struct agent *agent, struct buffer *request, const struct dispatch_caller *caller,
              struct buffer *out)
{
    const struct wire_hello own = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, MILINK_VERSION,
                                   strlen(MILINK_VERSION)};
    struct call *call = malloc(sizeof *call);
    struct buffer payload;

    if (call == NULL) {
        dispatch_refusal(MILINK_OUT_OF_MEMORY, NULL, out);
        return;
    }
    call_init(call, agent);
    call->deadline = deadline_in(WIRE_MAX_DEADLINE_MS);
    call->deadline.interrupted = caller->gone;
    call->deadline.context = caller->context;
    call->client_account = caller->account;
    log_set_call(call->id);
    if (!next_frame(request, WIRE_HELLO, &payload) || !wire_get_hello(&payload, &call->client))
        dispatch_refusal(MILINK_REQUEST_MALFORMED, NULL, out);
    else if (!speaks_our_version(&call->client))
        wire_put_unsupported(out, &own);
    else if (!next_frame(request, WIRE_CALL, &payload) || !buffer_ended(request))
        dispatch_refusal(MILINK_REQUEST_MALFORMED, NULL, out);
    else
        answer_call(call, &payload, out);
    log_set_call(NULL);
    call_clear(call);
    free(call);
}
