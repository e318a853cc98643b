/* SPDX-License-Identifier: MIT */
/* The engine's thread: what is due when, events in, the journal first. */
#include "audit.h"
#include "clock_skew.h"
#include "engine_private.h"
#include "log.h"
#include "metrics.h"
#include "operation_judge.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum {
    IDLE_MS = 60000,
    READ_SLOW_MS = 3000, /* after READ_FAST reads: a long operation needs no more */
    READ_FAST = 120,
    AGAIN_MS = 1000,            /* until the next look where memory, disk or token failed */
    JUMP_MS = 1000,             /* a clock that is off by more was set */
    PRUNE_FIRST_MS = 60 * 1000, /* after the start, when Azure's clock may be known */
    PRUNE_MS = 3600 * 1000,
    PRUNE_ROWS = 16,     /* removed at a time */
    PRUNE_NEXT_MS = 100, /* and a pause */
    KEEP_DAYS = 30,      /* a request_id means the same for so long */
    DAY_MS = 24 * 3600 * 1000
};

/* An end counts once the audit trail has it. */
static bool audit_end(struct running *running)
{
    if (running->operation.phase != PHASE_ENDED || running->end_audited)
        return true;
    running->end_audited = audit_ended(&running->operation);
    if (running->end_audited)
        metrics_count_end(&running->operation);
    return running->end_audited;
}

static void journal(struct engine *engine, struct running *running)
{
    struct operation *operation = &running->operation;

    /* What is not on disk has not happened: the thread tries again with the next event. */
    running->dirty = !audit_end(running) || store_update(engine->store, operation) != STORE_OK;
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

/* ---- the clock ---- */

static void shift(uint64_t *time, int64_t by)
{
    if (by < 0 && *time < (uint64_t)-by)
        *time = 0;
    else
        *time += (uint64_t)by;
}

uint64_t engine_now(struct engine *engine)
{
    uint64_t now = engine->started_utc_ms + (clock_monotonic_ms() - engine->started_ms);
    int64_t jump = (int64_t)(clock_utc_ms() - now);

    if (jump > -JUMP_MS && jump < JUMP_MS)
        return now;
    log_write(LOG_WARNING, "clock.set", "the host's clock was set by %lld ms", (long long)jump);
    for (struct running *running = engine->first; running != NULL; running = running->next) {
        running->operation.clock_set_ms += jump;
        shift(&running->operation.give_up_ms, jump);
        shift(&running->operation.poll_at_ms, jump);
        shift(&running->start_at_ms, jump);
        shift(&running->read_at_ms, jump);
    }
    shift(&engine->prune_at_ms, jump);
    engine->started_utc_ms += (uint64_t)jump;
    return now + (uint64_t)jump;
}

void engine_wake(struct engine *engine)
{
    engine->woken = true;
    condition_signal(engine->wake);
}

/* ---- what is due ---- */

/* What this operation needs now; ENGINE_NOTHING also says when to look again. */
static enum engine_request what_is_due(const struct running *running, uint64_t now,
                                       uint64_t *look_again)
{
    const struct operation *operation = &running->operation;
    bool is_polled = operation->phase == PHASE_POLLING;
    bool is_read = operation->phase == PHASE_CONFIRMING || is_polled;
    uint64_t at[ENGINE_NOTHING] = {UINT64_MAX, UINT64_MAX, UINT64_MAX};

    if (operation->phase == PHASE_ENDED || running->dirty)
        return ENGINE_NOTHING;
    if (operation->phase == PHASE_JOURNALLED)
        at[ENGINE_SEND] = operation->poll_at_ms;
    if (is_polled)
        at[ENGINE_POLL] = operation->poll_at_ms;
    if (is_read)
        at[ENGINE_READ] = running->read_at_ms;
    for (int request = ENGINE_SEND; request < ENGINE_NOTHING; request++) {
        if (running->under_way[request] || at[request] == UINT64_MAX)
            continue;
        if (at[request] <= now && running->start_at_ms <= now)
            return (enum engine_request)request;
        *look_again = soonest(
            *look_again, at[request] > running->start_at_ms ? at[request] : running->start_at_ms);
    }
    *look_again = soonest(*look_again, operation->give_up_ms);
    return ENGINE_NOTHING;
}

/* How many operations read their resource early. */
static size_t count_readers(const struct engine *engine)
{
    size_t count = 0;

    for (const struct running *running = engine->first; running != NULL; running = running->next)
        count += running->operation.phase == PHASE_POLLING ||
                 running->operation.phase == PHASE_CONFIRMING;
    return count;
}

/* Asks the budget of reads. False: later, and when has been noted. */
static bool may_read(struct engine *engine, struct running *running, enum engine_request request,
                     uint64_t now)
{
    struct arm_budget *budget = engine->setup->arm.budget;
    const char *url = running->operation.watched;
    uint64_t spacing = 0, wait = 0;
    bool is_early = false;

    if (request == ENGINE_SEND)
        return true;
    /* Once Azure calls it done the resource decides the end: that read is early no more. */
    is_early = request == ENGINE_READ && running->operation.phase != PHASE_CONFIRMING;
    wait = arm_budget_take(budget, url, is_early ? ARM_READ_EARLY : ARM_READ_POLL);
    if (request == ENGINE_POLL) {
        if (wait > 0)
            running->operation.poll_at_ms = now + wait;
        return wait == 0;
    }
    spacing = arm_budget_spacing_ms(budget, url, count_readers(engine));
    if (wait == 0 && ++running->reads > READ_FAST && spacing < READ_SLOW_MS)
        spacing = READ_SLOW_MS;
    running->read_at_ms = now + (wait > 0 ? wait : spacing);
    return wait == 0;
}

/* Nothing of it has left in this try, and nothing will. */
static void end_unsent(struct engine *engine, struct running *running, const struct error *error,
                       uint64_t now)
{
    operation_on_refused(&running->operation, error, now);
    journal(engine, running);
}

/* On disk before it leaves; what is not on disk is not sent. Nobody else knows, so it may be sent
 * once the disk is well. */
static bool journal_sending(struct engine *engine, struct running *running, uint64_t now)
{
    running->operation.phase = PHASE_SENDING;
    journal(engine, running);
    if (!running->dirty)
        return true;
    running->operation.phase = PHASE_JOURNALLED;
    running->start_at_ms = now + AGAIN_MS;
    return false;
}

/* What is not in the audit trail is not sent. One record, however often it is tried. */
static bool audit_sending(struct running *running, struct error *error)
{
    if (!running->start_audited && !running->operation.may_have_left)
        running->start_audited = audit_accepted(&running->operation, error);
    return running->start_audited || running->operation.may_have_left;
}

/* A request that is ready leaves. False: it did not, and the operation knows. */
static bool let_leave(struct engine *engine, struct running *running, enum engine_request request,
                      struct engine_ready *ready, uint64_t now)
{
    struct error error = {0};
    bool started = false;

    if (request == ENGINE_SEND) {
        if (!audit_sending(running, &error)) {
            end_unsent(engine, running, &error, now);
            return false;
        }
        if (!journal_sending(engine, running, now))
            return false;
        log_write(LOG_INFO, "operation.sent", "%s %s: %s %s", running->operation.procedure,
                  running->operation.id, running->operation.method, running->operation.path);
    }
    mutex_unlock(engine->mutex);
    started = engine_start_request(engine, running, request, ready);
    mutex_lock(engine->mutex);
    if (started)
        return true;
    if (request == ENGINE_SEND) {
        error_set(&error, MILINK_AGENT_FAILED, NULL, "the request could not be made");
        end_unsent(engine, running, &error, now);
    } else {
        running->start_at_ms = now + AGAIN_MS;
    }
    return false;
}

/* Makes a request ready and lets it leave. False: it did not, for this time. */
static bool start(struct engine *engine, struct running *running, enum engine_request request,
                  uint64_t now)
{
    struct engine_ready ready;
    struct error error = {0};
    bool started = false;

    switch (engine_make_ready(engine, running, request, &ready, &error)) {
    case ENGINE_STARTED:
        started = may_read(engine, running, request, now) &&
                  let_leave(engine, running, request, &ready, now);
        break;
    case ENGINE_LATER:
        running->trouble = error;
        running->start_at_ms = now + AGAIN_MS;
        break;
    case ENGINE_REMOVED:
        operation_on_removed(&running->operation, now);
        journal(engine, running);
        break;
    case ENGINE_REFUSED: end_unsent(engine, running, &error, now); break;
    }
    engine_clear_ready(&ready);
    return started;
}

/* An operation is given up; where nothing could be read of it, Azure is not to blame. */
static bool is_time_up(struct running *running, uint64_t now)
{
    struct operation *operation = &running->operation;

    if (!operation_on_time(operation, now))
        return false;
    if (running->trouble.number != 0)
        operation_note(operation, running->trouble.message);
    return true;
}

/* Starts everything that is due; returns when to look again. Called and returns locked; while a
 * request starts it is not, and the clock may be set. */
static uint64_t start_due(struct engine *engine)
{
    uint64_t now = engine_now(engine), look_again = now + IDLE_MS;

    for (struct running *running = engine->first; running != NULL; running = running->next) {
        enum engine_request due = ENGINE_NOTHING;

        log_set_operation(running->operation.id);
        if (is_time_up(running, now) || running->dirty)
            journal(engine, running);
        while ((due = what_is_due(running, now, &look_again)) != ENGINE_NOTHING) {
            start(engine, running, due, now);
            now = engine_now(engine);
        }
        if (running->dirty)
            look_again = soonest(look_again, now + AGAIN_MS);
    }
    log_set_operation(NULL);
    return look_again;
}

/* ---- what comes back ---- */

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

static void note_trouble(struct running *running, const struct http_answer *answer)
{
    bool told = answer->result == HTTP_ANSWERED && (answer->status == 200 || answer->status == 404);

    memset(&running->trouble, 0, sizeof running->trouble);
    if (!told)
        arm_set_error(&running->trouble, "Its resource could not be read at last", answer);
}

static void take_event(struct engine *engine, struct event *event, uint64_t now)
{
    struct running *running = event->running;
    const char *endpoint = event->setup->config.arm_endpoint;
    bool changed = true;

    running->under_way[event->request] = false;
    running->requests[event->request] = 0;
    metrics_count_request(event->request == ENGINE_SEND ? running->operation.method : "GET",
                          &event->answer);
    token_reject_answer(event->setup->tokens, event->token, &event->answer);
    if (event->request == ENGINE_SEND) {
        operation_on_sent(&running->operation, endpoint, &event->answer, &running->tries, now);
        running->read_at_ms = now + AGAIN_MS / 2;
    } else {
        arm_budget_learn(event->setup->arm.budget, running->operation.watched, &event->answer);
        if (event->request == ENGINE_READ)
            note_trouble(running, &event->answer);
        changed = event->request == ENGINE_POLL
                      ? operation_on_poll(&running->operation, endpoint, &event->answer,
                                          &running->useless_polls, now)
                      : take_read(running, &event->answer, now);
    }
    log_set_operation(running->operation.id);
    if (changed)
        journal(engine, running);
    else if (event->request == ENGINE_POLL)
        condition_broadcast(engine->changed); /* percent_complete may have moved */
    log_set_operation(NULL);
}

/* Called and returns locked. */
static void take_events(struct engine *engine, uint64_t now)
{
    while (engine->events != NULL) {
        struct event *event = engine->events;

        engine->events = event->next;
        take_event(engine, event, now);
        /* It may hold the last of a setup that was replaced, whose end can take a while. */
        mutex_unlock(engine->mutex);
        engine_free_event(event);
        mutex_lock(engine->mutex);
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

/* ---- old operations ---- */

/* Ended operations that are old enough leave the journal, a few at a time. By the earlier of two
 * clocks: a host's that was set wrong must not empty it. Returns when to look again. Called and
 * returns locked. */
static uint64_t prune(struct engine *engine, uint64_t now)
{
    uint64_t days = engine->setup->config.journal_days;
    uint64_t age = (days > KEEP_DAYS ? days : KEEP_DAYS) * DAY_MS;
    uint64_t utc = soonest(clock_utc_ms(), clock_skew_utc_ms());
    size_t removed = 0;

    if (now < engine->prune_at_ms)
        return engine->prune_at_ms;
    if (days > 0 && utc > age) {
        mutex_unlock(engine->mutex);
        store_prune(engine->store, utc - age, PRUNE_ROWS, &removed);
        mutex_lock(engine->mutex);
    }
    engine->prune_at_ms = now + (removed == PRUNE_ROWS ? PRUNE_NEXT_MS : PRUNE_MS);
    return engine->prune_at_ms;
}

void engine_run(void *context)
{
    struct engine *engine = context;

    mutex_lock(engine->mutex);
    engine->prune_at_ms = engine->started_utc_ms + PRUNE_FIRST_MS;
    while (!engine->stopping) {
        uint64_t now = engine_now(engine), look_again = 0;

        take_events(engine, now);
        look_again = start_due(engine);
        drop_ended(engine);
        look_again = soonest(look_again, prune(engine, engine_now(engine)));
        now = engine_now(engine);
        if (engine->events == NULL && !engine->woken && !engine->stopping && look_again > now)
            condition_wait(engine->wake, engine->mutex, (uint32_t)(look_again - now));
        engine->woken = false;
    }
    mutex_unlock(engine->mutex);
}
