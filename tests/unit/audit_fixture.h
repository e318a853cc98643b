/* SPDX-License-Identifier: MIT */
/* An audit trail in a directory of its own, and what a walk over it finds. */
#ifndef MILINK_UNIT_AUDIT_FIXTURE_H
#define MILINK_UNIT_AUDIT_FIXTURE_H

#include "audit_file.h"
#include "audit_walk.h"

enum { AUDIT_MAX_FLAWS = 16 };

/* The trail of the test, and the last walk. */
struct trail {
    char directory[64];
    struct audit_file *file;
    struct audit_found found;
    struct {
        char file[AUDIT_NAME_SIZE];
        size_t line;
        uint64_t offset;
        char text[900];
    } flaws[AUDIT_MAX_FLAWS];
    char events[4096]; /* of the whole records: "begun 1;note 2;" */
};
extern struct trail trail;

int trail_set_up(void **state);
int trail_tear_down(void **state);

void trail_open(uint64_t segment_bytes);
void trail_close(void);
/* Appends a record "note" with a text. */
void trail_note(const char *text);
/* Walks; head may be NULL. */
void trail_walk(const char *head);
/* Walks and fails the test unless it is whole, with so many records. */
void trail_whole(unsigned long long records);
/* Walks and fails the test unless the first flaw stands there and its text holds the part. */
void trail_flawed(const char *file, size_t line, const char *part);

/* Files of the trail by name. */
char *trail_read(const char *name, size_t *length); /* for free */
void trail_write(const char *name, const void *bytes, size_t length);
void trail_path(char *path, size_t size, const char *name);

#endif
