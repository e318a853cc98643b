/* SPDX-License-Identifier: MIT */
/* What the tests ask of Windows about a service, and of the file with the texts of the Event Log.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

static int failed(const char *what)
{
    printf("%s: error %lu\n", what, GetLastError());
    return 1;
}

/* state, exit codes, checkpoint and process, as the manager has them. */
static int query(SC_HANDLE service)
{
    SERVICE_STATUS_PROCESS status;
    DWORD size = 0;

    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status,
                              &size))
        return failed("query");
    printf("{\"state\": %lu, \"code\": %lu, \"own_code\": %lu, \"checkpoint\": %lu, \"hint\": %lu, "
           "\"controls\": %lu, \"process\": %lu}\n",
           status.dwCurrentState, status.dwWin32ExitCode, status.dwServiceSpecificExitCode,
           status.dwCheckPoint, status.dwWaitHint, status.dwControlsAccepted, status.dwProcessId);
    return 0;
}

static int control(SC_HANDLE service, DWORD code)
{
    SERVICE_STATUS status;

    return ControlService(service, code, &status) ? 0 : failed("control");
}

static int act(const char *verb, SC_HANDLE service)
{
    if (strcmp(verb, "query") == 0)
        return query(service);
    if (strcmp(verb, "start") == 0)
        return StartServiceA(service, 0, NULL) ? 0 : failed("start");
    if (strcmp(verb, "stop") == 0)
        return control(service, SERVICE_CONTROL_STOP);
    if (strcmp(verb, "reload") == 0)
        return control(service, SERVICE_CONTROL_PARAMCHANGE);
    if (strcmp(verb, "interrogate") == 0)
        return control(service, SERVICE_CONTROL_INTERROGATE);
    if (strcmp(verb, "unknown") == 0)
        return control(service, 200);
    if (strcmp(verb, "delete") == 0)
        return DeleteService(service) ? 0 : failed("delete");
    return 2;
}

/* What a process may still do, a name a line. */
static int privileges(const char *process)
{
    HANDLE opened =
        OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, (DWORD)strtoul(process, NULL, 10));
    union {
        TOKEN_PRIVILEGES privileges;
        BYTE room[4096];
    } held;
    HANDLE token = NULL;
    char name[256];
    DWORD size = 0;

    if (opened == NULL || !OpenProcessToken(opened, TOKEN_QUERY, &token) ||
        !GetTokenInformation(token, TokenPrivileges, &held, sizeof held, &size))
        return failed("privileges");
    for (DWORD i = 0; i < held.privileges.PrivilegeCount; i++) {
        size = sizeof name;
        if (LookupPrivilegeNameA(NULL, &held.privileges.Privileges[i].Luid, name, &size))
            puts(name);
    }
    CloseHandle(token);
    CloseHandle(opened);
    return 0;
}

/* Owner and permissions of a pipe, as a text. */
static int sddl(const char *name)
{
    HANDLE pipe = CreateFileA(name, READ_CONTROL, 0, NULL, OPEN_EXISTING, 0, NULL);
    PSECURITY_DESCRIPTOR descriptor = NULL;
    char *text = NULL;

    if (pipe == INVALID_HANDLE_VALUE ||
        GetSecurityInfo(pipe, SE_KERNEL_OBJECT,
                        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, NULL, NULL, NULL,
                        NULL, &descriptor) != ERROR_SUCCESS ||
        !ConvertSecurityDescriptorToStringSecurityDescriptorA(
            descriptor, SDDL_REVISION_1, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &text, NULL))
        return failed("sddl");
    puts(text);
    LocalFree(text);
    LocalFree(descriptor);
    CloseHandle(pipe);
    return 0;
}

/* The text of one event as Event Viewer shows it, with one insertion. */
static int message(const char *file, const char *id)
{
    HMODULE module = LoadLibraryExA(file, NULL, LOAD_LIBRARY_AS_DATAFILE);
    DWORD_PTR insertions[] = {(DWORD_PTR) "THE TEXT"};
    char text[4096];

    if (module == NULL)
        return failed("load");
    if (FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, module,
                       strtoul(id, NULL, 0), 0, text, sizeof text, (va_list *)insertions) == 0)
        return failed("format");
    FreeLibrary(module);
    fputs(text, stdout);
    return 0;
}

int main(int count, char **arguments)
{
    SC_HANDLE manager = NULL, service = NULL;
    int code = 2;

    if (count == 4 && strcmp(arguments[1], "message") == 0)
        return message(arguments[2], arguments[3]);
    if (count == 3 && strcmp(arguments[1], "privileges") == 0)
        return privileges(arguments[2]);
    if (count == 3 && strcmp(arguments[1], "sddl") == 0)
        return sddl(arguments[2]);
    manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    if (manager == NULL)
        return failed("manager");
    if (count == 4 && strcmp(arguments[1], "create") == 0) {
        service = CreateServiceA(manager, arguments[2], NULL, SERVICE_ALL_ACCESS,
                                 SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START,
                                 SERVICE_ERROR_NORMAL, arguments[3], NULL, NULL, NULL, NULL, NULL);
        code = service != NULL ? 0 : failed("create");
    } else if (count == 3) {
        service = OpenServiceA(manager, arguments[2], SERVICE_ALL_ACCESS);
        code = service != NULL ? act(arguments[1], service) : failed("open");
    }
    if (service != NULL)
        CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return code;
}
