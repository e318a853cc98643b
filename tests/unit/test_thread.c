/* SPDX-License-Identifier: MIT */
/* Tests of threads, locks and conditions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "deadline.h"
#include "thread.h"

enum { THREADS = 8, ROUNDS = 20000, LONG_MS = 30000, SHORT_MS = 30 };

struct shared {
    struct mutex *mutex;
    struct condition *changed;
    unsigned count;
    unsigned waiting;
    bool open;
};

static int setup(void **state)
{
    static struct shared shared;

    shared = (struct shared){.mutex = mutex_new(), .changed = condition_new()};
    *state = &shared;
    return shared.mutex != NULL && shared.changed != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    struct shared *shared = *state;

    condition_free(shared->changed);
    mutex_free(shared->mutex);
    return 0;
}

static void count_up(void *context)
{
    struct shared *shared = context;

    for (int i = 0; i < ROUNDS; i++) {
        mutex_lock(shared->mutex);
        shared->count++;
        mutex_unlock(shared->mutex);
    }
}

static void test_mutex_excludes(void **state)
{
    struct shared *shared = *state;
    struct thread *threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        threads[i] = thread_start(count_up, shared);
        assert_non_null(threads[i]);
    }
    for (int i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    assert_int_equal(shared->count, THREADS * ROUNDS);
}

/* Uses a quarter of the promised stack (sanitizers take much of it): a smaller one would end the
 * process. */
static void use_stack(void *context)
{
    volatile char bytes[64 * 1024];
    unsigned *sum = context;

    for (size_t i = 0; i < sizeof bytes; i += 512)
        bytes[i] = 1;
    for (size_t i = 0; i < sizeof bytes; i += 512)
        *sum += (unsigned)bytes[i];
}

static void test_stack_is_large_enough(void **state)
{
    unsigned sum = 0;
    struct thread *thread = thread_start(use_stack, &sum);

    (void)state;
    assert_non_null(thread);
    thread_join(thread);
    assert_int_equal(sum, 128);
}

static void test_wait_times_out(void **state)
{
    struct shared *shared = *state;
    uint64_t before = clock_monotonic_ms();
    bool woken = true;

    mutex_lock(shared->mutex);
    /* A wake without cause is allowed, but not for ever. */
    for (int i = 0; i < 1000 && woken; i++)
        woken = condition_wait(shared->changed, shared->mutex, SHORT_MS);
    mutex_unlock(shared->mutex);
    assert_false(woken);
    assert_true(clock_monotonic_ms() - before >= SHORT_MS - 1);
}

static void wait_for_open(void *context)
{
    struct shared *shared = context;

    mutex_lock(shared->mutex);
    shared->waiting++;
    condition_broadcast(shared->changed);
    while (!shared->open)
        condition_wait(shared->changed, shared->mutex, LONG_MS);
    shared->count++;
    mutex_unlock(shared->mutex);
}

static void test_broadcast_wakes_all(void **state)
{
    struct shared *shared = *state;
    struct thread *threads[THREADS];
    uint64_t before = clock_monotonic_ms();

    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(wait_for_open, shared);
    mutex_lock(shared->mutex);
    while (shared->waiting < THREADS)
        condition_wait(shared->changed, shared->mutex, LONG_MS);
    shared->open = true;
    condition_broadcast(shared->changed);
    mutex_unlock(shared->mutex);
    for (int i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    assert_int_equal(shared->count, THREADS);
    assert_true(clock_monotonic_ms() - before < LONG_MS);
}

static void test_signal_wakes_one(void **state)
{
    struct shared *shared = *state;
    struct thread *thread = thread_start(wait_for_open, shared);
    uint64_t before = clock_monotonic_ms();

    mutex_lock(shared->mutex);
    while (shared->waiting < 1)
        condition_wait(shared->changed, shared->mutex, LONG_MS);
    shared->open = true;
    condition_signal(shared->changed);
    mutex_unlock(shared->mutex);
    thread_join(thread);
    assert_int_equal(shared->count, 1);
    assert_true(clock_monotonic_ms() - before < LONG_MS);
}

static void test_null_is_taken(void **state)
{
    (void)state;
    thread_join(NULL);
    mutex_free(NULL);
    condition_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_mutex_excludes),      TEST(test_stack_is_large_enough), TEST(test_wait_times_out),
        TEST(test_broadcast_wakes_all), TEST(test_signal_wakes_one),      TEST(test_null_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
