/* SPDX-License-Identifier: MIT */
/* Standard input without echo, on POSIX. */
#include "secret_input.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

/* What ends or stops us while nothing is echoed: the terminal must not stay so. */
static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t came; /* number of the last one; 0: none */

static void on_signal(int number)
{
    came = number;
}

bool secret_input_is_terminal(void)
{
    return isatty(STDIN_FILENO) == 1;
}

/* Byte by byte: what is behind the line is not ours. */
static long read_line(char *bytes, size_t size)
{
    size_t length = 0;

    while (came == 0 && length < size && (length == 0 || bytes[length - 1] != '\n')) {
        ssize_t got = read(STDIN_FILENO, bytes + length, 1);

        if (got == 0)
            break;
        if (got > 0)
            length++;
        else if (errno != EINTR || came != 0)
            return -1;
    }
    return (long)length;
}

/* Without SA_RESTART: the read ends. */
static void hear_signals(struct sigaction before[SIGNALS])
{
    struct sigaction hear = {.sa_handler = on_signal};

    came = 0;
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &hear, &before[i]);
}

/* What came meanwhile now has its usual effect. */
static void leave_signals(const struct sigaction before[SIGNALS])
{
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
    if (came != 0)
        raise(came);
}

long secret_input_line(char *bytes, size_t size, bool quiet)
{
    struct termios before, silent;
    struct sigaction actions[SIGNALS];
    long length = 0;

    came = 0;
    if (!quiet || tcgetattr(STDIN_FILENO, &before) != 0)
        return read_line(bytes, size);
    hear_signals(actions);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    length = read_line(bytes, size);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    leave_signals(actions);
    return length;
}
