/* SPDX-License-Identifier: MIT */
/* The answers of bad agents. Each is a valid answer as far as it can be, and wrong in the one
 * way of its name. */
#include "modes.h"
#include "error.h"
#include "text.h"
#include "wire.h"
#include <stdlib.h>
#include <string.h>

static void put_columns(struct buffer *answer)
{
    struct wire_columns *columns = calloc(1, sizeof *columns);

    if (columns == NULL) {
        answer->failed = true;
        return;
    }
    columns->count = 2;
    columns->columns[0] = (struct wire_column){"name", 4, WIRE_TEXT, 20};
    columns->columns[1] = (struct wire_column){"number", 6, WIRE_INT, 0};
    wire_put_columns(answer, columns);
    free(columns);
}

static void put_row(struct buffer *answer, const char *name, int64_t number)
{
    const struct wire_value values[] = {
        {.type = WIRE_TEXT, .bytes = name, .length = strlen(name)},
        {.type = WIRE_INT, .integer = number},
    };

    wire_put_row(answer, values, 2);
}

static void put_end(struct buffer *answer, int32_t number, const char *message,
                    const struct wire_output *output)
{
    struct error *error = calloc(1, sizeof *error);

    if (error == NULL) {
        answer->failed = true;
        return;
    }
    error->number = number;
    text_copy(error->code, sizeof error->code, number != 0 ? "CODE" : "");
    text_copy(error->message, sizeof error->message, message);
    wire_put_done(answer, error, output, output != NULL);
    free(error);
}

/* The payload of the frame that begins there is longer by so many bytes. */
static void lengthen(struct buffer *answer, size_t frame, int by)
{
    uint32_t length = (uint32_t)answer->data[frame] | (uint32_t)answer->data[frame + 1] << 8;

    buffer_set_u32(answer, frame, length + (uint32_t)by);
}

static void put_raw(struct buffer *answer, uint8_t opcode, const void *payload, size_t length)
{
    buffer_put_u32(answer, (uint32_t)length);
    buffer_put_u8(answer, opcode);
    buffer_put_bytes(answer, payload, length);
}

static void make_silent(struct script *script)
{
    script->end = SCRIPT_WAIT;
}

/* The same garbage in each run. Its first length is over the limit, or the caller would wait for
 * the rest. */
static void make_garbage(struct script *script)
{
    uint32_t state = 2463534242u;

    for (int i = 0; i < 1000; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        buffer_put_u8(&script->answer, (uint8_t)(state | 1));
    }
}

static void make_truncated(struct script *script)
{
    put_columns(&script->answer);
    put_end(&script->answer, 0, "", NULL);
    script->answer.length -= 3;
}

static void make_huge_frame(struct script *script)
{
    buffer_put_u32(&script->answer, 0xFFFFFFF0);
    buffer_put_u8(&script->answer, WIRE_INFO);
    script->end = SCRIPT_WAIT;
}

static void make_out_of_order(struct script *script)
{
    put_row(&script->answer, "a", 1);
    put_columns(&script->answer);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_info_after_rows(struct script *script)
{
    put_columns(&script->answer);
    put_row(&script->answer, "a", 1);
    wire_put_info(&script->answer, "late");
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_two_sets(struct script *script)
{
    put_columns(&script->answer);
    put_columns(&script->answer);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_unknown_opcode(struct script *script)
{
    put_raw(&script->answer, 0x86, "abc", 3);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_trailing_bytes(struct script *script)
{
    put_end(&script->answer, 0, "", NULL);
    buffer_put_u8(&script->answer, 0);
    lengthen(&script->answer, 0, 1);
    script->end = SCRIPT_WAIT;
}

static void make_close(struct script *script)
{
    (void)script;
}

static void make_close_mid_row(struct script *script)
{
    put_columns(&script->answer);
    put_row(&script->answer, "a", 1);
    put_row(&script->answer, "b", 2);
    script->answer.length -= 4;
}

static void make_drip(struct script *script)
{
    char text[WIRE_MAX_TEXT_UNITS + 1];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 10; i++)
        wire_put_info(&script->answer, text);
    put_end(&script->answer, 0, "", NULL);
    script->pace = SCRIPT_DRIP;
    script->end = SCRIPT_WAIT;
}

static void put_versions(struct buffer *answer, uint16_t lowest, uint16_t highest)
{
    const struct wire_hello own = {lowest, highest, "9.8.7", 5};

    wire_put_unsupported(answer, &own);
}

static void make_older(struct script *script)
{
    put_versions(&script->answer, 0, 0);
}

static void make_newer(struct script *script)
{
    put_versions(&script->answer, WIRE_VERSION_MAX + 1, WIRE_VERSION_MAX + 2);
}

static void make_too_many_rows(struct script *script)
{
    put_columns(&script->answer);
    for (int i = 0; i <= WIRE_MAX_ROWS; i++)
        put_row(&script->answer, "a", i);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_bad_utf8(struct script *script)
{
    put_columns(&script->answer);
    put_row(&script->answer, "a\xED\xA0\x80z", 1);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_bad_output_index(struct script *script)
{
    const struct wire_output output = {WIRE_MAX_PARAMETERS + 1, {.type = WIRE_INT, .integer = 1}};

    put_end(&script->answer, 0, "", &output);
    script->end = SCRIPT_WAIT;
}

static void make_endless_info(struct script *script)
{
    make_drip(script);
    script->answer.length = 10 * (WIRE_HEADER_SIZE + 2 + (size_t)WIRE_MAX_TEXT_UNITS);
    script->pace = SCRIPT_FLOOD;
}

/* Rows of 32 KB: over the limit of an answer long before that of its rows. */
static void make_endless_rows(struct script *script)
{
    enum { COLUMNS = 8, UNITS = 4000 };
    struct wire_columns *columns = calloc(1, sizeof *columns);
    struct wire_value values[COLUMNS];
    char text[UNITS];

    memset(text, 'x', sizeof text);
    for (size_t i = 0; columns != NULL && i < COLUMNS; i++) {
        columns->columns[columns->count++] = (struct wire_column){"text", 4, WIRE_TEXT, UNITS};
        values[i] = (struct wire_value){.type = WIRE_TEXT, .bytes = text, .length = sizeof text};
    }
    if (columns == NULL)
        script->answer.failed = true;
    else
        wire_put_columns(&script->answer, columns);
    free(columns);
    script->repeat_from = script->answer.length;
    wire_put_row(&script->answer, values, COLUMNS);
    script->pace = SCRIPT_FLOOD;
}

static void make_wide_number(struct script *script)
{
    put_columns(&script->answer);
    put_row(&script->answer, "a", (int64_t)INT32_MAX + 1);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_no_columns(struct script *script)
{
    put_raw(&script->answer, WIRE_COLUMNS, "\0\0", 2);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_bad_column_name(struct script *script)
{
    static const char payload[] = "\x01\0\x05\0caf\xC3\xA9\x02\0\0";

    put_raw(&script->answer, WIRE_COLUMNS, payload, sizeof payload - 1);
    put_end(&script->answer, 0, "", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_low_number(struct script *script)
{
    put_end(&script->answer, 1, "one", NULL);
    script->end = SCRIPT_WAIT;
}

static void make_busy(struct script *script)
{
    script->is_deaf = true;
    put_end(&script->answer, MILINK_AGENT_BUSY, "all workers are taken", NULL);
}

static const struct bad_mode modes[] = {
    {"silent", "reads the request and says nothing", make_silent, MILINK_AGENT_TIMED_OUT},
    {"garbage", "answers with bytes that mean nothing", make_garbage, MILINK_AGENT_BAD_ANSWER},
    {"truncated", "closes within its last frame", make_truncated, MILINK_AGENT_HUNG_UP},
    {"huge-frame", "announces a frame of 4 GiB", make_huge_frame, MILINK_AGENT_BAD_ANSWER},
    {"out-of-order", "sends a row before its columns", make_out_of_order, MILINK_AGENT_BAD_ANSWER},
    {"info-after-rows", "sends information after rows", make_info_after_rows,
     MILINK_AGENT_BAD_ANSWER},
    {"two-sets", "sends columns twice", make_two_sets, MILINK_AGENT_BAD_ANSWER},
    {"unknown-opcode", "sends a frame of no known kind", make_unknown_opcode,
     MILINK_AGENT_BAD_ANSWER},
    {"trailing-bytes", "ends with a frame of one byte too many", make_trailing_bytes,
     MILINK_AGENT_BAD_ANSWER},
    {"close", "reads the request and closes", make_close, MILINK_AGENT_HUNG_UP},
    {"close-mid-row", "closes within the second row", make_close_mid_row, MILINK_AGENT_HUNG_UP},
    {"drip", "answers with a byte each 20 ms", make_drip, MILINK_AGENT_TIMED_OUT},
    {"older", "speaks older versions alone", make_older, MILINK_AGENT_OLDER},
    {"newer", "speaks newer versions alone", make_newer, MILINK_AGENT_NEWER},
    {"too-many-rows", "sends 10,001 rows", make_too_many_rows, MILINK_AGENT_BAD_ANSWER},
    {"bad-utf8", "sends a text with half a surrogate pair", make_bad_utf8, MILINK_AGENT_BAD_ANSWER},
    {"bad-output-index", "sets OUTPUT parameter 49", make_bad_output_index,
     MILINK_AGENT_BAD_ANSWER},
    {"endless-info", "sends information without end", make_endless_info, MILINK_AGENT_BAD_ANSWER},
    {"endless-rows", "sends wide rows without end", make_endless_rows, 0},
    {"wide-number", "sends a number that no int holds", make_wide_number, MILINK_AGENT_BAD_ANSWER},
    {"no-columns", "describes a set of no columns", make_no_columns, MILINK_AGENT_BAD_ANSWER},
    {"bad-column-name", "names a column in other than ASCII", make_bad_column_name,
     MILINK_AGENT_BAD_ANSWER},
    {"low-number", "fails with error number 1", make_low_number, MILINK_AGENT_BAD_ANSWER},
    {"busy", "refuses before it has read the request", make_busy, MILINK_AGENT_BUSY},
};

const struct bad_mode *bad_modes(size_t *count)
{
    *count = sizeof modes / sizeof modes[0];
    return modes;
}

const struct bad_mode *bad_mode_find(const char *name)
{
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(modes[i].name, name) == 0)
            return &modes[i];
    return NULL;
}
