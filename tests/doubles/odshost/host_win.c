/* SPDX-License-Identifier: MIT */
/* The platform of the Windows host: loads xp_milink.dll as SQL Server does. */
#include "host.h"
#include "memory.h"
#include "ods.h"
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>

enum { STACK_BYTES = 256 * 1024, PATH_CHARACTERS = 1024, MOST_HEAPS = 64 };

static HMODULE module;

static wchar_t *wide(const char *text)
{
    int count = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *to = host_zeroed((size_t)count + 1, sizeof *to);

    MultiByteToWideChar(CP_UTF8, 0, text, -1, to, count);
    return to;
}

/* The full path: without one, LOAD_WITH_ALTERED_SEARCH_PATH has no defined meaning. */
static void full_path(const char *path, wchar_t to[PATH_CHARACTERS])
{
    wchar_t *given = path != NULL ? wide(path) : NULL;
    wchar_t *slash = NULL;

    if (given != NULL) {
        GetFullPathNameW(given, PATH_CHARACTERS, to, NULL);
    } else {
        GetModuleFileNameW(NULL, to, PATH_CHARACTERS - 16);
        slash = wcsrchr(to, L'\\');
        memcpy(slash != NULL ? slash + 1 : to, L"xp_milink.dll", sizeof L"xp_milink.dll");
    }
    free(given);
}

static bool check_version(char *why, size_t why_size)
{
    FARPROC found = GetProcAddress(module, "__GetXpVersion");
    ULONG (*version)(void) = NULL;

    if (found == NULL) {
        snprintf(why, why_size, "it does not export __GetXpVersion");
        return false;
    }
    memcpy(&version, &found, sizeof version);
    if (version() == ODS_XP_VERSION)
        return true;
    snprintf(why, why_size, "__GetXpVersion gives 0x%08lX and not 0x%08X", version(),
             (unsigned)ODS_XP_VERSION);
    return false;
}

bool host_load(const char *path, char *why, size_t why_size)
{
    wchar_t full[PATH_CHARACTERS] = L"";

    full_path(path, full);
    module = LoadLibraryExW(full, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (module == NULL) {
        snprintf(why, why_size,
                 "Could not load the DLL %ls, or one of the DLLs it references. "
                 "Reason: %lu",
                 full, GetLastError());
        return false;
    }
    if (check_version(why, why_size))
        return true;
    host_unload();
    return false;
}

void host_unload(void)
{
    if (module != NULL)
        FreeLibrary(module);
    module = NULL;
}

bool host_loads(void)
{
    return true;
}

bool host_find(const char *name, struct host_procedure *procedure)
{
    FARPROC found = module != NULL ? GetProcAddress(module, name) : NULL;

    if (found == NULL)
        return false;
    memcpy(&procedure->run, &found, sizeof procedure->run);
    return true;
}

/* Wine gives a new handle the lowest free number, so that a leak shows in it. */
static uint32_t next_handle(void)
{
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

    if (event != NULL)
        CloseHandle(event);
    return (uint32_t)((uintptr_t)event / 4);
}

static uint64_t allocated_in(HANDLE heap)
{
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    uint64_t bytes = 0;

    HeapLock(heap);
    while (HeapWalk(heap, &entry)) {
        if ((entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0)
            bytes += entry.cbData;
    }
    HeapUnlock(heap);
    return bytes;
}

struct host_usage host_usage(void)
{
    struct host_usage usage = {0, 0};
    HANDLE heaps[MOST_HEAPS];
    DWORD heap_count = GetProcessHeaps(MOST_HEAPS, heaps);
    DWORD handles = 0;

    if (GetProcessHandleCount(GetCurrentProcess(), &handles) && handles > 0)
        usage.handles = handles;
    else
        usage.handles = next_handle();
    for (DWORD i = 0; i < heap_count && i < MOST_HEAPS; i++)
        usage.heap_bytes += allocated_in(heaps[i]);
    return usage;
}

const char *host_thread_remains(void)
{
    HANDLE token = NULL;

    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        return GetLastError() == ERROR_NO_TOKEN ? NULL : "a thread token that cannot be opened";
    CloseHandle(token);
    return "an impersonation token";
}

struct host_thread {
    HANDLE handle;
    void (*run)(void *context);
    void *context;
};

static DWORD WINAPI run_thread(void *context)
{
    struct host_thread *thread = context;

    thread->run(thread->context);
    return 0;
}

struct host_thread *host_thread_start(void (*run)(void *context), void *context)
{
    struct host_thread *thread = host_zeroed(1, sizeof *thread);

    thread->run = run;
    thread->context = context;
    thread->handle = CreateThread(NULL, STACK_BYTES, run_thread, thread,
                                  STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread->handle == NULL) {
        fputs("odshost: no thread could be started\n", stderr);
        abort();
    }
    return thread;
}

void host_thread_join(struct host_thread *thread)
{
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    free(thread);
}

uint64_t host_clock_us(void)
{
    LARGE_INTEGER count = {.QuadPart = 0};
    LARGE_INTEGER frequency = {.QuadPart = 1};

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)count.QuadPart / (uint64_t)frequency.QuadPart * 1000000u +
           (uint64_t)count.QuadPart % (uint64_t)frequency.QuadPart * 1000000u /
               (uint64_t)frequency.QuadPart;
}

void host_sleep_ms(uint32_t milliseconds)
{
    Sleep(milliseconds);
}

char **host_arguments(int *count, char **arguments)
{
    wchar_t **found = CommandLineToArgvW(GetCommandLineW(), count);
    char **texts = NULL;

    if (found == NULL)
        return arguments;
    texts = host_zeroed((size_t)*count + 1, sizeof *texts);
    for (int i = 0; i < *count; i++) {
        int bytes = WideCharToMultiByte(CP_UTF8, 0, found[i], -1, NULL, 0, NULL, NULL);

        texts[i] = host_zeroed((size_t)bytes + 1, 1);
        WideCharToMultiByte(CP_UTF8, 0, found[i], -1, texts[i], bytes, NULL, NULL);
    }
    LocalFree(found);
    return texts;
}

FILE *host_open(const char *path)
{
    wchar_t *name = wide(path);
    FILE *file = _wfopen(name, L"rb");

    free(name);
    return file;
}

void host_console_init(void)
{
    SetConsoleOutputCP(CP_UTF8);
    SetConsoleCP(CP_UTF8);
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
}

bool host_console_is_terminal(void)
{
    return _isatty(_fileno(stdin)) != 0;
}
