/* SPDX-License-Identifier: MIT */
/* Squatting on the pipe's name: everybody may do everything with it. */
#include "squat.h"
#include "endpoint.h"
#include <stdio.h>
#include <windows.h>
#include <sddl.h>

enum { PIPE_BUFFER = 4096 };

static struct {
    PSECURITY_DESCRIPTOR descriptor;
    HANDLE pipe;
    DWORD instances;
} squat = {NULL, INVALID_HANDLE_VALUE, PIPE_UNLIMITED_INSTANCES};

static bool make_instance(void)
{
    SECURITY_ATTRIBUTES security = {sizeof security, squat.descriptor, FALSE};

    squat.pipe = CreateNamedPipeA(MILINK_PIPE_NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                  PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT, squat.instances,
                                  PIPE_BUFFER, PIPE_BUFFER, 0, &security);
    if (squat.pipe == INVALID_HANDLE_VALUE)
        fprintf(stderr, "squatter: the pipe cannot be made: error %lu\n", GetLastError());
    return squat.pipe != INVALID_HANDLE_VALUE;
}

bool squat_open(const char *owner, bool single)
{
    char sddl[256];

    snprintf(sddl, sizeof sddl, "%s%sD:P(A;;GA;;;WD)(A;;GA;;;AN)", owner != NULL ? "O:" : "",
             owner != NULL ? owner : "");
    if (single)
        squat.instances = 1;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1,
                                                              &squat.descriptor, NULL)) {
        fprintf(stderr, "squatter: %s is no SID\n", owner);
        return false;
    }
    return make_instance();
}

static bool await_caller(HANDLE event)
{
    OVERLAPPED io = {.hEvent = event};
    DWORD bytes = 0;

    if (ConnectNamedPipe(squat.pipe, &io) || GetLastError() == ERROR_PIPE_CONNECTED)
        return true;
    return GetLastError() == ERROR_IO_PENDING && GetOverlappedResult(squat.pipe, &io, &bytes, TRUE);
}

bool squat_accept(struct transport *transport)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

    transport_init(transport);
    if (event == NULL || (squat.pipe == INVALID_HANDLE_VALUE && !make_instance()))
        return false;
    /* One that came and went is as good: it is heard to have said nothing. */
    await_caller(event);
    transport->handle = (intptr_t)squat.pipe;
    transport->event = (intptr_t)event;
    squat.pipe = INVALID_HANDLE_VALUE;
    return squat.instances == 1 || make_instance();
}
