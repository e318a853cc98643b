/* SPDX-License-Identifier: MIT */
/* The engine as its callers see it: taking up the journal, submitting, waiting, stopping. */
#include "audit.h"
#include "engine_private.h"
#include "log.h"
#include "metrics.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum { IDLE_MS = 60000 };

static struct running *add(struct engine *engine, const struct operation *operation)
{
    struct running *running = calloc(1, sizeof *running);

    if (running == NULL)
        return NULL;
    running->operation = *operation;
    running->engine = engine;
    running->next = engine->first;
    engine->first = running;
    return running;
}

static bool take_up(void *context, const struct operation *operation)
{
    struct engine *engine = context;
    struct running *running = add(engine, operation);

    if (running == NULL) {
        engine->lacking = true;
        return false;
    }
    running->dirty = operation_on_start(&running->operation, engine->started_utc_ms);
    log_write(LOG_INFO, "operation.resumed", "%s %s: %s", operation->procedure, operation->id,
              operation_state_name(running->operation.state));
    return true;
}

/* A token has come, or none will: what waited for it looks again. */
static void on_token(void *context)
{
    struct engine *engine = context;

    mutex_lock(engine->mutex);
    for (struct running *running = engine->first; running != NULL; running = running->next)
        running->start_at_ms = 0;
    engine_wake(engine);
    mutex_unlock(engine->mutex);
}

struct engine *engine_new(struct setup *setup, struct store *store, char *why, size_t why_size)
{
    const struct store_filter open = {.open_only = true};
    struct engine *engine = calloc(1, sizeof *engine);

    if (engine == NULL)
        goto failed;
    engine->setup = setup_hold(setup);
    engine->store = store;
    engine->started_ms = clock_monotonic_ms();
    engine->started_utc_ms = clock_utc_ms();
    engine->mutex = mutex_new();
    engine->wake = condition_new();
    engine->changed = condition_new();
    if (engine->mutex == NULL || engine->wake == NULL || engine->changed == NULL)
        goto failed;
    if (store_list(store, &open, take_up, engine) != STORE_OK || engine->lacking)
        goto failed;
    engine->thread = thread_start(engine_run, engine);
    if (engine->thread != NULL) {
        token_watch(setup->tokens, on_token, engine);
        return engine;
    }
failed:
    text_copy(why, why_size, "the operation engine cannot start: memory or the journal failed");
    engine_free(engine);
    return NULL;
}

void engine_use(struct engine *engine, struct setup *setup)
{
    struct setup *old = NULL;

    mutex_lock(engine->mutex);
    old = engine->setup;
    engine->setup = setup_hold(setup);
    engine_wake(engine);
    mutex_unlock(engine->mutex);
    token_watch(old->tokens, NULL, NULL);
    token_watch(setup->tokens, on_token, engine);
    setup_release(old);
}

void engine_stop(struct engine *engine)
{
    if (engine == NULL)
        return;
    mutex_lock(engine->mutex);
    engine->stopping = true;
    condition_signal(engine->wake);
    condition_broadcast(engine->changed);
    mutex_unlock(engine->mutex);
    thread_join(engine->thread);
    engine->thread = NULL;
    token_watch(engine->setup->tokens, NULL, NULL);
}

/* What is under way cannot come back to an engine that is gone: it is ended, and awaited. */
static void end_requests(struct engine *engine)
{
    if (engine->mutex == NULL || engine->changed == NULL)
        return;
    mutex_lock(engine->mutex);
    for (const struct running *running = engine->first; running != NULL; running = running->next)
        for (int i = 0; i < ENGINE_NOTHING; i++)
            if (running->requests[i] != 0)
                http_cancel(running->setups[i]->http, running->requests[i]);
    while (engine->under_way > 0)
        condition_wait(engine->changed, engine->mutex, IDLE_MS);
    mutex_unlock(engine->mutex);
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    end_requests(engine);
    while (engine->events != NULL) {
        struct event *event = engine->events;

        engine->events = event->next;
        engine_free_event(event);
    }
    while (engine->first != NULL) {
        struct running *running = engine->first;

        engine->first = running->next;
        free(running);
    }
    setup_release(engine->setup);
    condition_free(engine->changed);
    condition_free(engine->wake);
    mutex_free(engine->mutex);
    free(engine);
}

enum store_result engine_submit(struct engine *engine, const struct operation *operation,
                                struct operation *other)
{
    enum store_result result = STORE_FAILED;

    mutex_lock(engine->mutex);
    engine_now(engine); /* the operation's times are by the host's clock as it is now */
    if (!engine->stopping)
        result = store_insert(engine->store, operation, other);
    if (result == STORE_OK && operation->phase == PHASE_ENDED && audit_ended(operation))
        metrics_count_end(operation);
    if (result == STORE_OK && operation->phase != PHASE_ENDED) {
        /* Without memory it waits in the journal, and the next start of the agent reports it as not
         * sent. */
        if (add(engine, operation) == NULL)
            result = STORE_FAILED;
        engine_wake(engine);
    }
    mutex_unlock(engine->mutex);
    return result;
}

size_t engine_open_count(struct engine *engine)
{
    size_t count = 0;

    mutex_lock(engine->mutex);
    for (const struct running *running = engine->first; running != NULL; running = running->next)
        count += operation_is_open(&running->operation);
    mutex_unlock(engine->mutex);
    return count;
}

static struct running *find(struct engine *engine, const char *id)
{
    struct running *running = engine->first;

    while (running != NULL && strcmp(running->operation.id, id) != 0)
        running = running->next;
    return running;
}

enum store_result engine_await(struct engine *engine, const char *id,
                               const struct engine_wait *wait, struct operation *operation)
{
    const struct deadline *deadline = &wait->deadline;
    enum store_result result = STORE_OK;

    mutex_lock(engine->mutex);
    for (;;) {
        struct running *running = find(engine, id);

        /* An end counts once it is on disk. */
        if (running != NULL && !running->dirty)
            *operation = running->operation;
        else
            result = store_get(engine->store, id, operation);
        if (result != STORE_OK || !operation_is_open(operation) ||
            wait->enough(wait->context, operation) || engine->stopping ||
            deadline_left_ms(deadline) == 0)
            break;
        condition_wait(engine->changed, engine->mutex, deadline_slice_ms(deadline));
        if (deadline_interrupted(deadline))
            break;
    }
    mutex_unlock(engine->mutex);
    return result;
}
