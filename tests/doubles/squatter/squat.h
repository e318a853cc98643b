/* SPDX-License-Identifier: MIT */
/* The agent's place, taken by somebody else before the agent does. */
#ifndef MILINK_DOUBLES_SQUATTER_SQUAT_H
#define MILINK_DOUBLES_SQUATTER_SQUAT_H

#include "transport.h"

/* Takes it, open to everybody. owner: who is to own it, a SID on Windows, a user id on POSIX; NULL:
 * who runs this. single: for one connection at a time (Windows). False with a text on stderr. */
bool squat_open(const char *owner, bool single);
/* Waits for a caller. False when there will be none any more. */
bool squat_accept(struct transport *transport);

#endif
