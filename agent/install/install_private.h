/* SPDX-License-Identifier: MIT */
/* What the parts of setup and remove share. Windows alone. */
#ifndef MILINK_AGENT_INSTALL_PRIVATE_H
#define MILINK_AGENT_INSTALL_PRIVATE_H

#include "install.h"

/* What setup notes for the next setup, and for remove; administrators alone can write it. */
#define INSTALL_KEY "SOFTWARE\\milink"
#define INSTALL_EVENTS_KEY \
    "SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\milink-agent"

struct install {
    const struct install_plan *plan;
    char program[CONFIG_PATH_SIZE]; /* the directory of this program */
    char data[CONFIG_PATH_SIZE], state[CONFIG_PATH_SIZE], log[CONFIG_PATH_SIZE];
    char config[CONFIG_PATH_SIZE];
    char command[2 * CONFIG_PATH_SIZE + 64]; /* the service's */
    /* What was done, so that it can be undone. */
    bool made_data, made_state, made_log, made_config, made_service, made_events, joined;
    bool changed_service, was_running;
    char old_command[2048], old_messages[CONFIG_PATH_SIZE];
    char old_program[CONFIG_PATH_SIZE], old_version[64];
};

/* Each makes what is missing and sets what is wrong. said receives what was done, or what failed
 * and why. */
bool install_directories(struct install *self, char *said, size_t size);
bool install_config(struct install *self, char *said, size_t size);
void install_undo_files(struct install *self);
/* Removes the data directory with all in it. */
bool install_purge(const char *data, char *said, size_t size);
/* Makes the agent's account a member of Azure Arc's group of who may have its tokens, or takes it
 * out. *changed: it was not (was) before. True with a text when there is no such group. */
bool install_join_arc(bool join, bool *changed, char *said, size_t size);

#endif
