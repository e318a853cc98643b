/* SPDX-License-Identifier: MIT */
/* Membership in the group whose members Azure Arc's agent gives tokens (azure-auth A.6). */
#include "install_private.h"
#include "endpoint.h"
#include "text.h"
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <sddl.h>

#define GROUP "Hybrid agent extension applications"

/* From lmerr.h and winerror.h; netapi32 is asked at run time, and only here. */
enum { NO_SUCH_GROUP = 2220, NO_SUCH_ALIAS = 1376, ALREADY_THERE = 1378, NOT_THERE = 1377 };

typedef DWORD(WINAPI *change_members)(LPCWSTR server, LPCWSTR group, DWORD level, BYTE *members,
                                      DWORD count);

static DWORD change(bool join, PSID sid)
{
    HMODULE module = LoadLibraryExW(L"netapi32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    FARPROC found = NULL;
    change_members function = NULL;
    DWORD code = ERROR_MOD_NOT_FOUND;

    if (module == NULL)
        return code;
    found = GetProcAddress(module, join ? "NetLocalGroupAddMembers" : "NetLocalGroupDelMembers");
    memcpy(&function, &found, sizeof function);
    if (function != NULL)
        code = function(NULL, L"" GROUP, 0, (BYTE *)&sid, 1);
    FreeLibrary(module);
    return code;
}

bool install_join_arc(bool join, bool *changed, char *said, size_t size)
{
    PSID sid = NULL;
    DWORD code = ERROR_INVALID_SID;

    *changed = false;
    if (ConvertStringSidToSidA(MILINK_SERVICE_SID, &sid)) {
        code = change(join, sid);
        LocalFree(sid);
    }
    switch (code) {
    case 0:
        *changed = true;
        text_copy(said, size, join ? "joined " GROUP : "left " GROUP);
        return true;
    case ALREADY_THERE: text_copy(said, size, "a member of " GROUP); return true;
    case NOT_THERE: text_copy(said, size, "no member of " GROUP); return true;
    case NO_SUCH_GROUP:
    case NO_SUCH_ALIAS:
        text_copy(said, size, "Azure Arc's agent is not on this host (no group " GROUP ")");
        return true;
    default: snprintf(said, size, "the group " GROUP ": Windows error %lu", code); return false;
    }
}
