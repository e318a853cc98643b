/* SPDX-License-Identifier: MIT */
/* A journal and an engine of one operation. */
#include "fuzz_journal.h"
#include "engine.h"
#include "text.h"
#include <string.h>

static struct operation held, submitted;
static bool is_held, is_submitted;

void fuzz_journal_hold(const struct operation *operation)
{
    is_held = operation != NULL;
    if (is_held)
        held = *operation;
    is_submitted = false;
}

const struct operation *fuzz_journal_submitted(void)
{
    return is_submitted ? &submitted : NULL;
}

/* ---- store.h ---- */

struct store *store_open(const char *path, char *why, size_t why_size)
{
    (void)path;
    text_copy(why, why_size, "no journal is made here");
    return NULL;
}

void store_close(struct store *store)
{
    (void)store;
}

enum store_result store_insert(struct store *store, const struct operation *operation,
                               struct operation *other)
{
    (void)store;
    (void)operation;
    (void)other;
    return STORE_FAILED;
}

enum store_result store_update(struct store *store, const struct operation *operation)
{
    (void)store;
    (void)operation;
    return STORE_FAILED;
}

enum store_result store_get(struct store *store, const char *id, struct operation *operation)
{
    (void)store;
    if (is_submitted && text_equal(submitted.id, id))
        *operation = submitted;
    else if (is_held && text_equal(held.id, id))
        *operation = held;
    else
        return STORE_NOT_FOUND;
    return STORE_OK;
}

enum store_result store_get_request(struct store *store, const char *request_id,
                                    struct operation *operation)
{
    (void)store;
    if (!is_held || !text_equal(held.request_id, request_id))
        return STORE_NOT_FOUND;
    *operation = held;
    return STORE_OK;
}

enum store_result store_list(struct store *store, const struct store_filter *filter,
                             bool (*each)(void *context, const struct operation *operation),
                             void *context)
{
    (void)store;
    if (is_held && (!filter->by_state || filter->state == held.state))
        each(context, &held);
    return STORE_OK;
}

enum store_result store_prune(struct store *store, uint64_t before_ms, size_t most, size_t *removed)
{
    (void)store;
    (void)before_ms;
    (void)most;
    *removed = 0;
    return STORE_OK;
}

void store_why(struct store *store, char *why, size_t why_size)
{
    (void)store;
    text_copy(why, why_size, "made to fail");
}

/* ---- engine.h ---- */

struct engine *engine_new(struct setup *setup, struct store *store, char *why, size_t why_size)
{
    (void)setup;
    (void)store;
    text_copy(why, why_size, "no engine is made here");
    return NULL;
}

void engine_use(struct engine *engine, struct setup *setup)
{
    (void)engine;
    (void)setup;
}

void engine_stop(struct engine *engine)
{
    (void)engine;
}

void engine_free(struct engine *engine)
{
    (void)engine;
}

enum store_result engine_submit(struct engine *engine, const struct operation *operation,
                                struct operation *other)
{
    (void)engine;
    if (is_held && text_equal(held.instance, operation->instance) &&
        text_equal(held.resource, operation->resource)) {
        *other = held;
        return STORE_DUPLICATE;
    }
    submitted = *operation;
    is_submitted = true;
    return STORE_OK;
}

size_t engine_open_count(struct engine *engine)
{
    (void)engine;
    return is_held;
}

enum store_result engine_await(struct engine *engine, const char *id,
                               const struct engine_wait *wait, struct operation *operation)
{
    (void)engine;
    (void)wait;
    return store_get(NULL, id, operation);
}
