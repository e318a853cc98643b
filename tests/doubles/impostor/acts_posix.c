/* SPDX-License-Identifier: MIT */
/* What an impostor tries with a socket. */
#include "acts.h"
#include "endpoint.h"
#include "text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *path_of_socket(void)
{
    const char *path = getenv(MILINK_SOCKET_VARIABLE);

    return path != NULL ? path : MILINK_SOCKET_PATH;
}

int act_instance(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool made = false;

    text_copy(address.sun_path, sizeof address.sun_path, path_of_socket());
    made = handle >= 0 && bind(handle, (struct sockaddr *)&address, sizeof address) == 0;
    if (made)
        puts("made");
    else
        printf("refused, error %d\n", errno);
    if (handle >= 0)
        close(handle);
    return 0;
}

static int print_mode(const char *suffix)
{
    char path[256];
    struct stat about;

    text_copy(path, sizeof path, path_of_socket());
    text_append(path, sizeof path, suffix);
    if (lstat(path, &about) != 0) {
        perror(path);
        return 1;
    }
    printf("%o %u\n", (unsigned)about.st_mode & 07777, (unsigned)about.st_uid);
    return 0;
}

int act_security(void)
{
    return print_mode("") == 0 ? print_mode(MILINK_ADMIN_SUFFIX) : 1;
}

int act_sddl(const char *text)
{
    fprintf(stderr, "impostor: SDDL is a matter of Windows: %s\n", text);
    return 2;
}
