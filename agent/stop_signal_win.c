/* SPDX-License-Identifier: MIT */
/* The operator's wish to stop, as console events. */
#include "stop_signal.h"
#include <windows.h>

static void (*stop_function)(void *context);
static void *stop_context;

static BOOL WINAPI on_event(DWORD event)
{
    (void)event;
    stop_function(stop_context);
    return TRUE;
}

void stop_signal_install(void (*stop)(void *context), void *context)
{
    stop_function = stop;
    stop_context = context;
    SetConsoleCtrlHandler(on_event, TRUE);
}
