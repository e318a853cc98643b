/* SPDX-License-Identifier: MIT */
/* The engine: carries every open operation from the journal to its end, on one thread, across
 * restarts. */
#ifndef MILINK_AGENT_ENGINE_H
#define MILINK_AGENT_ENGINE_H

#include "operation.h"
#include "setup.h"
#include "store.h"

struct engine;

/* Takes up every open operation of the journal and starts the thread. It holds the setup; store
 * outlives it. NULL with a text in why. */
struct engine *engine_new(struct setup *setup, struct store *store, char *why, size_t why_size);
/* From now on requests are made with this setup; those under way end in the one they began in. Any
 * thread. */
void engine_use(struct engine *engine, struct setup *setup);
/* Ends the thread; open operations stay in the journal as they stand. No request is started after
 * it. Takes NULL. */
void engine_stop(struct engine *engine);
/* After engine_stop: ends the requests under way, and lets go of the setup. Takes NULL. */
void engine_free(struct engine *engine);

/* Writes the operation to the journal and, once it is there, begins to carry it out; an operation
 * already ENDED is only written. STORE_DUPLICATE: other holds the operation that stands in the way
 * (store_insert). Any thread. */
enum store_result engine_submit(struct engine *engine, const struct operation *operation,
                                struct operation *other);

/* How many operations are open. Any thread. */
size_t engine_open_count(struct engine *engine);

/* What a caller waits for. */
struct engine_wait {
    bool (*enough)(void *context, const struct operation *operation);
    void *context;
    struct deadline deadline;
};

/* Waits until enough says so or the operation has ended, and copies it. At the deadline or an
 * interruption it copies what there is. Any thread. */
enum store_result engine_await(struct engine *engine, const char *id,
                               const struct engine_wait *wait, struct operation *operation);

#endif
