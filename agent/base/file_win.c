/* SPDX-License-Identifier: MIT */
/* Files on Windows, by wide paths. */
#include "file.h"

#include "text.h"

#include <stdio.h>
#include <windows.h>

enum { PATH_UNITS = 1200 };

static bool widen(const char *path, wchar_t wide[PATH_UNITS])
{
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_UNITS) > 0)
        return true;
    SetLastError(ERROR_BAD_PATHNAME);
    return false;
}

void file_why(char *why, size_t why_size)
{
    const DWORD number = GetLastError();
    wchar_t wide[200];
    char text[600] = "";
    const DWORD flags =
        FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    /* In English, as all else that the agent says, where Windows has it. */
    DWORD units = FormatMessageW(flags, NULL, number, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US),
                                 wide, 200, NULL);
    int bytes = 0;

    if (why_size == 0)
        return;
    while (units > 0 && (wide[units - 1] == L' ' || wide[units - 1] == L'.'))
        units--;
    bytes = WideCharToMultiByte(CP_UTF8, 0, wide, (int)units, text, sizeof text - 1, NULL, NULL);
    if (bytes > 0)
        snprintf(why, why_size, "%.*s (Windows error %lu)", bytes, text, number);
    else
        snprintf(why, why_size, "Windows error %lu", number);
    text_repair(why); /* the cut may have gone through a character */
}

static bool open_file(struct file *file, const char *path, DWORD access, DWORD how)
{
    /* Whoever reads the file may hold it open while it is moved away. */
    const DWORD share =
        FILE_SHARE_READ | FILE_SHARE_DELETE | (access == GENERIC_READ ? FILE_SHARE_WRITE : 0);
    wchar_t wide[PATH_UNITS];
    HANDLE handle = INVALID_HANDLE_VALUE;

    *file = FILE_CLOSED;
    if (widen(path, wide))
        handle = CreateFileW(wide, access, share, NULL, how, FILE_ATTRIBUTE_NORMAL, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    file->handle = (intptr_t)handle;
    return true;
}

bool file_open_append(struct file *file, const char *path, char *why, size_t why_size)
{
    if (open_file(file, path, GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS))
        return true;
    file_why(why, why_size);
    return false;
}

bool file_open_write(struct file *file, const char *path, char *why, size_t why_size)
{
    return file_open_append(file, path, why, why_size);
}

bool file_open_new(struct file *file, const char *path)
{
    return open_file(file, path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW);
}

bool file_make_closed(const char *path)
{
    struct file file = FILE_CLOSED;
    const bool made = file_open_new(&file, path) || GetLastError() == ERROR_FILE_EXISTS;

    file_close(&file);
    return made;
}

bool file_open_read(struct file *file, const char *path, char *why, size_t why_size)
{
    if (open_file(file, path, GENERIC_READ, OPEN_EXISTING))
        return true;
    file_why(why, why_size);
    return false;
}

void file_close(struct file *file)
{
    if (file->handle != -1)
        CloseHandle((HANDLE)file->handle);
    *file = FILE_CLOSED;
}

bool file_append(struct file file, const void *bytes, size_t length)
{
    /* Both halves of the offset all ones mean: at the end. */
    return length == 0 || file_write_at(file, UINT64_MAX, bytes, length);
}

bool file_write_at(struct file file, uint64_t offset, const void *bytes, size_t length)
{
    size_t count = 0;

    while (count < length) {
        const uint64_t at = offset == UINT64_MAX ? offset : offset + count;
        OVERLAPPED place = {.Offset = (DWORD)at, .OffsetHigh = (DWORD)(at >> 32)};
        const size_t rest = length - count;
        DWORD written = 0;

        if (!WriteFile((HANDLE)file.handle, (const char *)bytes + count,
                       rest > 1 << 20 ? 1 << 20 : (DWORD)rest, &written, &place))
            return false;
        count += written;
    }
    return true;
}

bool file_sync(struct file file)
{
    return FlushFileBuffers((HANDLE)file.handle) != 0;
}

bool file_cut(struct file file, uint64_t length)
{
    const LARGE_INTEGER place = {.QuadPart = (LONGLONG)length};

    return SetFilePointerEx((HANDLE)file.handle, place, NULL, FILE_BEGIN) &&
           SetEndOfFile((HANDLE)file.handle) && file_sync(file);
}

bool file_size(struct file file, uint64_t *size)
{
    LARGE_INTEGER length;

    if (!GetFileSizeEx((HANDLE)file.handle, &length))
        return false;
    *size = (uint64_t)length.QuadPart;
    return true;
}

size_t file_read_at(struct file file, uint64_t offset, void *bytes, size_t length)
{
    size_t count = 0;

    while (count < length) {
        const uint64_t at = offset + count;
        OVERLAPPED place = {.Offset = (DWORD)at, .OffsetHigh = (DWORD)(at >> 32)};
        const size_t room = length - count;
        DWORD taken = 0;

        if (!ReadFile((HANDLE)file.handle, (char *)bytes + count,
                      room > 1 << 20 ? 1 << 20 : (DWORD)room, &taken, &place))
            return GetLastError() == ERROR_HANDLE_EOF ? count : SIZE_MAX;
        if (taken == 0)
            break;
        count += taken;
    }
    return count;
}

bool file_size_of(const char *path, uint64_t *size)
{
    wchar_t wide[PATH_UNITS];
    WIN32_FILE_ATTRIBUTE_DATA about;

    if (!widen(path, wide) || !GetFileAttributesExW(wide, GetFileExInfoStandard, &about))
        return false;
    *size = (uint64_t)about.nFileSizeHigh << 32 | about.nFileSizeLow;
    return true;
}

bool file_exists(const char *path)
{
    wchar_t wide[PATH_UNITS];

    return widen(path, wide) && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

bool file_move(const char *from, const char *to)
{
    wchar_t old_name[PATH_UNITS], new_name[PATH_UNITS];

    return widen(from, old_name) && widen(to, new_name) &&
           MoveFileExW(old_name, new_name, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH);
}

bool file_remove(const char *path)
{
    wchar_t wide[PATH_UNITS];

    return widen(path, wide) && DeleteFileW(wide);
}

bool file_free_space(const char *directory, uint64_t *bytes)
{
    wchar_t wide[PATH_UNITS];
    ULARGE_INTEGER left;

    if (!widen(directory, wide) || !GetDiskFreeSpaceExW(wide, &left, NULL, NULL))
        return false;
    *bytes = left.QuadPart;
    return true;
}
