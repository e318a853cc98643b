/* SPDX-License-Identifier: MIT */
/* Reading the audit trail from its oldest file to its last record, and testing every link of the
 * chain. */
#ifndef MILINK_AGENT_AUDIT_WALK_H
#define MILINK_AGENT_AUDIT_WALK_H

#include "audit_file.h"

/* A place where the trail is not whole. */
struct audit_flaw {
    const char *file; /* name in the directory */
    size_t line;      /* from 1; 0: the file as a whole */
    uint64_t offset;  /* of the line's first byte */
    const char *text; /* what is wrong, and how to read it */
};

struct audit_walk {
    const char *directory;
    const char *head; /* a hash noted elsewhere that must be in the chain; NULL: none */
    /* Told of every flaw and of every record that is whole, in order; records may be NULL. */
    void (*on_flaw)(void *context, const struct audit_flaw *flaw);
    void (*on_record)(void *context, const struct audit_line *line, const char *bytes,
                      size_t length);
    void *context;
};

/* What was found. */
struct audit_found {
    unsigned long long records; /* whole ones */
    unsigned long long flaws;
    long long first; /* sequence of the oldest record; 0: none */
    struct audit_head last;
    char missing[AUDIT_NAME_SIZE]; /* the oldest file follows this one, which is not there
                                      (archived); or empty */
};

/* Walks the trail, beside an agent that writes it too. False when there is none, or memory ran
 * out: why says which. Flaws are no failure of the walk. */
bool audit_walk(const struct audit_walk *walk, struct audit_found *found, char *why,
                size_t why_size);

#endif
