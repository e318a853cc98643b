/* SPDX-License-Identifier: MIT */
/* Where the configuration is by default, and what an absolute path is, on Windows. */
#include "config.h"
#include "config_check.h"
#include "text.h"

#include <windows.h>

void config_default_file(char *path, size_t size)
{
    wchar_t wide[CONFIG_PATH_SIZE];
    char folder[CONFIG_PATH_SIZE];
    DWORD length = GetEnvironmentVariableW(L"ProgramData", wide, CONFIG_PATH_SIZE);

    if (length == 0 || length >= CONFIG_PATH_SIZE ||
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, folder, sizeof folder, NULL, NULL) == 0)
        text_copy(folder, sizeof folder, "C:\\ProgramData");
    text_copy(path, size, folder);
    text_append(path, size, "\\milink\\agent.json");
}

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

/* C:\x or \\server\share\x; not \x or C:x, which hang on the current drive or directory. */
bool config_path_is_absolute(const char *path)
{
    bool letter = (path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z');

    if (is_separator(path[0]) && is_separator(path[1]))
        return path[2] != '\0';
    return letter && path[1] == ':' && is_separator(path[2]) && path[3] != '\0';
}
