/* SPDX-License-Identifier: MIT */
/* Who has access to a file on Windows, by its owner and access list. Windows alone. */
#ifndef MILINK_AGENT_FILE_ACCESS_H
#define MILINK_AGENT_FILE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* The path for the wide functions; the caller frees it. NULL, with the thread's last error set,
 * when it is not UTF-8 or memory ran out. */
wchar_t *file_wide_path(const char *path);

/* False, with a text in why that continues "PATH: ", when anybody but SYSTEM, Administrators,
 * TrustedInstaller, the agent's service and this process's own user owns the file, may change it
 * or, when it is closed, may read it. handle is a HANDLE with READ_CONTROL. */
bool file_access_check(void *handle, bool closed, char *why, size_t why_size);

/* The same of the owner alone: of what is to get another access list. */
bool file_owner_check(void *handle, char *why, size_t why_size);

/* A security descriptor (PSECURITY_DESCRIPTOR, freed with LocalFree) for what only SYSTEM,
 * Administrators and its maker may change, and the agent's service may read besides. NULL, with
 * the last error set, when it cannot be made. */
void *file_access_closed(void);

/* "cannot be opened: no such file", from the thread's last error. */
void file_say_error(const char *what, char *why, size_t why_size);

#endif
