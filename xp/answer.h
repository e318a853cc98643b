/* SPDX-License-Identifier: MIT */
/* The agent's answer: frames into messages, one result set and OUTPUT parameters. */
#ifndef MILINK_XP_ANSWER_H
#define MILINK_XP_ANSWER_H

#include "xp.h"

/* Each takes the payload of one frame. False with call->error set when the frame is malformed or
 * the host takes no more. */
bool answer_info(struct xp_call *call, struct buffer *payload);
bool answer_columns(struct xp_call *call, struct buffer *payload);
bool answer_row(struct xp_call *call, struct buffer *payload);
/* Sets call->error to the agent's own verdict, and the OUTPUT parameters. */
bool answer_done(struct xp_call *call, struct buffer *payload);

/* Sends a text to the client: severity 16 for an error, 10 for information. */
void answer_send_message(struct xp_call *call, int32_t number, uint8_t severity, const char *text);
/* Ends the call towards the host: the error's message unless quiet, its OUTPUT parameters, and the
 * DONE. */
void answer_finish(struct xp_call *call);

#endif
