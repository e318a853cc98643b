/* SPDX-License-Identifier: MIT */
/* Azure Arc's folder of keys on Windows. */
#include "arc_key.h"

#include "text.h"

#include <initguid.h>
#include <knownfolders.h>
#include <shlobj.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

enum { WIDE_PATH = 1024 };

/* A known folder and what is below it; false when the system does not say. */
static bool below_folder(const GUID *which, const wchar_t *below, wchar_t path[WIDE_PATH])
{
    wchar_t *folder = NULL;
    bool known = SHGetKnownFolderPath(which, 0, NULL, &folder) == S_OK;
    size_t room = known ? wcslen(folder) + wcslen(below) : 0;

    if (known && room < WIDE_PATH) {
        memcpy(path, folder, wcslen(folder) * sizeof *path);
        memcpy(path + wcslen(folder), below, (wcslen(below) + 1) * sizeof *path);
    }
    CoTaskMemFree(folder);
    return known && room < WIDE_PATH;
}

bool arc_key_directory(char *path, size_t size)
{
    wchar_t wide[WIDE_PATH];

    return below_folder(&FOLDERID_ProgramData, L"\\AzureConnectedMachineAgent\\Tokens", wide) &&
           WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, path, (int)size, NULL,
                               NULL) > 0;
}

bool arc_is_installed(void)
{
    wchar_t wide[WIDE_PATH];

    return below_folder(&FOLDERID_ProgramFiles, L"\\AzureConnectedMachineAgent\\himds.exe", wide) &&
           GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

const char *arc_key_separator(const char *path)
{
    const char *backward = strrchr(path, '\\'), *forward = strrchr(path, '/');

    if (backward == NULL)
        return forward;
    return forward != NULL && forward > backward ? forward : backward;
}

/* The path in full, without a separator at its end; 0 when there is none. */
static int full_path(const char *path, size_t length, wchar_t full[WIDE_PATH])
{
    wchar_t wide[WIDE_PATH];
    int units = length > 0 && length < WIDE_PATH
                    ? MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, (int)length, wide,
                                          WIDE_PATH - 1)
                    : 0;
    DWORD taken = 0;

    if (units <= 0)
        return 0;
    wide[units] = L'\0';
    taken = GetFullPathNameW(wide, WIDE_PATH, full, NULL);
    if (taken == 0 || taken >= WIDE_PATH)
        return 0;
    while (taken > 0 && full[taken - 1] == L'\\')
        full[--taken] = L'\0';
    return (int)taken;
}

bool arc_key_folder_is(const char *directory, const char *folder, size_t length)
{
    wchar_t wanted[WIDE_PATH], given[WIDE_PATH];
    int wanted_units = full_path(directory, strlen(directory), wanted);
    int given_units = full_path(folder, length, given);

    return wanted_units > 0 && given_units > 0 &&
           CompareStringOrdinal(wanted, wanted_units, given, given_units, TRUE) == CSTR_EQUAL;
}

static HANDLE open_in(const char *directory, const char *name)
{
    wchar_t path[WIDE_PATH];
    int used = full_path(directory, strlen(directory), path);
    int left = WIDE_PATH - used - 1;

    if (used == 0 || left <= 0) {
        SetLastError(ERROR_PATH_NOT_FOUND);
        return INVALID_HANDLE_VALUE;
    }
    path[used] = L'\\';
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, name, -1, path + used + 1, left) <= 0) {
        SetLastError(ERROR_FILE_NOT_FOUND);
        return INVALID_HANDLE_VALUE;
    }
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

/* One who may not enter the folder is told that there is no such path. */
static void say_why(DWORD error, char *why, size_t why_size)
{
    if (error == ERROR_ACCESS_DENIED || error == ERROR_PATH_NOT_FOUND ||
        error == ERROR_FILE_NOT_FOUND)
        snprintf(why, why_size,
                 "cannot be opened (Windows error %lu); add the agent's account, NT "
                 "SERVICE\\milink-agent, to the local group \"Hybrid agent extension "
                 "applications\" and restart the service",
                 error);
    else
        snprintf(why, why_size, "cannot be opened: Windows error %lu", error);
}

/* One byte more than there may be is asked for, to see that there is none. */
static bool read_all(HANDLE handle, struct arc_key_file *file)
{
    DWORD taken = 0;
    char more = 0;

    do {
        if (!ReadFile(handle, file->bytes + file->length, (DWORD)(file->size - file->length),
                      &taken, NULL))
            return false;
        file->length += taken;
    } while (taken > 0 && file->length < file->size);
    return file->length < file->size || (ReadFile(handle, &more, 1, &taken, NULL) && taken == 0);
}

static bool is_plain(const BY_HANDLE_FILE_INFORMATION *about)
{
    return (about->dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)) ==
           0;
}

bool arc_key_load(struct arc_key_file *file, char *why, size_t why_size)
{
    HANDLE handle = open_in(file->directory, file->name);
    BY_HANDLE_FILE_INFORMATION about;
    bool loaded = false;

    file->length = 0;
    if (handle == INVALID_HANDLE_VALUE)
        say_why(GetLastError(), why, why_size);
    else if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &about) ||
             !is_plain(&about))
        snprintf(why, why_size, "is not a regular file, or a link");
    else if (about.nFileSizeHigh > 0 || about.nFileSizeLow > file->size)
        snprintf(why, why_size, "is over %lu bytes long, which no key is",
                 (unsigned long)file->size);
    else if (!read_all(handle, file))
        snprintf(why, why_size, "cannot be read whole: Windows error %lu", GetLastError());
    else
        loaded = true;
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    return loaded;
}
