/* SPDX-License-Identifier: MIT */
/* Who has access to a file on Windows. */
#include "file_access.h"

#include "endpoint.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

static const DWORD changes = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA |
                             FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE |
                             GENERIC_ALL;
static const DWORD reads = FILE_READ_DATA | GENERIC_READ;

wchar_t *file_wide_path(const char *path)
{
    int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
    wchar_t *wide = units > 0 ? malloc((size_t)units * sizeof *wide) : NULL;

    if (wide != NULL)
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, units);
    else if (units > 0)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return wide;
}

void file_say_error(const char *what, char *why, size_t why_size)
{
    DWORD number = GetLastError();

    if (number == ERROR_FILE_NOT_FOUND || number == ERROR_PATH_NOT_FOUND)
        snprintf(why, why_size, "%s: no such file", what);
    else if (number == ERROR_ACCESS_DENIED)
        snprintf(why, why_size, "%s: this account has no access", what);
    else
        snprintf(why, why_size, "%s: Windows error %lu", what, number);
}

/* ---- who is trusted ---- */

static bool is_own_user(PSID sid)
{
    union {
        TOKEN_USER user;
        BYTE room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } own;
    HANDLE token = NULL;
    DWORD size = 0;
    bool same = false;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    if (GetTokenInformation(token, TokenUser, &own, sizeof own, &size))
        same = EqualSid(sid, own.user.User.Sid);
    CloseHandle(token);
    return same;
}

static bool is_named(PSID sid)
{
    static const char *const names[] = {
        MILINK_SERVICE_SID, "S-1-3-4", /* the owner, who is looked at by himself */
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464" /* TrustedInstaller */
    };
    char *text = NULL;
    bool found = false;

    if (!ConvertSidToStringSidA(sid, &text))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        found = found || text_equal(names[i], text);
    LocalFree(text);
    return found;
}

static bool is_trusted(PSID sid)
{
    return IsWellKnownSid(sid, WinLocalSystemSid) ||
           IsWellKnownSid(sid, WinBuiltinAdministratorsSid) || is_named(sid) || is_own_user(sid);
}

/* "BUILTIN\Users", or the SID of an account that has no name here. */
static void name_account(PSID sid, char *name, size_t size)
{
    char account[256] = "", domain[256] = "", *text = NULL;
    DWORD account_size = sizeof account, domain_size = sizeof domain;
    SID_NAME_USE use;

    if (LookupAccountSidA(NULL, sid, account, &account_size, domain, &domain_size, &use)) {
        snprintf(name, size, "%s%s%s", domain, domain[0] != '\0' ? "\\" : "", account);
    } else if (ConvertSidToStringSidA(sid, &text)) {
        text_copy(name, size, text);
        LocalFree(text);
    } else {
        text_copy(name, size, "somebody");
    }
}

/* ---- the access list ---- */

/* The account of an entry that grants one of the rights to somebody who is not trusted, or NULL. */
static PSID find_stranger(PACL list, DWORD rights)
{
    for (DWORD i = 0; i < list->AceCount; i++) {
        ACCESS_ALLOWED_ACE *entry = NULL;

        if (!GetAce(list, i, (void **)&entry) || (entry->Header.AceFlags & INHERIT_ONLY_ACE) != 0)
            continue;
        if ((entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE ||
             entry->Header.AceType == ACCESS_ALLOWED_CALLBACK_ACE_TYPE) &&
            (entry->Mask & rights) != 0 && !is_trusted(&entry->SidStart))
            return &entry->SidStart;
    }
    return NULL;
}

/* Owner and list are in the descriptor, to be freed with LocalFree; NULL when they cannot be read.
 */
static PSECURITY_DESCRIPTOR read_access(HANDLE handle, PSID *owner, PACL *list, char *why,
                                        size_t why_size)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;

    *owner = NULL;
    if (GetSecurityInfo(handle, SE_FILE_OBJECT,
                        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, owner, NULL, list,
                        NULL, &descriptor) == ERROR_SUCCESS &&
        *owner != NULL)
        return descriptor;
    text_copy(why, why_size, "has permissions that cannot be read");
    if (descriptor != NULL)
        LocalFree(descriptor);
    return NULL;
}

static bool check_owner(PSID owner, char *why, size_t why_size)
{
    char name[520];

    if (is_trusted(owner))
        return true;
    name_account(owner, name, sizeof name);
    snprintf(why, why_size, "belongs to %s; make Administrators its owner (icacls /setowner)",
             name);
    return false;
}

static bool check_list(PACL list, bool closed, char *why, size_t why_size)
{
    PSID stranger = NULL;
    char name[520];

    if (list == NULL) {
        text_copy(why, why_size,
                  "is open to everybody (it has no access list); give it one (icacls)");
        return false;
    }
    stranger = find_stranger(list, closed ? changes | reads : changes);
    if (stranger == NULL)
        return true;
    name_account(stranger, name, sizeof name);
    snprintf(why, why_size, "can be %s by %s; take that away (icacls /inheritance:d /remove)",
             closed ? "read or changed" : "changed", name);
    return false;
}

bool file_access_check(void *handle, bool closed, char *why, size_t why_size)
{
    PSID owner = NULL;
    PACL list = NULL;
    PSECURITY_DESCRIPTOR descriptor = read_access(handle, &owner, &list, why, why_size);
    const bool good = descriptor != NULL && check_owner(owner, why, why_size) &&
                      check_list(list, closed, why, why_size);

    if (descriptor != NULL)
        LocalFree(descriptor);
    return good;
}

bool file_owner_check(void *handle, char *why, size_t why_size)
{
    PSID owner = NULL;
    PACL list = NULL;
    PSECURITY_DESCRIPTOR descriptor = read_access(handle, &owner, &list, why, why_size);
    const bool good = descriptor != NULL && check_owner(owner, why, why_size);

    if (descriptor != NULL)
        LocalFree(descriptor);
    return good;
}

void *file_access_closed(void)
{
    static const char sddl[] = "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)"
                               "(A;OICI;0x1200a9;;;" MILINK_SERVICE_SID ")";
    PSECURITY_DESCRIPTOR descriptor = NULL;

    return ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &descriptor,
                                                                NULL)
               ? descriptor
               : NULL;
}
