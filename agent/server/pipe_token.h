/* SPDX-License-Identifier: MIT */
/* Who we are and who calls, from Windows' tokens. */
#ifndef MILINK_AGENT_PIPE_TOKEN_H
#define MILINK_AGENT_PIPE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* The SID that the pipes shall belong to: the service's own, when this process's token may give it
 * away, whatever account the service runs as (windows.md B.2.6). NULL in a console, where the
 * token's default is right: Administrators, when elevated. */
const char *pipe_token_owner(void);

/* Who is at the other end of a pipe, as "account SID" and, where the token has one, "service SID":
 * of SQL Server its service's. Only after a read from the pipe (windows.md B.2.9). Acts as the
 * caller for no longer than it takes to open the token; when that cannot be undone, the process
 * ends. False, and who is empty, when Windows does not tell. */
bool pipe_token_caller(void *pipe, char *who, size_t who_size);

#endif
