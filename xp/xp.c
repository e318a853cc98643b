/* SPDX-License-Identifier: MIT */
/* One call of one extended procedure: parameters, one CALL to the agent, its answer, the return
 * code. */
#include "xp.h"
#include "answer.h"
#include "client.h"
#include "parameters.h"
#include <stdlib.h>
#include <string.h>

/* How long after the caller's deadline the agent's own "timed out" may still arrive. */
enum { GRACE_MS = 500 };

static bool got_attention(void *context)
{
    const struct xp_call *call = context;

    return call->ods->got_attention != NULL && call->ods->got_attention(call->host);
}

static bool take_frame(struct xp_call *call, uint8_t opcode, struct buffer *payload)
{
    switch (opcode) {
    case WIRE_INFO: return answer_info(call, payload);
    case WIRE_COLUMNS: return answer_columns(call, payload);
    case WIRE_ROW: return answer_row(call, payload);
    default: return answer_done(call, payload);
    }
}

static void ask_agent(struct xp_call *call)
{
    struct deadline deadline = deadline_in(call->timeout_ms + GRACE_MS);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;

    deadline.interrupted = got_attention;
    deadline.context = call;
    client_init(&client);
    if (!client_open(&client, &call->request, &deadline, &call->error))
        goto out;
    do {
        if (!client_next(&client, &opcode, &payload, &call->error))
            goto out;
    } while (take_frame(call, opcode, &payload) && opcode != WIRE_DONE);
out:
    client_close(&client);
}

static void free_call(struct xp_call *call)
{
    parameters_free(call);
    free(call->columns_frame);
    free(call->row);
    free(call);
}

int xp_run(const char *procedure, struct ods_call *host)
{
    const char *missing = NULL;
    const struct ods_api *ods = ods_bind(&missing);
    struct xp_call *call = NULL;
    int result = MILINK_OUT_OF_MEMORY;

    /* Without these functions there is no way to say more than the return code does. */
    if (ods == NULL)
        return MILINK_ODS_UNAVAILABLE;
    call = calloc(1, sizeof *call);
    if (call == NULL)
        return result;
    call->ods = ods;
    call->host = host;
    call->procedure = procedure;
    if (parameters_read(call)) {
        call->request.procedure = procedure;
        call->request.procedure_length = strlen(procedure);
        call->request.deadline_ms = call->timeout_ms;
        ask_agent(call);
    }
    answer_finish(call);
    result = call->error.number;
    free_call(call);
    return result;
}
