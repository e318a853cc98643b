/* SPDX-License-Identifier: MIT */
/* What every procedure that writes does alike: idempotency, what-if, journal, waiting, the
 * operation row. */
#ifndef MILINK_AGENT_WRITE_H
#define MILINK_AGENT_WRITE_H

#include "call.h"

/* What a request_id has led to before. */
enum write_found { WRITE_NEW, WRITE_ANSWERED, WRITE_REFUSED };

/* A new operation for this call, filled with ids, claims and times, for free; NULL with call->error
 * set. asked tells this request from another one under the same request_id: everything that decides
 * what is sent. */
struct operation *write_new(struct call *call, enum operation_kind kind, const char *asked,
                            unsigned minutes);
/* Looks for the request_id: WRITE_ANSWERED when it is a repeat, whose operation has been answered
 * with; WRITE_REFUSED with call->error set when it belongs to another request. */
enum write_found write_find_repeat(struct call *call, const struct operation *operation);
/* Shows the request with @what_if, else journals and starts the operation, waits as asked, and
 * answers with its row. The call fails when the operation did by then. Frees nothing. */
bool write_run(struct call *call, struct operation *operation);
/* Answers with the row of an operation. */
void write_row(struct call *call, const struct operation *operation);

#endif
