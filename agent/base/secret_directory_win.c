/* SPDX-License-Identifier: MIT */
/* Directories of trusted files on Windows: owner and access list. */
#include "secret_directory.h"

#include "file_access.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

enum directory_state directory_check(const char *path, bool closed, char *why, size_t why_size)
{
    wchar_t *wide = file_wide_path(path);
    HANDLE handle = INVALID_HANDLE_VALUE;
    BY_HANDLE_FILE_INFORMATION about;
    enum directory_state state = DIRECTORY_UNSAFE;

    if (wide != NULL)
        handle =
            CreateFileW(wide, READ_CONTROL | FILE_READ_ATTRIBUTES,
                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                        FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        if (GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND)
            state = DIRECTORY_MISSING;
        file_say_error("cannot be examined", why, why_size);
    } else if (!GetFileInformationByHandle(handle, &about))
        file_say_error("cannot be examined", why, why_size);
    else if ((about.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        text_copy(why, why_size, "is a link; name the directory itself");
    else if ((about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
        text_copy(why, why_size, "is not a directory; move it away");
    else if (file_access_check(handle, closed, why, why_size))
        state = DIRECTORY_SAFE;
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    free(wide);
    return state;
}

bool directory_make(const char *path, char *why, size_t why_size)
{
    SECURITY_ATTRIBUTES security = {sizeof security, file_access_closed(), FALSE};
    wchar_t *wide = file_wide_path(path);
    bool made = security.lpSecurityDescriptor != NULL && wide != NULL &&
                (CreateDirectoryW(wide, &security) || GetLastError() == ERROR_ALREADY_EXISTS);

    if (!made)
        file_say_error("cannot be made", why, why_size);
    free(wide);
    if (security.lpSecurityDescriptor != NULL)
        LocalFree(security.lpSecurityDescriptor);
    return made;
}

/* From 100 ns since 1601 to milliseconds since 1970. */
static uint64_t utc_ms(const FILETIME *time)
{
    return (((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime) - 116444736000000000u) /
           10000;
}

static void tell(const WIN32_FIND_DATAW *found,
                 void (*each)(void *context, const char *name, uint64_t written_ms), void *context)
{
    char name[3 * MAX_PATH + 1];

    if ((found->dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT)) ==
            0 &&
        WideCharToMultiByte(CP_UTF8, 0, found->cFileName, -1, name, sizeof name, NULL, NULL) > 0)
        each(context, name, utc_ms(&found->ftLastWriteTime));
}

bool directory_list(const char *path,
                    void (*each)(void *context, const char *name, uint64_t written_ms),
                    void *context, char *why, size_t why_size)
{
    char pattern[4096 + 4];
    WIN32_FIND_DATAW found;
    HANDLE search = INVALID_HANDLE_VALUE;
    wchar_t *wide = NULL;
    bool listed = false;

    snprintf(pattern, sizeof pattern, "%s\\*", path);
    wide = file_wide_path(pattern);
    if (wide != NULL)
        search = FindFirstFileW(wide, &found);
    if (search == INVALID_HANDLE_VALUE) {
        listed = GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND;
    } else {
        do
            tell(&found, each, context);
        while (FindNextFileW(search, &found));
        listed = GetLastError() == ERROR_NO_MORE_FILES;
        FindClose(search);
    }
    if (!listed)
        file_say_error("cannot be listed", why, why_size);
    free(wide);
    return listed;
}

bool directory_remove_file(const char *file, bool *was_there, char *why, size_t why_size)
{
    wchar_t *wide = file_wide_path(file);

    *was_there = wide != NULL && DeleteFileW(wide);
    free(wide);
    if (*was_there || GetLastError() == ERROR_FILE_NOT_FOUND ||
        GetLastError() == ERROR_PATH_NOT_FOUND)
        return true;
    file_say_error("cannot be removed", why, why_size);
    return false;
}
