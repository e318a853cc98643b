/* SPDX-License-Identifier: MIT */
/* The operator's wish to stop, as signals. */
#include "stop_signal.h"
#include <signal.h>
#include <stddef.h>

static void (*stop_function)(void *context);
static void *stop_context;

static void on_signal(int number)
{
    (void)number;
    stop_function(stop_context);
}

void stop_signal_install(void (*stop)(void *context), void *context)
{
    struct sigaction action = {.sa_handler = on_signal};

    stop_function = stop;
    stop_context = context;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}
