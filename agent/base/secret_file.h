/* SPDX-License-Identifier: MIT */
/* Small files that the agent trusts, its configuration and its secrets: read only when others
 * cannot tamper, and written whole or not at all. */
#ifndef MILINK_AGENT_SECRET_FILE_H
#define MILINK_AGENT_SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_FILE_SIZE = 4096 + 1 }; /* longest secret and its terminator */
/* How the name of a file ends that is being written; a crash may leave one behind. */
#define SECRET_FILE_PART ".part"

/* A file, whose bytes the caller owns. */
struct trusted_file {
    const char *path; /* UTF-8 */
    /* POSIX: owned by this account or root, no symbolic link, and no access for group or others.
     * Else: not writable by others. Windows: nobody but SYSTEM, Administrators, the agent's service
     * and the file's owner has access, or else may change it. */
    bool secret;
    const char *owner_of; /* POSIX: the owner of this directory may own the file too; NULL: none */
    char *bytes;
    size_t size;   /* of bytes; a file as long as this or longer is refused */
    size_t length; /* of the file; what was read is terminated behind it */
    bool missing;  /* reading, out: there is no such file */
    bool keep;     /* writing: a file that is there stays as it is, and that is no failure */
};

/* Reads a regular file whole. False with a text in why that continues "PATH: " and has nothing of
 * the file's content; bytes are wiped then. */
bool trusted_file_read(struct trusted_file *file, char *why, size_t why_size);

/* Puts length bytes at the path: permissions of a secret from the first moment, on disk before it
 * has the name, the old file or the new one for whoever looks at any time. POSIX: it belongs to the
 * owner of the directory it is in. */
bool trusted_file_write(const struct trusted_file *file, char *why, size_t why_size);

/* What is wrong with a secret, in the words of a file that holds it; NULL when it is 1 to
 * SECRET_FILE_SIZE - 1 bytes of printable ASCII, as all that Entra ID issues. */
const char *secret_flaw(const char *bytes, size_t length);

/* Reads a secret of one line: printable ASCII, one line end behind it is taken off. secret has
 * SECRET_FILE_SIZE bytes and the caller wipes it. False with a text in why as above. */
bool secret_file_read(const char *path, char *secret, char *why, size_t why_size);

#endif
