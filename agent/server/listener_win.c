/* SPDX-License-Identifier: MIT */
/* The named pipe: protected by its own permissions, local only, always one instance that listens.
 */
#include "listener.h"
#include "endpoint.h"
#include "service_sid.h"
#include "text.h"
#include <windows.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIPE_BUFFER = 64 * 1024 };

struct listener {
    const char *name;
    HANDLE pipe; /* the instance that listens */
    HANDLE event, stop;
    PSECURITY_DESCRIPTOR descriptor;
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

static struct listener *open_name(const char *name, const char *sddl, char *why, size_t why_size)
{
    struct listener *listener = calloc(1, sizeof *listener);

    if (listener == NULL) {
        text_copy(why, why_size, "memory ran out");
        return NULL;
    }
    listener->name = name;
    listener->pipe = INVALID_HANDLE_VALUE;
    listener->event = CreateEventA(NULL, TRUE, FALSE, NULL);
    listener->stop = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (listener->event == NULL || listener->stop == NULL || sddl == NULL ||
        !ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1,
                                                              &listener->descriptor, NULL)) {
        text_copy(why, why_size, "the permissions of the pipe cannot be made");
        listener_close(listener);
        return NULL;
    }
    listener->pipe = make_instance(listener, true);
    if (listener->pipe == INVALID_HANDLE_VALUE) {
        snprintf(why, why_size,
                 "%s cannot be made (error %lu): another agent or another program has it", name,
                 GetLastError());
        listener_close(listener);
        return NULL;
    }
    return listener;
}

struct listener *listener_open(const struct config *config, char *why, size_t why_size)
{
    char sddl[PIPE_SDDL_SIZE];

    return open_name(MILINK_PIPE_NAME, pipe_sddl(config, sddl) ? sddl : NULL, why, why_size);
}

struct listener *listener_open_admin(const struct config *config, char *why, size_t why_size)
{
    (void)config;
    return open_name(MILINK_ADMIN_PIPE_NAME, ADMIN_PIPE_SDDL, why, why_size);
}

void listener_admin_place(const struct config *config, char *place, size_t size)
{
    (void)config;
    text_copy(place, size, MILINK_ADMIN_PIPE_NAME);
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

/* Waits until somebody has connected to the listening instance. */
static enum listener_result await_caller(struct listener *listener)
{
    OVERLAPPED io = {.hEvent = listener->event};
    HANDLE events[] = {listener->stop, listener->event};
    DWORD bytes = 0;

    ResetEvent(listener->event);
    if (ConnectNamedPipe(listener->pipe, &io))
        return LISTENER_CONNECTED;
    if (GetLastError() == ERROR_PIPE_CONNECTED)
        return LISTENER_CONNECTED;
    /* A caller that came and went: the instance is of no more use. */
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

enum listener_result listener_accept(struct listener *listener, struct transport *transport)
{
    enum listener_result result = LISTENER_FAILED;
    HANDLE connected = INVALID_HANDLE_VALUE, event = NULL;

    transport_init(transport);
    if (listener->pipe == INVALID_HANDLE_VALUE)
        listener->pipe = make_instance(listener, false);
    if (listener->pipe == INVALID_HANDLE_VALUE)
        return WaitForSingleObject(listener->stop, 100) == WAIT_OBJECT_0 ? LISTENER_STOPPED
                                                                         : LISTENER_FAILED;
    result = await_caller(listener);
    if (result == LISTENER_STOPPED)
        return result;
    /* The next instance first: the name is never free for a squatter to take. */
    connected = listener->pipe;
    listener->pipe = make_instance(listener, false);
    event = result == LISTENER_CONNECTED ? CreateEventA(NULL, TRUE, FALSE, NULL) : NULL;
    if (event == NULL) {
        CloseHandle(connected);
        return LISTENER_FAILED;
    }
    transport->handle = (intptr_t)connected;
    transport->event = (intptr_t)event;
    return LISTENER_CONNECTED;
}

void listener_stop(struct listener *listener)
{
    SetEvent(listener->stop);
}

bool listener_admits(struct transport *transport, char *who, size_t who_size)
{
    ULONG process = 0;

    GetNamedPipeClientProcessId((HANDLE)transport->handle, &process);
    snprintf(who, who_size, "process %lu", process);
    return true;
}
