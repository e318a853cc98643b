/* SPDX-License-Identifier: MIT */
/* A rehearsal: what changes when, told on standard output while it happens. One line an event,
 * "SECONDS VERB ARGUMENTS"; times never go back; empty lines and lines that begin with '#' say
 * nothing. The verbs are those of the control plane, and "say". */
#ifndef MILINK_ARMSIM_SCRIPT_H
#define MILINK_ARMSIM_SCRIPT_H

#include "sim.h"

struct script;

/* Reads a script and checks every line of it against the scenario. NULL with error, which begins
 * with "line N: ". */
struct script *script_parse(struct sim *sim, const char *text, struct field_error *error);
void script_start(struct script *script); /* its seconds count from now on, in a thread */
/* clock_stop must have been called when it was started. Takes NULL. */
void script_free(struct script *script);

#endif
