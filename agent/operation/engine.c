/* SPDX-License-Identifier: MIT */
/* The engine's thread: what is due when, events in, the journal first. */
#include "engine_private.h"
#include "log.h"
#include "operation_step.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum {
    IDLE_MS = 60000,
    READ_MS = 1000,      /* a finished failover is known about a second later */
    READ_SLOW_MS = 3000, /* after READ_FAST reads: a long operation needs no more */
    READ_FAST = 120,
    BUDGET_BURST = 100,  /* of ARM's 250 reads (arm-api 8), the rest is for calls */
    BUDGET_A_SECOND = 15 /* of ARM's 25 */
};

static void journal(struct engine *engine, struct running *running)
{
    struct operation *operation = &running->operation;

    /* What is not on disk has not happened: the thread tries again with the next event. */
    running->dirty = store_update(engine->store, operation) != STORE_OK;
    if (running->dirty)
        log_write(LOG_ERROR, "journal.failed", "operation %s cannot be written", operation->id);
    else
        log_write(LOG_INFO, "operation.changed", "%s %s: %s%s%s", operation->procedure,
                  operation->id, operation_state_name(operation->state),
                  operation->error.number != 0 ? ": " : "", operation->error.message);
    condition_broadcast(engine->changed);
}

static uint64_t soonest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* UTC as it was when the engine started, and monotonic since: setting the host's clock moves no
 * wait. */
static uint64_t engine_now(const struct engine *engine)
{
    return engine->started_utc_ms + (clock_monotonic_ms() - engine->started_ms);
}

/* One read's worth of ARM's budget, shared by all operations. */
static bool take_budget(struct engine *engine, uint64_t now)
{
    uint64_t earned = (now - engine->budget_at_ms) * BUDGET_A_SECOND / 1000;

    if (earned > 0) {
        engine->budget = engine->budget + earned > BUDGET_BURST ? BUDGET_BURST
                                                                : engine->budget + (unsigned)earned;
        engine->budget_at_ms += earned * 1000 / BUDGET_A_SECOND; /* a rest is kept */
    }
    if (engine->budget == 0)
        return false;
    engine->budget--;
    return true;
}

/* What this operation needs now; ENGINE_NOTHING also says when to look again. */
static enum engine_request what_is_due(struct engine *engine, struct running *running, uint64_t now,
                                       uint64_t *look_again)
{
    const struct operation *operation = &running->operation;
    bool readable = operation->phase == PHASE_CONFIRMING || operation->phase == PHASE_POLLING;

    if (operation->phase == PHASE_ENDED || running->dirty)
        return ENGINE_NOTHING;
    if (operation->phase == PHASE_JOURNALLED && !running->under_way[ENGINE_SEND]) {
        if (operation->poll_at_ms <= now)
            return ENGINE_SEND;
        *look_again = soonest(*look_again, operation->poll_at_ms);
    }
    if (operation->phase == PHASE_POLLING && !running->under_way[ENGINE_POLL]) {
        if (operation->poll_at_ms <= now)
            return ENGINE_POLL;
        *look_again = soonest(*look_again, operation->poll_at_ms);
    }
    if (readable && !running->under_way[ENGINE_READ]) {
        if (running->read_at_ms <= now && take_budget(engine, now))
            return ENGINE_READ;
        *look_again = soonest(*look_again, running->read_at_ms <= now ? now + READ_MS / 10
                                                                      : running->read_at_ms);
    }
    *look_again = soonest(*look_again, operation->give_up_ms);
    return ENGINE_NOTHING;
}

static void schedule_read(struct running *running, uint64_t now)
{
    running->reads++;
    running->read_at_ms = now + (running->reads > READ_FAST ? READ_SLOW_MS : READ_MS);
}

/* Starts everything that is due; returns when to look again. Called and returns locked. */
static uint64_t start_due(struct engine *engine, uint64_t now)
{
    uint64_t look_again = now + IDLE_MS;

    for (struct running *running = engine->first; running != NULL; running = running->next) {
        enum engine_request due = ENGINE_NOTHING;

        if (running->dirty || operation_on_time(&running->operation, now))
            journal(engine, running);
        if (running->dirty)
            look_again = soonest(look_again, now + READ_MS);
        while ((due = what_is_due(engine, running, now, &look_again)) != ENGINE_NOTHING) {
            if (due == ENGINE_READ)
                schedule_read(running, now);
            if (due == ENGINE_SEND) {
                running->operation.phase = PHASE_SENDING;
                journal(engine, running);
                /* Not on disk: not sent. Nobody else knows, so it may be sent once the disk is
                 * well. */
                if (running->dirty) {
                    running->operation.phase = PHASE_JOURNALLED;
                    running->operation.poll_at_ms = now + READ_MS;
                    break;
                }
                running->tries++;
            }
            running->under_way[due] = true;
            mutex_unlock(engine->mutex);
            engine_start_request(engine, running, due);
            mutex_lock(engine->mutex);
        }
    }
    return look_again;
}

static void take_sent(struct running *running, const char *endpoint, const struct event *event,
                      uint64_t now)
{
    if (event->error.number != 0) {
        running->operation.error = event->error;
        operation_end(&running->operation, OPERATION_FAILED, now);
        return;
    }
    operation_on_sent(&running->operation, endpoint, &event->answer, running->tries, now);
    running->read_at_ms = now + READ_MS / 2;
}

/* One database of a link that is gone; when it is online, the next, until all are. */
static bool take_database(struct running *running, const struct http_answer *answer, uint64_t now)
{
    struct json *database = NULL;
    char why[64];
    bool online = false;

    if (answer->result == HTTP_ANSWERED && answer->status == 200) {
        database = json_parse(answer->body, answer->body_length, why, sizeof why);
        online = json_text(database, "properties.status") != NULL &&
                 text_equal(json_text(database, "properties.status"), "Online");
        json_free(database);
    }
    if (!online)
        return false;
    running->database_at++;
    running->read_at_ms = now;
    return engine_database_name(running, NULL, 0)
               ? false
               : operation_on_databases(&running->operation, true, now);
}

static bool take_read(struct running *running, const struct http_answer *answer, uint64_t now)
{
    bool changed = false;

    if (running->gone)
        return take_database(running, answer, now);
    changed = operation_on_resource(&running->operation, answer, &running->gone, now);
    if (running->gone)
        running->read_at_ms = now;
    return changed;
}

static void take_event(struct engine *engine, struct event *event, uint64_t now)
{
    struct running *running = event->running;
    const char *endpoint = engine->client->config->arm_endpoint;
    bool changed = true;

    running->under_way[event->request] = false;
    if (event->answer.result == HTTP_ANSWERED && event->answer.status == 401)
        token_reject(engine->client->tokens, NULL);
    if (event->request == ENGINE_SEND)
        take_sent(running, endpoint, event, now);
    else if (event->request == ENGINE_POLL)
        changed = operation_on_poll(&running->operation, endpoint, &event->answer, now);
    else
        changed = take_read(running, &event->answer, now);
    if (changed)
        journal(engine, running);
    else if (event->request == ENGINE_POLL)
        condition_broadcast(engine->changed); /* percent_complete may have moved */
    http_answer_clear(&event->answer);
    free(event);
}

static void take_events(struct engine *engine, uint64_t now)
{
    while (engine->events != NULL) {
        struct event *event = engine->events;

        engine->events = event->next;
        take_event(engine, event, now);
    }
}

/* Lets go of what has ended, is on disk and has no request under way. */
static void drop_ended(struct engine *engine)
{
    struct running **place = &engine->first;

    while (*place != NULL) {
        struct running *running = *place;
        bool busy = running->dirty || running->operation.phase != PHASE_ENDED;

        for (int i = 0; i < ENGINE_NOTHING; i++)
            busy = busy || running->under_way[i];
        if (busy) {
            place = &running->next;
            continue;
        }
        *place = running->next;
        free(running);
    }
}

static void run(void *context)
{
    struct engine *engine = context;

    mutex_lock(engine->mutex);
    while (!engine->stopping) {
        uint64_t now = engine_now(engine), look_again = 0;

        take_events(engine, now);
        look_again = start_due(engine, now);
        drop_ended(engine);
        now = engine_now(engine);
        if (engine->events == NULL && !engine->woken && !engine->stopping && look_again > now)
            condition_wait(engine->wake, engine->mutex, (uint32_t)(look_again - now));
        engine->woken = false;
    }
    mutex_unlock(engine->mutex);
}

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
    /* The host's clock may have been set back since this was written. */
    if (running->operation.poll_at_ms > engine->started_utc_ms + OPERATION_POLL_MAX_MS)
        running->operation.poll_at_ms = engine->started_utc_ms;
    log_write(LOG_INFO, "operation.resumed", "%s %s: %s", operation->procedure, operation->id,
              operation_state_name(running->operation.state));
    return true;
}

struct engine *engine_new(const struct arm_client *client, struct store *store, char *why,
                          size_t why_size)
{
    const struct store_filter open = {.open_only = true};
    struct engine *engine = calloc(1, sizeof *engine);

    if (engine == NULL)
        goto failed;
    engine->client = client;
    engine->store = store;
    engine->budget = BUDGET_BURST;
    engine->started_ms = clock_monotonic_ms();
    engine->started_utc_ms = clock_utc_ms();
    engine->budget_at_ms = engine->started_utc_ms;
    engine->mutex = mutex_new();
    engine->wake = condition_new();
    engine->changed = condition_new();
    if (engine->mutex == NULL || engine->wake == NULL || engine->changed == NULL)
        goto failed;
    if (store_list(store, &open, take_up, engine) != STORE_OK || engine->lacking)
        goto failed;
    engine->thread = thread_start(run, engine);
    if (engine->thread != NULL)
        return engine;
failed:
    text_copy(why, why_size, "the operation engine cannot start: memory or the journal failed");
    engine_free(engine);
    return NULL;
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
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    while (engine->events != NULL) {
        struct event *event = engine->events;

        engine->events = event->next;
        http_answer_clear(&event->answer);
        free(event);
    }
    while (engine->first != NULL) {
        struct running *running = engine->first;

        engine->first = running->next;
        free(running);
    }
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
    if (!engine->stopping)
        result = store_insert(engine->store, operation, other);
    if (result == STORE_OK && operation->phase != PHASE_ENDED) {
        /* Without memory it waits in the journal, and the next start of the agent reports it as not
         * sent. */
        if (add(engine, operation) == NULL)
            result = STORE_FAILED;
        engine->woken = true;
        condition_signal(engine->wake);
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
