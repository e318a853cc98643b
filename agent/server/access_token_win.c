/* SPDX-License-Identifier: MIT */
/* Reading access tokens. By SID alone: to ask for a name may mean to wait for a domain controller.
 */
#include "access_token.h"

#include "log.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <sddl.h>

static const char service_start[] = "S-1-5-80-";

static bool say_error(const char *what, char *why, size_t why_size)
{
    snprintf(why, why_size, "%s: Windows error %lu", what, GetLastError());
    return false;
}

static bool take_sid(PSID sid, char *text, size_t size)
{
    char *made = NULL;

    if (!ConvertSidToStringSidA(sid, &made))
        return false;
    text_copy(text, size, made);
    LocalFree(made);
    return true;
}

/* Room for what nearly every token says; each question to the system is felt where callers come at
 * once. */
enum { INFORMATION_SIZE = 8192 };

/* What the token says of that kind, to be freed; NULL: see GetLastError. */
static void *read_information(HANDLE handle, TOKEN_INFORMATION_CLASS kind)
{
    DWORD size = INFORMATION_SIZE, error = ERROR_NOT_ENOUGH_MEMORY;
    void *information = malloc(size);

    if (information != NULL && !GetTokenInformation(handle, kind, information, size, &size)) {
        error = GetLastError();
        free(information);
        information = error == ERROR_INSUFFICIENT_BUFFER ? malloc(size) : NULL;
        if (information != NULL && !GetTokenInformation(handle, kind, information, size, &size)) {
            error = GetLastError();
            free(information);
            information = NULL;
        }
    }
    SetLastError(error);
    return information;
}

static bool take_user(HANDLE handle, struct access_token *token)
{
    TOKEN_USER *user = read_information(handle, TokenUser);
    bool taken = user != NULL && take_sid(user->User.Sid, token->user, sizeof token->user);

    free(user);
    return taken;
}

static bool take_owner(HANDLE handle, struct access_token *token)
{
    TOKEN_OWNER *owner = read_information(handle, TokenOwner);
    bool taken = owner != NULL && take_sid(owner->Owner, token->owner, sizeof token->owner);

    free(owner);
    return taken;
}

static void take_service(const SID_AND_ATTRIBUTES *group, struct access_token *token)
{
    char sid[SID_TEXT_SIZE];
    struct access_service *service = &token->services[token->service_count];

    if (token->service_count == ACCESS_TOKEN_MAX_SERVICES ||
        (group->Attributes & SE_GROUP_ENABLED) == 0 || !take_sid(group->Sid, sid, sizeof sid) ||
        strncmp(sid, service_start, sizeof service_start - 1) != 0 ||
        strlen(sid) >= sizeof service->sid)
        return;
    text_copy(service->sid, sizeof service->sid, sid);
    service->may_own = (group->Attributes & SE_GROUP_OWNER) != 0;
    token->service_count++;
}

static bool take_services(HANDLE handle, struct access_token *token)
{
    TOKEN_GROUPS *groups = read_information(handle, TokenGroups);
    bool taken = groups != NULL;

    for (DWORD i = 0; taken && i < groups->GroupCount; i++)
        take_service(&groups->Groups[i], token);
    free(groups);
    return taken;
}

static bool read_token(HANDLE handle, struct access_token *token, char *why, size_t why_size)
{
    memset(token, 0, sizeof *token);
    if (take_user(handle, token) && take_services(handle, token))
        return true;
    return say_error("its access token cannot be read", why, why_size);
}

bool access_token_of_process(struct access_token *token, char *why, size_t why_size)
{
    HANDLE handle = NULL;
    bool read = false;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &handle))
        return say_error("the process's own access token cannot be opened", why, why_size);
    read = read_token(handle, token, why, why_size) &&
           (take_owner(handle, token) ||
            say_error("its access token does not name an owner", why, why_size));
    CloseHandle(handle);
    return read;
}

/* What the thread did from here on would be done as the client. */
static void become_ourselves(void)
{
    if (RevertToSelf())
        return;
    log_write(LOG_ERROR, "caller.reverting",
              "the agent ends: after a look at who called, it cannot act as itself again (Windows "
              "error %lu)",
              GetLastError());
    TerminateProcess(GetCurrentProcess(), EXIT_FAILURE);
}

bool access_token_of_client(void *pipe, struct access_token *token, char *why, size_t why_size)
{
    HANDLE handle = NULL;
    bool read = false;

    if (!ImpersonateNamedPipeClient(pipe))
        return say_error("it cannot be identified", why, why_size);
    /* TRUE: it is opened as the agent, who may; the client's own right to it does not matter. */
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &handle)) {
        say_error("it does not let itself be identified", why, why_size);
        handle = NULL;
    }
    become_ourselves();
    if (handle == NULL)
        return false;
    read = read_token(handle, token, why, why_size);
    CloseHandle(handle);
    return read;
}
