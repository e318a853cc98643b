/* SPDX-License-Identifier: MIT */
/* The server: one thread accepts, workers serve. */
#include "server.h"
#include "dispatch.h"
#include "exchange.h"
#include "listener.h"
#include "log.h"
#include "metrics.h"
#include "thread.h"
#include <stdlib.h>
#include <string.h>

enum { REFUSE_MS = 100 };

struct server {
    struct agent *agent;
    struct listener *listener;
    struct mutex *mutex;       /* guards the queue and the counts */
    struct condition *arrived; /* a connection is in the queue, or the server stops */
    struct transport queue[CONFIG_MAX_QUEUE];
    size_t head, queued;
    struct thread *workers[CONFIG_MAX_WORKERS];
    size_t worker_count, idle;
    size_t most_workers, most_queued; /* as configured when the agent started */
};

struct connection {
    struct server *server;
    struct transport transport;
};

/* Whoever writes more after its request, or closes, does not wait for the answer any more. */
static bool caller_gone(void *context)
{
    struct connection *connection = context;

    return atomic_load(&connection->server->agent->stopping) ||
           transport_stirred(&connection->transport);
}

static void serve(struct connection *connection)
{
    char who[128] = "unknown";
    const struct dispatch_caller caller = {caller_gone, connection, who};
    struct frames request;
    struct buffer answer, bytes;
    bool whole = false;

    frames_init(&request, true);
    buffer_init(&answer, DISPATCH_MAX_ANSWER);
    whole = exchange_read(&connection->transport, &request);
    if (!whole) {
        dispatch_refusal(MILINK_REQUEST_MALFORMED, NULL, &answer);
    } else if (!listener_admits(connection->server->listener, &connection->transport, who,
                                sizeof who)) {
        log_write(LOG_WARNING, "caller.refused", "%s is not admitted", who);
        dispatch_refusal(MILINK_CALLER_REFUSED, who, &answer);
    } else {
        buffer_init_view(&bytes, request.bytes, request.end);
        dispatch(connection->server->agent, &bytes, &caller, &answer);
    }
    exchange_send(&connection->transport, &answer, whole);
    buffer_clear(&answer);
    frames_clear(&request);
}

static bool take(struct server *server, struct transport *transport)
{
    bool taken = false;

    mutex_lock(server->mutex);
    server->idle++;
    while (server->queued == 0 && !atomic_load(&server->agent->stopping))
        condition_wait(server->arrived, server->mutex, 60000);
    server->idle--;
    if (server->queued > 0) {
        *transport = server->queue[server->head];
        server->head = (server->head + 1) % CONFIG_MAX_QUEUE;
        server->queued--;
        metrics_set_queue(server->queued);
        taken = true;
    }
    mutex_unlock(server->mutex);
    return taken;
}

static void work(void *context)
{
    struct connection connection = {.server = context};

    while (take(connection.server, &connection.transport)) {
        serve(&connection);
        transport_close(&connection.transport);
    }
}

/* Answers without reading the request: that could take the caller's time. */
static void refuse(struct transport *transport, int32_t number)
{
    struct deadline deadline = deadline_in(REFUSE_MS);
    struct buffer answer;

    buffer_init(&answer, WIRE_MAX_PAYLOAD);
    dispatch_refusal(number, NULL, &answer);
    if (!answer.failed)
        transport_write(transport, answer.data, answer.length, &deadline);
    buffer_clear(&answer);
    transport_close(transport);
}

/* Workers are made when a connection finds none idle, and stay. */
static void add_worker(struct server *server)
{
    struct thread *worker = NULL;

    if (server->idle > server->queued || server->worker_count >= server->most_workers)
        return;
    worker = thread_start(work, server);
    if (worker != NULL)
        server->workers[server->worker_count++] = worker;
}

static void hand_over(struct server *server, struct transport *transport)
{
    bool room = false;

    mutex_lock(server->mutex);
    add_worker(server);
    room = server->queued < server->most_queued && server->worker_count > 0;
    if (room)
        server->queue[(server->head + server->queued++) % CONFIG_MAX_QUEUE] = *transport;
    metrics_set_queue(server->queued);
    mutex_unlock(server->mutex);
    /* Not under the mutex: the worker that wakes would at once wait for it. */
    if (room) {
        condition_signal(server->arrived);
    } else {
        metrics_count_busy();
        log_write(LOG_WARNING, "server.busy", "a call was refused: workers and queue are full");
        refuse(transport, MILINK_AGENT_BUSY);
    }
}

struct server *server_new(struct agent *agent, char *why, size_t why_size)
{
    struct server *server = calloc(1, sizeof *server);

    if (server == NULL)
        goto failed;
    server->agent = agent;
    server->most_workers = agent->setup->config.workers;
    server->most_queued = agent->setup->config.queue;
    server->mutex = mutex_new();
    server->arrived = condition_new();
    if (server->mutex == NULL || server->arrived == NULL)
        goto failed;
    server->listener = listener_open(&agent->setup->config, why, why_size);
    if (server->listener != NULL)
        return server;
failed:
    server_free(server);
    return NULL;
}

static void drain(struct server *server)
{
    mutex_lock(server->mutex);
    condition_broadcast(server->arrived);
    mutex_unlock(server->mutex);
    for (size_t i = 0; i < server->worker_count; i++)
        thread_join(server->workers[i]);
    server->worker_count = 0;
}

void server_run(struct server *server)
{
    struct transport transport;

    listener_log(server->listener);
    while (!atomic_load(&server->agent->stopping)) {
        switch (listener_accept(server->listener, &transport)) {
        case LISTENER_CONNECTED: hand_over(server, &transport); break;
        case LISTENER_STOPPED: atomic_store(&server->agent->stopping, true); break;
        case LISTENER_FAILED: clock_sleep_ms(1); break;
        }
    }
    drain(server);
}

void server_stop(struct server *server)
{
    atomic_store(&server->agent->stopping, true);
    listener_stop(server->listener);
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    listener_close(server->listener);
    condition_free(server->arrived);
    mutex_free(server->mutex);
    free(server);
}
