/* SPDX-License-Identifier: MIT */
/* Trusted files on Windows: what was opened is what is checked; what is written gets its name last.
 */
#include "secret_file.h"

#include "crypto.h"
#include "file_access.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* Opens for reading beside writers and renames, so that an administrator can replace the file at
 * any time. A secret's link is opened itself, and refused. */
static HANDLE open_file(const struct trusted_file *file)
{
    HANDLE handle = INVALID_HANDLE_VALUE;
    wchar_t *wide = file_wide_path(file->path);
    DWORD flags = file->secret ? FILE_FLAG_OPEN_REPARSE_POINT : 0;

    if (wide != NULL)
        handle =
            CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                        NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL | flags, NULL);
    free(wide);
    return handle;
}

static bool check_file(HANDLE handle, const struct trusted_file *file, char *why, size_t why_size)
{
    BY_HANDLE_FILE_INFORMATION about;

    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &about)) {
        text_copy(why, why_size, "is not a regular file; name a file");
        return false;
    }
    if ((about.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        text_copy(why, why_size, "is a link; name the file itself");
        return false;
    }
    return file_access_check(handle, file->secret, why, why_size);
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
    HANDLE handle = open_file(file);
    bool read = false;

    file->length = 0;
    file->missing = handle == INVALID_HANDLE_VALUE && (GetLastError() == ERROR_FILE_NOT_FOUND ||
                                                       GetLastError() == ERROR_PATH_NOT_FOUND);
    if (handle == INVALID_HANDLE_VALUE)
        file_say_error("cannot be opened", why, why_size);
    else if (!check_file(handle, file, why, why_size))
        ;
    else if (!read_all(handle, file))
        file_say_error("cannot be read", why, why_size);
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

/* ---- writing ---- */

static bool write_new(const wchar_t *path, const struct trusted_file *file)
{
    SECURITY_ATTRIBUTES security = {sizeof security, file_access_closed(), FALSE};
    HANDLE handle = INVALID_HANDLE_VALUE;
    DWORD put = 0;
    bool written = false;

    if (security.lpSecurityDescriptor != NULL)
        handle =
            CreateFileW(path, GENERIC_WRITE, 0, &security, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (handle != INVALID_HANDLE_VALUE) {
        written = WriteFile(handle, file->bytes, (DWORD)file->length, &put, NULL) &&
                  put == file->length && FlushFileBuffers(handle);
        CloseHandle(handle);
    }
    if (security.lpSecurityDescriptor != NULL)
        LocalFree(security.lpSecurityDescriptor);
    return written;
}

/* Gives the finished file its name. A reader may hold the old one open for a moment. */
static bool name_file(const wchar_t *temporary, const wchar_t *path, bool keep)
{
    DWORD flags = MOVEFILE_WRITE_THROUGH | (keep ? 0 : MOVEFILE_REPLACE_EXISTING);

    for (int i = 0; i < 100; i++) {
        if (MoveFileExW(temporary, path, flags))
            return true;
        if (keep && (GetLastError() == ERROR_ALREADY_EXISTS || GetLastError() == ERROR_FILE_EXISTS))
            return DeleteFileW(temporary);
        if (GetLastError() != ERROR_ACCESS_DENIED && GetLastError() != ERROR_SHARING_VIOLATION)
            return false;
        Sleep(10);
    }
    return false;
}

bool trusted_file_write(const struct trusted_file *file, char *why, size_t why_size)
{
    char beside[4096 + CRYPTO_GUID_SIZE + 8], number[CRYPTO_GUID_SIZE] = "";
    wchar_t *path = file_wide_path(file->path), *temporary = NULL;
    bool written = false;

    if (crypto_new_guid(number) && (size_t)snprintf(beside, sizeof beside, "%s.%s" SECRET_FILE_PART,
                                                    file->path, number) < sizeof beside)
        temporary = file_wide_path(beside);
    if (path != NULL && temporary != NULL)
        written = write_new(temporary, file) && name_file(temporary, path, file->keep);
    if (!written) {
        file_say_error("cannot be written", why, why_size);
        if (temporary != NULL)
            DeleteFileW(temporary);
    }
    free(path);
    free(temporary);
    return written;
}
