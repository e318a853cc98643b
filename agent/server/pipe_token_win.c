/* SPDX-License-Identifier: MIT */
/* Reads tokens: our own, and that of a pipe's other end. */
#include "pipe_token.h"
#include "endpoint.h"
#include "log.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <sddl.h>

/* Of every service's own SID, and of nothing else. */
static const char SERVICE_PREFIX[] = "S-1-5-80-";

/* A part of a token; free it. NULL when Windows does not give it. */
static void *token_part(HANDLE token, TOKEN_INFORMATION_CLASS part)
{
    DWORD size = 0;
    void *bytes = NULL;

    GetTokenInformation(token, part, NULL, 0, &size);
    bytes = size > 0 ? calloc(1, size) : NULL;
    if (bytes != NULL && !GetTokenInformation(token, part, bytes, size, &size)) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

static void append_sid(char *text, size_t size, const char *what, PSID sid)
{
    char *shown = NULL;

    if (!ConvertSidToStringSidA(sid, &shown))
        return;
    if (text[0] != '\0')
        text_append(text, size, ", ");
    text_append(text, size, what);
    text_append(text, size, shown);
    LocalFree(shown);
}

static bool begins_as_service(PSID sid)
{
    char *shown = NULL;
    bool is_service = false;

    if (ConvertSidToStringSidA(sid, &shown)) {
        is_service = strncmp(shown, SERVICE_PREFIX, sizeof SERVICE_PREFIX - 1) == 0;
        LocalFree(shown);
    }
    return is_service;
}

/* ---- our own ---- */

static bool owns(HANDLE token, PSID service)
{
    TOKEN_USER *user = token_part(token, TokenUser);
    TOKEN_GROUPS *groups = token_part(token, TokenGroups);
    bool found = user != NULL && EqualSid(user->User.Sid, service);

    for (DWORD i = 0; !found && groups != NULL && i < groups->GroupCount; i++)
        found = (groups->Groups[i].Attributes & SE_GROUP_OWNER) != 0 &&
                EqualSid(groups->Groups[i].Sid, service);
    free(groups);
    free(user);
    return found;
}

const char *pipe_token_owner(void)
{
    HANDLE token = NULL;
    PSID service = NULL;
    bool ours = false;

    if (ConvertStringSidToSidA(MILINK_SERVICE_SID, &service) &&
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        ours = owns(token, service);
    if (token != NULL)
        CloseHandle(token);
    if (service != NULL)
        LocalFree(service);
    return ours ? MILINK_SERVICE_SID : NULL;
}

/* ---- the caller's ---- */

/* The token of the other end, for reading alone; NULL when there is none. */
static HANDLE open_caller(HANDLE pipe)
{
    HANDLE token = NULL;

    if (!ImpersonateNamedPipeClient(pipe))
        return NULL;
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        token = NULL;
    if (!RevertToSelf()) {
        log_write(LOG_ERROR, "agent.failed", "the caller's rights cannot be given back: it ends");
        TerminateProcess(GetCurrentProcess(), 1);
    }
    return token;
}

bool pipe_token_caller(void *pipe, char *who, size_t who_size)
{
    HANDLE token = open_caller(pipe);
    TOKEN_USER *user = NULL;
    TOKEN_GROUPS *groups = NULL;

    text_copy(who, who_size, "");
    if (token == NULL)
        return false;
    user = token_part(token, TokenUser);
    groups = token_part(token, TokenGroups);
    if (user != NULL)
        append_sid(who, who_size, "account ", user->User.Sid);
    for (DWORD i = 0; user != NULL && groups != NULL && i < groups->GroupCount; i++)
        if (begins_as_service(groups->Groups[i].Sid) &&
            !EqualSid(groups->Groups[i].Sid, user->User.Sid)) {
            append_sid(who, who_size, "service ", groups->Groups[i].Sid);
            break;
        }
    free(groups);
    free(user);
    CloseHandle(token);
    return who[0] != '\0';
}
