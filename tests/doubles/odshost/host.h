/* SPDX-License-Identifier: MIT */
/* What the host needs of the platform: the procedures, threads, a clock, files, the console. */
#ifndef MILINK_ODSHOST_HOST_H
#define MILINK_ODSHOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ods_call;

struct host_procedure {
    int (*run)(struct ods_call *call);
};

/* Loads the DLL with the procedures, as SQL Server does on first use, and checks __GetXpVersion.
 * path NULL: xp_milink.dll next to this program. Natively they are linked in and nothing is loaded.
 * False with the reason in why. */
bool host_load(const char *path, char *why, size_t why_size);
/* As DBCC xp_milink(FREE). */
void host_unload(void);
/* The exported procedure of exactly this name; false when there is none. */
bool host_find(const char *name, struct host_procedure *procedure);
/* True when loading and freeing are real here. */
bool host_loads(void);

/* What a leak of the DLL would raise. */
struct host_usage {
    uint32_t handles;    /* open handles, natively descriptors; where the system does not count them
                          * (Wine), the number of the next free one */
    uint64_t heap_bytes; /* allocated in all heaps of the process */
};

struct host_usage host_usage(void);
/* Says what a procedure left behind on the thread that called it; NULL when nothing. */
const char *host_thread_remains(void);

struct host_thread;

/* Starts run(context) on a thread with a stack of 256 KiB; ends the program when it cannot. */
struct host_thread *host_thread_start(void (*run)(void *context), void *context);
void host_thread_join(struct host_thread *thread); /* waits for its end and frees it */

uint64_t host_clock_us(void); /* never goes back */
void host_sleep_ms(uint32_t milliseconds);

/* The arguments in UTF-8. */
char **host_arguments(int *count, char **arguments);
/* Opens a file named in UTF-8 for reading; NULL when it cannot. */
FILE *host_open(const char *path);
/* UTF-8 and plain line ends on standard input and output. */
void host_console_init(void);
/* Someone types at standard input. */
bool host_console_is_terminal(void);

#endif
