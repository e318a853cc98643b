/* SPDX-License-Identifier: MIT */
/* The Unix socket, open to the agent's own user and to root. */
#include "listener.h"
#include "endpoint.h"
#include "log.h"
#include "text.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 512, PAUSE_MS = 100 };

struct listener {
    int socket, lock;
    int stop[2];  /* pipe: a byte in it means stop */
    bool failing; /* said once, not with every try */
    struct sockaddr_un address;
};

static const char *socket_path(const struct config *config)
{
    const char *path = getenv(MILINK_SOCKET_VARIABLE);

    if (config->socket[0] != '\0')
        return config->socket;
    return path != NULL ? path : MILINK_SOCKET_PATH;
}

/* The lock beside the socket tells a living agent from a socket that a dead one left. */
static bool take_lock(struct listener *listener, char *why, size_t why_size)
{
    char path[sizeof listener->address.sun_path + 8];

    snprintf(path, sizeof path, "%s.lock", listener->address.sun_path);
    listener->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (listener->lock >= 0 && flock(listener->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    snprintf(why, why_size, "%s: %s", path,
             errno == EWOULDBLOCK ? "another agent is running here" : strerror(errno));
    return false;
}

static bool bind_socket(struct listener *listener, char *why, size_t why_size)
{
    const struct sockaddr_un *address = &listener->address;

    listener->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(address->sun_path);
    /* The file that bind makes gets the socket's mode, on Linux. umask would change that of the
     * files, too, which other threads make meanwhile. */
    if (listener->socket >= 0 && fchmod(listener->socket, S_IRUSR | S_IWUSR) == 0 &&
        bind(listener->socket, (const struct sockaddr *)address, sizeof *address) == 0 &&
        listen(listener->socket, BACKLOG) == 0)
        return true;
    snprintf(why, why_size, "%s: %s", address->sun_path, strerror(errno));
    return false;
}

static struct listener *open_path(const char *path, char *why, size_t why_size)
{
    struct listener *listener = calloc(1, sizeof *listener);

    if (listener == NULL || strlen(path) + 8 > sizeof listener->address.sun_path) {
        text_copy(why, why_size, "the path of the socket is too long");
        free(listener);
        return NULL;
    }
    listener->socket = listener->lock = listener->stop[0] = listener->stop[1] = -1;
    listener->address.sun_family = AF_UNIX;
    text_copy(listener->address.sun_path, sizeof listener->address.sun_path, path);
    if (pipe2(listener->stop, O_CLOEXEC | O_NONBLOCK) != 0 || !take_lock(listener, why, why_size) ||
        !bind_socket(listener, why, why_size)) {
        listener_close(listener);
        return NULL;
    }
    return listener;
}

struct listener *listener_open(const struct config *config, char *why, size_t why_size)
{
    return open_path(socket_path(config), why, why_size);
}

struct listener *listener_open_admin(const struct config *config, char *why, size_t why_size)
{
    char path[CONFIG_PATH_SIZE];

    listener_admin_place(config, path, sizeof path);
    return open_path(path, why, why_size);
}

void listener_admin_place(const struct config *config, char *place, size_t size)
{
    text_copy(place, size, socket_path(config));
    text_append(place, size, MILINK_ADMIN_SUFFIX);
}

void listener_log(const struct listener *listener)
{
    log_write(LOG_INFO, "listener.opened", "%s for user id %u", listener->address.sun_path,
              (unsigned)geteuid());
}

void listener_close(struct listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->socket >= 0) {
        unlink(listener->address.sun_path);
        close(listener->socket);
    }
    for (int i = 0; i < 2; i++)
        if (listener->stop[i] >= 0)
            close(listener->stop[i]);
    if (listener->lock >= 0)
        close(listener->lock);
    free(listener);
}

/* A caller who only went away again is nothing. Else the process or the host is out of files or
 * memory: whoever waits stays in line, and to try at once would be to spin. */
static enum listener_result wait_for_room(struct listener *listener)
{
    struct pollfd stop = {listener->stop[0], POLLIN, 0};

    if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)
        return LISTENER_FAILED;
    if (!listener->failing)
        log_write(LOG_ERROR, "listener.failed",
                  "%s: callers have to wait: %s; raise the limit of open files, or free memory",
                  listener->address.sun_path, strerror(errno));
    listener->failing = true;
    return poll(&stop, 1, PAUSE_MS) > 0 ? LISTENER_STOPPED : LISTENER_FAILED;
}

enum listener_result listener_accept(struct listener *listener, struct transport *transport)
{
    struct pollfd ready[] = {{listener->socket, POLLIN, 0}, {listener->stop[0], POLLIN, 0}};
    int connection = -1;

    transport_init(transport);
    if (poll(ready, 2, -1) < 0 && errno != EINTR)
        return LISTENER_FAILED;
    if (ready[1].revents != 0)
        return LISTENER_STOPPED;
    connection = accept4(listener->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0)
        return wait_for_room(listener);
    listener->failing = false;
    transport->handle = connection;
    return LISTENER_CONNECTED;
}

void listener_stop(struct listener *listener)
{
    ssize_t written = write(listener->stop[1], "", 1);

    (void)written; /* full: it has been stopped already */
}

bool listener_admits(struct listener *listener, struct transport *transport, char *who,
                     size_t who_size)
{
    struct ucred peer = {0, (uid_t)-1, 0};
    socklen_t size = sizeof peer;

    (void)listener;
    if (getsockopt((int)transport->handle, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    snprintf(who, who_size, "user id %u", (unsigned)peer.uid);
    return peer.uid == 0 || peer.uid == geteuid();
}
