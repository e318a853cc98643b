/* SPDX-License-Identifier: MIT */
/* The named pipe: protected by its own permissions, local only, always one instance that listens.
 */
#include "listener.h"
#include "access_token.h"
#include "endpoint.h"
#include "log.h"
#include "pipe_owner.h"
#include "pipe_security.h"
#include "text.h"
#include <windows.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIPE_BUFFER = 64 * 1024, PAUSE_MS = 100 };

struct listener {
    const char *name;
    HANDLE pipe; /* the instance that listens */
    HANDLE event, stop;
    bool failing; /* said once, not with every caller */
    PSECURITY_DESCRIPTOR descriptor;
    struct pipe_services services; /* who may call */
    char sddl[PIPE_SDDL_SIZE];
};

/* A new instance of the pipe; the first one must really be the first, or somebody holds our name.
 */
static HANDLE make_instance(struct listener *listener, bool first)
{
    SECURITY_ATTRIBUTES security = {sizeof security, listener->descriptor, FALSE};
    DWORD mode = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED;

    if (first)
        mode |= FILE_FLAG_FIRST_PIPE_INSTANCE;
    return CreateNamedPipeA(listener->name, mode,
                            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT |
                                PIPE_REJECT_REMOTE_CLIENTS,
                            PIPE_UNLIMITED_INSTANCES, PIPE_BUFFER, PIPE_BUFFER, 0, &security);
}

/* ---- taking the place ---- */

/* Whoever has our name learns nothing of us, not even who looks. */
static void name_holder(const char *name, char *holder, size_t size)
{
    HANDLE pipe = CreateFileA(name, READ_CONTROL, 0, NULL, OPEN_EXISTING,
                              SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);

    text_copy(holder, size, "a program that does not let itself be looked at");
    if (pipe == INVALID_HANDLE_VALUE)
        return;
    pipe_owner_name(pipe, holder, size);
    CloseHandle(pipe);
}

static void say_not_made(const char *name, DWORD error, char *why, size_t why_size)
{
    char holder[SID_TEXT_SIZE + 32];

    if (error != ERROR_ACCESS_DENIED && error != ERROR_PIPE_BUSY) {
        snprintf(why, why_size, "%s cannot be made: Windows error %lu", name, error);
        return;
    }
    name_holder(name, holder, sizeof holder);
    snprintf(why, why_size,
             "%s is taken (Windows error %lu) by %s: another agent, or a program in its place; end "
             "it, then start milink-agent again",
             name, error, holder);
}

/* Whether the agent's own account may make more instances, as it must for each caller. */
static bool may_go_on(struct listener *listener, char *why, size_t why_size)
{
    HANDLE second = make_instance(listener, false);

    if (second == INVALID_HANDLE_VALUE) {
        snprintf(
            why, why_size,
            "%s: a second instance cannot be made (Windows error %lu); error 5: a session from "
            "the network (WinRM, SSH) is refused, run milink-agent as a service or in a local "
            "session",
            listener->name, GetLastError());
        return false;
    }
    CloseHandle(second);
    return true;
}

static bool make_descriptor(struct listener *listener, char *why, size_t why_size)
{
    struct access_token token;
    struct pipe_holder holder;

    if (!access_token_of_process(&token, why, why_size))
        return false;
    pipe_holder_of(&token, &holder);
    if (!pipe_sddl(&holder, &listener->services, listener->sddl) ||
        !ConvertStringSecurityDescriptorToSecurityDescriptorA(listener->sddl, SDDL_REVISION_1,
                                                              &listener->descriptor, NULL)) {
        text_copy(why, why_size, "the permissions of the pipe cannot be made");
        return false;
    }
    return true;
}

static bool take_place(struct listener *listener, char *why, size_t why_size)
{
    if (!make_descriptor(listener, why, why_size))
        return false;
    listener->event = CreateEventA(NULL, TRUE, FALSE, NULL);
    listener->stop = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (listener->event == NULL || listener->stop == NULL) {
        snprintf(why, why_size, "an event cannot be made: Windows error %lu", GetLastError());
        return false;
    }
    listener->pipe = make_instance(listener, true);
    if (listener->pipe == INVALID_HANDLE_VALUE) {
        say_not_made(listener->name, GetLastError(), why, why_size);
        return false;
    }
    return may_go_on(listener, why, why_size);
}

/* config NULL: no service may call. */
static struct listener *open_name(const char *name, const struct config *config, char *why,
                                  size_t why_size)
{
    struct listener *listener = calloc(1, sizeof *listener);

    if (listener == NULL) {
        text_copy(why, why_size, "memory ran out");
        return NULL;
    }
    listener->name = name;
    listener->pipe = INVALID_HANDLE_VALUE;
    if (config != NULL && !pipe_services_of(config, &listener->services))
        text_copy(why, why_size, "the SIDs of sql_instances cannot be computed");
    else if (take_place(listener, why, why_size))
        return listener;
    listener_close(listener);
    return NULL;
}

struct listener *listener_open(const struct config *config, char *why, size_t why_size)
{
    return open_name(MILINK_PIPE_NAME, config, why, why_size);
}

struct listener *listener_open_admin(const struct config *config, char *why, size_t why_size)
{
    (void)config;
    return open_name(MILINK_ADMIN_PIPE_NAME, NULL, why, why_size);
}

void listener_admin_place(const struct config *config, char *place, size_t size)
{
    (void)config;
    text_copy(place, size, MILINK_ADMIN_PIPE_NAME);
}

void listener_log(const struct listener *listener)
{
    log_write(LOG_INFO, "listener.opened", "%s with %s", listener->name, listener->sddl);
}

void listener_close(struct listener *listener)
{
    if (listener == NULL)
        return;
    if (listener->pipe != INVALID_HANDLE_VALUE)
        CloseHandle(listener->pipe);
    if (listener->event != NULL)
        CloseHandle(listener->event);
    if (listener->stop != NULL)
        CloseHandle(listener->stop);
    if (listener->descriptor != NULL)
        LocalFree(listener->descriptor);
    free(listener);
}

/* ---- callers ---- */

/* Waits until somebody has connected to the listening instance. */
static enum listener_result await_caller(struct listener *listener)
{
    OVERLAPPED io = {.hEvent = listener->event};
    HANDLE events[] = {listener->stop, listener->event};
    DWORD bytes = 0;

    ResetEvent(listener->event);
    if (ConnectNamedPipe(listener->pipe, &io) || GetLastError() == ERROR_PIPE_CONNECTED)
        return WaitForSingleObject(listener->stop, 0) == WAIT_OBJECT_0 ? LISTENER_STOPPED
                                                                       : LISTENER_CONNECTED;
    /* A caller that came and went. */
    if (GetLastError() != ERROR_IO_PENDING)
        return LISTENER_FAILED;
    if (WaitForMultipleObjects(2, events, FALSE, INFINITE) == WAIT_OBJECT_0) {
        CancelIoEx(listener->pipe, &io);
        GetOverlappedResult(listener->pipe, &io, &bytes, TRUE);
        return LISTENER_STOPPED;
    }
    return GetOverlappedResult(listener->pipe, &io, &bytes, TRUE) ? LISTENER_CONNECTED
                                                                  : LISTENER_FAILED;
}

/* Hands the connected instance over. The next one is made first: a name that nobody holds is there
 * for a squatter to take. False when it cannot be made. */
static bool hand_over(struct listener *listener, struct transport *transport)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE next = event != NULL ? make_instance(listener, false) : INVALID_HANDLE_VALUE;
    DWORD error = GetLastError();

    if (next != INVALID_HANDLE_VALUE) {
        transport->handle = (intptr_t)listener->pipe;
        transport->event = (intptr_t)event;
        listener->pipe = next;
        listener->failing = false;
        return true;
    }
    if (event != NULL)
        CloseHandle(event);
    if (!listener->failing)
        log_write(LOG_ERROR, "listener.failed",
                  "%s: callers are turned away: no further instance can be made (Windows error "
                  "%lu); free memory on this host",
                  listener->name, error);
    listener->failing = true;
    return false;
}

enum listener_result listener_accept(struct listener *listener, struct transport *transport)
{
    enum listener_result result = await_caller(listener);

    transport_init(transport);
    if (result == LISTENER_STOPPED ||
        (result == LISTENER_CONNECTED && hand_over(listener, transport)))
        return result;
    /* The instance listens again: the only one must not be closed. */
    DisconnectNamedPipe(listener->pipe);
    if (result == LISTENER_CONNECTED &&
        WaitForSingleObject(listener->stop, PAUSE_MS) == WAIT_OBJECT_0)
        return LISTENER_STOPPED;
    return LISTENER_FAILED;
}

void listener_stop(struct listener *listener)
{
    SetEvent(listener->stop);
}

bool listener_admits(struct listener *listener, struct transport *transport, char *who,
                     size_t who_size)
{
    struct access_token token;
    ULONG process = 0;
    char why[160];

    if (!GetNamedPipeClientProcessId((HANDLE)transport->handle, &process))
        process = 0;
    if (!access_token_of_client((HANDLE)transport->handle, &token, why, sizeof why)) {
        snprintf(who, who_size, "process %lu (%s)", process, why);
        return false;
    }
    pipe_caller_text(&token, &listener->services, process, who, who_size);
    return true;
}
