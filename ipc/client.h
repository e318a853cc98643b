/* SPDX-License-Identifier: MIT */
/* The client's side of one call: connect, send, take the answer frame by frame in its only legal
 * order. */
#ifndef MILINK_IPC_CLIENT_H
#define MILINK_IPC_CLIENT_H

#include "error.h"
#include "frames.h"
#include "wire.h"

struct client {
    struct transport transport;
    const char *place; /* see transport_connect_to; NULL: SQL Server's. Set after client_init */
    struct deadline deadline;
    struct frames frames;
    uint8_t last; /* opcode of the frame taken last, 0 before the first */
    size_t infos, rows, bytes;
    uint64_t look_at_ms; /* when to ask again whether we are interrupted */
    char why[192];       /* detail of a failed connect */
};

/* Connects, sends HELLO and the call, and is ready for client_next. False with error set.
 * client_close in either case. */
bool client_open(struct client *client, const struct wire_call *call,
                 const struct deadline *deadline, struct error *error);
/* Takes the next frame: opcode INFO, COLUMNS, ROW or DONE, and a view of its payload that lasts
 * until the next call. False with error set: deadline, interruption, garbage, a frame out of order.
 */
bool client_next(struct client *client, uint8_t *opcode, struct buffer *payload,
                 struct error *error);
/* Tells the agent that nobody waits any more, when the answer is not complete, and closes. Takes a
 * zeroed struct that client_init made. */
void client_close(struct client *client);
void client_init(struct client *client);

#endif
