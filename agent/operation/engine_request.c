/* SPDX-License-Identifier: MIT */
/* The engine's requests to Azure: token, URL, start, and the answer's way back. */
#include "engine_private.h"
#include "log.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_MS = 10000 };

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

/* Hands the answer over to the engine's thread. */
static void post(struct event *event, const struct http_answer *answer)
{
    struct engine *engine = event->running->engine;
    struct event **last = &engine->events;

    event->answer = *answer;
    mutex_lock(engine->mutex);
    while (*last != NULL)
        last = &(*last)->next;
    *last = event;
    engine->woken = true;
    condition_signal(engine->wake);
    mutex_unlock(engine->mutex);
}

static void on_answer(void *context, struct http_answer *answer)
{
    post(context, answer);
}

/* The request was not made: event->error says why, unless the engine itself is at fault. */
static void post_failure(struct event *event, const char *why)
{
    struct http_answer answer = {.result = HTTP_NOT_SENT};

    if (why != NULL)
        error_set(&event->error, MILINK_AGENT_FAILED, NULL, why);
    post(event, &answer);
}

/* URL of what is read to see whether the operation is complete: the link, one of its databases, the
 * instance. */
static bool resource_url(const struct engine *engine, const struct running *running, char *url)
{
    const struct config *config = engine->client->config;
    const struct operation *operation = &running->operation;
    const struct config_instance *instance = config_find_instance(config, operation->instance);
    char path[ARM_PATH_SIZE], database[128 * 3 + 1];

    if (instance == NULL)
        return false;
    if (operation->kind == OPERATION_LICENSE_SET) {
        if (!arm_path(path, sizeof path, instance, NULL, NULL))
            return false;
    } else if (!running->gone) {
        if (!arm_path(path, sizeof path, instance, "distributedAvailabilityGroups",
                      operation->link))
            return false;
    } else if (!engine_database_name(running, database, sizeof database) ||
               !arm_path(path, sizeof path, instance, "databases", database)) {
        return false;
    }
    return arm_url(url, ARM_URL_SIZE, config->arm_endpoint, path, operation->api_version);
}

static bool request_url(const struct engine *engine, const struct running *running,
                        enum engine_request request, char *url)
{
    const struct operation *operation = &running->operation;

    if (request == ENGINE_READ)
        return resource_url(engine, running, url);
    if (request == ENGINE_POLL) {
        text_copy(url, ARM_URL_SIZE,
                  operation->async_url[0] != '\0' ? operation->async_url : operation->location_url);
        return true;
    }
    return arm_url(url, ARM_URL_SIZE, engine->client->config->arm_endpoint, operation->path,
                   operation->api_version);
}

static bool start(struct engine *engine, struct running *running, struct event *event,
                  const char *url, const char *token)
{
    const struct operation *operation = &running->operation;
    bool send = event->request == ENGINE_SEND;
    struct arm_request request;

    if (!arm_request_init(&request, send ? operation->method : "GET", url,
                          send ? operation->body : NULL, operation->id))
        return false;
    request.http.bearer = token;
    if (send)
        log_write(LOG_INFO, "operation.sent", "%s %s: %s %s", operation->procedure, operation->id,
                  operation->method, operation->path);
    return http_start(engine->client->http, &request.http, on_answer, event) != 0;
}

void engine_start_request(struct engine *engine, struct running *running,
                          enum engine_request request)
{
    struct deadline deadline = deadline_in(TOKEN_MS);
    struct event *event = calloc(1, sizeof *event);
    char *url = malloc(ARM_URL_SIZE), *token = calloc(1, IDENTITY_TOKEN_SIZE);

    /* Without an event there is no way back: the request is not made, and due again at once. */
    if (event == NULL) {
        mutex_lock(engine->mutex);
        running->under_way[request] = false;
        mutex_unlock(engine->mutex);
        goto out;
    }
    event->running = running;
    event->request = request;
    if (url == NULL || token == NULL)
        post_failure(event, "memory ran out");
    else if (!request_url(engine, running, request, url))
        post_failure(event, "the instance is no longer in the configuration");
    else if (!token_get(engine->client->tokens, &deadline, token, &event->error))
        post_failure(event, NULL);
    else if (!start(engine, running, event, url, token))
        post_failure(event, "the request could not be made");
out:
    if (token != NULL)
        crypto_wipe(token, IDENTITY_TOKEN_SIZE);
    free(token);
    free(url);
}
