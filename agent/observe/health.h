/* SPDX-License-Identifier: MIT */
/* What must be in order for the agent to do its work: one list of checks, for xp_milink_health and
 * for milink-agent check alike. */
#ifndef MILINK_AGENT_HEALTH_H
#define MILINK_AGENT_HEALTH_H

#include "agent.h"

enum health_status { HEALTH_OK, HEALTH_WARN, HEALTH_FAIL };

/* One result. */
struct health_check {
    const char *area; /* "configuration", "agent", "identity", "instance prod" */
    const char *name; /* "token" */
    enum health_status status;
    const char *evidence;
    const char *action; /* what to do; NULL when all is well */
};

/* A run. */
struct health {
    struct agent *agent; /* without store and engine in a process that does not serve */
    const struct setup *setup;
    const struct config_instance *only; /* NULL: all instances */
    const struct deadline *deadline;    /* a check that has no time any more says so */
    bool full; /* the audit trail is read as a whole, and not its end alone */
    void (*tell)(void *context, const struct health_check *check);
    void *context;
    enum health_status worst; /* out */
};

/* Runs every check, each told as it ends. Asks Azure; changes nothing there and makes no file. */
void health_run(struct health *health);

const char *health_status_name(enum health_status status); /* "WARN" */

/* For the parts of the module. */
void health_tell(struct health *health, const struct health_check *check);
/* OK with the evidence, or what the error says: FAIL, or WARN where the time was not enough. */
void health_tell_error(struct health *health, struct health_check check, const struct error *error);
/* False, and told, when the deadline has passed or the caller is gone. */
bool health_has_time(struct health *health, const char *area, const char *name);
void health_check_agent(struct health *health);
void health_check_instance(struct health *health, const struct config_instance *instance);

#endif
