/* SPDX-License-Identifier: MIT */
/* A configuration for people: what each setting does, what a running agent cannot change, and who
 * may touch its files. */
#ifndef MILINK_AGENT_CONFIG_EXPLAIN_H
#define MILINK_AGENT_CONFIG_EXPLAIN_H

#include "config.h"

/* Tells each setting in a line of its own, in the order of the documentation:
 * "workers = 8 (file): calls served at the same time". In brackets is where the value comes from:
 * "default" also when the file says the same as the default. Keys that the identity's type does not
 * take are left out. No line holds a secret. */
void config_explain(const struct config *config, void (*line)(void *context, const char *text),
                    void *context);

/* Sets in fresh what a running agent cannot change to what is in force, and tells each key
 * ("listen.socket") whose new value therefore waits for a restart. */
void config_keep(const struct config *in_force, struct config *fresh,
                 void (*kept)(void *context, const char *key), void *context);

/* One finding about a file. */
struct config_finding {
    bool good;
    const char *what; /* "state directory" */
    const char *text; /* evidence, or what is wrong and what to do */
};

/* Tells who else may change the configuration's directory and the state directory, and whether each
 * secret that the configuration names is there and closed to others. True when all is well. */
bool config_check_permissions(const char *file, const struct config *config,
                              void (*tell)(void *context, const struct config_finding *finding),
                              void *context);

#endif
