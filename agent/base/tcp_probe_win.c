/* SPDX-License-Identifier: MIT */
/* The platform's part of the probe on Windows. */
#include <winsock2.h>
#include <ws2tcpip.h>

#include "tcp_probe_socket.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct detached {
    void (*run)(void *context);
    void *context;
};

static unsigned __stdcall detached_main(void *argument)
{
    struct detached detached = *(struct detached *)argument;

    free(argument);
    detached.run(detached.context);
    return 0;
}

bool tcp_detach(void (*run)(void *context), void *context)
{
    struct detached *detached = malloc(sizeof *detached);
    HANDLE thread = NULL;

    if (detached == NULL)
        return false;
    *detached = (struct detached){run, context};
    thread = (HANDLE)_beginthreadex(NULL, 0, detached_main, detached, 0, NULL);
    if (thread == NULL) {
        free(detached);
        return false;
    }
    CloseHandle(thread);
    return true;
}

static bool take_address(struct tcp_address *address, const struct addrinfo *found)
{
    if (found->ai_addrlen > sizeof address->bytes ||
        getnameinfo(found->ai_addr, (socklen_t)found->ai_addrlen, address->text,
                    sizeof address->text, NULL, 0, NI_NUMERICHOST) != 0)
        return false;
    memcpy(address->bytes, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    return true;
}

static enum tcp_outcome resolve(const char *host, const char *service,
                                struct tcp_address addresses[TCP_PROBE_MAX_ROWS], size_t *count)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(host, service, &hints, &found);

    if (error == WSATRY_AGAIN)
        return TCP_NO_ANSWER;
    if (error != 0)
        return TCP_NO_NAME;
    for (struct addrinfo *at = found; at != NULL && *count < TCP_PROBE_MAX_ROWS; at = at->ai_next)
        if (take_address(&addresses[*count], at))
            ++*count;
    freeaddrinfo(found);
    return *count > 0 ? TCP_CONNECTED : TCP_NO_NAME;
}

/* Winsock counts its users: started here, it outlives the look-up, and so the attempts too. */
enum tcp_outcome tcp_resolve(const char *host, uint16_t port,
                             struct tcp_address addresses[TCP_PROBE_MAX_ROWS], size_t *count)
{
    WSADATA data;
    char service[8];

    snprintf(service, sizeof service, "%u", (unsigned)port);
    *count = 0;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0 ? resolve(host, service, addresses, count)
                                                  : TCP_NO_ANSWER;
}

static void attempt_fail(struct tcp_attempt *attempt, int error)
{
    attempt->error = error;
    switch (error) {
    case WSAECONNREFUSED: attempt->outcome = TCP_REFUSED; break;
    case WSAENETUNREACH:
    case WSAEHOSTUNREACH:
    case WSAEAFNOSUPPORT:
    case WSAEADDRNOTAVAIL: attempt->outcome = TCP_NO_ROUTE; break;
    case WSAETIMEDOUT: attempt->outcome = TCP_TIMED_OUT; break;
    case WSAEACCES: attempt->outcome = TCP_FORBIDDEN; break;
    default: attempt->outcome = TCP_FAILED; break;
    }
}

void tcp_attempt_begin(struct tcp_attempt *attempt, const struct tcp_address *address)
{
    const struct sockaddr *to = (const void *)address->bytes;
    SOCKET handle = WSASocketW(to->sa_family, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                               WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    u_long on = 1;

    *attempt = (struct tcp_attempt){.socket = (intptr_t)handle, .outcome = TCP_PENDING};
    if (handle == INVALID_SOCKET || ioctlsocket(handle, FIONBIO, &on) != 0)
        attempt_fail(attempt, WSAGetLastError());
    else if (connect(handle, to, (int)address->length) == 0)
        attempt->outcome = TCP_CONNECTED;
    else if (WSAGetLastError() != WSAEWOULDBLOCK)
        attempt_fail(attempt, WSAGetLastError());
}

static void attempt_settle(struct tcp_attempt *attempt)
{
    int error = 0;
    int size = sizeof error;

    if (getsockopt((SOCKET)attempt->socket, SOL_SOCKET, SO_ERROR, (char *)&error, &size) != 0)
        error = WSAGetLastError();
    if (error == 0)
        attempt->outcome = TCP_CONNECTED;
    else
        attempt_fail(attempt, error);
}

/* By select: WSAPoll does not tell of failed connections before Windows 10, version 2004. A
 * connection that stands is writable, one that failed is in the third set. */
void tcp_attempts_wait(struct tcp_attempt *attempts, size_t count, uint32_t milliseconds)
{
    struct timeval time = {(long)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000};
    fd_set connected, failed;

    FD_ZERO(&connected);
    FD_ZERO(&failed);
    for (size_t i = 0; i < count; i++)
        if (attempts[i].outcome == TCP_PENDING) {
            FD_SET((SOCKET)attempts[i].socket, &connected);
            FD_SET((SOCKET)attempts[i].socket, &failed);
        }
    if (select(0, NULL, &connected, &failed, &time) <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (attempts[i].outcome == TCP_PENDING &&
            (FD_ISSET((SOCKET)attempts[i].socket, &connected) ||
             FD_ISSET((SOCKET)attempts[i].socket, &failed)))
            attempt_settle(&attempts[i]);
}

void tcp_attempt_end(struct tcp_attempt *attempt)
{
    if (attempt->socket >= 0)
        closesocket((SOCKET)attempt->socket);
    attempt->socket = -1;
}
