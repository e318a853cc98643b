/* SPDX-License-Identifier: MIT */
/* The places where callers connect: the named pipe on Windows, the Unix socket on Linux. */
#ifndef MILINK_AGENT_LISTENER_H
#define MILINK_AGENT_LISTENER_H

#include "config.h"
#include "transport.h"

struct listener;

/* Takes the place with its permissions. NULL with a text in why: another agent has it, or it cannot
 * be made. config outlives the listener. */
struct listener *listener_open(const struct config *config, char *why, size_t why_size);
/* The same for the place of administrators, where none of SQL Server's accounts may call. */
struct listener *listener_open_admin(const struct config *config, char *why, size_t why_size);
/* Where that is, for transport_connect_to. */
void listener_admin_place(const struct config *config, char *place, size_t size);
/* Writes the place and its permissions to the log, once that is open. */
void listener_log(const struct listener *listener);
void listener_close(struct listener *listener); /* takes NULL */

enum listener_result { LISTENER_CONNECTED, LISTENER_STOPPED, LISTENER_FAILED };

/* Waits for the next caller. LISTENER_FAILED is for this caller alone: the next may be well. One
 * thread. */
enum listener_result listener_accept(struct listener *listener, struct transport *transport);
/* Makes the waiting listener_accept, and every later one, return LISTENER_STOPPED. Any thread, and
 * signal handlers. */
void listener_stop(struct listener *listener);

/* Who called, for the log and the audit trail ("user id 0"), and whether the agent admits it: once
 * its request was read, for Windows tells who a client is only then. On Windows the pipe's own
 * permissions have decided before; refused is who does not let itself be identified. Any thread. */
bool listener_admits(struct listener *listener, struct transport *transport, char *who,
                     size_t who_size);

#endif
