/* SPDX-License-Identifier: MIT */
/* The server: takes connections, hands them to bounded workers through a bounded queue, refuses the
 * rest at once. */
#ifndef MILINK_AGENT_SERVER_H
#define MILINK_AGENT_SERVER_H

#include "call.h"

struct server;

/* Takes the place where callers connect; agent outlives the server. NULL with a text in why. */
struct server *server_new(struct agent *agent, char *why, size_t why_size);
/* Serves until server_stop; then ends the calls under way and returns when the last worker has. */
void server_run(struct server *server);
/* Any thread, and signal handlers. */
void server_stop(struct server *server);
void server_free(struct server *server); /* after server_run; takes NULL */

#endif
