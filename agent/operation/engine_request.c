/* SPDX-License-Identifier: MIT */
/* The engine's requests to Azure: what they need, start, and the answer's way back. */
#include "engine_private.h"
#include "log.h"
#include "secret_store.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool engine_database_name(const struct running *running, char *name, size_t size)
{
    const char *line = running->operation.databases;

    for (size_t i = 0; i < running->database_at && line != NULL; i++) {
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    if (line == NULL || line[0] == '\0')
        return false;
    if (name != NULL)
        text_copy_bytes(name, size, line, strcspn(line, "\n"));
    return true;
}

/* ---- what a request needs ---- */

_Static_assert((int)OPERATION_PATH_SIZE == (int)ARM_PATH_SIZE, "the journal keeps whole paths");

/* The operation's instance, if the configuration has it still and the alias still means the same:
 * nothing outside of it is ever called. */
static const struct config_instance *find_instance(const struct config *config,
                                                   const struct operation *operation)
{
    const struct config_instance *instance = config_find_instance(config, operation->instance);
    char path[ARM_PATH_SIZE];
    size_t length = 0;

    if (instance == NULL || !arm_path(path, sizeof path, instance, NULL, NULL))
        return NULL;
    length = strlen(path);
    if (strlen(operation->path) < length || !text_equal_bytes(path, operation->path, length))
        return NULL;
    return operation->path[length] == '\0' || operation->path[length] == '/' ? instance : NULL;
}

/* Of what is read to see whether the operation is complete: the resource it changes, or of a link
 * that is gone one of its databases. */
static bool read_path(const struct running *running, const struct config_instance *instance,
                      char path[ARM_PATH_SIZE])
{
    char database[128 * 3 + 1];

    if (running->gone)
        return engine_database_name(running, database, sizeof database) &&
               arm_path(path, ARM_PATH_SIZE, instance, "databases", database);
    text_copy(path, ARM_PATH_SIZE, running->operation.watched);
    return true;
}

static bool make_url(const struct config *config, const struct running *running,
                     enum engine_request request, char *url)
{
    const struct operation *operation = &running->operation;
    char path[ARM_PATH_SIZE];

    if (request == ENGINE_POLL) {
        text_copy(url, ARM_URL_SIZE,
                  operation->async_url[0] != '\0' ? operation->async_url : operation->location_url);
        return true;
    }
    text_copy(path, sizeof path, operation->path);
    if (request == ENGINE_READ &&
        !read_path(running, config_find_instance(config, operation->instance), path))
        return false;
    return arm_url(url, ARM_URL_SIZE, config->arm_endpoint, path, operation->api_version);
}

/* Text as it stands in a JSON string; secrets are printable ASCII. */
static void append_escaped(char *body, const char *secret)
{
    char *to = body + strlen(body);

    for (; *secret != '\0'; secret++) {
        if (*secret == '"' || *secret == '\\')
            *to++ = '\\';
        *to++ = *secret;
    }
    *to = '\0';
}

/* The operation's body with the secret in place of its mark, which stands there once, as a whole
 * string; for free and wiping. NULL with error set. */
static char *fill_in_secret(const struct config *config, const struct operation *operation,
                            struct error *error)
{
    static const char mark[] = "\"" OPERATION_SECRET_MARK "\"";
    const char *first = strstr(operation->body, OPERATION_SECRET_MARK);
    const char *at = strstr(operation->body, mark);
    char secret[SECRET_FILE_SIZE] = "", why[512] = "";
    char *body = calloc(1, sizeof operation->body + 2 * sizeof secret);

    if (body == NULL) {
        error_set(error, MILINK_OUT_OF_MEMORY, NULL, NULL);
    } else if (at == NULL || first != at + 1 || strstr(first + 1, OPERATION_SECRET_MARK) != NULL) {
        error_set(error, MILINK_AGENT_FAILED, NULL, "the body has no one place for its secret");
    } else if (!secret_store_get(config->state_directory, operation->secret, secret, why,
                                 sizeof why)) {
        error_set(error, MILINK_SECRET_MISSING, operation->secret, why);
    } else {
        memcpy(body, operation->body, (size_t)(at - operation->body) + 1);
        append_escaped(body, secret);
        text_append(body, sizeof operation->body + 2 * sizeof secret, at + sizeof mark - 2);
    }
    crypto_wipe(secret, sizeof secret);
    if (error->number == 0)
        return body;
    free(body);
    return NULL;
}

enum engine_start engine_make_ready(struct engine *engine, const struct running *running,
                                    enum engine_request request, struct engine_ready *ready,
                                    struct error *error)
{
    const struct operation *operation = &running->operation;
    const struct config *config = &engine->setup->config;
    /* What has left is followed on. */
    const enum engine_start refused = request == ENGINE_SEND ? ENGINE_REFUSED : ENGINE_LATER;

    *ready = (struct engine_ready){0};
    if (find_instance(config, operation) == NULL)
        return ENGINE_REMOVED;
    ready->token = calloc(1, IDENTITY_TOKEN_SIZE);
    ready->url = calloc(1, ARM_URL_SIZE);
    if (ready->token == NULL || ready->url == NULL)
        return ENGINE_LATER;
    switch (token_try(engine->setup->tokens, ready->token, error)) {
    case TOKEN_READY: break;
    case TOKEN_PENDING: return ENGINE_LATER;
    case TOKEN_REFUSED: return refused;
    }
    if (!make_url(config, running, request, ready->url)) {
        error_set(error, MILINK_AGENT_FAILED, NULL, "the URL is too long");
        return refused;
    }
    if (request == ENGINE_SEND && operation->secret[0] != '\0')
        ready->body = fill_in_secret(config, operation, error);
    return error->number == 0 ? ENGINE_STARTED : refused;
}

void engine_clear_ready(struct engine_ready *ready)
{
    if (ready->token != NULL)
        crypto_wipe(ready->token, IDENTITY_TOKEN_SIZE);
    if (ready->body != NULL)
        crypto_wipe(ready->body, strlen(ready->body));
    free(ready->token);
    free(ready->url);
    free(ready->body);
    *ready = (struct engine_ready){0};
}

/* ---- the request and its answer ---- */

/* Hands the answer over to the engine's thread. */
static void on_answer(void *context, struct http_answer *answer)
{
    struct event *event = context;
    struct engine *engine = event->running->engine;
    struct event **last = &engine->events;

    event->answer = *answer;
    mutex_lock(engine->mutex);
    engine->under_way--;
    while (*last != NULL)
        last = &(*last)->next;
    *last = event;
    engine_wake(engine);
    if (engine->under_way == 0)
        condition_broadcast(engine->changed); /* engine_free waits for it */
    mutex_unlock(engine->mutex);
}

void engine_free_event(struct event *event)
{
    http_answer_clear(&event->answer);
    if (event->token != NULL)
        crypto_wipe(event->token, IDENTITY_TOKEN_SIZE);
    free(event->token);
    setup_release(event->setup);
    free(event);
}

/* A new event of a request that counts as under way; NULL without memory. */
static struct event *new_event(struct engine *engine, struct running *running,
                               enum engine_request request)
{
    struct event *event = calloc(1, sizeof *event);

    if (event == NULL)
        return NULL;
    event->running = running;
    event->request = request;
    mutex_lock(engine->mutex);
    event->setup = setup_hold(engine->setup);
    running->under_way[request] = true;
    engine->under_way++;
    mutex_unlock(engine->mutex);
    return event;
}

/* The request never began: as if it had not been tried. */
static void forget_event(struct engine *engine, struct event *event)
{
    mutex_lock(engine->mutex);
    event->running->under_way[event->request] = false;
    engine->under_way--;
    mutex_unlock(engine->mutex);
    engine_free_event(event);
}

bool engine_start_request(struct engine *engine, struct running *running,
                          enum engine_request request, struct engine_ready *ready)
{
    const struct operation *operation = &running->operation;
    bool send = request == ENGINE_SEND;
    const char *body = ready->body != NULL ? ready->body : operation->body;
    struct event *event = new_event(engine, running, request);
    struct setup *setup = NULL;
    struct arm_request arm;

    if (event == NULL)
        return false;
    setup = event->setup; /* the event may be gone once the request has started */
    if (arm_request_init(&arm, send ? operation->method : "GET", ready->url,
                         send && body[0] != '\0' ? body : NULL, operation->id)) {
        arm.http.bearer = event->token = ready->token;
        ready->token = NULL;
        running->setups[request] = setup;
        running->requests[request] = http_start(setup->http, &arm.http, on_answer, event);
        if (running->requests[request] != 0)
            return true;
    }
    forget_event(engine, event);
    return false;
}
