/* SPDX-License-Identifier: MIT */
/* The platform of the native host: the procedures are linked in. */
#include "host.h"
#include "memory.h"
#include "procedures.h"
#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024 };

#define DECLARE_PROCEDURE(name) int xp_milink_##name(struct ods_call *call);
MILINK_PROCEDURES(DECLARE_PROCEDURE)
#undef DECLARE_PROCEDURE

static const struct {
    const char *name;
    struct host_procedure procedure;
} procedures[] = {
#define LIST_PROCEDURE(name) {MILINK_PROCEDURE_PREFIX #name, {xp_milink_##name}},
    MILINK_PROCEDURES(LIST_PROCEDURE)
#undef LIST_PROCEDURE
};

bool host_load(const char *path, char *why, size_t why_size)
{
    if (path == NULL)
        return true;
    snprintf(why, why_size, "the native host has its procedures linked in and loads no %s", path);
    return false;
}

void host_unload(void)
{
}

bool host_loads(void)
{
    return false;
}

bool host_find(const char *name, struct host_procedure *procedure)
{
    for (size_t i = 0; i < sizeof procedures / sizeof *procedures; i++) {
        if (strcmp(procedures[i].name, name) == 0) {
            *procedure = procedures[i].procedure;
            return true;
        }
    }
    return false;
}

static uint32_t count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    uint32_t count = 0;

    if (directory == NULL)
        return 0;
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count - 3; /* ".", ".." and the directory's own */
}

struct host_usage host_usage(void)
{
    return (struct host_usage){.handles = count_descriptors(), .heap_bytes = mallinfo2().uordblks};
}

const char *host_thread_remains(void)
{
    return NULL;
}

struct host_thread {
    pthread_t thread;
    void (*run)(void *context);
    void *context;
};

static void *run_thread(void *context)
{
    struct host_thread *thread = context;

    thread->run(thread->context);
    return NULL;
}

struct host_thread *host_thread_start(void (*run)(void *context), void *context)
{
    struct host_thread *thread = host_zeroed(1, sizeof *thread);
    pthread_attr_t attributes;

    thread->run = run;
    thread->context = context;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    if (pthread_create(&thread->thread, &attributes, run_thread, thread) != 0) {
        fputs("odshost: no thread could be started\n", stderr);
        abort();
    }
    pthread_attr_destroy(&attributes);
    return thread;
}

void host_thread_join(struct host_thread *thread)
{
    pthread_join(thread->thread, NULL);
    free(thread);
}

uint64_t host_clock_us(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void host_sleep_ms(uint32_t milliseconds)
{
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};

    nanosleep(&time, NULL);
}

char **host_arguments(int *count, char **arguments)
{
    (void)count;
    return arguments;
}

FILE *host_open(const char *path)
{
    return fopen(path, "r");
}

void host_console_init(void)
{
}

bool host_console_is_terminal(void)
{
    return isatty(STDIN_FILENO) == 1;
}
