/* SPDX-License-Identifier: MIT */
/* Directories whose files the agent trusts: what keeps others out of them, and what is in them. */
#ifndef MILINK_AGENT_SECRET_DIRECTORY_H
#define MILINK_AGENT_SECRET_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum directory_state { DIRECTORY_SAFE, DIRECTORY_MISSING, DIRECTORY_UNSAFE };

/* Whether the path is a directory, no link to one, that others cannot change; closed: nor look
 * into. POSIX: owned by this account or root, or by the owner of the directory above (the agent's,
 * when root asks), mode 0755 or 0700. Windows: as struct trusted_file says. Unless SAFE, why
 * continues "PATH: ". */
enum directory_state directory_check(const char *path, bool closed, char *why, size_t why_size);
/* Makes a closed directory, which belongs to the owner of the one above it; one that is there
 * already is no failure and is not changed. False with why as above. */
bool directory_make(const char *path, char *why, size_t why_size);
/* Tells the name of each file and when it was written (milliseconds since 1970, UTC), in no order.
 * A directory that is not there has no files. False with why as above. */
bool directory_list(const char *path,
                    void (*each)(void *context, const char *name, uint64_t written_ms),
                    void *context, char *why, size_t why_size);
/* False with why as above, continuing the file's path, when it is there and cannot be removed. */
bool directory_remove_file(const char *file, bool *was_there, char *why, size_t why_size);

#endif
