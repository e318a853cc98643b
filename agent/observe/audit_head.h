/* SPDX-License-Identifier: MIT */
/* The head of the audit trail, kept beside it: which record was the last, so that a tail that was
 * cut off is missed. */
#ifndef MILINK_AGENT_AUDIT_HEAD_H
#define MILINK_AGENT_AUDIT_HEAD_H

#include "audit_line.h"
#include "file.h"

/* The last record, and the first one of the file that it stands in. */
struct audit_head {
    long long sequence; /* 0: no record yet */
    long long first;
    char hash[AUDIT_HASH_SIZE];
};

enum audit_head_found { AUDIT_HEAD_NONE, AUDIT_HEAD_FOUND, AUDIT_HEAD_DAMAGED };

/* Reads the head from a file; zeroed unless found. */
enum audit_head_found audit_head_read(const char *path, struct audit_head *head);
/*
 * Writes it over the one before, in place and without waiting for the disk: after a power failure
 * it may name an earlier record than the last, which is no harm, never a later one, because the
 * record itself is on the disk before. Its bytes are one length always and lie in one sector, so
 * that it is never half written.
 */
bool audit_head_write(struct file file, const struct audit_head *head);

#endif
