/* SPDX-License-Identifier: MIT */
/* The journal's promise under failure: a scenario that runs with the disk, the power or memory
 * failing at a chosen point, and what must be on the disk afterwards. */
#ifndef MILINK_UNIT_STORE_FAILING_H
#define MILINK_UNIT_STORE_FAILING_H

#include "store_fixture.h"
#include "failing_sqlite.h"

/* What was promised to the scenario, and the store it runs on. */

enum { MOST = 40 };

static struct {
    bool inserted[MOST + 1], ended[MOST + 1]; /* promised; from 1 */
} promised;

/* Operations 1 to count, each ended before the next begins; goes on after failures. */
static inline void run_scenario(unsigned count, bool full)
{
    struct store *store = store_open(path, why, sizeof why);

    if (store == NULL)
        assert_non_null(strstr(why, path));
    for (unsigned number = 1; store != NULL && number <= count; number++) {
        make_operation(&one, number, full);
        if (store_insert(store, &one, &two) != STORE_OK)
            continue;
        promised.inserted[number] = true;
        end_operation(&one);
        promised.ended[number] = store_update(store, &one) == STORE_OK;
        if (store_get(store, one.id, &two) == STORE_OK && promised.ended[number])
            assert_same(&one, &two);
    }
    store_close(store);
}

/* Every promise is on the disk; an operation that was refused is there whole, or not at all. */
static inline void check_promises(unsigned count, bool full)
{
    struct store *store = open_store();

    for (unsigned number = 1; number <= count; number++) {
        bool there = false;

        make_operation(&one, number, full);
        there = store_get(store, one.id, &two) == STORE_OK;
        if (promised.inserted[number])
            assert_true(there);
        if (!there)
            continue;
        if (promised.ended[number])
            assert_int_equal(two.phase, PHASE_ENDED);
        if (two.phase == PHASE_ENDED)
            end_operation(&one);
        assert_same(&one, &two);
    }
    make_operation(&one, MOST + 1, full);
    assert_int_equal(store_insert(store, &one, &two), STORE_OK);
    store_close(store);
}

static inline void run_failing(struct failing_plan *plan, unsigned count, bool full, bool power)
{
    memset(&promised, 0, sizeof promised);
    run_scenario(count, full);
    failing_plan_set(plan, 0, false);
    if (power)
        failing_cut_power();
    check_promises(count, full);
    failing_forget();
    remove_files();
}

/* The scenario with a failure at every step-th call until there are no more calls. */
static inline void fail_everywhere(struct failing_plan *plan, unsigned count, long step,
                                   bool lasting)
{
    const bool full = plan == &failing_disk;
    long calls = 0;

    failing_plan_set(plan, 0, false);
    memset(&promised, 0, sizeof promised);
    run_scenario(count, full);
    calls = plan->calls;
    for (unsigned number = 1; number <= count; number++)
        assert_true(promised.inserted[number] && promised.ended[number]);
    failing_forget();
    remove_files();
    assert_true(calls > 100);
    for (long at = 1; at <= calls; at += step) {
        failing_plan_set(plan, at, lasting);
        run_failing(plan, count, full, plan == &failing_disk && lasting);
    }
    print_message("%ld calls\n", calls);
}

#endif
