/* SPDX-License-Identifier: MIT */
/* Microsoft's sqlcmd, which the sql verb has its batches run by. */
#ifndef MILINK_AGENT_SQLCMD_H
#define MILINK_AGENT_SQLCMD_H

#include <stdbool.h>
#include <stddef.h>

enum { SQLCMD_OUTPUT_SIZE = 64 * 1024 };

struct sqlcmd {
    char program[1024];
    char user[256]; /* empty: Windows authentication. The password is SQLCMDPASSWORD's */
    char why[512];  /* what sqlcmd_run failed at last */
};

/* Finds sqlcmd where Microsoft's setups note it or put it, never in the current directory or PATH.
 * False when there is none. */
bool sqlcmd_find(struct sqlcmd *sqlcmd);
/* Runs one batch on a server in the database master; output receives all it prints, cut. False,
 * with sqlcmd->why, when it cannot be run or ends with another code than 0. */
bool sqlcmd_run(struct sqlcmd *sqlcmd, const char *server, const char *batch,
                char output[SQLCMD_OUTPUT_SIZE]);

/* Whether another host has the file, and a running service, as far as this account may look: 1 yes,
 * 0 no, -1 it cannot be told. */
int node_has_file(const char *node, const char *path);
int node_has_service(const char *node, const char *service);

/* The directory of this program; false when it does not fit. */
bool own_directory(char *path, size_t size);

#endif
