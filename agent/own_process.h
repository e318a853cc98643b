/* SPDX-License-Identifier: MIT */
/* What the process needs of its system before it does anything else. */
#ifndef MILINK_AGENT_OWN_PROCESS_H
#define MILINK_AGENT_OWN_PROCESS_H

/* First thing in main. On POSIX: who closes its end of a pipe or socket makes our write fail
 * instead of ending us (SIGPIPE), and the standard streams are open, so that no file of ours gets
 * their numbers and an error's text in it. On Windows: DLLs come from System32 alone, none from
 * another host or of low integrity, no extension is loaded into us, a corrupted heap ends us, and
 * no box waits for somebody who is not there. */
void process_start(void);

/* For who serves: rights of the account that it does not need are given up for good. On Windows all
 * privileges but those to pass directories and to learn who calls; POSIX has none to give up. */
void process_shed_privileges(void);

#endif
