/* SPDX-License-Identifier: MIT */
/* The byte stream over a named pipe: overlapped I/O whose every end is awaited before its buffer is
 * let go. */
#include "transport.h"
#include "endpoint.h"
#include "pipe_owner.h"
#include "text.h"
#include <windows.h>

void transport_init(struct transport *transport)
{
    transport->handle = -1;
    transport->event = -1;
}

void transport_close(struct transport *transport)
{
    if (transport->handle != -1)
        CloseHandle((HANDLE)transport->handle);
    if (transport->event != -1)
        CloseHandle((HANDLE)transport->event);
    transport_init(transport);
}

static enum transport_status status_of(DWORD error)
{
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND: return TRANSPORT_NOT_RUNNING;
    case ERROR_ACCESS_DENIED: return TRANSPORT_ACCESS_DENIED;
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:
    case ERROR_PIPE_NOT_CONNECTED:
    case ERROR_HANDLE_EOF: return TRANSPORT_CLOSED;
    default: return TRANSPORT_FAILED;
    }
}

/* What the table of errors has no number for. */
static enum transport_status say_failure(DWORD error, char *why, size_t why_size)
{
    enum transport_status status = status_of(error);

    if (status == TRANSPORT_FAILED && why != NULL) {
        text_copy(why, why_size, "Windows error ");
        text_append_number(why, why_size, (long long)error);
    }
    return status;
}

/* Opens one end. SECURITY_IDENTIFICATION: whoever holds the other end learns who we are and cannot
 * act as us. */
static enum transport_status open_pipe(struct transport *transport, const char *name,
                                       const struct deadline *deadline, char *why, size_t why_size)
{
    const DWORD flags = FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;

    for (;;) {
        HANDLE pipe =
            CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);
        DWORD error = GetLastError();

        if (pipe != INVALID_HANDLE_VALUE) {
            transport->handle = (intptr_t)pipe;
            return TRANSPORT_OK;
        }
        if (error != ERROR_PIPE_BUSY)
            return say_failure(error, why, why_size);
        if (deadline_interrupted(deadline))
            return TRANSPORT_INTERRUPTED;
        if (deadline_left_ms(deadline) == 0)
            return TRANSPORT_TIMED_OUT;
        /* Every instance is taken for the moment in which the agent makes the next one. */
        WaitNamedPipeA(name, 20);
    }
}

enum transport_status transport_connect(struct transport *transport,
                                        const struct deadline *deadline, char *why, size_t why_size)
{
    return transport_connect_to(transport, MILINK_PIPE_NAME, deadline, why, why_size);
}

enum transport_status transport_connect_to(struct transport *transport, const char *place,
                                           const struct deadline *deadline, char *why,
                                           size_t why_size)
{
    enum transport_status status = open_pipe(transport, place, deadline, why, why_size);
    HANDLE event = NULL;

    if (status != TRANSPORT_OK)
        return status;
    if (!pipe_owner_is_agent((HANDLE)transport->handle, why, why_size)) {
        status = TRANSPORT_IMPOSTOR;
        goto out;
    }
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (event == NULL)
        status = say_failure(GetLastError(), why, why_size);
    else
        transport->event = (intptr_t)event;
out:
    if (status != TRANSPORT_OK)
        transport_close(transport);
    return status;
}

/* Ends an I/O that may be pending. When it cannot be awaited yet, cancels it and waits for that. */
static enum transport_status await_io(HANDLE pipe, OVERLAPPED *io, const struct deadline *deadline,
                                      DWORD *count)
{
    enum transport_status status = TRANSPORT_OK;

    /* Bytes that come one by one never leave a wait empty. */
    if (WaitForSingleObject(io->hEvent, 0) != WAIT_OBJECT_0 && deadline_interrupted(deadline))
        status = TRANSPORT_INTERRUPTED;
    while (status == TRANSPORT_OK &&
           WaitForSingleObject(io->hEvent, deadline_slice_ms(deadline)) != WAIT_OBJECT_0) {
        if (deadline_interrupted(deadline))
            status = TRANSPORT_INTERRUPTED;
        else if (deadline_left_ms(deadline) == 0)
            status = TRANSPORT_TIMED_OUT;
    }
    if (status != TRANSPORT_OK)
        CancelIoEx(pipe, io);
    /* TRUE: the kernel owns io and the bytes until this returns. */
    if (!GetOverlappedResult(pipe, io, count, TRUE) && status == TRANSPORT_OK)
        status = status_of(GetLastError());
    return status;
}

enum { STEP_BYTES = 65536 };

/* Begins a write or a read; TRANSPORT_OK when its end can be awaited. */
static enum transport_status begin_io(BOOL done)
{
    DWORD error = GetLastError();

    return done || error == ERROR_IO_PENDING ? TRANSPORT_OK : status_of(error);
}

static DWORD step_of(size_t length)
{
    return length > STEP_BYTES ? STEP_BYTES : (DWORD)length;
}

enum transport_status transport_write(struct transport *transport, const void *bytes, size_t length,
                                      const struct deadline *deadline)
{
    HANDLE pipe = (HANDLE)transport->handle;
    const char *from = bytes;

    while (length > 0) {
        OVERLAPPED io = {.hEvent = (HANDLE)transport->event};
        enum transport_status status = begin_io(WriteFile(pipe, from, step_of(length), NULL, &io));
        DWORD written = 0;

        if (status == TRANSPORT_OK)
            status = await_io(pipe, &io, deadline, &written);
        if (status != TRANSPORT_OK)
            return status;
        from += written;
        length -= written;
    }
    return TRANSPORT_OK;
}

enum transport_status transport_read(struct transport *transport, void *bytes, size_t room,
                                     size_t *count, const struct deadline *deadline)
{
    HANDLE pipe = (HANDLE)transport->handle;
    OVERLAPPED io = {.hEvent = (HANDLE)transport->event};
    enum transport_status status = begin_io(ReadFile(pipe, bytes, step_of(room), NULL, &io));
    DWORD got = 0;

    if (status == TRANSPORT_OK)
        status = await_io(pipe, &io, deadline, &got);
    *count = got;
    return status;
}

bool transport_stirred(struct transport *transport)
{
    DWORD ready = 0;

    return !PeekNamedPipe((HANDLE)transport->handle, NULL, 0, NULL, &ready, NULL) || ready > 0;
}
