/* SPDX-License-Identifier: MIT */
/* The byte stream over a Unix socket: for development, tests and an agent on a management host. */
#include "transport.h"
#include "endpoint.h"
#include "text.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void transport_init(struct transport *transport)
{
    transport->handle = -1;
    transport->event = -1;
}

void transport_close(struct transport *transport)
{
    if (transport->handle >= 0)
        close((int)transport->handle);
    transport_init(transport);
}

static enum transport_status status_of(int error)
{
    switch (error) {
    case ENOENT:
    case ECONNREFUSED: return TRANSPORT_NOT_RUNNING;
    case EACCES:
    case EPERM: return TRANSPORT_ACCESS_DENIED;
    case EPIPE:
    case ECONNRESET: return TRANSPORT_CLOSED;
    default: return TRANSPORT_FAILED;
    }
}

/* Waits for the socket in slices; TRANSPORT_OK when it is ready. */
static enum transport_status wait_for(int socket, short events, const struct deadline *deadline)
{
    struct pollfd ready = {socket, events, 0};

    /* Bytes that come one by one never leave a wait empty. */
    if (deadline_interrupted(deadline))
        return TRANSPORT_INTERRUPTED;
    for (;;) {
        int count = poll(&ready, 1, (int)deadline_slice_ms(deadline));

        if (count > 0)
            return TRANSPORT_OK;
        if (count < 0 && errno != EINTR)
            return TRANSPORT_FAILED;
        if (deadline_interrupted(deadline))
            return TRANSPORT_INTERRUPTED;
        if (deadline_left_ms(deadline) == 0)
            return TRANSPORT_TIMED_OUT;
    }
}

/* The listener must run as us or as root: anybody else may be a squatter on the path. */
static enum transport_status check_owner(int socket, char *why, size_t why_size)
{
    struct ucred peer = {0, 0, 0};
    socklen_t size = sizeof peer;

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return TRANSPORT_FAILED;
    if (peer.uid == 0 || peer.uid == geteuid())
        return TRANSPORT_OK;
    if (why != NULL)
        snprintf(why, why_size, "user id %u", (unsigned)peer.uid);
    return TRANSPORT_IMPOSTOR;
}

enum transport_status transport_connect(struct transport *transport,
                                        const struct deadline *deadline, char *why, size_t why_size)
{
    const char *path = getenv(MILINK_SOCKET_VARIABLE);

    return transport_connect_to(transport, path != NULL ? path : MILINK_SOCKET_PATH, deadline, why,
                                why_size);
}

enum transport_status transport_connect_to(struct transport *transport, const char *place,
                                           const struct deadline *deadline, char *why,
                                           size_t why_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    enum transport_status status = TRANSPORT_FAILED;

    if (strlen(place) >= sizeof address.sun_path) {
        if (why != NULL)
            text_copy(why, why_size, "the path of the socket is too long");
        return TRANSPORT_FAILED;
    }
    text_copy(address.sun_path, sizeof address.sun_path, place);
    transport->handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (transport->handle < 0)
        return TRANSPORT_FAILED;
    while (connect((int)transport->handle, (struct sockaddr *)&address, sizeof address) != 0) {
        /* EAGAIN: the listener's backlog is full. */
        if (errno != EAGAIN && errno != EINTR) {
            status = status_of(errno);
            if (status == TRANSPORT_FAILED && why != NULL)
                snprintf(why, why_size, "system error %d", errno);
            goto out;
        }
        if (deadline_interrupted(deadline)) {
            status = TRANSPORT_INTERRUPTED;
            goto out;
        }
        if (deadline_left_ms(deadline) == 0) {
            status = TRANSPORT_TIMED_OUT;
            goto out;
        }
        clock_sleep_ms(5);
    }
    status = check_owner((int)transport->handle, why, why_size);
out:
    if (status != TRANSPORT_OK)
        transport_close(transport);
    return status;
}

enum transport_status transport_write(struct transport *transport, const void *bytes, size_t length,
                                      const struct deadline *deadline)
{
    const char *from = bytes;

    while (length > 0) {
        ssize_t count = send((int)transport->handle, from, length, MSG_NOSIGNAL);
        enum transport_status status = TRANSPORT_OK;

        if (count < 0 && errno == EAGAIN)
            status = wait_for((int)transport->handle, POLLOUT, deadline);
        else if (count < 0 && errno != EINTR)
            status = status_of(errno);
        if (status != TRANSPORT_OK)
            return status;
        if (count > 0) {
            from += count;
            length -= (size_t)count;
        }
    }
    return TRANSPORT_OK;
}

enum transport_status transport_read(struct transport *transport, void *bytes, size_t room,
                                     size_t *count, const struct deadline *deadline)
{
    *count = 0;
    for (;;) {
        ssize_t got = recv((int)transport->handle, bytes, room, 0);
        enum transport_status status = TRANSPORT_OK;

        if (got > 0) {
            *count = (size_t)got;
            return TRANSPORT_OK;
        }
        if (got == 0)
            return TRANSPORT_CLOSED;
        if (errno == EAGAIN)
            status = wait_for((int)transport->handle, POLLIN, deadline);
        else if (errno != EINTR)
            status = status_of(errno);
        if (status != TRANSPORT_OK)
            return status;
    }
}

bool transport_stirred(struct transport *transport)
{
    struct pollfd ready = {(int)transport->handle, POLLIN | POLLRDHUP, 0};

    return poll(&ready, 1, 0) > 0;
}
