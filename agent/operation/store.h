/* SPDX-License-Identifier: MIT */
/* The journal of operations on disk: what is written here survives a crash at any instruction. */
#ifndef MILINK_AGENT_STORE_H
#define MILINK_AGENT_STORE_H

#include "operation.h"

struct store;

enum store_result {
    STORE_OK,
    STORE_NOT_FOUND,
    STORE_DUPLICATE, /* the request_id, or for an open operation its instance and resource, is taken
                      */
    STORE_FAILED     /* disk, permissions, damage: the reason is in the log and in store_why */
};

/* Which operations to list; empty texts and zeros do not narrow. */
struct store_filter {
    const char *instance;
    bool by_state;
    enum operation_state state;
    bool open_only;
    uint64_t since_ms; /* started at or after */
    size_t limit;      /* 0: WIRE_MAX_ROWS */
};

/* Opens or creates the journal at path, one process at a time; brings an older layout up to date.
 * Every write is on disk when its function returns (synchronous FULL). NULL with a text in why. */
struct store *store_open(const char *path, char *why, size_t why_size);
void store_close(struct store *store); /* takes NULL */

/* All functions may be called from any thread. An insert is refused as STORE_DUPLICATE when the
 * request_id exists (other receives that operation) or an open operation has the same instance and
 * resource (other receives it). Ids, aliases and resources compare without regard to the case of
 * ASCII letters. An update is refused likewise (STORE_DUPLICATE). other may not be NULL. */
enum store_result store_insert(struct store *store, const struct operation *operation,
                               struct operation *other);
enum store_result store_update(struct store *store, const struct operation *operation);
enum store_result store_get(struct store *store, const char *id, struct operation *operation);
enum store_result store_get_request(struct store *store, const char *request_id,
                                    struct operation *operation);
/* Newest first. each may return false to stop; it must not call the store. */
enum store_result store_list(struct store *store, const struct store_filter *filter,
                             bool (*each)(void *context, const struct operation *operation),
                             void *context);
/* Removes operations that ended before before_ms, at most so many, oldest first, and gives their
 * room in the file back; never an open one. What is removed is forgotten: its request_id may be
 * used again, and then is a new request. */
enum store_result store_prune(struct store *store, uint64_t before_ms, size_t most,
                              size_t *removed);
/* Why the last call of any thread failed, for error texts; copied. */
void store_why(struct store *store, char *why, size_t why_size);

#endif
