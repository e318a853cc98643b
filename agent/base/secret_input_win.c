/* SPDX-License-Identifier: MIT */
/* Standard input without echo, on Windows. */
#include "secret_input.h"

#include <windows.h>

/* The console's mode while nothing is echoed: it would outlive us. */
static HANDLE silenced_input;
static DWORD mode_before;

/* Ctrl-C and the like; what follows is the usual effect, our end. */
static BOOL WINAPI on_event(DWORD event)
{
    (void)event;
    SetConsoleMode(silenced_input, mode_before);
    return FALSE;
}

bool secret_input_is_terminal(void)
{
    DWORD mode = 0;

    return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
}

/* Byte by byte: what is behind the line is not ours. */
static long read_line(HANDLE input, char *bytes, size_t size)
{
    size_t length = 0;

    while (length < size && (length == 0 || bytes[length - 1] != '\n')) {
        DWORD got = 0;

        if (!ReadFile(input, bytes + length, 1, &got, NULL)) {
            if (GetLastError() != ERROR_BROKEN_PIPE)
                return -1;
            got = 0;
        }
        if (got == 0)
            break;
        length++;
    }
    return (long)length;
}

long secret_input_line(char *bytes, size_t size, bool quiet)
{
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    long length = 0;

    if (!quiet || !GetConsoleMode(input, &mode_before))
        return read_line(input, bytes, size);
    silenced_input = input;
    SetConsoleCtrlHandler(on_event, TRUE);
    SetConsoleMode(input, mode_before & ~(DWORD)ENABLE_ECHO_INPUT);
    length = read_line(input, bytes, size);
    SetConsoleMode(input, mode_before);
    SetConsoleCtrlHandler(on_event, FALSE);
    return length;
}
