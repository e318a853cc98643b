/* SPDX-License-Identifier: MIT */
/* The files of the audit trail: records appended and synced, one at a time, in segments that are
 * never deleted. */
#ifndef MILINK_AGENT_AUDIT_FILE_H
#define MILINK_AGENT_AUDIT_FILE_H

#include "audit_head.h"
#include <stdint.h>

enum { AUDIT_SEGMENT_BYTES = 64 * 1024 * 1024, AUDIT_PATH_SIZE = 1200, AUDIT_NAME_SIZE = 64 };

/* The names in the agent's state_directory. A segment that is full is renamed to
 * audit-<sequence of its first record>.jsonl. */
#define AUDIT_CURRENT "audit.jsonl"
#define AUDIT_HEAD    "audit.head"

struct audit_file;

/*
 * Opens the trail in a directory, or begins one; the caller sees to it that no other process does.
 * What a crash or a hand has done to it is kept as it is, beside the trail, and said in its next
 * record:
 * - bytes behind the last whole line, of a record that was being written, go to a file of their own
 *   ("torn");
 * - a last record that does not fit its hash, or another one than the head says: the file is
 * renamed as a segment, and a new one begins with the reason ("broken"). A full segment has
 * segment_bytes or more. NULL with a text in why.
 */
struct audit_file *audit_file_open(const char *directory, uint64_t segment_bytes, char *why,
                                   size_t why_size);
void audit_file_close(struct audit_file *file); /* takes NULL */

/* Appends a record: sequence, previous, time and event, then what fill adds, then its hash; it is
 * on the disk on return. False: nothing was added, and audit_file_why says why; the next one may
 * succeed. */
bool audit_file_append(struct audit_file *file, const char *event,
                       void (*fill)(struct json *record, const void *what), const void *what);

/* Whether the last record on disk, and audit.head, are what was written last. False with a text in
 * why. */
bool audit_file_check_end(const struct audit_file *file, char *why, size_t why_size);

const struct audit_head *audit_file_head(const struct audit_file *file);
const char *audit_file_why(const struct audit_file *file);

/* "directory/name". */
void audit_path(char path[AUDIT_PATH_SIZE], const char *directory, const char *name);

#endif
