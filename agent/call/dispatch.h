/* SPDX-License-Identifier: MIT */
/* The dispatcher: the bytes of a request in, the bytes of its answer out. No socket, no pipe. */
#ifndef MILINK_AGENT_DISPATCH_H
#define MILINK_AGENT_DISPATCH_H

#include "buffer.h"
#include "call.h"

enum { DISPATCH_MAX_ANSWER = WIRE_MAX_ANSWER };

/* Whoever waits for an answer. gone (may be NULL) is asked while a handler waits. */
struct dispatch_caller {
    bool (*gone)(void *context);
    void *context;
    const char *account; /* who it is, for the audit trail ("user id 0"); NULL: unknown */
};

/* request: a buffer of the HELLO and CALL frames, headers and all. out is initialised by the
 * caller, with a maximum of DISPATCH_MAX_ANSWER, and receives the frames of the answer. Always
 * answers, unless memory for the answer itself runs out: then out->failed. */
void dispatch(struct agent *agent, struct buffer *request, const struct dispatch_caller *caller,
              struct buffer *out);

/* The answer of one DONE frame, for refusals before dispatch (busy, not admitted, stopping). */
void dispatch_refusal(int32_t number, const char *subject, struct buffer *out);

#endif
