/* SPDX-License-Identifier: MIT */
/* What the process needs first, on POSIX. */
#include "own_process.h"
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Without FD_CLOEXEC: the streams are a child's as well. */
static void open_streams(void)
{
    int handle = 0;

    do
        handle = open("/dev/null", O_RDWR);
    while (handle >= 0 && handle <= STDERR_FILENO);
    if (handle > STDERR_FILENO)
        close(handle);
}

void process_start(void)
{
    signal(SIGPIPE, SIG_IGN);
    open_streams();
}

void process_shed_privileges(void)
{
}
