/* SPDX-License-Identifier: MIT */
/* The journal's file: opened for this process alone, checked, and brought to the layout of this
 * version. */
#ifndef MILINK_AGENT_STORE_FILE_SQLITE_H
#define MILINK_AGENT_STORE_FILE_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>

struct store_file {
    sqlite3 *db;
    char path[1024];
    char why[1536]; /* the last failure: path, what failed, why, what to do; never data of a row */
};

/* Opens or creates the file. False with a text in why; close it in either case. */
bool store_file_open(struct store_file *file, const char *path);
/* Statements must be finalised before. Takes a zeroed struct. */
void store_file_close(struct store_file *file);
/* Sets why: what failed ("an operation cannot be written") and what SQLite's code means. */
void store_file_failed(struct store_file *file, const char *task, int code);

#endif
