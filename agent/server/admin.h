/* SPDX-License-Identifier: MIT */
/* The administrators' endpoint: a place of its own, which SQL Server's accounts cannot reach, and
 * the few things that are asked there. */
#ifndef MILINK_AGENT_ADMIN_H
#define MILINK_AGENT_ADMIN_H

#include "agent.h"

/* What is asked, in place of a procedure's name; none takes parameters. */
#define ADMIN_RELOAD   "reload"   /* agent_reload; its report comes as information */
#define ADMIN_SHUTDOWN "shutdown" /* answers, then stops the agent as SIGTERM does */

struct admin;

/* Takes the place and serves it on a thread of its own, one caller after the other. shutdown is
 * called on that thread and must not wait for it. agent outlives the endpoint. NULL with a text in
 * why. */
struct admin *admin_start(struct agent *agent, void (*shutdown)(void *context), void *context,
                          char *why, size_t why_size);
/* Answers the caller under way, and ends. Takes NULL. */
void admin_stop(struct admin *admin);

#endif
