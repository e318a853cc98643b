/* SPDX-License-Identifier: MIT */
/* What the parts of setup and remove share. Windows alone. */
#ifndef MILINK_AGENT_INSTALL_PRIVATE_H
#define MILINK_AGENT_INSTALL_PRIVATE_H

#include "install.h"
#include "service_control.h"

/* What setup notes for the next setup, and for remove; administrators alone can write it. */
#define INSTALL_KEY "SOFTWARE\\milink"
#define INSTALL_EVENTS_KEY \
    "SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\milink-agent"

enum { INSTALL_START_S = 30, INSTALL_STOP_S = 60, INSTALL_SAID_SIZE = 4096 };

struct install_notes {
    char version[64], program[CONFIG_PATH_SIZE], data[CONFIG_PATH_SIZE];
};

struct install {
    const struct install_plan *plan;
    char program[CONFIG_PATH_SIZE]; /* the directory of this program */
    char data[CONFIG_PATH_SIZE], state[CONFIG_PATH_SIZE], log[CONFIG_PATH_SIZE];
    char config[CONFIG_PATH_SIZE];
    char command[2 * CONFIG_PATH_SIZE + 64]; /* the service's */
    struct install_notes before;             /* of the setup before; empty: there was none */
    bool data_is_ours; /* noted as milink's, hence closed to others ever since */
    /* What was done, so that it can be undone. */
    bool made_data, made_state, made_log, made_config, made_service, made_events, joined;
    bool changed_service;
    struct service_state old_service;
    char old_messages[CONFIG_PATH_SIZE];
};

/* "  ok    text". */
void install_say(const char *verdict, const char *text);
/* Where everything is: by the plan, by the notes, or by default. False: the path is too long. */
bool install_find_places(struct install *self);
/* False, and said has why, when this process may not change Windows. */
bool install_is_elevated(char *said, size_t size);

/* Each makes what is missing and sets what is wrong. said receives what was done, or what failed
 * and why. */
bool install_directories(struct install *self, char *said, size_t size);
void install_undo_directories(struct install *self);
bool install_config(struct install *self, char *said, size_t size);
void install_undo_config(struct install *self);
bool install_note(struct install *self, char *said, size_t size);
void install_undo_note(struct install *self);
/* Takes all notes out, and their key when nothing else is in it. */
bool install_forget(void);

/* Whether nobody but administrators can change the directory of this program or the program: the
 * service would run what another put there. */
bool install_program_check(const struct install *self, char *said, size_t size);
/* Makes a directory with an owner and permissions (SDDL), or gives them to the one that is there.
 * One that belongs to a stranger is refused: whoever made it may hold it open. */
bool install_directory(const char *path, const char *sddl, bool *made, char *why, size_t size);
/* Whether no stranger put anything below a directory; a link is one. */
bool install_tree_check(const char *directory, char *why, size_t size);
/* Whether a directory is there and something is in it. */
bool install_tree_has_any(const char *directory);
/* Removes a directory with all below it; a link is removed and not followed. One that is not there
 * is no failure. */
bool install_tree_remove(const char *directory, char *why, size_t size);
/* Removes an empty directory; one with something in it stays. */
void install_remove_empty(const char *directory);

/* Removes configuration, state and log, and the directory of data unless something else is in it.
 */
bool install_purge(const struct install *self, char *said, size_t size);
/* Makes the agent's account a member of Azure Arc's group of who may have its tokens, or takes it
 * out. *changed: it was not (was) before. True with a text when there is no such group. */
bool install_join_arc(bool join, bool *changed, char *said, size_t size);

#endif
