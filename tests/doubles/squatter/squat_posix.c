/* SPDX-License-Identifier: MIT */
/* Squatting on the socket's path. Who listens is who may be asked for later (SO_PEERCRED). */
#include "squat.h"
#include "endpoint.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int listening = -1;

static bool become(const char *owner)
{
    char *end = NULL;
    unsigned long user = strtoul(owner, &end, 10);

    return *owner != '\0' && *end == '\0' && setuid((uid_t)user) == 0;
}

bool squat_open(const char *owner, bool single)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv(MILINK_SOCKET_VARIABLE);

    (void)single;
    if (path == NULL || strlen(path) >= sizeof address.sun_path) {
        fputs("squatter: " MILINK_SOCKET_VARIABLE " must name the socket\n", stderr);
        return false;
    }
    text_copy(address.sun_path, sizeof address.sun_path, path);
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(path);
    if (listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0666) != 0 || (owner != NULL && !become(owner)) || listen(listening, 16) != 0) {
        perror("squatter");
        return false;
    }
    return true;
}

bool squat_accept(struct transport *transport)
{
    transport_init(transport);
    transport->handle = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return transport->handle >= 0;
}
