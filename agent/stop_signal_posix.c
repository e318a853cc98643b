/* SPDX-License-Identifier: MIT */
/* The operator's wishes, as signals. */
#include "stop_signal.h"
#include "thread.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { NOTHING = -1 };

static const struct stop_signal *wishes;
static struct thread *listener;
static int bytes[2] = {NOTHING, NOTHING}; /* pipe from the handler to the thread */
static bool had_terminal;

static void on_stop(int number)
{
    int before = errno;

    (void)number;
    wishes->stop(wishes->context);
    errno = before;
}

/* A handler may do next to nothing: the thread does the rest. */
static void on_hangup(int number)
{
    int before = errno;
    ssize_t written = write(bytes[1], "h", 1);

    (void)number;
    (void)written; /* full: it has enough to do */
    errno = before;
}

/* SIGHUP means reload, but also that the terminal we run in is gone. */
static void listen_to_hangups(void *context)
{
    char byte = 0;

    (void)context;
    for (;;) {
        ssize_t got = read(bytes[0], &byte, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || byte == 'q')
            return;
        if (had_terminal && !isatty(STDIN_FILENO))
            wishes->stop(wishes->context);
        else
            wishes->reload(wishes->context);
    }
}

void stop_signal_install(const struct stop_signal *given)
{
    struct sigaction stop = {.sa_handler = on_stop}, hangup = {.sa_handler = on_hangup};

    /* What the interrupted thread was at goes on: none of our waits needs the interruption. */
    stop.sa_flags = hangup.sa_flags = SA_RESTART;
    wishes = given;
    had_terminal = isatty(STDIN_FILENO) == 1;
    if (pipe2(bytes, O_CLOEXEC) == 0)
        listener = thread_start(listen_to_hangups, NULL);
    if (listener != NULL && fcntl(bytes[1], F_SETFL, O_NONBLOCK) == 0)
        sigaction(SIGHUP, &hangup, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
}

void stop_signal_remove(void)
{
    if (wishes == NULL)
        return;
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    if (listener != NULL) {
        /* The pipe is full only of wishes to reload, and those are read. */
        while (write(bytes[1], "q", 1) != 1 && (errno == EAGAIN || errno == EINTR))
            usleep(1000);
        thread_join(listener);
        listener = NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (bytes[i] != NOTHING)
            close(bytes[i]);
        bytes[i] = NOTHING;
    }
    wishes = NULL;
}
