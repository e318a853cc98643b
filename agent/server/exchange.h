/* SPDX-License-Identifier: MIT */
/* The server's side of one exchange: the request's frames, and the answer's way out. */
#ifndef MILINK_AGENT_EXCHANGE_H
#define MILINK_AGENT_EXCHANGE_H

#include "frames.h"

/* Reads the request's two frames, HELLO and CALL, which stay whole in frames (see keep). False when
 * they did not come within a second: the caller itself has much longer. */
bool exchange_read(struct transport *transport, struct frames *frames);
/* Sends the answer. linger: the caller has sent a whole request and deserves the time to take its
 * answer before the connection is closed. */
void exchange_send(struct transport *transport, const struct buffer *answer, bool linger);

#endif
