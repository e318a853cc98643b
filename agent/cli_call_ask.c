/* SPDX-License-Identifier: MIT */
/* One question to the running agent, over the same wire as SQL Server's. */
#include "cli_call.h"
#include "client.h"
#include "text.h"
#include <string.h>

enum { GRACE_MS = 500 /* the agent keeps the deadline itself, and its reason is the better one */ };

static bool take_info(const struct cli_answer *answer, struct buffer *payload)
{
    const char *text = NULL;
    size_t length = 0;

    if (!wire_get_info(payload, &text, &length))
        return false;
    if (!answer->quiet)
        fprintf(stderr, "%.*s\n", (int)length, text);
    return true;
}

/* The one OUTPUT parameter that is ever passed is a write's @operation_id. */
static bool take_done(struct cli_answer *answer, size_t parameters, struct buffer *payload)
{
    struct wire_output output;
    size_t outputs = 0;
    bool taken = wire_get_done(payload, &answer->error, &outputs);

    for (size_t i = 0; taken && i < outputs; i++) {
        taken = wire_get_output(payload, &output) && output.parameter >= 1 &&
                output.parameter <= parameters;
        if (taken && output.value.type == WIRE_TEXT && !output.value.is_null)
            text_copy_bytes(answer->operation_id, sizeof answer->operation_id, output.value.bytes,
                            output.value.length);
    }
    return taken && buffer_ended(payload);
}

static bool take_frame(const struct wire_call *request, struct cli_answer *answer, uint8_t opcode,
                       struct buffer *payload)
{
    struct wire_value values[WIRE_MAX_COLUMNS];
    struct wire_columns columns;
    bool taken = false;

    switch (opcode) {
    case WIRE_INFO: taken = take_info(answer, payload); break;
    case WIRE_COLUMNS:
        taken = wire_get_columns(payload, &columns);
        if (taken)
            table_set_columns(&answer->table, &columns);
        break;
    case WIRE_ROW:
        taken = wire_get_row(payload, &answer->table.columns, values);
        if (taken && !table_add(&answer->table, values)) {
            error_set(&answer->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
            return false;
        }
        break;
    default: taken = take_done(answer, request->parameter_count, payload); break;
    }
    if (!taken)
        error_set(&answer->error, MILINK_AGENT_BAD_ANSWER, NULL, "a malformed frame");
    return taken;
}

void cli_call_ask(const struct wire_call *request, struct cli_answer *answer)
{
    struct deadline deadline = deadline_in(request->deadline_ms + GRACE_MS);
    struct client client;
    struct buffer payload;
    uint8_t opcode = 0;

    table_clear(&answer->table);
    answer->error = (struct error){.number = 0};
    deadline.interrupted = cli_call_interrupted;
    client_init(&client);
    if (client_open(&client, request, &deadline, &answer->error))
        while (opcode != WIRE_DONE && client_next(&client, &opcode, &payload, &answer->error) &&
               take_frame(request, answer, opcode, &payload))
            continue;
    client_close(&client);
}
