/* SPDX-License-Identifier: MIT */
/* Threads, locks and conditions on Windows: CRT threads, slim locks, condition variables. */
#include "thread.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

enum { THREAD_STACK_BYTES = 256 * 1024 };

struct thread {
    HANDLE handle;
    void (*run)(void *context);
    void *context;
};

struct mutex {
    SRWLOCK lock;
};

struct condition {
    CONDITION_VARIABLE event;
};

static unsigned __stdcall thread_main(void *argument)
{
    const struct thread *thread = argument;

    thread->run(thread->context);
    return 0;
}

struct thread *thread_start(void (*run)(void *context), void *context)
{
    struct thread *thread = malloc(sizeof *thread);

    if (thread == NULL)
        return NULL;
    thread->run = run;
    thread->context = context;
    /* Without the flag the size would be what is committed at once, and a thread would take it
     * all. */
    thread->handle = (HANDLE)_beginthreadex(NULL, THREAD_STACK_BYTES, thread_main, thread,
                                            STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread->handle == NULL) {
        free(thread);
        return NULL;
    }
    return thread;
}

void thread_join(struct thread *thread)
{
    if (thread == NULL)
        return;
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    free(thread);
}

struct mutex *mutex_new(void)
{
    struct mutex *mutex = malloc(sizeof *mutex);

    if (mutex != NULL)
        InitializeSRWLock(&mutex->lock);
    return mutex;
}

void mutex_free(struct mutex *mutex)
{
    free(mutex);
}

void mutex_lock(struct mutex *mutex)
{
    AcquireSRWLockExclusive(&mutex->lock);
}

void mutex_unlock(struct mutex *mutex)
{
    ReleaseSRWLockExclusive(&mutex->lock);
}

struct condition *condition_new(void)
{
    struct condition *condition = malloc(sizeof *condition);

    if (condition != NULL)
        InitializeConditionVariable(&condition->event);
    return condition;
}

void condition_free(struct condition *condition)
{
    free(condition);
}

void condition_signal(struct condition *condition)
{
    WakeConditionVariable(&condition->event);
}

void condition_broadcast(struct condition *condition)
{
    WakeAllConditionVariable(&condition->event);
}

bool condition_wait(struct condition *condition, struct mutex *mutex, uint32_t milliseconds)
{
    /* INFINITE is the largest number and would never return: one less is 49 days. */
    DWORD wait = milliseconds == INFINITE ? INFINITE - 1 : milliseconds;

    return SleepConditionVariableSRW(&condition->event, &mutex->lock, wait, 0) != 0 ||
           GetLastError() != ERROR_TIMEOUT;
}
