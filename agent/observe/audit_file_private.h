/* SPDX-License-Identifier: MIT */
/* What appending to the audit trail and judging it at its opening share. */
#ifndef MILINK_AGENT_AUDIT_FILE_PRIVATE_H
#define MILINK_AGENT_AUDIT_FILE_PRIVATE_H

#include "audit_file.h"

struct audit_file {
    char directory[1024];
    uint64_t segment_bytes;
    struct file file;      /* audit.jsonl; closed after a rename, until the next record */
    struct file head_file; /* opened with the first record */
    uint64_t length;       /* of the file up to its last whole record */
    bool rest;             /* a failed write may have left bytes behind that */
    struct audit_head head;
    char begin_after[AUDIT_NAME_SIZE]; /* the next record begins a segment after this one; or empty
                                        */
    char why[1600];
};

/* What the first record of a segment says. */
struct audit_begun {
    char previous_file[AUDIT_NAME_SIZE]; /* empty: there is none */
    char broken[600];                    /* why the chain does not go on; empty: it does */
};

/* Opens audit.jsonl and sets length and head from what is there, mending as audit_file_open says.
 * False with file->why. */
bool audit_recover(struct audit_file *file);

bool audit_file_put(struct audit_file *file, const char *event,
                    void (*fill)(struct json *record, const void *what), const void *what);
bool audit_file_begin(struct audit_file *file, const struct audit_begun *begun);
void audit_file_keep_head(struct audit_file *file);
/* Renames audit.jsonl, which is closed, to a name of a segment that is not taken, and tells it. */
bool audit_file_move_away(struct audit_file *file, long long first, char name[AUDIT_NAME_SIZE]);
void audit_segment_name(char name[AUDIT_NAME_SIZE], long long first);
/* Sets why to "name: task: what the system says"; always false. */
bool audit_file_failed(struct audit_file *file, const char *name, const char *task);

#endif
