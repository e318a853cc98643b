/* SPDX-License-Identifier: MIT */
/* Threads, locks and conditions on POSIX threads; conditions run on the monotonic clock. */
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { THREAD_STACK_BYTES = 256 * 1024 };

struct thread {
    pthread_t handle;
    void (*run)(void *context);
    void *context;
};

struct mutex {
    pthread_mutex_t lock;
};

struct condition {
    pthread_cond_t event;
};

static void *thread_main(void *argument)
{
    const struct thread *thread = argument;

    thread->run(thread->context);
    return NULL;
}

/* A system may refuse so small a stack (large pages, sanitizers): then its default will do. */
static int thread_create(struct thread *thread)
{
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);

    if (error != 0)
        return error;
    error = pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
    if (error == 0)
        error = pthread_create(&thread->handle, &attributes, thread_main, thread);
    if (error == EINVAL)
        error = pthread_create(&thread->handle, NULL, thread_main, thread);
    pthread_attr_destroy(&attributes);
    return error;
}

struct thread *thread_start(void (*run)(void *context), void *context)
{
    struct thread *thread = malloc(sizeof *thread);

    if (thread == NULL)
        return NULL;
    thread->run = run;
    thread->context = context;
    if (thread_create(thread) != 0) {
        free(thread);
        return NULL;
    }
    return thread;
}

void thread_join(struct thread *thread)
{
    if (thread == NULL)
        return;
    pthread_join(thread->handle, NULL);
    free(thread);
}

struct mutex *mutex_new(void)
{
    struct mutex *mutex = malloc(sizeof *mutex);

    if (mutex != NULL && pthread_mutex_init(&mutex->lock, NULL) != 0) {
        free(mutex);
        mutex = NULL;
    }
    return mutex;
}

void mutex_free(struct mutex *mutex)
{
    if (mutex == NULL)
        return;
    pthread_mutex_destroy(&mutex->lock);
    free(mutex);
}

void mutex_lock(struct mutex *mutex)
{
    pthread_mutex_lock(&mutex->lock);
}

void mutex_unlock(struct mutex *mutex)
{
    pthread_mutex_unlock(&mutex->lock);
}

static bool condition_init(struct condition *condition)
{
    pthread_condattr_t attributes;
    bool made = false;

    if (pthread_condattr_init(&attributes) != 0)
        return false;
    made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&condition->event, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
}

struct condition *condition_new(void)
{
    struct condition *condition = malloc(sizeof *condition);

    if (condition != NULL && !condition_init(condition)) {
        free(condition);
        condition = NULL;
    }
    return condition;
}

void condition_free(struct condition *condition)
{
    if (condition == NULL)
        return;
    pthread_cond_destroy(&condition->event);
    free(condition);
}

void condition_signal(struct condition *condition)
{
    pthread_cond_signal(&condition->event);
}

void condition_broadcast(struct condition *condition)
{
    pthread_cond_broadcast(&condition->event);
}

bool condition_wait(struct condition *condition, struct mutex *mutex, uint32_t milliseconds)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(milliseconds / 1000);
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    return pthread_cond_timedwait(&condition->event, &mutex->lock, &until) != ETIMEDOUT;
}
