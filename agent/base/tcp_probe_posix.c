/* SPDX-License-Identifier: MIT */
/* The platform's part of the probe on POSIX. */
#include "tcp_probe_socket.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct detached {
    void (*run)(void *context);
    void *context;
};

static void *detached_main(void *argument)
{
    struct detached detached = *(struct detached *)argument;

    free(argument);
    detached.run(detached.context);
    return NULL;
}

bool tcp_detach(void (*run)(void *context), void *context)
{
    struct detached *detached = malloc(sizeof *detached);
    pthread_t thread;

    if (detached == NULL)
        return false;
    *detached = (struct detached){run, context};
    if (pthread_create(&thread, NULL, detached_main, detached) != 0) {
        free(detached);
        return false;
    }
    pthread_detach(thread);
    return true;
}

static bool take_address(struct tcp_address *address, const struct addrinfo *found)
{
    if (found->ai_addrlen > sizeof address->bytes ||
        getnameinfo(found->ai_addr, found->ai_addrlen, address->text, sizeof address->text, NULL, 0,
                    NI_NUMERICHOST) != 0)
        return false;
    memcpy(address->bytes, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    return true;
}

enum tcp_outcome tcp_resolve(const char *host, uint16_t port,
                             struct tcp_address addresses[TCP_PROBE_MAX_ROWS], size_t *count)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char service[8];
    int error = 0;

    snprintf(service, sizeof service, "%u", (unsigned)port);
    *count = 0;
    error = getaddrinfo(host, service, &hints, &found);
    if (error == EAI_AGAIN)
        return TCP_NO_ANSWER;
    if (error != 0)
        return TCP_NO_NAME;
    for (struct addrinfo *at = found; at != NULL && *count < TCP_PROBE_MAX_ROWS; at = at->ai_next)
        if (take_address(&addresses[*count], at))
            ++*count;
    freeaddrinfo(found);
    return *count > 0 ? TCP_CONNECTED : TCP_NO_NAME;
}

static void attempt_fail(struct tcp_attempt *attempt, int error)
{
    attempt->error = error;
    switch (error) {
    case ECONNREFUSED: attempt->outcome = TCP_REFUSED; break;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL: attempt->outcome = TCP_NO_ROUTE; break;
    case ETIMEDOUT: attempt->outcome = TCP_TIMED_OUT; break;
    case EACCES:
    case EPERM: attempt->outcome = TCP_FORBIDDEN; break;
    default: attempt->outcome = TCP_FAILED; break;
    }
}

void tcp_attempt_begin(struct tcp_attempt *attempt, const struct tcp_address *address)
{
    const struct sockaddr *to = (const void *)address->bytes;
    int handle = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    *attempt = (struct tcp_attempt){.socket = handle, .outcome = TCP_PENDING};
    if (handle < 0 && errno == EAFNOSUPPORT)
        attempt->outcome = TCP_NO_ROUTE;
    else if (handle < 0)
        attempt_fail(attempt, errno);
    else if (connect(handle, to, (socklen_t)address->length) == 0)
        attempt->outcome = TCP_CONNECTED;
    else if (errno != EINPROGRESS)
        attempt_fail(attempt, errno);
}

static void attempt_settle(struct tcp_attempt *attempt)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (getsockopt((int)attempt->socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error == 0)
        attempt->outcome = TCP_CONNECTED;
    else
        attempt_fail(attempt, error);
}

void tcp_attempts_wait(struct tcp_attempt *attempts, size_t count, uint32_t milliseconds)
{
    struct pollfd handles[TCP_PROBE_MAX_ROWS];

    /* poll passes over what is negative. */
    for (size_t i = 0; i < count; i++)
        handles[i] =
            (struct pollfd){.fd = attempts[i].outcome == TCP_PENDING ? (int)attempts[i].socket : -1,
                            .events = POLLOUT};
    if (poll(handles, count, (int)milliseconds) <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (attempts[i].outcome == TCP_PENDING && handles[i].revents != 0)
            attempt_settle(&attempts[i]);
}

void tcp_attempt_end(struct tcp_attempt *attempt)
{
    if (attempt->socket >= 0)
        close((int)attempt->socket);
    attempt->socket = -1;
}
