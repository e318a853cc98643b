/* SPDX-License-Identifier: MIT */
/* Makes milink part of a Windows, and takes it out again: what the installer runs, and an
 * administrator by hand. */
#ifndef MILINK_AGENT_INSTALL_H
#define MILINK_AGENT_INSTALL_H

#include "config.h"

struct install_plan {
    char data[CONFIG_PATH_SIZE]; /* of configuration, state and log; empty: %ProgramData%\milink,
                                    or where it was before */
    char instances[1024]; /* SQL Server instances, parted by commas; empty: all of the host */
    bool no_start;        /* setup: leave the service stopped */
    bool delayed;         /* setup: it starts two minutes after Windows */
    bool purge;           /* remove: configuration, journal, audit trail and secrets too */
    bool what_if;         /* say it, and do nothing */
};

/* After it has seen that nobody else may change this program: directories with their permissions,
 * a configuration to fill in where there is none, the source of
 * events, the service milink-agent with this program as its own, membership in Azure Arc's group,
 * and a start. Says each step in a line. Once more repairs, and with a newer program upgrades. A
 * step that fails has those before it undone, in reverse. False when it failed. */
bool install_setup(const struct install_plan *plan);
/* The reverse, from what setup noted in the registry; what is left says a line each. Goes on after
 * a step that fails, and is false then. */
bool install_remove(const struct install_plan *plan);

/* A configuration to begin with, as JSON: everything but the Azure side, which only its reader
 * knows. instances: as in the plan. False when it does not fit. */
bool install_skeleton(const char *state, const char *log, const char *instances, char *text,
                      size_t size);
/* The directory of data as it is kept: absolute, without a separator at its end. False, with why,
 * for what is none, and for the top of a drive. */
bool install_data_take(const char *given, char data[CONFIG_PATH_SIZE], char *why, size_t why_size);
/* Whether a list names instances that the configuration would take. */
bool install_instances_check(const char *list, char *why, size_t why_size);

#endif
