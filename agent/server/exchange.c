/* SPDX-License-Identifier: MIT */
/* Reading a request and sending its answer, each within its time. */
#include "exchange.h"

enum {
    REQUEST_MS = 1000, /* a caller sends its request at once; the caller itself waits 30 s */
    ANSWER_MS = 30000, /* to take a whole answer */
    PIECE_MS = 5000,   /* and its next piece: long ones go to slow readers too */
    PIECE_BYTES = 64 * 1024,
    LINGER_MS = 500 /* the caller closes first: closing early could discard what it has not read */
};

bool exchange_read(struct transport *transport, struct frames *frames)
{
    struct deadline deadline = deadline_in(REQUEST_MS);
    struct buffer payload;
    uint8_t opcode = 0;

    for (int i = 0; i < 2; i++)
        if (frames_next(frames, transport, &deadline, &opcode, &payload) != FRAMES_OK)
            return false;
    return true;
}

static bool send_pieces(struct transport *transport, const struct buffer *answer)
{
    const struct deadline whole = deadline_in(ANSWER_MS);

    for (size_t at = 0; at < answer->length; at += PIECE_BYTES) {
        size_t left = answer->length - at;
        struct deadline deadline = deadline_within(&whole, PIECE_MS);

        if (transport_write(transport, answer->data + at, left < PIECE_BYTES ? left : PIECE_BYTES,
                            &deadline) != TRANSPORT_OK)
            return false;
    }
    return true;
}

void exchange_send(struct transport *transport, const struct buffer *answer, bool linger)
{
    struct deadline deadline;
    size_t count = 0;
    uint8_t rest = 0;

    if (answer->failed || !send_pieces(transport, answer) || !linger)
        return;
    deadline = deadline_in(LINGER_MS);
    transport_read(transport, &rest, 1, &count, &deadline);
}
