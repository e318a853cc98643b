/* SPDX-License-Identifier: MIT */
/* What is kept of a call once it is answered: a line of the log, the counters, and of a refusal a
 * record of the audit trail. */
#ifndef MILINK_AGENT_CALL_RECORD_H
#define MILINK_AGENT_CALL_RECORD_H

#include "call.h"

/* The call has its outcome in call->error. Writes and calls without the right, the confirmation or
 * a known instance are in the audit trail when they are refused; a write that has become an
 * operation is there by the engine. */
void call_record(const struct call *call);

/* A request outside an operation is about to leave: into the audit trail before it does. Refuses
 * the call when that cannot be written. */
bool call_record_action(struct call *call, const char *operation_id, const char *request);

#endif
