/* SPDX-License-Identifier: MIT */
/* The operator's wish to stop a console agent: Ctrl-C, SIGTERM, the console's closing. */
#ifndef MILINK_AGENT_STOP_SIGNAL_H
#define MILINK_AGENT_STOP_SIGNAL_H

/* Calls stop(context) when the wish comes, in a signal handler or on another thread. Once a
 * process. */
void stop_signal_install(void (*stop)(void *context), void *context);

#endif
