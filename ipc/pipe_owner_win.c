/* SPDX-License-Identifier: MIT */
/* Who owns a pipe, from its security descriptor. */
#include "pipe_owner.h"
#include "endpoint.h"
#include "text.h"
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <string.h>

/* Room for the longest SID as text: S-1-, ten digits, fifteen sub-authorities. */
enum { SID_TEXT_SIZE = 184 };

static bool configured_owner(char *sid, DWORD size)
{
    DWORD bytes = size;

    return RegGetValueA(HKEY_LOCAL_MACHINE, "SOFTWARE\\milink", "PipeOwner", RRF_RT_REG_SZ, NULL,
                        sid, &bytes) == ERROR_SUCCESS;
}

static bool is_agent(PSID owner, const char *sid)
{
    char configured[SID_TEXT_SIZE] = "";

    if (strcmp(sid, MILINK_SERVICE_SID) == 0 || IsWellKnownSid(owner, WinLocalSystemSid) ||
        IsWellKnownSid(owner, WinBuiltinAdministratorsSid))
        return true;
    return configured_owner(configured, sizeof configured) && strcmp(sid, configured) == 0;
}

bool pipe_owner_is_agent(void *pipe, char *why, size_t why_size)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PSID owner = NULL;
    char *sid = NULL;
    bool agent = false;

    if (GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL,
                        NULL, &descriptor) == ERROR_SUCCESS &&
        owner != NULL && ConvertSidToStringSidA(owner, &sid))
        agent = is_agent(owner, sid);
    if (!agent && why != NULL)
        text_copy(why, why_size, sid != NULL ? sid : "an owner that cannot be read");
    if (sid != NULL)
        LocalFree(sid);
    if (descriptor != NULL)
        LocalFree(descriptor);
    return agent;
}
