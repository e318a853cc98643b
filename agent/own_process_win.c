/* SPDX-License-Identifier: MIT */
/* What the process needs first, on Windows: what an attacker could use is turned off. */
#include "own_process.h"
#include <string.h>
#include <windows.h>

/* Numbers of PROCESS_MITIGATION_POLICY and the flags of each; a Windows that has one not refuses
 * it, and that is as well. Not asked for: strict handles, which end a process for closing one
 * twice, and no dynamic code, which endpoint protection needs inside the processes it watches. */
enum { EXTENSION_POINTS = 6, IMAGE_LOAD = 10 };
enum { NO_EXTENSION_POINTS = 1, NO_REMOTE_IMAGES = 1, NO_LOW_LABEL_IMAGES = 2 };

static void refuse_images(void)
{
    FARPROC found = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "SetProcessMitigationPolicy");
    BOOL(WINAPI * set)(int policy, void *flags, SIZE_T size) = NULL;
    DWORD extensions = NO_EXTENSION_POINTS, images = NO_REMOTE_IMAGES | NO_LOW_LABEL_IMAGES;

    memcpy(&set, &found, sizeof set);
    if (set == NULL)
        return;
    set(EXTENSION_POINTS, &extensions, sizeof extensions);
    set(IMAGE_LOAD, &images, sizeof images);
}

static void load_from_system_alone(void)
{
    FARPROC found = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "SetDefaultDllDirectories");
    BOOL(WINAPI * set)(DWORD flags) = NULL;

    SetDllDirectoryW(L"");
    memcpy(&set, &found, sizeof set);
    if (set != NULL)
        set(LOAD_LIBRARY_SEARCH_SYSTEM32);
}

void process_start(void)
{
    HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0);
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    load_from_system_alone();
    refuse_images();
}

void process_shed_privileges(void)
{
    static const wchar_t *const needed[] = {L"SeChangeNotifyPrivilege", L"SeImpersonatePrivilege"};
    union {
        TOKEN_PRIVILEGES privileges;
        BYTE room[sizeof(TOKEN_PRIVILEGES) + 64 * sizeof(LUID_AND_ATTRIBUTES)];
    } held;
    LUID keep[2] = {{0, 0}, {0, 0}};
    HANDLE token = NULL;
    DWORD size = 0;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &token))
        return;
    for (size_t i = 0; i < 2; i++)
        LookupPrivilegeValueW(NULL, needed[i], &keep[i]);
    if (GetTokenInformation(token, TokenPrivileges, &held, sizeof held, &size)) {
        for (DWORD i = 0; i < held.privileges.PrivilegeCount; i++) {
            LUID_AND_ATTRIBUTES *one = &held.privileges.Privileges[i];

            if (memcmp(&one->Luid, &keep[0], sizeof(LUID)) != 0 &&
                memcmp(&one->Luid, &keep[1], sizeof(LUID)) != 0)
                one->Attributes = SE_PRIVILEGE_REMOVED;
        }
        AdjustTokenPrivileges(token, FALSE, &held.privileges, 0, NULL, NULL);
    }
    CloseHandle(token);
}
