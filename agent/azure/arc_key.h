/* SPDX-License-Identifier: MIT */
/* The key file by which Azure Arc proves that who asks may read its token folder (azure-auth A.6).
 * Its name comes from whoever listens at Arc's port: it is opened only where Arc keeps its keys,
 * and sent only when it looks like one. */
#ifndef MILINK_AGENT_ARC_KEY_H
#define MILINK_AGENT_ARC_KEY_H

#include <stdbool.h>
#include <stddef.h>

enum { ARC_KEY_SIZE = 4096 + 1 }; /* longest key and its terminator */

/* Reads the key that path names: its folder must be directory, its name NAME.key, and the file no
 * link. The caller wipes key. False with a text in why that stands alone. */
bool arc_key_read(const char *directory, const char *path, char key[ARC_KEY_SIZE], char *why,
                  size_t why_size);

/* ---- what differs between platforms: arc_key_posix.c, arc_key_win.c ---- */

/* Where Arc keeps its keys. False when the system does not say. */
bool arc_key_directory(char *path, size_t size);
/* Whether the Arc agent is installed. */
bool arc_is_installed(void);
/* The last separator between folder and name in a path of the platform; NULL: there is none. */
const char *arc_key_separator(const char *path);
/* Whether folder, the first length bytes of a path, is the same as directory. */
bool arc_key_folder_is(const char *directory, const char *folder, size_t length);
/* A file of the folder, whose bytes the caller owns. */
struct arc_key_file {
    const char *directory, *name;
    char *bytes;
    size_t size;   /* of bytes; a longer file is refused */
    size_t length; /* out */
};

/* Reads the file whole; what was opened is what is checked: a regular file and no link. False with
 * a text in why that continues "the key file PATH ". */
bool arc_key_load(struct arc_key_file *file, char *why, size_t why_size);

#endif
