/* SPDX-License-Identifier: MIT */
/* The operator's wish to stop, as console events. */
#include "stop_signal.h"
#include <stddef.h>
#include <windows.h>

static const struct stop_signal *wishes;

/* Ctrl-C leaves it to us. The closing of the console, a logoff and a shutdown end the process when
 * this returns, or after 5 s: so it does not, and main ends the process when all is put away. */
static BOOL WINAPI on_event(DWORD event)
{
    wishes->stop(wishes->context);
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

void stop_signal_install(const struct stop_signal *given)
{
    wishes = given;
    SetConsoleCtrlHandler(on_event, TRUE);
}

void stop_signal_remove(void)
{
    if (wishes != NULL)
        SetConsoleCtrlHandler(on_event, FALSE);
    wishes = NULL;
}
