/* SPDX-License-Identifier: MIT */
/* Directories that nobody but SYSTEM, Administrators and the agent reaches, also where another made
 * one of the name before: ProgramData lets every user do that (windows.md C.6). */
#include "install_private.h"
#include "file_access.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

/* Opened as what it is: a link that somebody put there is seen, and not followed. */
static HANDLE open_entry(const wchar_t *path, DWORD access)
{
    return CreateFileW(path, access | READ_CONTROL | FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

static bool set_security(HANDLE directory, PSECURITY_DESCRIPTOR descriptor, char *why, size_t size)
{
    PSID owner = NULL;
    PACL list = NULL;
    BOOL given = FALSE, defaulted = FALSE;
    DWORD error = ERROR_INVALID_SECURITY_DESCR;

    if (GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) &&
        GetSecurityDescriptorDacl(descriptor, &given, &list, &defaulted))
        error = SetSecurityInfo(directory, SE_FILE_OBJECT,
                                OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
                                    PROTECTED_DACL_SECURITY_INFORMATION,
                                owner, NULL, list, NULL);
    SetLastError(error);
    if (error != ERROR_SUCCESS)
        file_say_error("its permissions cannot be set", why, size);
    return error == ERROR_SUCCESS;
}

static bool check_directory(HANDLE directory, char *why, size_t size)
{
    BY_HANDLE_FILE_INFORMATION about;

    if (!GetFileInformationByHandle(directory, &about))
        file_say_error("cannot be examined", why, size);
    else if ((about.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        text_copy(why, size, "is a link that is not milink's: remove it, then run setup again");
    else if ((about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
        text_copy(why, size, "is a file: move it away, then run setup again");
    else
        return file_owner_check(directory, why, size);
    return false;
}

bool install_directory(const char *path, const char *sddl, bool *made, char *why, size_t size)
{
    SECURITY_ATTRIBUTES security = {sizeof security, NULL, FALSE};
    wchar_t *wide = file_wide_path(path);
    HANDLE directory = INVALID_HANDLE_VALUE;
    char cause[640] = "memory ran out";
    bool good = false;

    *made = false;
    if (wide == NULL || !ConvertStringSecurityDescriptorToSecurityDescriptorA(
                            sddl, SDDL_REVISION_1, &security.lpSecurityDescriptor, NULL))
        goto out;
    /* With its permissions from the first moment. */
    *made = CreateDirectoryW(wide, &security) != 0;
    if (*made || GetLastError() == ERROR_ALREADY_EXISTS)
        directory = open_entry(wide, WRITE_DAC | WRITE_OWNER);
    if (directory == INVALID_HANDLE_VALUE)
        file_say_error("cannot be made or opened", cause, sizeof cause);
    else
        good = check_directory(directory, cause, sizeof cause) &&
               set_security(directory, security.lpSecurityDescriptor, cause, sizeof cause);
out:
    if (!good)
        snprintf(why, size, "%s %s", path, cause);
    if (directory != INVALID_HANDLE_VALUE)
        CloseHandle(directory);
    if (security.lpSecurityDescriptor != NULL)
        LocalFree(security.lpSecurityDescriptor);
    free(wide);
    return good;
}

/* ---- the program ---- */

static bool check_closed(const char *path, char *said, size_t size)
{
    wchar_t *wide = file_wide_path(path);
    HANDLE entry = wide != NULL ? open_entry(wide, 0) : INVALID_HANDLE_VALUE;
    char cause[640] = "memory ran out";
    bool good = false;

    if (entry != INVALID_HANDLE_VALUE) {
        good = file_access_check(entry, false, cause, sizeof cause);
        CloseHandle(entry);
    } else if (wide != NULL)
        file_say_error("cannot be examined", cause, sizeof cause);
    free(wide);
    if (!good)
        snprintf(said, size,
                 "%s %s. The service would run what is put there: move milink below Program Files",
                 path, cause);
    return good;
}

bool install_program_check(const struct install *self, char *said, size_t size)
{
    char program[CONFIG_PATH_SIZE + 32];

    snprintf(program, sizeof program, "%s\\milink-agent.exe", self->program);
    if (!check_closed(self->program, said, size) || !check_closed(program, said, size))
        return false;
    snprintf(said, size, "%s: closed to changes by others", self->program);
    return true;
}

/* ---- all below a directory ---- */

enum { PATH_UNITS = 2048, DEPTH_MOST = 32 };

struct walk {
    wchar_t path[PATH_UNITS]; /* of what is looked at */
    /* Of each file, link and directory, of a directory after all in it; false ends the walk. */
    bool (*visit)(struct walk *walk, DWORD attributes);
    char cause[640]; /* for visit to set */
};

static bool walk_below(struct walk *walk, unsigned depth);

static bool walk_entry(struct walk *walk, const WIN32_FIND_DATAW *found, unsigned depth)
{
    const DWORD attributes = found->dwFileAttributes;

    if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 &&
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0 && !walk_below(walk, depth + 1))
        return false;
    return walk->visit(walk, attributes);
}

/* The path is put back before it returns. */
static bool walk_below(struct walk *walk, unsigned depth)
{
    const size_t length = wcslen(walk->path);
    WIN32_FIND_DATAW found;
    HANDLE search = INVALID_HANDLE_VALUE;
    bool good = true;

    text_copy(walk->cause, sizeof walk->cause, "is too deep or too long");
    if (depth > DEPTH_MOST || length + MAX_PATH + 2 > PATH_UNITS)
        return false;
    memcpy(walk->path + length, L"\\*", sizeof L"\\*");
    search = FindFirstFileW(walk->path, &found);
    if (search == INVALID_HANDLE_VALUE) {
        walk->path[length] = L'\0';
        file_say_error("cannot be listed", walk->cause, sizeof walk->cause);
        return false;
    }
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        memcpy(walk->path + length + 1, found.cFileName,
               (wcslen(found.cFileName) + 1) * sizeof *found.cFileName);
        good = walk_entry(walk, &found, depth);
        if (good)
            walk->path[length] = L'\0';
    } while (good && FindNextFileW(search, &found));
    FindClose(search);
    return good;
}

/* Where the walk ended, and why. */
static void say_cause(const struct walk *walk, char *why, size_t size)
{
    char path[3 * PATH_UNITS];

    if (WideCharToMultiByte(CP_UTF8, 0, walk->path, -1, path, sizeof path, NULL, NULL) == 0)
        text_copy(path, sizeof path, "a file");
    snprintf(why, size, "%s %s", path, walk->cause);
}

static bool walk_tree(const char *directory, bool (*visit)(struct walk *walk, DWORD attributes),
                      char *why, size_t size)
{
    struct walk *walk = calloc(1, sizeof *walk);
    bool good = false;

    text_copy(why, size, "memory ran out");
    if (walk == NULL)
        return false;
    walk->visit = visit;
    text_copy(walk->cause, sizeof walk->cause, "is too long");
    if (MultiByteToWideChar(CP_UTF8, 0, directory, -1, walk->path, PATH_UNITS) > 0)
        good = walk_below(walk, 0);
    if (!good)
        say_cause(walk, why, size);
    free(walk);
    return good;
}

static bool check_owner(struct walk *walk, DWORD attributes)
{
    HANDLE entry = open_entry(walk->path, 0);
    bool good = false;

    if (entry == INVALID_HANDLE_VALUE)
        file_say_error("cannot be examined", walk->cause, sizeof walk->cause);
    else if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        text_copy(walk->cause, sizeof walk->cause, "is a link: remove it");
    else
        good = file_owner_check(entry, walk->cause, sizeof walk->cause);
    if (entry != INVALID_HANDLE_VALUE)
        CloseHandle(entry);
    return good;
}

bool install_tree_check(const char *directory, char *why, size_t size)
{
    return walk_tree(directory, check_owner, why, size);
}

static bool stop(struct walk *walk, DWORD attributes)
{
    (void)walk;
    (void)attributes;
    return false;
}

bool install_tree_has_any(const char *directory)
{
    wchar_t *wide = file_wide_path(directory);
    const bool is_there = wide != NULL && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
    char why[64];

    free(wide);
    return is_there && !walk_tree(directory, stop, why, sizeof why);
}

static bool remove_one(struct walk *walk, DWORD attributes)
{
    if ((attributes & FILE_ATTRIBUTE_READONLY) != 0)
        SetFileAttributesW(walk->path, FILE_ATTRIBUTE_NORMAL);
    if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? RemoveDirectoryW(walk->path)
                                                     : DeleteFileW(walk->path))
        return true;
    file_say_error("cannot be removed", walk->cause, sizeof walk->cause);
    return false;
}

bool install_tree_remove(const char *directory, char *why, size_t size)
{
    wchar_t *wide = file_wide_path(directory);
    const DWORD attributes = wide != NULL ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    bool good = wide != NULL;

    if (good && attributes != INVALID_FILE_ATTRIBUTES) {
        good = (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ||
               walk_tree(directory, remove_one, why, size);
        if (good && !RemoveDirectoryW(wide)) {
            file_say_error(directory, why, size);
            good = false;
        }
    }
    free(wide);
    return good;
}

void install_remove_empty(const char *directory)
{
    wchar_t *wide = file_wide_path(directory);

    if (wide != NULL)
        RemoveDirectoryW(wide);
    free(wide);
}
