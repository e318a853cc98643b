/* SPDX-License-Identifier: MIT */
/* The HTTP client: one thread that drives all transfers with one curl_multi. */
#include "http_curl.h"

#include "crypto.h"
#include "deadline.h"
#include "http_proxy.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HTTP_HOST_CONNECTIONS = 8, /* to one host; with HTTP/2 one carries many requests */
    HTTP_KEPT_CONNECTIONS = 16,
    HTTP_IDLE_MS = 60000, /* longest sleep of the I/O thread: whatever happens wakes it before */
    HTTP_PAUSE_MS = 50    /* when libcurl cannot wait for want of memory */
};

struct http_client {
    struct http_settings settings;
    CURLM *multi;
    struct thread *thread;
    struct mutex *mutex; /* guards the members up to active, and canceled of every job */
    bool stopping;
    uint64_t last_id;
    struct http_job *incoming; /* oldest first */
    struct http_job **incoming_end;
    struct http_job *active;    /* changed by the I/O thread alone, which may so read it unlocked */
    struct http_job *abandoned; /* ended for the caller, but libcurl still looks their host up */
};

/* ---- lists ---- */

static void list_push(struct http_job **list, struct http_job *job)
{
    job->next = *list;
    *list = job;
}

static void list_remove(struct http_job **list, const struct http_job *job)
{
    while (*list != NULL && *list != job)
        list = &(*list)->next;
    if (*list != NULL)
        *list = job->next;
}

static struct http_job *list_find(struct http_job *list, uint64_t id)
{
    while (list != NULL && list->id != id)
        list = list->next;
    return list;
}

/* ---- the I/O thread ---- */

static void client_remove_active(struct http_client *client, struct http_job *job)
{
    mutex_lock(client->mutex);
    list_remove(&client->active, job);
    mutex_unlock(client->mutex);
}

/* Ends a job that libcurl has not. While its host is looked up, taking it out would make libcurl
 * wait for that, and every other request with it: so it stays until libcurl is through, and sends
 * nothing. */
static void client_end(struct http_client *client, struct http_job *job, enum http_result result,
                       const char *cause)
{
    client_remove_active(client, job);
    if (job->resolving) {
        list_push(&client->abandoned, job);
        http_job_finish(job, result, cause);
        return;
    }
    if (job->easy != NULL)
        curl_multi_remove_handle(client->multi, job->easy);
    http_job_finish(job, result, cause);
    http_job_free(job);
}

static void client_begin(struct http_client *client, struct http_job *job)
{
    if (http_job_prepare(job) && curl_multi_add_handle(client->multi, job->easy) == CURLM_OK)
        return;
    client_remove_active(client, job);
    http_job_finish(job, HTTP_NOT_SENT, "out of memory");
    http_job_free(job);
}

/* The oldest of the new jobs, active from now on; NULL: there are no more. */
static struct http_job *client_take_incoming(struct http_client *client)
{
    struct http_job *job = NULL;

    mutex_lock(client->mutex);
    job = client->incoming;
    if (job != NULL) {
        client->incoming = job->next;
        if (client->incoming == NULL)
            client->incoming_end = &client->incoming;
        list_push(&client->active, job);
    }
    mutex_unlock(client->mutex);
    return job;
}

static void client_begin_incoming(struct http_client *client)
{
    struct http_job *job = client_take_incoming(client);

    for (; job != NULL; job = client_take_incoming(client))
        client_begin(client, job);
}

/* What libcurl has ended. */
static void client_end_completed(struct http_client *client, struct http_job *job, CURLcode code)
{
    enum http_result result = code == CURLE_OK ? HTTP_ANSWERED
                              : job->too_large ? HTTP_TOO_LARGE
                              : job->sent      ? HTTP_LOST
                                               : HTTP_NOT_SENT;
    char cause[HTTP_CAUSE_SIZE];

    if (job->done == NULL) {
        curl_multi_remove_handle(client->multi, job->easy);
        list_remove(&client->abandoned, job);
        http_job_free(job);
        return;
    }
    job->resolving = false;
    http_job_cause(job, code, cause, sizeof cause);
    client_end(client, job, result, cause);
}

static void client_collect(struct http_client *client)
{
    CURLMsg *message = NULL;
    int left = 0;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        char *job = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
        client_end_completed(client, (struct http_job *)(void *)job, message->data.result);
    }
}

/* A job that was canceled or whose time is up; else NULL, and how long nothing will be due. */
static struct http_job *client_find_due(struct http_client *client, bool *canceled,
                                        uint64_t *idle_ms)
{
    uint64_t now = clock_monotonic_ms();
    struct http_job *job = NULL;

    *idle_ms = HTTP_IDLE_MS;
    mutex_lock(client->mutex);
    for (job = client->active; job != NULL; job = job->next) {
        uint64_t deadline = http_job_deadline(job);

        *canceled = job->canceled;
        if (job->canceled || deadline <= now)
            break;
        if (deadline - now < *idle_ms)
            *idle_ms = deadline - now;
    }
    mutex_unlock(client->mutex);
    return job;
}

static void client_expire(struct http_client *client, struct http_job *job)
{
    char cause[HTTP_CAUSE_SIZE];

    http_job_late_cause(job, cause, sizeof cause);
    client_end(client, job, job->sent ? HTTP_LOST : HTTP_NOT_SENT, cause);
}

/* Ends what is due; returns for how many milliseconds nothing else will be. */
static int client_end_due(struct http_client *client)
{
    struct http_job *job = NULL;
    bool canceled = false;
    uint64_t idle_ms = 0;

    while ((job = client_find_due(client, &canceled, &idle_ms)) != NULL) {
        if (canceled)
            client_end(client, job, HTTP_CANCELED, "canceled");
        else
            client_expire(client, job);
    }
    return (int)idle_ms;
}

static bool client_is_stopping(struct http_client *client)
{
    bool stopping = false;

    mutex_lock(client->mutex);
    stopping = client->stopping;
    mutex_unlock(client->mutex);
    return stopping;
}

/* Ends everything. Nothing new comes in, because http_start sees stopping. */
static void client_end_all(struct http_client *client)
{
    struct http_job *job = NULL;

    while (client_take_incoming(client) != NULL) {
    }
    while ((job = client->active) != NULL)
        client_end(client, job, HTTP_CANCELED, "the agent is stopping");
    while ((job = client->abandoned) != NULL) {
        client->abandoned = job->next;
        /* Leaves the thread that looks the host up to itself, instead of waiting for it. */
        curl_easy_setopt(job->easy, CURLOPT_QUICK_EXIT, 1L);
        curl_multi_remove_handle(client->multi, job->easy);
        http_job_free(job);
    }
}

static void client_run(void *context)
{
    struct http_client *client = context;
    int running = 0;

    while (!client_is_stopping(client)) {
        client_begin_incoming(client);
        curl_multi_perform(client->multi, &running);
        client_collect(client);
        if (curl_multi_poll(client->multi, NULL, 0, client_end_due(client), NULL) != CURLM_OK)
            clock_sleep_ms(HTTP_PAUSE_MS);
    }
    client_end_all(client);
}

/* ---- the callers' threads ---- */

static bool client_init_multi(struct http_client *client)
{
    client->multi = curl_multi_init();
    return client->multi != NULL &&
           curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) ==
               CURLM_OK &&
           curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                             (long)HTTP_HOST_CONNECTIONS) == CURLM_OK &&
           curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)HTTP_KEPT_CONNECTIONS) ==
               CURLM_OK;
}

static struct http_client *client_new(const struct http_options *options)
{
    struct http_client *client = calloc(1, sizeof *client);

    if (client == NULL)
        return NULL;
    client->incoming_end = &client->incoming;
    client->mutex = mutex_new();
    if (client->mutex != NULL && http_settings_copy(&client->settings, options) &&
        client_init_multi(client))
        return client;
    http_client_free(client);
    return NULL;
}

/* libcurl counts these; it is never taken back, because an abandoned look-up may outlive us. */
static bool start_libraries(char *why, size_t why_size)
{
    CURLcode code = crypto_start() ? curl_global_init(CURL_GLOBAL_DEFAULT) : CURLE_FAILED_INIT;

    if (code != CURLE_OK)
        snprintf(why, why_size, "OpenSSL and libcurl could not be started: %s",
                 curl_easy_strerror(code));
    return code == CURLE_OK;
}

struct http_client *http_client_new(const struct http_options *options, char *why, size_t why_size)
{
    bool ca_file = options->ca_file != NULL && options->ca_file[0] != '\0';
    struct http_client *client = NULL;

    if (!http_proxy_check(options, why, why_size) || !start_libraries(why, why_size))
        return NULL;
    client = client_new(options);
    if (client == NULL) {
        snprintf(why, why_size, "out of memory for the HTTP client");
        goto out;
    }
    client->settings.roots = http_roots_new(ca_file ? options->ca_file : NULL, why, why_size);
    if (client->settings.roots == NULL)
        goto out;
    client->thread = thread_start(client_run, client);
    if (client->thread != NULL)
        return client;
    snprintf(why, why_size, "out of threads for the HTTP client");
out:
    http_client_free(client);
    return NULL;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    if (client->thread != NULL) {
        mutex_lock(client->mutex);
        client->stopping = true;
        mutex_unlock(client->mutex);
        curl_multi_wakeup(client->multi);
        thread_join(client->thread);
    }
    if (client->multi != NULL)
        curl_multi_cleanup(client->multi);
    http_settings_clear(&client->settings);
    mutex_free(client->mutex);
    free(client);
}

uint64_t http_start(struct http_client *client, const struct http_request *request,
                    void (*done)(void *context, struct http_answer *answer), void *context)
{
    char why[256];
    struct http_job *job = NULL;
    uint64_t id = 0;

    if (!http_request_check(request, why, sizeof why))
        return 0;
    job = http_job_new(request, &client->settings);
    if (job == NULL)
        return 0;
    job->done = done;
    job->context = context;
    mutex_lock(client->mutex);
    if (!client->stopping) {
        id = ++client->last_id;
        job->id = id;
        *client->incoming_end = job;
        client->incoming_end = &job->next;
    }
    mutex_unlock(client->mutex);
    if (id == 0)
        http_job_free(job);
    else
        curl_multi_wakeup(client->multi);
    return id;
}

void http_cancel(struct http_client *client, uint64_t request)
{
    struct http_job *job = NULL;

    mutex_lock(client->mutex);
    job = list_find(client->incoming, request);
    if (job == NULL)
        job = list_find(client->active, request);
    if (job != NULL)
        job->canceled = true;
    mutex_unlock(client->mutex);
    if (job != NULL)
        curl_multi_wakeup(client->multi);
}

const char *http_version(void)
{
    return curl_version();
}
