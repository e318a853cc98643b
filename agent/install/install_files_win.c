/* SPDX-License-Identifier: MIT */
/* The agent's directories, and a configuration to begin with. */
#include "install_private.h"
#include "endpoint.h"
#include "file.h"
#include "file_access.h"
#include "sql_instance.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* SYSTEM and Administrators all, the agent to read; nothing inherited (windows.md C.6). */
#define READS                                       \
    "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)" \
    "(A;OICI;0x1200a9;;;" MILINK_SERVICE_SID ")"
/* The agent may also write and delete there, but not change permissions. */
#define WRITES                                      \
    "O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)" \
    "(A;OICI;0x1301bf;;;" MILINK_SERVICE_SID ")"

/* A right to make SYSTEM the owner of what an administrator makes. */
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

/* Whether milink was here: setup closes the directory, and purging removes what is in it. */
static bool looks_like_ours(const struct install *self)
{
    return self->data_is_ours || file_exists(self->config) || file_exists(self->state);
}

bool install_directories(struct install *self, char *said, size_t size)
{
    take_privilege(L"SeRestorePrivilege");
    take_privilege(L"SeTakeOwnershipPrivilege");
    if (!looks_like_ours(self) && install_tree_has_any(self->data)) {
        snprintf(said, size,
                 "%s holds something else and no agent.json: give milink a directory of its own, "
                 "or put agent.json there first",
                 self->data);
        return false;
    }
    /* What is in a directory that was not closed may be anybody's; after it is, nothing is added.
     */
    if (!install_directory(self->data, READS, &self->made_data, said, size) ||
        (!self->made_data && !self->data_is_ours && !install_tree_check(self->data, said, size)) ||
        !install_directory(self->state, WRITES, &self->made_state, said, size) ||
        !install_directory(self->log, WRITES, &self->made_log, said, size))
        return false;
    snprintf(said, size, "%s, state and log in it: closed to others", self->data);
    return true;
}

void install_undo_directories(struct install *self)
{
    if (self->made_log)
        install_remove_empty(self->log);
    if (self->made_state)
        install_remove_empty(self->state);
    if (self->made_data)
        install_remove_empty(self->data);
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

/* One that was put there before the directory was closed decides what the agent does: it must be an
 * administrator's alone. */
static bool keep_config(const struct install *self, char *said, size_t size)
{
    wchar_t *wide = file_wide_path(self->config);
    HANDLE file = INVALID_HANDLE_VALUE;
    char cause[640] = "memory ran out";
    bool good = self->data_is_ours;

    if (!good && wide != NULL) {
        file = CreateFileW(wide, READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                           OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);
        if (file != INVALID_HANDLE_VALUE)
            good = file_access_check(file, false, cause, sizeof cause);
        else
            file_say_error("cannot be examined", cause, sizeof cause);
    }
    snprintf(said, size, "%s %s", self->config, good ? "is there and stays as it is" : cause);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    free(wide);
    return good;
}

bool install_config(struct install *self, char *said, size_t size)
{
    char text[CONFIG_PATH_SIZE * 6], log[CONFIG_PATH_SIZE + 16], list[2048];

    if (file_exists(self->config))
        return keep_config(self, said, size);
    choose_instances(self->plan, list, sizeof list);
    snprintf(log, sizeof log, "%s\\agent.log", self->log);
    self->made_config = install_skeleton(self->state, log, list, text, sizeof text) &&
                        file_replace(self->config, text, strlen(text));
    snprintf(said, size, self->made_config ? "%s: fill in its instances" : "%s cannot be written",
             self->config);
    return self->made_config;
}

void install_undo_config(struct install *self)
{
    if (self->made_config)
        file_remove(self->config);
}

/* ---- removing ---- */

bool install_purge(const struct install *self, char *said, size_t size)
{
    char part[CONFIG_PATH_SIZE + 8];

    if (!looks_like_ours(self)) {
        snprintf(said, size, "%s: nothing of milink is there", self->data);
        return true;
    }
    snprintf(part, sizeof part, "%s.tmp", self->config);
    file_remove(part);
    if (!install_tree_remove(self->state, said, size) ||
        !install_tree_remove(self->log, said, size))
        return false;
    if (file_exists(self->config) && !file_remove(self->config)) {
        file_say_error(self->config, said, size);
        return false;
    }
    install_remove_empty(self->data);
    snprintf(said, size, "%s: configuration, state and log removed%s", self->data,
             file_exists(self->data) ? "; what else is in it stays" : "");
    return true;
}
