/* SPDX-License-Identifier: MIT */
/* Who owns a pipe: the client's proof that the agent, and nobody else, made it. */
#ifndef MILINK_IPC_PIPE_OWNER_H
#define MILINK_IPC_PIPE_OWNER_H

#include <stdbool.h>
#include <stddef.h>

/* True when the pipe's owner is the agent's service SID, LocalSystem or Administrators (an account
 * cannot make another the owner without a privilege that only they hold), or the SID in the
 * registry value HKLM\SOFTWARE\milink\PipeOwner, which only administrators can set. Else why (may
 * be NULL) receives the owner's SID. pipe is a HANDLE. */
bool pipe_owner_is_agent(void *pipe, char *why, size_t why_size);

#endif
