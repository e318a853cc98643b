/* SPDX-License-Identifier: MIT */
/* The agent's answer: frames into messages, one result set and OUTPUT parameters. */
#include "answer.h"
#include "outputs.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum { INFO_SEVERITY = 10, ERROR_SEVERITY = 16, INT_BYTES = 4, BIT_BYTES = 1 };

static bool malformed(struct xp_call *call, const char *what)
{
    error_set(&call->error, MILINK_AGENT_BAD_ANSWER, NULL, what);
    return false;
}

static bool host_refused(struct xp_call *call)
{
    error_set(&call->error, MILINK_CLIENT_GONE, NULL, NULL);
    return false;
}

void answer_send_message(struct xp_call *call, int32_t number, uint8_t severity, const char *text)
{
    size_t length = strlen(text);
    uint16_t *units = NULL;
    size_t count = 0;

    if (call->ods->wsendmsg == NULL || length == 0)
        return;
    units = malloc(length * sizeof *units);
    if (units == NULL) {
        error_set(&call->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return;
    }
    count = text_to_utf16(text, length, units, length);
    /* A control character could hide what follows it from whoever reads the message. */
    for (size_t i = 0; i < count; i++)
        if (units[i] < ' ' && units[i] != '\n' && units[i] != '\r' && units[i] != '\t')
            units[i] = ' ';
    if (count > ODS_MESSAGE_CHARACTERS)
        count = ODS_MESSAGE_CHARACTERS;
    call->ods->wsendmsg(call->host, number, severity, units, (int)count);
    free(units);
}

bool answer_info(struct xp_call *call, struct buffer *payload)
{
    const char *text = NULL;
    size_t length = 0;
    char *copy = NULL;

    if (!wire_get_info(payload, &text, &length))
        return malformed(call, "malformed information");
    copy = malloc(length + 1);
    if (copy == NULL) {
        error_set(&call->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return false;
    }
    text_copy_bytes(copy, length + 1, text, length);
    if (!call->quiet)
        answer_send_message(call, MILINK_INFORMATION, INFO_SEVERITY, copy);
    free(copy);
    return call->error.number == 0;
}

/* Bytes that a value of the column takes at most, as the host sees it. */
static uint32_t column_bytes(const struct wire_column *column)
{
    switch (column->type) {
    case WIRE_TEXT: return 2u * column->size;
    case WIRE_BINARY: return column->size;
    case WIRE_INT: return INT_BYTES;
    default: return BIT_BYTES;
    }
}

static int32_t column_token(const struct wire_column *column)
{
    switch (column->type) {
    case WIRE_TEXT: return ODS_NVARCHAR;
    case WIRE_BINARY: return ODS_BIGVARBINARY;
    case WIRE_INT: return ODS_INTN;
    default: return ODS_BITN;
    }
}

/* Keeps what must outlive the frame: column names, and a slot of row data for each column. */
static bool allocate_row(struct xp_call *call, const struct buffer *payload)
{
    uint32_t total = 0;

    for (size_t i = 0; i < call->columns.count; i++)
        total += (column_bytes(&call->columns.columns[i]) + 7) & ~7u;
    call->row = calloc(1, total);
    call->columns_frame = malloc(payload->length);
    if (call->row == NULL || call->columns_frame == NULL) {
        error_set(&call->error, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return false;
    }
    memcpy(call->columns_frame, payload->data, payload->length);
    total = 0;
    for (size_t i = 0; i < call->columns.count; i++) {
        struct wire_column *column = &call->columns.columns[i];

        column->name =
            (const char *)call->columns_frame + (column->name - (const char *)payload->data);
        call->slots[i] = call->row + total;
        total += (column_bytes(column) + 7) & ~7u;
    }
    return true;
}

bool answer_columns(struct xp_call *call, struct buffer *payload)
{
    if (!wire_get_columns(payload, &call->columns)) {
        call->columns.count = 0;
        return malformed(call, "malformed columns");
    }
    if (!allocate_row(call, payload)) {
        call->columns.count = 0;
        return false;
    }
    for (size_t i = 0; i < call->columns.count; i++) {
        const struct wire_column *column = &call->columns.columns[i];
        int32_t token = column_token(column);
        int32_t bytes = (int32_t)column_bytes(column);
        int number = (int)i + 1;

        if (call->ods->describe(call->host, number, (char *)column->name, (int)column->name_length,
                                token, bytes, token, bytes, call->slots[i]) != number)
            return host_refused(call);
    }
    return true;
}

/* Puts a value into its slot; returns its bytes, 0 for NULL: a row cannot carry a text of length 0.
 */
static size_t fill_slot(uint8_t *slot, const struct wire_column *column,
                        const struct wire_value *value)
{
    uint32_t room = column_bytes(column);
    uint32_t number = (uint32_t)value->integer;

    if (value->is_null)
        return 0;
    if (value->type == WIRE_TEXT)
        return 2 * text_to_utf16(value->bytes, value->length, (uint16_t *)(void *)slot, room / 2);
    if (value->type == WIRE_BINARY) {
        size_t length = value->length < room ? value->length : room;

        memcpy(slot, value->bytes, length);
        return length;
    }
    for (uint32_t i = 0; i < room; i++)
        slot[i] = (uint8_t)(number >> 8 * i);
    return room;
}

static bool fits(const struct wire_value *value)
{
    return value->type != WIRE_INT || value->is_null ||
           (value->integer >= INT32_MIN && value->integer <= INT32_MAX);
}

bool answer_row(struct xp_call *call, struct buffer *payload)
{
    if (!wire_get_row(payload, &call->columns, call->values))
        return malformed(call, "malformed row");
    for (size_t i = 0; i < call->columns.count; i++) {
        const struct wire_column *column = &call->columns.columns[i];
        int number = (int)i + 1;
        size_t length = 0;

        if (!fits(&call->values[i]))
            return malformed(call, "a number too large for its column");
        length = fill_slot(call->slots[i], column, &call->values[i]);
        if (!call->ods->setcoldata(call->host, number, call->slots[i]) ||
            !call->ods->setcollen(call->host, number, (int)length))
            return host_refused(call);
    }
    if (!call->ods->sendrow(call->host))
        return host_refused(call);
    call->rows++;
    return true;
}

/* Success without texts, or an error that can be a message of SQL Server. */
static bool is_verdict(const struct error *error)
{
    if (error->number == 0)
        return error->code[0] == '\0' && error->message[0] == '\0';
    return error->number >= ERROR_NUMBER_LEAST;
}

bool answer_done(struct xp_call *call, struct buffer *payload)
{
    struct wire_output output;
    size_t outputs = 0;

    if (!wire_get_done(payload, &call->error, &outputs) || !is_verdict(&call->error)) {
        call->error.number = 0;
        return malformed(call, "malformed end");
    }
    for (size_t i = 0; i < outputs; i++) {
        if (!wire_get_output(payload, &output) || output.parameter == 0 ||
            output.parameter > call->request.parameter_count ||
            !call->request.parameters[output.parameter - 1].output) {
            call->error.number = 0;
            return malformed(call, "malformed output");
        }
        outputs_set(call, output.parameter, &output.value);
    }
    if (!buffer_ended(payload)) {
        call->error.number = 0;
        return malformed(call, "trailing bytes");
    }
    return call->error.number == 0;
}

void answer_finish(struct xp_call *call)
{
    enum { NAME_ROOM = WIRE_MAX_NAME + 4 };
    uint16_t status = ODS_DONE_MORE;
    char *text = NULL;

    outputs_set_errors(call);
    if (call->error.number != 0) {
        size_t size = sizeof call->error.message + NAME_ROOM;

        status |= ODS_DONE_ERROR;
        text = call->quiet ? NULL : malloc(size);
        if (text != NULL) {
            text_copy(text, size, call->procedure);
            text_append(text, size, ": ");
            text_append(text, size, call->error.message);
            answer_send_message(call, call->error.number, ERROR_SEVERITY, text);
        }
        free(text);
    }
    if (call->columns.count > 0)
        status |= ODS_DONE_COUNT;
    call->ods->senddone(call->host, status, 0, call->rows);
}
