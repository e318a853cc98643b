/* SPDX-License-Identifier: MIT */
/* A running agent, from its start to its end: what the console and the service have in common. */
#ifndef MILINK_AGENT_RUN_H
#define MILINK_AGENT_RUN_H

#include <stdbool.h>
#include <stddef.h>

/* What a start failed at. A service that cannot start ends with the same number as its own exit
 * code; docs/events.md says what to do about each. */
enum run_fault {
    RUN_NO_FAULT,
    RUN_MEMORY,
    RUN_CONFIGURATION, /* the file is not there, or has errors */
    RUN_PIPE,          /* another agent, or another program, has the place where calls come */
    RUN_STATE,         /* log, journal or audit trail cannot be opened */
    RUN_ADMIN_PIPE     /* likewise the administrators' place */
};

struct run;

/* Reads the configuration, takes the places where callers come and opens log, journal and audit
 * trail: work on this host alone, nothing of the network. The places come first: a second agent
 * must find them taken before it touches the journal. console: a person watches. NULL with the
 * fault and a text in why. */
struct run *run_start(const char *config_file, bool console, enum run_fault *fault, char *why,
                      size_t why_size);
/* Serves until run_stop; returns when the calls under way have ended. */
void run_serve(struct run *run);
/* Any thread, and signal handlers. run is a struct run, as in run_reload. */
void run_stop(void *run);
/* Reads the configuration again; what came of it is in the log. Any thread. */
void run_reload(void *run);
/* After run_serve; open operations stay in the journal. Takes NULL. */
void run_free(struct run *run);

#endif
