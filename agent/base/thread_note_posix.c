/* SPDX-License-Identifier: MIT */
/* Notes of a thread where the compiler knows threads. */
#include "thread_note.h"

static _Thread_local const char *notes[THREAD_NOTE_COUNT];

void thread_note_set(enum thread_note note, const char *text)
{
    notes[note] = text;
}

const char *thread_note(enum thread_note note)
{
    return notes[note];
}
