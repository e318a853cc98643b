/* SPDX-License-Identifier: MIT */
/* pipe_probe CASE: what the agent's side of a pipe does when Windows refuses something, seen from
 * inside one process. Prints a line for each thing seen; test_pipes.py knows which. */
#include "access_token.h"
#include "config.h"
#include "endpoint.h"
#include "listener.h"
#include "thread.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

typedef BOOL(WINAPI *revert_function)(void);
typedef BOOL(WINAPI *open_function)(HANDLE, DWORD, BOOL, PHANDLE);
typedef HANDLE(WINAPI *create_function)(LPCSTR, DWORD, DWORD, DWORD, DWORD, DWORD, DWORD,
                                        LPSECURITY_ATTRIBUTES);

/* The linker takes these instead of the system's import table. */
revert_function __imp_RevertToSelf;
open_function __imp_OpenThreadToken;
create_function __imp_CreateNamedPipeA;

static struct {
    revert_function revert;
    open_function open;
    create_function create;
    bool no_revert, no_open, no_create;
    int reverts, creates;
} windows;

static BOOL WINAPI revert(void)
{
    windows.reverts++;
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return windows.no_revert ? FALSE : windows.revert();
}

static BOOL WINAPI open_token(HANDLE thread, DWORD access, BOOL as_self, PHANDLE token)
{
    SetLastError(ERROR_CANT_OPEN_ANONYMOUS);
    return windows.no_open ? FALSE : windows.open(thread, access, as_self, token);
}

static HANDLE WINAPI create(LPCSTR name, DWORD open_mode, DWORD pipe_mode, DWORD instances,
                            DWORD out, DWORD in, DWORD wait, LPSECURITY_ATTRIBUTES security)
{
    windows.creates++;
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return windows.no_create
               ? INVALID_HANDLE_VALUE
               : windows.create(name, open_mode, pipe_mode, instances, out, in, wait, security);
}

static void *find(const char *library, const char *function)
{
    return (void *)GetProcAddress(GetModuleHandleA(library), function);
}

static void stand_in(void)
{
    windows.revert = (revert_function)find("advapi32", "RevertToSelf");
    windows.open = (open_function)find("advapi32", "OpenThreadToken");
    windows.create = (create_function)find("kernel32", "CreateNamedPipeA");
    __imp_RevertToSelf = revert;
    __imp_OpenThreadToken = open_token;
    __imp_CreateNamedPipeA = create;
}

static struct config config;
static char why[512];

static struct listener *open_listener(void)
{
    struct listener *listener = listener_open(&config, why, sizeof why);

    if (listener == NULL) {
        printf("not opened: %s\n", why);
        exit(1);
    }
    return listener;
}

static HANDLE connect_to_it(void)
{
    HANDLE client =
        CreateFileA(MILINK_PIPE_NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                    SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);

    if (client == INVALID_HANDLE_VALUE) {
        printf("not connected: error %lu\n", GetLastError());
        exit(1);
    }
    return client;
}

/* A client that has sent a byte, which was read. */
static struct listener *take_client(struct transport *transport, HANDLE *client)
{
    struct listener *listener = open_listener();
    struct deadline deadline = deadline_in(10000);
    DWORD written = 0;
    size_t count = 0;
    char byte = 0;

    *client = connect_to_it();
    if (listener_accept(listener, transport) != LISTENER_CONNECTED ||
        !WriteFile(*client, "x", 1, &written, NULL) ||
        transport_read(transport, &byte, 1, &count, &deadline) != TRANSPORT_OK)
        puts("not read");
    return listener;
}

/* Is the client who it is, and the thread itself again afterwards? */
static int identify(void)
{
    struct access_token own, other;
    struct transport transport;
    HANDLE client = NULL, token = NULL;
    struct listener *listener = take_client(&transport, &client);

    if (!access_token_of_process(&own, why, sizeof why) ||
        !access_token_of_client((HANDLE)transport.handle, &other, why, sizeof why)) {
        printf("not identified: %s\n", why);
        return 1;
    }
    printf("reverted %d\n", windows.reverts);
    puts(strcmp(own.user, other.user) == 0 ? "the client is its user" : "the client is another");
    if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        puts("the thread is the client");
    else
        puts(GetLastError() == ERROR_NO_TOKEN ? "the thread is itself" : "the thread is unknown");
    transport_close(&transport);
    listener_close(listener);
    CloseHandle(client);
    return 0;
}

/* The process must not come back from this. */
static int stay_another(void)
{
    char who[128];
    struct transport transport;
    HANDLE client = NULL;
    struct listener *listener = take_client(&transport, &client);

    windows.no_revert = true;
    puts("looking");
    fflush(stdout);
    listener_admits(listener, &transport, who, sizeof who);
    puts("and on it goes");
    return 0;
}

/* As of a client at the anonymous level: refused, not guessed at. */
static int anonymous(void)
{
    char who[128];
    struct transport transport;
    HANDLE client = NULL;
    struct listener *listener = take_client(&transport, &client);

    windows.no_open = true;
    puts(listener_admits(listener, &transport, who, sizeof who) ? "admitted" : "refused");
    puts(who);
    printf("reverted %d\n", windows.reverts);
    transport_close(&transport);
    listener_close(listener);
    CloseHandle(client);
    return 0;
}

/* Connects as soon as the pipe listens, and reads to the end. */
static void call(void *context)
{
    char byte = 0;
    DWORD count = 0;
    HANDLE client = INVALID_HANDLE_VALUE;

    (void)context;
    while (client == INVALID_HANDLE_VALUE) {
        client = CreateFileA(MILINK_PIPE_NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        if (client == INVALID_HANDLE_VALUE && GetLastError() != ERROR_PIPE_BUSY) {
            puts("the name is free");
            return;
        }
    }
    puts(ReadFile(client, &byte, 1, &count, NULL) ? "heard" : "closed");
    CloseHandle(client);
}

static void accept_one(struct listener *listener)
{
    static const char *const results[] = {"taken", "stopped", "turned away"};
    struct transport transport;
    struct thread *caller = thread_start(call, NULL);
    enum listener_result result = listener_accept(listener, &transport);

    if (result == LISTENER_CONNECTED)
        transport_close(&transport);
    thread_join(caller);
    puts(results[result]);
}

/* No further instance: callers are turned away, and the name stays the agent's. */
static int crowded(void)
{
    struct listener *listener = open_listener();
    struct transport transport;
    HANDLE client = NULL;

    windows.no_create = true;
    for (int i = 0; i < 3; i++)
        accept_one(listener);
    windows.no_create = false;
    for (int i = 0; i < 2; i++)
        accept_one(listener);
    client = connect_to_it(); /* one always listens, and a stop comes before whoever waits */
    listener_stop(listener);
    puts(listener_accept(listener, &transport) == LISTENER_STOPPED ? "stopped" : "not stopped");
    CloseHandle(client);
    listener_close(listener);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } cases[] = {{"identify", identify},
                 {"stay-another", stay_another},
                 {"anonymous", anonymous},
                 {"crowded", crowded}};

    stand_in();
    for (size_t i = 0; argc == 2 && i < sizeof cases / sizeof *cases; i++)
        if (strcmp(argv[1], cases[i].name) == 0)
            return cases[i].run();
    fputs("usage: pipe_probe identify|stay-another|anonymous|crowded\n", stderr);
    return 2;
}
