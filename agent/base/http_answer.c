/* SPDX-License-Identifier: MIT */
/* What an answer holds, waiting for one, and percent-encoding: the part of http.h without
 * libcurl. */
#include "http.h"

#include "crypto.h"
#include "http_request.h"
#include "text.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HTTP_SLICE_MS = 200 };

const char *http_answer_header(const struct http_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (text_equal(answer->headers[i].name, name))
            return answer->headers[i].value;
    return NULL;
}

void http_answer_clear(struct http_answer *answer)
{
    if (answer == NULL)
        return;
    /* Name and value are one allocation, which begins with the name. */
    for (size_t i = 0; i < answer->header_count; i++)
        free((char *)(uintptr_t)answer->headers[i].name);
    crypto_wipe(answer->body, answer->body != NULL ? answer->body_length : 0);
    free(answer->body);
    memset(answer, 0, sizeof *answer);
}

bool http_escape(const char *bytes, char *text, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *bytes != '\0'; bytes++) {
        bool keep = strchr(plain, *bytes) != NULL;
        size_t length = keep ? 1 : 3;

        if (size <= length)
            return false;
        if (keep) {
            text[0] = *bytes;
        } else {
            text[0] = '%';
            text[1] = digits[(unsigned char)*bytes >> 4];
            text[2] = digits[(unsigned char)*bytes & 0x0F];
        }
        text += length;
        size -= length;
    }
    if (size == 0)
        return false;
    *text = '\0';
    return true;
}

/* One who waits for an answer. */
struct waiter {
    struct mutex *mutex;
    struct condition *changed;
    struct http_answer *answer;
    bool finished; /* guarded by mutex */
};

/* Runs on the I/O thread; the waiter lives until it sees finished. */
static void waiter_finish(void *context, struct http_answer *answer)
{
    struct waiter *waiter = context;

    mutex_lock(waiter->mutex);
    *waiter->answer = *answer;
    waiter->finished = true;
    condition_signal(waiter->changed);
    mutex_unlock(waiter->mutex);
}

/* Waits for the end, asking now and then whether anybody still wants it. A canceled request ends
 * soon as well, and until then the waiter must not go away. */
static void waiter_wait(struct waiter *waiter, struct http_client *client, uint64_t request,
                        bool (*keep_waiting)(void *context), void *context)
{
    bool canceled = false;

    mutex_lock(waiter->mutex);
    while (!waiter->finished) {
        condition_wait(waiter->changed, waiter->mutex, HTTP_SLICE_MS);
        if (waiter->finished || canceled || keep_waiting == NULL)
            continue;
        /* Without the lock: the question may take long, and the answer may come meanwhile. */
        mutex_unlock(waiter->mutex);
        canceled = !keep_waiting(context);
        if (canceled)
            http_cancel(client, request);
        mutex_lock(waiter->mutex);
    }
    mutex_unlock(waiter->mutex);
}

void http_perform(struct http_client *client, const struct http_request *request,
                  bool (*keep_waiting)(void *context), void *context, struct http_answer *answer)
{
    struct waiter waiter = {.mutex = mutex_new(), .changed = condition_new(), .answer = answer};
    uint64_t number = 0;

    memset(answer, 0, sizeof *answer);
    answer->result = HTTP_NOT_SENT;
    if (!http_request_check(request, answer->why, sizeof answer->why))
        goto out;
    if (waiter.mutex != NULL && waiter.changed != NULL)
        number = http_start(client, request, waiter_finish, &waiter);
    if (number == 0)
        snprintf(answer->why, sizeof answer->why, "out of memory, or the agent is stopping");
    else
        waiter_wait(&waiter, client, number, keep_waiting, context);
out:
    condition_free(waiter.changed);
    mutex_free(waiter.mutex);
}
