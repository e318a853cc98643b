/* SPDX-License-Identifier: MIT */
/* Who owns a pipe, from its security descriptor. */
#include "pipe_owner.h"
#include "endpoint.h"
#include "text.h"
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <string.h>

/* The owner as text; false when it cannot be read. */
static bool read_owner(HANDLE pipe, char *sid, size_t size)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    char *text = NULL;
    bool read = false;

    if (GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL,
                        NULL, &descriptor) == ERROR_SUCCESS &&
        owner != NULL && ConvertSidToStringSidA(owner, &text)) {
        text_copy(sid, size, text);
        read = true;
    }
    if (text != NULL)
        LocalFree(text);
    if (descriptor != NULL)
        LocalFree(descriptor);
    return read;
}

static bool is_configured(const char *sid)
{
    char configured[SID_TEXT_SIZE] = "";
    DWORD bytes = sizeof configured;

    return RegGetValueA(HKEY_LOCAL_MACHINE, "SOFTWARE\\milink", "PipeOwner", RRF_RT_REG_SZ, NULL,
                        configured, &bytes) == ERROR_SUCCESS &&
           strcmp(sid, configured) == 0;
}

static bool is_agent(const char *sid)
{
    static const char *const agents[] = {
        MILINK_SERVICE_SID, "S-1-5-18", /* LocalSystem */
        "S-1-5-32-544"                  /* Administrators */
    };

    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++)
        if (strcmp(sid, agents[i]) == 0)
            return true;
    return is_configured(sid);
}

bool pipe_owner_is_agent(void *pipe, char *why, size_t why_size)
{
    char sid[SID_TEXT_SIZE];
    bool agent = read_owner(pipe, sid, sizeof sid) && is_agent(sid);

    if (!agent && why != NULL)
        pipe_owner_name(pipe, why, why_size);
    return agent;
}

void pipe_owner_name(void *pipe, char *name, size_t size)
{
    ULONG process = 0;

    if (!read_owner(pipe, name, size))
        text_copy(name, size, "an owner that cannot be read");
    if (GetNamedPipeServerProcessId(pipe, &process)) {
        text_append(name, size, ", process ");
        text_append_number(name, size, (long long)process);
    }
}
