/* SPDX-License-Identifier: MIT */
/* Frames out of the byte stream. */
#include "frames.h"
#include "wire.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 4096 };

void frames_init(struct frames *frames, bool keep)
{
    memset(frames, 0, sizeof *frames);
    frames->keep = keep;
}

void frames_clear(struct frames *frames)
{
    free(frames->bytes);
    memset(frames, 0, sizeof *frames);
}

/* Room for needed bytes from start on. */
static bool make_room(struct frames *frames, size_t needed)
{
    size_t capacity = frames->capacity > 0 ? frames->capacity : FIRST_CAPACITY;
    uint8_t *bytes = NULL;

    if (!frames->keep && frames->start > 0) {
        memmove(frames->bytes, frames->bytes + frames->start, frames->end - frames->start);
        frames->end -= frames->start;
        frames->start = 0;
    }
    if (frames->start + needed <= frames->capacity)
        return true;
    while (capacity < frames->start + needed)
        capacity *= 2;
    bytes = realloc(frames->bytes, capacity);
    if (bytes == NULL)
        return false;
    frames->bytes = bytes;
    frames->capacity = capacity;
    return true;
}

/* Reads until so many bytes from start on are there. */
static enum frames_status fill(struct frames *frames, size_t needed, struct transport *transport,
                               const struct deadline *deadline)
{
    if (frames->end - frames->start >= needed)
        return FRAMES_OK;
    if (!make_room(frames, needed))
        return FRAMES_NO_MEMORY;
    while (frames->end - frames->start < needed) {
        size_t count = 0;

        frames->failure = transport_read(transport, frames->bytes + frames->end,
                                         frames->capacity - frames->end, &count, deadline);
        if (frames->failure != TRANSPORT_OK)
            return FRAMES_TRANSPORT;
        frames->end += count;
    }
    return FRAMES_OK;
}

enum frames_status frames_next(struct frames *frames, struct transport *transport,
                               const struct deadline *deadline, uint8_t *opcode,
                               struct buffer *payload)
{
    enum frames_status status = fill(frames, WIRE_HEADER_SIZE, transport, deadline);
    uint32_t length = 0;

    if (status != FRAMES_OK)
        return status;
    if (!wire_get_header(frames->bytes + frames->start, opcode, &length))
        return FRAMES_MALFORMED;
    status = fill(frames, WIRE_HEADER_SIZE + length, transport, deadline);
    if (status != FRAMES_OK)
        return status;
    buffer_init_view(payload, frames->bytes + frames->start + WIRE_HEADER_SIZE, length);
    frames->start += WIRE_HEADER_SIZE + length;
    return FRAMES_OK;
}
