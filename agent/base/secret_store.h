/* SPDX-License-Identifier: MIT */
/* Secrets of the agent by name, each sealed in a file of its own below the state directory. */
#ifndef MILINK_AGENT_SECRET_STORE_H
#define MILINK_AGENT_SECRET_STORE_H

#include "secret_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECRET_NAME_SIZE = 64 + 1 };

/* The files are DIRECTORY/secrets/secret-NAME.sealed; directory is the configuration's
 * state_directory. A name is 1 to 64 characters of A-Z a-z 0-9 . _ -, and its case does not count.
 * How a file is sealed, and against whom, says secret_seal.h. Where a function fails, why continues
 * "secret NAME " and never holds any of the secret. Processes may do all of this at the same
 * time: each sees the secret before or after, whole. */

bool secret_name_is_valid(const char *name);

/* The secret and its terminator; the caller wipes it. False with a text in why when there is none,
 * when others may read or change its file, or when it was not sealed by this store under this
 * name: secret is empty then. */
bool secret_store_get(const char *directory, const char *name, char secret[SECRET_FILE_SIZE],
                      char *why, size_t why_size);
/* Puts a secret under the name, in place of one that is there. It must be one line of 1 to 4096
 * printable ASCII characters, as what Entra ID issues. */
bool secret_store_set(const char *directory, const char *name, const char *secret, char *why,
                      size_t why_size);
bool secret_store_remove(const char *directory, const char *name, char *why, size_t why_size);
/* Tells each name, in lower case and in their order, and when it was set (milliseconds since 1970,
 * UTC). No secrets at all are no failure; on failure why is a sentence of its own. */
bool secret_store_list(const char *directory,
                       void (*each)(void *context, const char *name, uint64_t set_ms),
                       void *context, char *why, size_t why_size);

#endif
