/* SPDX-License-Identifier: MIT */
/* The playing of a script on a connection. */
#include "script.h"
#include "wire.h"

void script_init(struct script *script)
{
    script->is_deaf = false;
    script->pace = SCRIPT_AT_ONCE;
    script->end = SCRIPT_CLOSE;
    script->repeat_from = 0;
    buffer_init(&script->answer, SCRIPT_MAX_ANSWER);
}

void script_clear(struct script *script)
{
    buffer_clear(&script->answer);
}

static bool is_over(const struct deadline *deadline)
{
    return deadline_interrupted(deadline) || deadline_left_ms(deadline) == 0;
}

/* Reads so many bytes behind what was heard. */
static bool hear(struct transport *peer, size_t length, const struct deadline *deadline,
                 struct buffer *heard)
{
    uint8_t *room = length > 0 ? buffer_put_room(heard, length) : NULL;
    size_t missing = length, count = 0;

    while (missing > 0 && room != NULL &&
           transport_read(peer, room + length - missing, missing, &count, deadline) == TRANSPORT_OK)
        missing -= count;
    if (room != NULL)
        heard->length -= missing;
    return missing == 0;
}

static bool hear_frame(struct transport *peer, const struct deadline *deadline,
                       struct buffer *heard)
{
    uint8_t opcode = 0;
    uint32_t length = 0;

    return hear(peer, WIRE_HEADER_SIZE, deadline, heard) &&
           wire_get_header(heard->data + heard->length - WIRE_HEADER_SIZE, &opcode, &length) &&
           hear(peer, length, deadline, heard);
}

static void drip(const struct script *script, struct transport *peer,
                 const struct deadline *deadline)
{
    for (size_t i = 0; i < script->answer.length && !is_over(deadline); i++) {
        if (transport_write(peer, script->answer.data + i, 1, deadline) != TRANSPORT_OK)
            return;
        clock_sleep_ms(SCRIPT_DRIP_MS);
    }
}

static void speak(const struct script *script, struct transport *peer,
                  const struct deadline *deadline)
{
    size_t from = 0;

    if (script->answer.length == 0)
        return;
    if (script->pace == SCRIPT_DRIP) {
        drip(script, peer, deadline);
        return;
    }
    while (transport_write(peer, script->answer.data + from, script->answer.length - from,
                           deadline) == TRANSPORT_OK &&
           script->pace == SCRIPT_FLOOD && !is_over(deadline))
        from = script->repeat_from;
}

void script_play(const struct script *script, struct transport *peer,
                 const struct deadline *deadline, struct buffer *heard)
{
    if (!script->is_deaf &&
        (!hear_frame(peer, deadline, heard) || !hear_frame(peer, deadline, heard)))
        return;
    speak(script, peer, deadline);
    while (script->end == SCRIPT_WAIT && hear(peer, 1, deadline, heard))
        continue;
}
