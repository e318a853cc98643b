/* SPDX-License-Identifier: MIT */
/* Between the engine and its journal. */
#include "fake_store.h"
#include "engine_private.h"
#include "fake_agent.h"
#include "store.h"
#include <stdatomic.h>

static _Atomic int refusals, sending_refusals, steps_left;
static _Atomic bool dead;

enum store_result __real_store_update(struct store *store, const struct operation *operation);
enum store_result __real_store_insert(struct store *store, const struct operation *operation,
                                      struct operation *other);
enum store_result __wrap_store_update(struct store *store, const struct operation *operation);
enum store_result __wrap_store_insert(struct store *store, const struct operation *operation,
                                      struct operation *other);

void fake_store_refuse(int updates)
{
    refusals = updates;
}

void fake_store_refuse_sending(int updates)
{
    sending_refusals = updates;
}

void fake_store_die_after(int steps)
{
    dead = false;
    fake.frozen = false;
    steps_left = steps;
}

bool fake_store_step(void)
{
    if (steps_left > 0 && --steps_left == 0) {
        dead = true;
        fake.frozen = true;
        /* Those who wait for it look at once. */
        if (fake.agent.engine != NULL)
            condition_broadcast(fake.agent.engine->changed);
    }
    return dead;
}

bool fake_store_is_dead(void)
{
    return dead;
}

enum store_result __wrap_store_update(struct store *store, const struct operation *operation)
{
    enum store_result result = STORE_OK;

    if (dead)
        return STORE_OK;
    if (refusals > 0) {
        refusals--;
        return STORE_FAILED;
    }
    if (operation->phase == PHASE_SENDING && sending_refusals > 0) {
        sending_refusals--;
        return STORE_FAILED;
    }
    result = __real_store_update(store, operation);
    fake_store_step();
    return result;
}

enum store_result __wrap_store_insert(struct store *store, const struct operation *operation,
                                      struct operation *other)
{
    enum store_result result = __real_store_insert(store, operation, other);

    fake_store_step();
    return result;
}
