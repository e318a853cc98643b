/* SPDX-License-Identifier: MIT */
/* Passing bytes on slowly, a thread a connection. */
#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

enum { LOOK_MS = 50 /* how often a silent connection looks whether the simulator stops */ };

struct relay {
    int listener;
    unsigned port, target;
    int64_t pause_ms;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t none; /* open became 0 */
    size_t open;         /* connections */
};

/* One connection, in both directions. */
struct road {
    struct relay *relay;
    int client, server;
};

static struct sockaddr_in loopback(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static bool pass_on(int from, int to, size_t most)
{
    char bytes[4096];
    ssize_t count = recv(from, bytes, most < sizeof bytes ? most : sizeof bytes, 0);
    return count > 0 && send(to, bytes, (size_t)count, MSG_NOSIGNAL) == count;
}

static bool step(const struct road *road)
{
    struct pollfd watched[2] = {{.fd = road->client, .events = POLLIN},
                                {.fd = road->server, .events = POLLIN}};
    if (poll(watched, 2, LOOK_MS) < 0)
        return errno == EINTR;
    if (watched[0].revents && !pass_on(road->client, road->server, SIZE_MAX))
        return false;
    if (!watched[1].revents)
        return clock_wait(0);
    return clock_wait(road->relay->pause_ms) && pass_on(road->server, road->client, RELAY_PIECE);
}

static void *travel(void *context)
{
    struct road *road = context;
    struct relay *relay = road->relay;
    struct sockaddr_in address = loopback(relay->target);
    road->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(road->server, (struct sockaddr *)&address, sizeof address) == 0)
        while (step(road))
            ;
    close(road->server);
    close(road->client);
    free(road);
    pthread_mutex_lock(&relay->lock);
    if (--relay->open == 0)
        pthread_cond_signal(&relay->none);
    pthread_mutex_unlock(&relay->lock);
    return NULL;
}

static void start(struct relay *relay, int client)
{
    pthread_t thread;
    struct road *road = text_memory(1, sizeof *road);
    *road = (struct road){.relay = relay, .client = client};
    pthread_mutex_lock(&relay->lock);
    relay->open++;
    pthread_mutex_unlock(&relay->lock);
    if (pthread_create(&thread, NULL, travel, road) == 0)
        pthread_detach(thread);
    else
        abort(); /* out of threads */
}

static void *accept_all(void *context)
{
    struct relay *relay = context;
    int client = -1;
    while ((client = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
        start(relay, client);
    return NULL;
}

struct relay *relay_new(unsigned target, int64_t pause_ms)
{
    struct relay *relay = text_memory(1, sizeof *relay);
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    relay->target = target;
    relay->pause_ms = pause_ms;
    pthread_mutex_init(&relay->lock, NULL);
    pthread_cond_init(&relay->none, NULL);
    relay->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(relay->listener, (struct sockaddr *)&address, length) == 0 &&
        listen(relay->listener, SOMAXCONN) == 0 &&
        getsockname(relay->listener, (struct sockaddr *)&address, &length) == 0 &&
        pthread_create(&relay->thread, NULL, accept_all, relay) == 0) {
        relay->port = ntohs(address.sin_port);
        return relay;
    }
    close(relay->listener);
    free(relay);
    return NULL;
}

unsigned relay_port(const struct relay *relay)
{
    return relay->port;
}

void relay_free(struct relay *relay)
{
    if (!relay)
        return;
    shutdown(relay->listener, SHUT_RDWR); /* ends accept */
    pthread_join(relay->thread, NULL);
    pthread_mutex_lock(&relay->lock);
    while (relay->open)
        pthread_cond_wait(&relay->none, &relay->lock);
    pthread_mutex_unlock(&relay->lock);
    close(relay->listener);
    pthread_cond_destroy(&relay->none);
    pthread_mutex_destroy(&relay->lock);
    free(relay);
}
