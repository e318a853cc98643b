/* SPDX-License-Identifier: MIT */
/* An agent in the test's own process: a thread on a Unix socket of its own that plays one script
 * to every caller. */
#ifndef MILINK_UNIT_AGENT_FIXTURE_H
#define MILINK_UNIT_AGENT_FIXTURE_H

#include "script.h"
#include "wire.h"

enum {
    AGENT_MOST_MS = 6000 /* a script that nobody ends, ends by then: a hang becomes a failure */
};

/* Makes a place for the socket and points MILINK_SOCKET to it; nobody listens yet. The end
 * removes all. */
void agent_place(void);
void agent_unplace(void);

/* Listens; callers meet the script, which the test owns and keeps until agent_stop. */
void agent_start(const struct script *script);
/* Ends the thread when every caller so far has closed or its script is over. */
void agent_stop(void);

/* What the last caller sent, in the order of its bytes. Valid when agent_stop has been called. */
const struct buffer *agent_heard(void);
size_t agent_callers(void);
/* The call that agent_heard holds behind its HELLO; views into it. */
bool agent_heard_call(struct wire_call *call);
/* Whether a CANCEL was the last that it heard. */
bool agent_heard_cancel(void);

#endif
