/* SPDX-License-Identifier: MIT */
/* What an impostor tries with a pipe. */
#include "acts.h"
#include "endpoint.h"
#include <stdio.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

static const SECURITY_INFORMATION parts =
    OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

static int fail(const char *what, DWORD error)
{
    printf("%s: error %lu\n", what, error);
    return 1;
}

int act_instance(void)
{
    HANDLE pipe =
        CreateNamedPipeA(MILINK_PIPE_NAME, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_READMODE_BYTE,
                         PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, NULL);

    if (pipe == INVALID_HANDLE_VALUE) {
        printf("refused, error %lu\n", GetLastError());
        return 0;
    }
    CloseHandle(pipe);
    puts("made");
    return 0;
}

static int print_sddl(PSECURITY_DESCRIPTOR descriptor)
{
    char *text = NULL;

    if (!ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1, parts,
                                                              &text, NULL))
        return fail("no SDDL", GetLastError());
    puts(text);
    LocalFree(text);
    return 0;
}

static int print_security(const char *name)
{
    HANDLE pipe = CreateFileA(name, READ_CONTROL, 0, NULL, OPEN_EXISTING,
                              SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    PSECURITY_DESCRIPTOR descriptor = NULL;
    DWORD error = 0;
    int result = 0;

    if (pipe == INVALID_HANDLE_VALUE)
        return fail(name, GetLastError());
    error = GetSecurityInfo(pipe, SE_KERNEL_OBJECT, parts, NULL, NULL, NULL, NULL, &descriptor);
    result = error != ERROR_SUCCESS ? fail(name, error) : print_sddl(descriptor);
    if (descriptor != NULL)
        LocalFree(descriptor);
    CloseHandle(pipe);
    return result;
}

int act_security(void)
{
    return print_security(MILINK_PIPE_NAME) == 0 ? print_security(MILINK_ADMIN_PIPE_NAME) : 1;
}

int act_sddl(const char *text)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    int result = 0;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, &descriptor,
                                                              NULL))
        return fail("no descriptor", GetLastError());
    result = print_sddl(descriptor);
    LocalFree(descriptor);
    return result;
}
