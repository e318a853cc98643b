/* SPDX-License-Identifier: MIT */
/* The agent as a whole: its parts, in the order in which they need each other. */
#ifndef MILINK_AGENT_AGENT_H
#define MILINK_AGENT_AGENT_H

#include "engine.h"
#include "setup.h"
#include "store.h"
#include "thread.h"

struct metrics_file;

/* What lives as long as the agent and every call may use. */
struct agent {
    struct mutex *mutex;     /* guards setup, which a reload replaces: see agent_setup */
    struct mutex *reloading; /* one reload after the other */
    struct setup *setup;
    struct store *store;
    struct engine *engine;
    struct metrics_file *metrics; /* NULL: no thread could be had */
    uint64_t started_ms;          /* UTC */
    char config_file[CONFIG_PATH_SIZE];
    bool console; /* a person watches */
    atomic_bool stopping;
};

/* Reads the configuration and makes everything up to the token cache: enough to ask Azure. Starts
 * no request. agent is zeroed by the caller; agent_close in either case. console: a person watches.
 * False with a text in why. */
bool agent_open(struct agent *agent, const char *config_file, bool console, char *why,
                size_t why_size);
/* Opens the log, the journal and the audit trail, all of which are one process's alone, and starts
 * the engine, which takes up what it finds there. Logs a warning of files that others may touch. */
bool agent_start(struct agent *agent, char *why, size_t why_size);
void agent_close(struct agent *agent);

/* Reads the configuration again and, when it is good, puts it in force: calls and requests under
 * way end in the setup they began with, the log's level changes at once, and what cannot change
 * while the agent runs (listen.socket, workers, ...) stays as it is. report receives a line each,
 * parted by line feeds: what waits for a restart, or on failure every error; the configuration in
 * force stays then. Logged either way. Any thread. */
bool agent_reload(struct agent *agent, char *report, size_t size);

/* The setup in force, held; setup_release when done. Any thread. */
struct setup *agent_setup(struct agent *agent);

#endif
