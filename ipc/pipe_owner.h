/* SPDX-License-Identifier: MIT */
/* Who owns a pipe: the client's proof that the agent, and nobody else, made it. */
#ifndef MILINK_IPC_PIPE_OWNER_H
#define MILINK_IPC_PIPE_OWNER_H

#include <stdbool.h>
#include <stddef.h>

/* Room for the longest SID as text: S-1-, ten digits, fifteen sub-authorities. */
enum { SID_TEXT_SIZE = 184 };

/* True when the pipe's owner is the agent's service SID, LocalSystem or Administrators (an account
 * cannot make another the owner without a privilege that only they hold), or the SID in the
 * registry value HKLM\SOFTWARE\milink\PipeOwner, which only administrators can set. Else why (may
 * be NULL) receives what pipe_owner_name says. pipe is a HANDLE. */
bool pipe_owner_is_agent(void *pipe, char *why, size_t why_size);

/* "S-1-5-21-...-1001, process 4711": the owner of a pipe, and the process that serves this client's
 * end, where Windows tells it. The process is for people: its number may be another's by now. */
void pipe_owner_name(void *pipe, char *name, size_t size);

#endif
