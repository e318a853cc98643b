/* SPDX-License-Identifier: MIT */
/* What the process needs of its system before it does anything else. */
#ifndef MILINK_AGENT_OWN_PROCESS_H
#define MILINK_AGENT_OWN_PROCESS_H

/* First thing in main. On POSIX: who closes its end of a pipe or socket makes our write fail
 * instead of ending us (SIGPIPE), and the standard streams are open, so that no file of ours gets
 * their numbers and an error's text in it. Windows has neither trouble. */
void process_start(void);

#endif
