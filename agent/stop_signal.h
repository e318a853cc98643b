/* SPDX-License-Identifier: MIT */
/* The operator's wishes to a console agent: to stop (Ctrl-C, SIGTERM, the console's closing) and,
 * on POSIX, to reload (SIGHUP). */
#ifndef MILINK_AGENT_STOP_SIGNAL_H
#define MILINK_AGENT_STOP_SIGNAL_H

/* stop runs in a signal handler or on another thread; reload runs on a thread of its own and may
 * take its time. */
struct stop_signal {
    void (*stop)(void *context);
    void (*reload)(void *context);
    void *context;
};

/* From now on wishes are heard; what wishes points to lasts until stop_signal_remove. Once a
 * process. */
void stop_signal_install(const struct stop_signal *wishes);
/* Waits for a reload under way; wishes to come are not heard any more. */
void stop_signal_remove(void);

#endif
