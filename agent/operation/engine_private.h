/* SPDX-License-Identifier: MIT */
/* What the two halves of the engine share: its state, and the requests it makes. */
#ifndef MILINK_AGENT_ENGINE_PRIVATE_H
#define MILINK_AGENT_ENGINE_PRIVATE_H

#include "engine.h"
#include "thread.h"

enum engine_request { ENGINE_SEND, ENGINE_POLL, ENGINE_READ, ENGINE_NOTHING };

/* An open operation. The engine's thread alone changes it, under the mutex. */
struct running {
    struct operation operation;
    struct engine *engine;
    unsigned tries; /* sends of the request */
    bool under_way[ENGINE_NOTHING];
    bool dirty; /* the journal lags behind: the disk refused */
    uint64_t read_at_ms;
    unsigned reads;
    bool gone; /* the link is not there any more: its databases are read, one after the other */
    size_t database_at;
    struct running *next;
};

/* An answer on its way from the I/O thread to the engine's. */
struct event {
    struct running *running;
    enum engine_request request;
    struct http_answer answer;
    struct error error; /* the request was not made at all, and this is why */
    struct event *next;
};

struct engine {
    const struct arm_client *client;
    struct store *store;
    struct thread *thread;
    struct mutex *mutex;       /* guards everything below, and running->operation */
    struct condition *wake;    /* the thread has something to do */
    struct condition *changed; /* some operation changed */
    struct running *first;
    struct event *events;
    uint64_t started_ms, started_utc_ms; /* the engine's clock: see engine_now */
    unsigned budget;                     /* reads that may be made at once */
    uint64_t budget_at_ms;
    bool woken, stopping;
    bool lacking; /* memory ran out while the journal was taken up: the agent must not start */
};

/* Starts a request whose answer comes back as an event; a failure before it leaves is an event too.
 * Not locked. */
void engine_start_request(struct engine *engine, struct running *running,
                          enum engine_request request);
/* The database at running->database_at, copied (name may be NULL); false past the last. */
bool engine_database_name(const struct running *running, char *name, size_t size);

#endif
