/* SPDX-License-Identifier: MIT */
/* One record of the audit trail as a line: how it is sealed with its hash, and how the seal is
 * tested. */
#ifndef MILINK_AGENT_AUDIT_LINE_H
#define MILINK_AGENT_AUDIT_LINE_H

#include "json.h"
#include <stdbool.h>
#include <stddef.h>

/*
 * {"sequence":7,"previous":"<64 hex>","time":"...","event":"...",...,"hash":"<64 hex>"}\n
 *
 * hash: SHA-256, lower-case hexadecimal, of the line's bytes before ,"hash": . previous: the hash
 * of the record before; zeros for the first one. As the hash covers previous, each record vouches
 * for all before it.
 */
enum {
    AUDIT_HASH_SIZE = 2 * 32 + 1,
    AUDIT_LINE_MAX =
        256 * 1024 /* bytes; the longest that is made, with a body of 20 KiB, is 200 KiB */
};
/* No trail comes so far; a number past it is not ours, and past 2^53 JSON would not carry it. */
#define AUDIT_SEQUENCE_MAX 1000000000000000LL

extern const char audit_no_hash[AUDIT_HASH_SIZE]; /* zeros: what the first record follows */
extern const char audit_no_memory[];              /* "memory ran out", told by its address */

/* Seals a record that begins with sequence and previous. A new text for free, its hash copied; NULL
 * when memory ran out or record is NULL. */
char *audit_line_seal(const struct json *record, char hash[AUDIT_HASH_SIZE]);

/* A record read back. */
struct audit_line {
    struct json *record;  /* for json_free */
    long long sequence;   /* from 1 */
    const char *previous; /* in record */
    char hash[AUDIT_HASH_SIZE];
};

/* Reads a line without its line end and tests its seal. False with a text in why that continues
 * "the record ", or audit_no_memory: then the line may be whole. Nothing is to be freed then. */
bool audit_line_read(const char *bytes, size_t length, struct audit_line *line, const char **why);

#endif
