/* SPDX-License-Identifier: MIT */
/* Notes of a thread on Windows: mingw's _Thread_local would allocate, and end the process without
 * memory. */
#include "thread_note.h"

#include <windows.h>

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static DWORD slots[THREAD_NOTE_COUNT];

static BOOL CALLBACK take_slots(INIT_ONCE *unused, void *argument, void **context)
{
    (void)unused;
    (void)argument;
    (void)context;
    for (int i = 0; i < THREAD_NOTE_COUNT; i++)
        slots[i] = TlsAlloc();
    return TRUE;
}

/* Without a slot a note is not kept: TlsSetValue and TlsGetValue refuse the number. */
void thread_note_set(enum thread_note note, const char *text)
{
    InitOnceExecuteOnce(&once, take_slots, NULL, NULL);
    TlsSetValue(slots[note], (void *)text);
}

const char *thread_note(enum thread_note note)
{
    InitOnceExecuteOnce(&once, take_slots, NULL, NULL);
    return TlsGetValue(slots[note]);
}
