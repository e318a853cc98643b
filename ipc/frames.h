/* SPDX-License-Identifier: MIT */
/* Frames out of the byte stream: as few reads as the bytes need, and no more memory than a frame
 * takes. */
#ifndef MILINK_IPC_FRAMES_H
#define MILINK_IPC_FRAMES_H

#include "buffer.h"
#include "transport.h"

/* What has been read and not been taken yet. */
struct frames {
    uint8_t *bytes;
    size_t start, end, capacity;
    enum transport_status failure; /* why, after FRAMES_TRANSPORT */
    bool keep; /* taken frames stay at the beginning of bytes: the server needs the request whole */
};

enum frames_status {
    FRAMES_OK,
    FRAMES_TRANSPORT, /* the transport failed: see failure */
    FRAMES_MALFORMED, /* a length over the limit */
    FRAMES_NO_MEMORY
};

void frames_init(struct frames *frames, bool keep);
void frames_clear(struct frames *frames);

/* Takes the next frame; payload is a view of it that lasts until the next call. */
enum frames_status frames_next(struct frames *frames, struct transport *transport,
                               const struct deadline *deadline, uint8_t *opcode,
                               struct buffer *payload);

#endif
