/* SPDX-License-Identifier: MIT */
/* Azure as the tests of the agent script it. */
#include "fake_http.h"
#include "deadline.h"
#include "text.h"
#include <pthread.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

enum { MAX_RULES = 40, MAX_REPLIES = 8, MAX_LOG = 4000, AWAIT_S = 20 };

struct rule {
    char method[8], part[160];
    struct fake_reply replies[MAX_REPLIES];
    size_t count, next;
};

/* A request that is not answered yet. */
struct pending {
    uint64_t number;
    struct fake_reply reply;
    bool canceled, never;
    void (*done)(void *context, struct http_answer *answer);
    void *context;
    struct pending *next;
};

struct http_client {
    pthread_t thread;
    pthread_mutex_t mutex; /* guards all below */
    pthread_cond_t changed;
    struct rule rules[MAX_RULES];
    size_t rule_count, unexpected;
    struct fake_request *log;
    size_t logged;
    struct pending *pending;
    uint64_t numbers;
    size_t answering;
    bool stopping, severed, released;
    bool (*model)(void *context, const struct fake_request *request, struct fake_reply *reply);
    void *model_context;
};

static struct http_client *newest;

static void add_header(struct http_answer *answer, const char *line, size_t length)
{
    size_t name = strcspn(line, ":");
    char *both = calloc(1, length + 2);

    assert_non_null(both);
    assert_true(answer->header_count < HTTP_MAX_HEADERS);
    memcpy(both, line, name);
    memcpy(both + name + 1, line + name + 2, length - name - 2);
    answer->headers[answer->header_count++] = (struct http_header){both, both + name + 1};
}

void fake_answer(struct http_answer *answer, const struct fake_reply *reply)
{
    const char *line = reply->headers != NULL ? reply->headers : "";

    memset(answer, 0, sizeof *answer);
    answer->result = reply->result;
    answer->status = reply->status;
    for (; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
        add_header(answer, line, strcspn(line, "\n"));
    if (reply->result == HTTP_ANSWERED) {
        answer->body = strdup(reply->body != NULL ? reply->body : "");
        assert_non_null(answer->body);
        answer->body_length = strlen(answer->body);
    } else {
        snprintf(answer->why, sizeof answer->why, "azure.test: made to fail");
    }
}

/* Takes out what can be answered now; NULL: nothing can. Called locked. */
static struct pending *take(struct http_client *client)
{
    struct pending **place = &client->pending;

    while (*place != NULL) {
        struct pending *pending = *place;
        bool held = pending->never || (pending->reply.held && !client->released);

        if (pending->canceled || client->stopping || (!held && !client->severed)) {
            *place = pending->next;
            return pending;
        }
        place = &pending->next;
    }
    return NULL;
}

static void answer(struct http_client *client, struct pending *pending)
{
    static const struct fake_reply canceled = {.result = HTTP_CANCELED};
    struct http_answer answer;

    client->answering++;
    fake_answer(&answer, pending->canceled || client->stopping ? &canceled : &pending->reply);
    pthread_mutex_unlock(&client->mutex);
    pending->done(pending->context, &answer);
    free(pending);
    pthread_mutex_lock(&client->mutex);
    client->answering--;
    pthread_cond_broadcast(&client->changed);
}

static void *run(void *context)
{
    struct http_client *client = context;
    struct pending *pending = NULL;

    pthread_mutex_lock(&client->mutex);
    for (;;) {
        pending = take(client);
        if (pending != NULL)
            answer(client, pending);
        else if (client->stopping)
            break;
        else
            pthread_cond_wait(&client->changed, &client->mutex);
    }
    pthread_mutex_unlock(&client->mutex);
    return NULL;
}

/* A setup that the tests have the agent make gets such a client, too. */
struct http_client *http_client_new(const struct http_options *options, char *why, size_t why_size)
{
    (void)options;
    (void)why;
    (void)why_size;
    return fake_http_new();
}

struct http_client *fake_http_new(void)
{
    struct http_client *client = calloc(1, sizeof *client);

    assert_non_null(client);
    client->log = calloc(MAX_LOG, sizeof *client->log);
    assert_non_null(client->log);
    pthread_mutex_init(&client->mutex, NULL);
    pthread_cond_init(&client->changed, NULL);
    assert_int_equal(pthread_create(&client->thread, NULL, run, client), 0);
    newest = client;
    return client;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    pthread_mutex_lock(&client->mutex);
    client->stopping = true;
    pthread_cond_broadcast(&client->changed);
    pthread_mutex_unlock(&client->mutex);
    pthread_join(client->thread, NULL);
    pthread_cond_destroy(&client->changed);
    pthread_mutex_destroy(&client->mutex);
    free(client->log);
    free(client);
    newest = NULL;
}

void fake_http_on(struct http_client *client, const char *method, const char *part,
                  struct fake_reply reply)
{
    struct rule *rule = NULL;

    pthread_mutex_lock(&client->mutex);
    for (size_t i = 0; i < client->rule_count; i++)
        if (strcmp(client->rules[i].method, method) == 0 &&
            strcmp(client->rules[i].part, part) == 0)
            rule = &client->rules[i];
    if (rule == NULL) {
        assert_true(client->rule_count < MAX_RULES);
        rule = &client->rules[client->rule_count++];
        text_copy(rule->method, sizeof rule->method, method);
        text_copy(rule->part, sizeof rule->part, part);
    }
    assert_true(rule->count < MAX_REPLIES);
    rule->replies[rule->count++] = reply;
    pthread_mutex_unlock(&client->mutex);
}

void fake_http_forget(struct http_client *client)
{
    pthread_mutex_lock(&client->mutex);
    memset(client->rules, 0, sizeof client->rules);
    client->rule_count = 0;
    pthread_mutex_unlock(&client->mutex);
}

void fake_http_model(struct http_client *client,
                     bool (*model)(void *context, const struct fake_request *request,
                                   struct fake_reply *reply),
                     void *context)
{
    pthread_mutex_lock(&client->mutex);
    client->model = model;
    client->model_context = context;
    pthread_mutex_unlock(&client->mutex);
}

static struct fake_reply find_reply(struct http_client *client, const struct fake_request *request)
{
    struct fake_reply reply = {.status = 501, .body = "{}"};

    if (client->model != NULL && client->model(client->model_context, request, &reply))
        return reply;
    for (size_t i = client->rule_count; i-- > 0;) {
        struct rule *rule = &client->rules[i];

        if (strcmp(rule->method, request->method) != 0 || strstr(request->url, rule->part) == NULL)
            continue;
        reply = rule->replies[rule->next];
        if (rule->next + 1 < rule->count)
            rule->next++;
        return reply;
    }
    client->unexpected++;
    return reply;
}

static struct fake_request *record(struct http_client *client, const struct http_request *request)
{
    struct fake_request *entry = &client->log[client->logged];

    if (client->logged < MAX_LOG - 1)
        client->logged++;
    memset(entry, 0, sizeof *entry);
    text_copy(entry->method, sizeof entry->method, request->method);
    text_copy(entry->url, sizeof entry->url, request->url);
    text_copy(entry->body, sizeof entry->body, request->body != NULL ? request->body : "");
    text_copy(entry->bearer, sizeof entry->bearer, request->bearer != NULL ? request->bearer : "");
    entry->timeout_ms = request->timeout_ms;
    entry->at_ms = clock_utc_ms();
    for (size_t i = 0; i < request->header_count; i++) {
        text_append(entry->headers, sizeof entry->headers, request->headers[i].name);
        text_append(entry->headers, sizeof entry->headers, ": ");
        text_append(entry->headers, sizeof entry->headers, request->headers[i].value);
        text_append(entry->headers, sizeof entry->headers, "\n");
    }
    return entry;
}

uint64_t http_start(struct http_client *client, const struct http_request *request,
                    void (*done)(void *context, struct http_answer *answer), void *context)
{
    struct pending *pending = calloc(1, sizeof *pending), **last = NULL;
    uint64_t number = 0;

    pthread_mutex_lock(&client->mutex);
    pending->done = done;
    pending->context = context;
    if (client->severed)
        pending->never = true;
    else
        pending->reply = find_reply(client, record(client, request));
    if (pending->reply.refused || client->stopping) {
        free(pending);
    } else {
        number = pending->number = ++client->numbers;
        for (last = &client->pending; *last != NULL; last = &(*last)->next)
            continue;
        *last = pending;
    }
    pthread_cond_broadcast(&client->changed);
    pthread_mutex_unlock(&client->mutex);
    return number;
}

void http_cancel(struct http_client *client, uint64_t request)
{
    pthread_mutex_lock(&client->mutex);
    for (struct pending *pending = client->pending; pending != NULL; pending = pending->next)
        if (pending->number == request)
            pending->canceled = true;
    pthread_cond_broadcast(&client->changed);
    pthread_mutex_unlock(&client->mutex);
}

static bool fits(const struct fake_request *request, const char *method, const char *part)
{
    return strcmp(request->method, method) == 0 && strstr(request->url, part) != NULL;
}

static size_t count(const struct http_client *client, const char *method, const char *part)
{
    size_t found = 0;

    for (size_t i = 0; i < client->logged; i++)
        found += fits(&client->log[i], method, part);
    return found;
}

size_t fake_http_count(struct http_client *client, const char *method, const char *part)
{
    size_t found = 0;

    pthread_mutex_lock(&client->mutex);
    found = count(client, method, part);
    pthread_mutex_unlock(&client->mutex);
    return found;
}

bool fake_http_request(struct http_client *client, const char *method, const char *part, size_t n,
                       struct fake_request *request)
{
    bool found = false;

    pthread_mutex_lock(&client->mutex);
    for (size_t i = 0; i < client->logged && !found; i++) {
        found = fits(&client->log[i], method, part) && n-- == 0;
        if (found)
            *request = client->log[i];
    }
    pthread_mutex_unlock(&client->mutex);
    return found;
}

bool fake_http_await(struct http_client *client, const char *method, const char *part,
                     size_t wanted)
{
    struct timespec until;
    bool there = false;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += AWAIT_S;
    pthread_mutex_lock(&client->mutex);
    while (count(client, method, part) < wanted &&
           pthread_cond_timedwait(&client->changed, &client->mutex, &until) == 0)
        continue;
    there = count(client, method, part) >= wanted;
    pthread_mutex_unlock(&client->mutex);
    return there;
}

size_t fake_http_unexpected(struct http_client *client)
{
    size_t found = 0;

    pthread_mutex_lock(&client->mutex);
    found = client->unexpected;
    pthread_mutex_unlock(&client->mutex);
    return found;
}

void fake_http_release(struct http_client *client)
{
    pthread_mutex_lock(&client->mutex);
    client->released = true;
    pthread_cond_broadcast(&client->changed);
    pthread_mutex_unlock(&client->mutex);
}

void fake_http_sever(struct http_client *client)
{
    pthread_mutex_lock(&client->mutex);
    client->severed = true;
    pthread_mutex_unlock(&client->mutex);
}

void fake_http_drain(struct http_client *client)
{
    pthread_mutex_lock(&client->mutex);
    for (struct pending *pending = client->pending; pending != NULL; pending = pending->next)
        pending->canceled = true;
    pthread_cond_broadcast(&client->changed);
    while (client->pending != NULL || client->answering > 0)
        pthread_cond_wait(&client->changed, &client->mutex);
    client->severed = false;
    pthread_mutex_unlock(&client->mutex);
}

bool fake_http_idle(void)
{
    struct http_client *client = newest;
    bool idle = true;

    pthread_mutex_lock(&client->mutex);
    idle = client->answering == 0;
    for (struct pending *pending = client->pending; pending != NULL; pending = pending->next)
        if (!pending->never && !(pending->reply.held && !client->released))
            idle = false;
    pthread_mutex_unlock(&client->mutex);
    return idle;
}
