/* SPDX-License-Identifier: MIT */
/* Small files that the agent trusts, its configuration and its secrets, read only when others
 * cannot tamper. */
#ifndef MILINK_AGENT_SECRET_FILE_H
#define MILINK_AGENT_SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_FILE_SIZE = 4096 + 1 }; /* longest secret and its terminator */

/* A file to read, whose bytes the caller owns. */
struct trusted_file {
    const char *path; /* UTF-8 */
    /* POSIX: owned by this account or root, no symbolic link, and no access for group or others.
     * Else: not writable by others. */
    bool secret;
    char *bytes;
    size_t size;   /* of bytes; a file as long as this or longer is refused */
    size_t length; /* out: of the file; bytes are terminated behind it */
};

/* Reads a regular file whole. False with a text in why that continues "PATH: " and has nothing of
 * the file's content; bytes are wiped then. */
bool trusted_file_read(struct trusted_file *file, char *why, size_t why_size);

/* Reads a secret of one line: printable ASCII, one line end behind it is taken off. secret has
 * SECRET_FILE_SIZE bytes and the caller wipes it. False with a text in why as above. */
bool secret_file_read(const char *path, char *secret, char *why, size_t why_size);

#endif
