/* SPDX-License-Identifier: MIT */
/* The agent's directories with their permissions, and a configuration to begin with. */
#include "install_private.h"
#include "endpoint.h"
#include "file.h"
#include "file_access.h"
#include "registry.h"
#include "sql_instance.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

/* SYSTEM and Administrators all, the agent to read; nothing inherited (windows.md C.6). */
#define READS                                       \
    "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)" \
    "(A;OICI;0x1200a9;;;" MILINK_SERVICE_SID ")"
/* The agent may also write and delete there, but not change permissions. */
#define WRITES                                      \
    "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)" \
    "(A;OICI;0x1301bf;;;" MILINK_SERVICE_SID ")"

/* ---- directories ---- */

/* A right to make SYSTEM the owner of a directory that somebody else made first. */
static void take_privilege(const wchar_t *name)
{
    TOKEN_PRIVILEGES wanted = {1, {{{0, 0}, SE_PRIVILEGE_ENABLED}}};
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token))
        return;
    if (LookupPrivilegeValueW(NULL, name, &wanted.Privileges[0].Luid))
        AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
    CloseHandle(token);
}

/* Opened as what it is: a link that somebody put there is seen, and not followed. */
static HANDLE open_directory(const wchar_t *path)
{
    return CreateFileW(path, READ_CONTROL | WRITE_DAC | WRITE_OWNER | FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

static bool set_security(HANDLE directory, const char *sddl, char *why, size_t size)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    PACL list = NULL;
    BOOL given = FALSE, defaulted = FALSE;
    DWORD error = ERROR_INVALID_SECURITY_DESCR;

    if (ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &descriptor,
                                                             NULL) &&
        GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) &&
        GetSecurityDescriptorDacl(descriptor, &given, &list, &defaulted))
        error = SetSecurityInfo(directory, SE_FILE_OBJECT,
                                OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
                                    PROTECTED_DACL_SECURITY_INFORMATION,
                                owner, NULL, list, NULL);
    if (descriptor != NULL)
        LocalFree(descriptor);
    SetLastError(error);
    if (error != ERROR_SUCCESS)
        file_say_error("its permissions cannot be set", why, size);
    return error == ERROR_SUCCESS;
}

static bool make_directory(const char *path, const char *sddl, bool *made, char *why, size_t size)
{
    wchar_t *wide = file_wide_path(path);
    HANDLE directory = INVALID_HANDLE_VALUE;
    BY_HANDLE_FILE_INFORMATION about;
    char cause[512] = "memory ran out";
    bool good = false;

    if (wide == NULL)
        goto out;
    *made = CreateDirectoryW(wide, NULL) != 0;
    if (*made || GetLastError() == ERROR_ALREADY_EXISTS)
        directory = open_directory(wide);
    if (directory == INVALID_HANDLE_VALUE || !GetFileInformationByHandle(directory, &about))
        file_say_error("cannot be made or opened", cause, sizeof cause);
    else if ((about.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        text_copy(cause, sizeof cause,
                  "is a link that is not milink's: remove it, then run setup again");
    else if ((about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
        text_copy(cause, sizeof cause, "is a file: move it away, then run setup again");
    else
        good = set_security(directory, sddl, cause, sizeof cause);
out:
    if (!good)
        snprintf(why, size, "%s %s", path, cause);
    if (directory != INVALID_HANDLE_VALUE)
        CloseHandle(directory);
    free(wide);
    return good;
}

bool install_directories(struct install *self, char *said, size_t size)
{
    take_privilege(L"SeRestorePrivilege");
    take_privilege(L"SeTakeOwnershipPrivilege");
    if (!make_directory(self->data, READS, &self->made_data, said, size) ||
        !make_directory(self->state, WRITES, &self->made_state, said, size) ||
        !make_directory(self->log, WRITES, &self->made_log, said, size))
        return false;
    snprintf(said, size, "%s, state and log in it: closed to others", self->data);
    return true;
}

/* ---- the configuration ---- */

/* All of this host, where none is named; the default one where there is none yet. */
static void choose_instances(const struct install_plan *plan, char *list, size_t size)
{
    struct sql_instance *found = calloc(SQL_INSTANCES_MOST, sizeof *found);
    const size_t count =
        found != NULL && plan->instances[0] == '\0' ? sql_instances_find(found) : 0;

    text_copy(list, size, plan->instances);
    for (size_t i = 0; i < count; i++) {
        text_append(list, size, list[0] != '\0' ? "," : "");
        text_append(list, size, found[i].name);
    }
    if (list[0] == '\0')
        text_copy(list, size, "MSSQLSERVER");
    free(found);
}

bool install_config(struct install *self, char *said, size_t size)
{
    char text[CONFIG_PATH_SIZE * 6], log[CONFIG_PATH_SIZE + 16], list[2048];

    if (file_exists(self->config)) {
        snprintf(said, size, "%s is there and stays as it is", self->config);
        return true;
    }
    choose_instances(self->plan, list, sizeof list);
    snprintf(log, sizeof log, "%s\\agent.log", self->log);
    self->made_config = install_skeleton(self->state, log, list, text, sizeof text) &&
                        file_replace(self->config, text, strlen(text));
    snprintf(said, size, self->made_config ? "%s: fill in its instances" : "%s cannot be written",
             self->config);
    return self->made_config;
}

/* ---- undoing ---- */

static void remove_directory(const char *path)
{
    wchar_t *wide = file_wide_path(path);

    if (wide != NULL)
        RemoveDirectoryW(wide); /* not when something is in it */
    free(wide);
}

void install_undo_files(struct install *self)
{
    if (self->made_config)
        file_remove(self->config);
    if (self->made_log)
        remove_directory(self->log);
    if (self->made_state)
        remove_directory(self->state);
    if (self->made_data)
        remove_directory(self->data);
}

/* A link is removed and not followed. */
static bool remove_tree(const wchar_t *path, unsigned depth)
{
    WIN32_FIND_DATAW found;
    wchar_t inner[1024];
    HANDLE search = INVALID_HANDLE_VALUE;
    bool removed = true;

    if (wcslen(path) + 4 > sizeof inner / sizeof *inner || depth > 16)
        return false;
    memcpy(inner, path, (wcslen(path) + 1) * sizeof *inner);
    wcsncat(inner, L"\\*", 3);
    search = FindFirstFileW(inner, &found);
    if (search == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND;
    do {
        const size_t at = wcslen(path) + 1, length = wcslen(found.cFileName);
        const bool directory = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        const bool link = (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;

        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        if (at + length >= sizeof inner / sizeof *inner) {
            removed = false;
            continue;
        }
        memcpy(inner + at, found.cFileName, (length + 1) * sizeof *inner);
        if (directory && link)
            removed = RemoveDirectoryW(inner) && removed;
        else if (directory)
            removed = remove_tree(inner, depth + 1) && removed;
        else
            removed = DeleteFileW(inner) && removed;
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return RemoveDirectoryW(path) && removed;
}

bool install_purge(const char *data, char *said, size_t size)
{
    wchar_t *wide = file_wide_path(data);
    const bool removed = wide != NULL && remove_tree(wide, 0);

    if (removed)
        snprintf(said, size, "%s: removed with all in it", data);
    else
        file_say_error(data, said, size);
    free(wide);
    return removed;
}
