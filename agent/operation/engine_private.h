/* SPDX-License-Identifier: MIT */
/* What the parts of the engine share: its state, its thread, and the requests it makes. */
#ifndef MILINK_AGENT_ENGINE_PRIVATE_H
#define MILINK_AGENT_ENGINE_PRIVATE_H

#include "engine.h"
#include "operation_step.h"
#include "thread.h"

enum engine_request { ENGINE_SEND, ENGINE_POLL, ENGINE_READ, ENGINE_NOTHING };

/* An open operation. The engine's thread alone changes it, under the mutex. */
struct running {
    struct operation operation;
    struct engine *engine;
    struct operation_tries tries; /* of the request */
    unsigned useless_polls;       /* in a row */
    bool under_way[ENGINE_NOTHING];
    uint64_t requests[ENGINE_NOTHING];          /* numbers for http_cancel; 0: none */
    const struct setup *setups[ENGINE_NOTHING]; /* in which they were made; their events hold it */
    bool start_audited, end_audited;            /* the audit trail has the record */
    bool dirty;                                 /* the journal lags behind: the disk refused */
    uint64_t start_at_ms, read_at_ms;           /* not before: any request; an early read */
    unsigned reads;
    struct error trouble; /* why the last request told nothing; number 0: it did */
    bool gone; /* the link is not there any more: its databases are read, one after the other */
    size_t database_at;
    struct running *next;
};

/* An answer on its way from the I/O thread to the engine's. */
struct event {
    struct running *running;
    struct setup *setup; /* held: the request was made with it */
    enum engine_request request;
    char *token; /* which was used; wiped with the event */
    struct http_answer answer;
    struct event *next;
};

struct engine {
    struct store *store;
    struct thread *thread;
    struct mutex *mutex;       /* guards everything below, and running->operation */
    struct setup *setup;       /* held; engine_use replaces it */
    struct condition *wake;    /* the thread has something to do */
    struct condition *changed; /* some operation changed */
    struct running *first;
    struct event *events;
    size_t under_way;                    /* requests whose answers have not come */
    uint64_t started_ms, started_utc_ms; /* the engine's clock: see engine_now */
    uint64_t prune_at_ms;
    bool woken, stopping;
    bool lacking; /* memory ran out while the journal was taken up: the agent must not start */
};

/* UTC; when the host's clock is set, all waits move with it. Locked. */
uint64_t engine_now(struct engine *engine);
/* The thread: until engine->stopping. */
void engine_run(void *context);
/* Wakes the thread. Locked. */
void engine_wake(struct engine *engine);

/* How an attempt to start a request ends. */
enum engine_start {
    ENGINE_STARTED, /* its answer comes as an event */
    ENGINE_LATER,   /* nothing was sent; the same may do another time */
    ENGINE_REMOVED, /* the configuration does not allow the instance any more */
    ENGINE_REFUSED  /* nothing was sent, and error says why it will not be */
};

/* What every request needs, made ready without waiting: token, URL and, to be sent, the body with
 * its secret. Cleared by engine_clear_ready. */
struct engine_ready {
    char *token, *url, *body; /* body NULL: none, or the operation's own */
};

/* Locked. ENGINE_STARTED means ready. */
enum engine_start engine_make_ready(struct engine *engine, const struct running *running,
                                    enum engine_request request, struct engine_ready *ready,
                                    struct error *error);
/* Not locked. False: nothing was started. */
bool engine_start_request(struct engine *engine, struct running *running,
                          enum engine_request request, struct engine_ready *ready);
void engine_clear_ready(struct engine_ready *ready); /* wipes */
void engine_free_event(struct event *event);
/* The database at running->database_at, copied (name may be NULL); false past the last. */
bool engine_database_name(const struct running *running, char *name, size_t size);

#endif
