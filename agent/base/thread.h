/* SPDX-License-Identifier: MIT */
/* Threads, locks and conditions of the platform, as much of them as the agent needs. */
#ifndef MILINK_AGENT_THREAD_H
#define MILINK_AGENT_THREAD_H

#include <stdbool.h>
#include <stdint.h>

struct thread;
struct mutex;
struct condition;

/* Starts run(context) on a thread with a stack of 256 KiB. NULL when none could be had. */
struct thread *thread_start(void (*run)(void *context), void *context);
void thread_join(struct thread *thread); /* waits for its end and frees it; takes NULL */

/* NULL only when memory ran out. The _free functions take NULL. */
struct mutex *mutex_new(void);
void mutex_free(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

struct condition *condition_new(void);
void condition_free(struct condition *condition);
void condition_signal(struct condition *condition);
void condition_broadcast(struct condition *condition);
/* Waits at most milliseconds (monotonic clock); the mutex is held before and after. False when the
 * time passed. May wake without cause: the caller tests its state again. */
bool condition_wait(struct condition *condition, struct mutex *mutex, uint32_t milliseconds);

#endif
