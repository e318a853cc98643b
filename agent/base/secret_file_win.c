/* SPDX-License-Identifier: MIT */
/* Reading a trusted file on Windows. Who may read it is set by the installer; its DACL is not
 * checked here yet. */
#include "secret_file.h"

#include "crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

/* Opens for reading beside writers and renames, so that an administrator can replace the file at
 * any time. */
static HANDLE open_file(const char *path)
{
    HANDLE handle = INVALID_HANDLE_VALUE;
    int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
    wchar_t *wide = NULL;

    if (units <= 0)
        return handle;
    wide = malloc((size_t)units * sizeof *wide);
    if (wide == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return handle;
    }
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, units);
    handle = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                         NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    free(wide);
    return handle;
}

static void say_last_error(const char *what, char *why, size_t why_size)
{
    DWORD number = GetLastError();

    if (number == ERROR_FILE_NOT_FOUND || number == ERROR_PATH_NOT_FOUND)
        snprintf(why, why_size, "%s: no such file", what);
    else if (number == ERROR_ACCESS_DENIED)
        snprintf(why, why_size, "%s: the agent's account has no access", what);
    else
        snprintf(why, why_size, "%s: Windows error %lu", what, number);
}

/* Up to size bytes; fewer at the end of the file. */
static bool read_all(HANDLE handle, struct trusted_file *file)
{
    DWORD taken = 1;

    while (file->length < file->size && taken > 0) {
        size_t room = file->size - file->length;
        DWORD part = room > 65536 ? 65536 : (DWORD)room;

        if (!ReadFile(handle, file->bytes + file->length, part, &taken, NULL))
            return false;
        file->length += taken;
    }
    return true;
}

bool trusted_file_read(struct trusted_file *file, char *why, size_t why_size)
{
    HANDLE handle = open_file(file->path);
    bool read = false;

    file->length = 0;
    if (handle == INVALID_HANDLE_VALUE)
        say_last_error("cannot be opened", why, why_size);
    else if (GetFileType(handle) != FILE_TYPE_DISK)
        snprintf(why, why_size, "is not a regular file; name a file");
    else if (!read_all(handle, file))
        say_last_error("cannot be read", why, why_size);
    else if (file->length == file->size)
        snprintf(why, why_size, "is too long: %lu bytes are the most",
                 (unsigned long)(file->size - 1));
    else
        read = true;
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    if (read)
        file->bytes[file->length] = '\0';
    else
        crypto_wipe(file->bytes, file->size);
    return read;
}
