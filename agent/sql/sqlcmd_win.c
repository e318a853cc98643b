/* SPDX-License-Identifier: MIT */
/* Finds and runs sqlcmd, and looks at other hosts. */
#include "sqlcmd.h"
#include "file_access.h"
#include "registry.h"
#include "sql_script.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { COMMAND_UNITS = 32000, LIMIT_MS = 120000 };

static bool is_file(const char *path)
{
    wchar_t *wide = file_wide_path(path);
    const DWORD attributes = wide != NULL ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;

    free(wide);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

bool sqlcmd_find(struct sqlcmd *sqlcmd)
{
    static const char *const versions[] = {"180", "170", "160", "150", "140", "130", "120", "110"};
    char key[128], folder[900];

    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        snprintf(key, sizeof key,
                 "SOFTWARE\\Microsoft\\Microsoft SQL Server\\%s\\Tools\\ClientSetup", versions[i]);
        if (!registry_text(key, "ODBCToolsPath", folder, sizeof folder) &&
            !registry_text(key, "Path", folder, sizeof folder))
            continue;
        snprintf(sqlcmd->program, sizeof sqlcmd->program, "%s\\SQLCMD.EXE", folder);
        if (is_file(sqlcmd->program))
            return true;
    }
    text_copy(sqlcmd->program, sizeof sqlcmd->program, "C:\\Program Files\\SqlCmd\\sqlcmd.exe");
    return is_file(sqlcmd->program);
}

/* -E or -U: a password is nowhere on the command line; sqlcmd takes it from SQLCMDPASSWORD. */
static bool build_command(const struct sqlcmd *sqlcmd, const char *server, const char *batch,
                          char *command, size_t size)
{
    const char *const first[] = {sqlcmd->program, "-S", server, "-d", "master", "-b", "-r", "1"};
    const char *const last[] = {"-I", "-W", "-w", "8000", "-h", "-1", "-l", "15", "-t", "60"};
    bool built = true;

    command[0] = '\0';
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        built = built && sql_append_argument(command, size, first[i]);
    if (sqlcmd->user[0] != '\0')
        built = built && sql_append_argument(command, size, "-U") &&
                sql_append_argument(command, size, sqlcmd->user);
    else
        built = built && sql_append_argument(command, size, "-E");
    /* A certificate of its own is taken from this host alone: another could be anybody's. */
    if (strncmp(server, "lpc:", 4) == 0)
        built = built && sql_append_argument(command, size, "-C");
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        built = built && sql_append_argument(command, size, last[i]);
    return built && sql_append_argument(command, size, "-Q") &&
           sql_append_argument(command, size, batch);
}

struct run {
    HANDLE read, write, nothing;
    PROCESS_INFORMATION process;
};

static bool start(struct run *run, const char *command)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    wchar_t *wide = file_wide_path(command);
    bool started = false;

    if (wide != NULL && CreatePipe(&run->read, &run->write, &inherited, 0)) {
        SetHandleInformation(run->read, HANDLE_FLAG_INHERIT, 0);
        run->nothing = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                   &inherited, OPEN_EXISTING, 0, NULL);
        startup.hStdInput = run->nothing;
        startup.hStdOutput = startup.hStdError = run->write;
        started = CreateProcessW(NULL, wide, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL,
                                 &startup, &run->process) != 0;
        CloseHandle(run->write); /* ours, or its end would never show */
        if (run->nothing != INVALID_HANDLE_VALUE)
            CloseHandle(run->nothing);
    }
    free(wide);
    return started;
}

/* What does not fit is read and dropped, so that it does not wait for us. */
static void read_all(HANDLE from, char output[SQLCMD_OUTPUT_SIZE])
{
    size_t length = 0;
    char dropped[512];
    DWORD taken = 0;

    for (;;) {
        const size_t room = SQLCMD_OUTPUT_SIZE - 1 - length;

        if (!ReadFile(from, room > 0 ? output + length : dropped,
                      (DWORD)(room > 0 ? room : sizeof dropped), &taken, NULL) ||
            taken == 0)
            break;
        length += room > 0 ? taken : 0;
    }
    output[length] = '\0';
}

bool sqlcmd_run(struct sqlcmd *sqlcmd, const char *server, const char *batch,
                char output[SQLCMD_OUTPUT_SIZE])
{
    char *command = calloc(1, COMMAND_UNITS);
    struct run run = {.read = NULL};
    DWORD code = 1;

    output[0] = '\0';
    text_copy(sqlcmd->why, sizeof sqlcmd->why, "sqlcmd: its command line would be too long");
    if (command != NULL && build_command(sqlcmd, server, batch, command, COMMAND_UNITS)) {
        if (!start(&run, command)) {
            file_say_error(sqlcmd->program, sqlcmd->why, sizeof sqlcmd->why);
        } else {
            read_all(run.read, output);
            if (WaitForSingleObject(run.process.hProcess, LIMIT_MS) != WAIT_OBJECT_0)
                TerminateProcess(run.process.hProcess, 1);
            GetExitCodeProcess(run.process.hProcess, &code);
            snprintf(sqlcmd->why, sizeof sqlcmd->why, "sqlcmd on %s ended with %lu", server, code);
            CloseHandle(run.process.hThread);
            CloseHandle(run.process.hProcess);
        }
        if (run.read != NULL)
            CloseHandle(run.read);
    }
    free(command);
    return code == 0;
}

/* ---- other hosts ---- */

int node_has_file(const char *node, const char *path)
{
    char share[1200];
    wchar_t *wide = NULL;
    DWORD attributes = INVALID_FILE_ATTRIBUTES, error = 0;

    /* C:\x is \\node\C$\x there, for administrators. */
    snprintf(share, sizeof share, "\\\\%s\\%c$%s", node, path[0], path + 2);
    wide = file_wide_path(share);
    if (wide != NULL)
        attributes = GetFileAttributesW(wide);
    error = GetLastError();
    free(wide);
    if (attributes != INVALID_FILE_ATTRIBUTES)
        return 1;
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? 0 : -1;
}

int node_has_service(const char *node, const char *service)
{
    wchar_t *machine = file_wide_path(node), *name = file_wide_path(service);
    SC_HANDLE manager = NULL, opened = NULL;
    SERVICE_STATUS status = {.dwCurrentState = SERVICE_STOPPED};
    int found = -1;

    if (machine != NULL && name != NULL)
        manager = OpenSCManagerW(machine, NULL, SC_MANAGER_CONNECT);
    if (manager != NULL) {
        opened = OpenServiceW(manager, name, SERVICE_QUERY_STATUS);
        if (opened == NULL && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST)
            found = 0;
        if (opened != NULL && QueryServiceStatus(opened, &status))
            found = status.dwCurrentState == SERVICE_RUNNING ? 1 : 0;
    }
    if (opened != NULL)
        CloseServiceHandle(opened);
    if (manager != NULL)
        CloseServiceHandle(manager);
    free(name);
    free(machine);
    return found;
}

bool own_directory(char *path, size_t size)
{
    wchar_t wide[1024];
    const DWORD length = GetModuleFileNameW(NULL, wide, 1024);
    char *slash = NULL;

    if (length == 0 || length == 1024 ||
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, path, (int)size, NULL, NULL) == 0)
        return false;
    slash = strrchr(path, '\\');
    if (slash != NULL)
        *slash = '\0';
    return true;
}
