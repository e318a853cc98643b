/* SPDX-License-Identifier: MIT */
/* The files of the audit trail in their order, found by following each one's word about the one
 * before. */
#ifndef MILINK_AGENT_AUDIT_SEGMENTS_H
#define MILINK_AGENT_AUDIT_SEGMENTS_H

#include "audit_file.h"

struct audit_segments {
    char (*names)[AUDIT_NAME_SIZE]; /* oldest first; the last one is audit.jsonl */
    size_t count;
    struct file current;           /* audit.jsonl, open, so that its renaming does not matter */
    char missing[AUDIT_NAME_SIZE]; /* what the oldest one follows and is not there; or empty */
};

/* Finds them; segments is cleared by the caller in either case. False with a text in why: there is
 * no trail, or memory ran out. */
bool audit_segments_find(struct audit_segments *segments, const char *directory, char *why,
                         size_t why_size);
void audit_segments_clear(struct audit_segments *segments);

#endif
