/* SPDX-License-Identifier: MIT */
/* The console of Windows. */
#include "console.h"
#include "text.h"
#include <io.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>
#include <shellapi.h>

enum { BUFFER_SIZE = 4096 };

static UINT code_page_before;

static void restore(void)
{
    fflush(stdout);
    fflush(stderr);
    if (code_page_before != 0)
        SetConsoleOutputCP(code_page_before);
}

/* The C library would write a character's bytes one by one, which the console shows as so many
 * broken characters. What is in the buffer goes out at a line's end that fflush follows, and at the
 * process's end. */
static void start_output(void)
{
    if (console_width(stdout) > 0)
        setvbuf(stdout, NULL, _IOFBF, BUFFER_SIZE);
    code_page_before = GetConsoleOutputCP();
    SetConsoleOutputCP(CP_UTF8);
    atexit(restore);
}

static char *to_utf8(const wchar_t *wide)
{
    size_t units = wcslen(wide), room = TEXT_UTF8_BYTES(units) + 1, length = 0;
    char *text = malloc(room);

    if (text == NULL)
        return NULL;
    length = text_from_utf16((const uint16_t *)wide, units, text, room - 1);
    text[length == SIZE_MAX ? 0 : length] = '\0';
    return text;
}

char **console_start(int *count, char **arguments)
{
    int wide_count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &wide_count);
    char **texts = wide != NULL ? calloc((size_t)wide_count + 1, sizeof *texts) : NULL;

    start_output();
    for (int i = 0; texts != NULL && i < wide_count; i++) {
        texts[i] = to_utf8(wide[i]);
        if (texts[i] == NULL)
            return arguments;
    }
    LocalFree(wide);
    if (texts == NULL)
        return arguments;
    *count = wide_count;
    return texts;
}

size_t console_width(FILE *stream)
{
    HANDLE handle = (HANDLE)_get_osfhandle(_fileno(stream));
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(handle, &info))
        return 0;
    return (size_t)(info.srWindow.Right - info.srWindow.Left + 1);
}
