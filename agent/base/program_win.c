/* SPDX-License-Identifier: MIT */
/* Running a batch file on Windows: in a job that dies with us, with two handles and no window. */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

enum { COMMAND_UNITS = 4096, VALUE_UNITS = 8192, ENVIRONMENT_UNITS = 32767, READ_SLICE_MS = 20 };

/* What belongs to a run; all closed at its end. */
struct run {
    HANDLE input, output, drop; /* our end of the pipe, its end, NUL for the rest */
    HANDLE job;
    PROCESS_INFORMATION process;
    STARTUPINFOEXW startup;
    wchar_t command[COMMAND_UNITS];
    wchar_t environment[ENVIRONMENT_UNITS];
};

/* ---- its environment ---- */

/* Appends NAME=VALUE and its NUL; a variable that is not set, or finds no room, is left out. */
static size_t add_variable(wchar_t *block, size_t used, const char *name)
{
    wchar_t wide[64];
    size_t room = ENVIRONMENT_UNITS - used - 1, length = 0;
    DWORD value = 0;

    if (MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, 64) <= 0)
        return used;
    length = wcslen(wide);
    if (length + 2 >= room)
        return used;
    value = GetEnvironmentVariableW(wide, block + used + length + 1, (DWORD)(room - length - 1));
    if (value == 0 || value >= room - length - 1)
        return used;
    memcpy(block + used, wide, length * sizeof *wide);
    block[used + length] = L'=';
    return used + length + 1 + value + 1;
}

static void fill_environment(wchar_t *block, const char *const *variables)
{
    static const char *const always[] = {"PATH",    "SystemRoot",   "SystemDrive", "ComSpec",
                                         "PATHEXT", "USERPROFILE",  "APPDATA",     "LOCALAPPDATA",
                                         "TEMP",    "ProgramFiles", NULL};
    size_t used = 0;

    for (size_t i = 0; always[i] != NULL; i++)
        used = add_variable(block, used, always[i]);
    for (size_t i = 0; variables != NULL && variables[i] != NULL; i++)
        used = add_variable(block, used, variables[i]);
    block[used] = L'\0';
}

/* ---- its command line ---- */

/* In PATH alone: SearchPathW without a path would look in the current folder first. */
static bool find_batch(const char *name, wchar_t path[MAX_PATH])
{
    wchar_t *folders = malloc(VALUE_UNITS * sizeof *folders), wide[64];
    DWORD length = 0, found = 0;

    if (folders != NULL)
        length = GetEnvironmentVariableW(L"PATH", folders, VALUE_UNITS);
    if (length > 0 && length < VALUE_UNITS &&
        MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, 64) > 0)
        found = SearchPathW(folders, wide, L".cmd", MAX_PATH, path, NULL);
    free(folders);
    return found > 0 && found < MAX_PATH && wcspbrk(path, L"\"%&<>|^") == NULL;
}

static bool append(wchar_t *command, const wchar_t *text)
{
    size_t used = wcslen(command), length = wcslen(text);

    if (used + length >= COMMAND_UNITS)
        return false;
    memcpy(command + used, text, (length + 1) * sizeof *text);
    return true;
}

/* cmd.exe /d /s /c ""C:\...\az.cmd" account ...": a batch file needs its interpreter, and the
 * arguments hold nothing that it reads in another way. */
static bool build_command(const struct program *program, const wchar_t *batch, wchar_t *command)
{
    wchar_t wide[512], system[MAX_PATH];
    UINT length = GetSystemDirectoryW(system, MAX_PATH);
    bool built = length > 0 && length < MAX_PATH;

    command[0] = L'\0';
    built = built && append(command, L"\"") && append(command, system) &&
            append(command, L"\\cmd.exe\" /d /s /c \"\"") && append(command, batch) &&
            append(command, L"\"");
    for (size_t i = 1; built && program->arguments[i] != NULL; i++)
        built = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, program->arguments[i], -1, wide,
                                    512) > 0 &&
                append(command, L" ") && append(command, wide);
    return built && append(command, L"\"");
}

/* ---- starting it ---- */

static bool open_handles(struct run *run)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};

    if (!CreatePipe(&run->input, &run->output, &inherited, 0))
        return false;
    run->drop = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                            FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
    return run->drop != INVALID_HANDLE_VALUE &&
           SetHandleInformation(run->input, HANDLE_FLAG_INHERIT, 0);
}

/* The two handles it gets, and no other that happens to be inheritable. */
static bool list_handles(struct run *run, HANDLE handles[2])
{
    SIZE_T size = 0;

    (void)InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    run->startup.lpAttributeList = calloc(1, size);
    if (run->startup.lpAttributeList == NULL)
        return false;
    if (!InitializeProcThreadAttributeList(run->startup.lpAttributeList, 1, 0, &size)) {
        free(run->startup.lpAttributeList);
        run->startup.lpAttributeList = NULL;
        return false;
    }
    return UpdateProcThreadAttribute(run->startup.lpAttributeList, 0,
                                     PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
                                     2 * sizeof *handles, NULL, NULL);
}

/* It starts suspended, so that all it starts in turn is in the job. */
static bool start(struct run *run)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE handles[2] = {run->output, run->drop};
    DWORD flags = CREATE_NO_WINDOW | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT |
                  EXTENDED_STARTUPINFO_PRESENT;

    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    run->startup.StartupInfo.cb = sizeof run->startup;
    run->startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    run->startup.StartupInfo.hStdInput = run->drop;
    run->startup.StartupInfo.hStdOutput = run->output;
    run->startup.StartupInfo.hStdError = run->drop;
    run->job = CreateJobObjectW(NULL, NULL);
    return run->job != NULL &&
           SetInformationJobObject(run->job, JobObjectExtendedLimitInformation, &limits,
                                   sizeof limits) &&
           list_handles(run, handles) &&
           CreateProcessW(NULL, run->command, NULL, NULL, TRUE, flags, run->environment, NULL,
                          &run->startup.StartupInfo, &run->process) &&
           AssignProcessToJobObject(run->job, run->process.hProcess) &&
           ResumeThread(run->process.hThread) != (DWORD)-1;
}

/* ---- its output and its end ---- */

static bool is_over(const struct deadline *deadline)
{
    return deadline_left_ms(deadline) == 0 || deadline_interrupted(deadline);
}

/* A pipe of this kind cannot be waited for with a time: it is looked at. */
static enum program_result read_output(struct run *run, const struct program *program,
                                       const struct deadline *deadline)
{
    size_t length = 0;

    for (;;) {
        DWORD ready = 0, taken = 0;

        program->output[length] = '\0';
        if (is_over(deadline))
            return PROGRAM_LATE;
        if (!PeekNamedPipe(run->input, NULL, 0, NULL, &ready, NULL))
            return GetLastError() == ERROR_BROKEN_PIPE ? PROGRAM_ENDED : PROGRAM_FAILED;
        if (ready == 0) {
            Sleep(READ_SLICE_MS);
            continue;
        }
        if (length + 1 == program->output_size ||
            !ReadFile(run->input, program->output + length,
                      (DWORD)(program->output_size - length - 1), &taken, NULL))
            return PROGRAM_FAILED;
        length += taken;
    }
}

static enum program_result await_end(struct run *run, const struct deadline *deadline, int *code)
{
    DWORD ended = 0;

    while (WaitForSingleObject(run->process.hProcess, deadline_slice_ms(deadline)) != WAIT_OBJECT_0)
        if (is_over(deadline))
            return PROGRAM_LATE;
    if (!GetExitCodeProcess(run->process.hProcess, &ended))
        return PROGRAM_FAILED;
    *code = (int)ended;
    return PROGRAM_ENDED;
}

static void close_one(HANDLE handle)
{
    if (handle != NULL && handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
}

static enum program_result carry_out(struct run *run, const struct program *program,
                                     const struct deadline *deadline, int *code)
{
    enum program_result result = PROGRAM_FAILED;

    if (!open_handles(run) || !start(run))
        return PROGRAM_FAILED;
    CloseHandle(run->output); /* ours, or its end would never show */
    run->output = NULL;
    result = read_output(run, program, deadline);
    return result == PROGRAM_ENDED ? await_end(run, deadline, code) : result;
}

enum program_result program_run(const struct program *program, const struct deadline *deadline,
                                int *code)
{
    struct run *run = calloc(1, sizeof *run);
    enum program_result result = PROGRAM_FAILED;
    wchar_t batch[MAX_PATH];

    program->output[0] = '\0';
    if (run == NULL || !program_arguments_are_safe(program))
        goto out;
    result = PROGRAM_NOT_FOUND;
    if (!find_batch(program->arguments[0], batch))
        goto out;
    result = PROGRAM_FAILED;
    if (!build_command(program, batch, run->command))
        goto out;
    fill_environment(run->environment, program->variables);
    result = carry_out(run, program, deadline, code);
    if (run->process.hProcess != NULL && result != PROGRAM_ENDED)
        TerminateProcess(run->process.hProcess, 1); /* when it never came into the job */
out:
    if (run != NULL) {
        close_one(run->job); /* ends what it started */
        close_one(run->process.hThread);
        close_one(run->process.hProcess);
        close_one(run->input);
        close_one(run->output);
        close_one(run->drop);
        if (run->startup.lpAttributeList != NULL)
            DeleteProcThreadAttributeList(run->startup.lpAttributeList);
        free(run->startup.lpAttributeList);
    }
    free(run);
    return result;
}
