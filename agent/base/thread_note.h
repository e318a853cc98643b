/* SPDX-License-Identifier: MIT */
/* What a thread is busy with, remembered for the thread alone. */
#ifndef MILINK_AGENT_THREAD_NOTE_H
#define MILINK_AGENT_THREAD_NOTE_H

enum thread_note { THREAD_NOTE_CALL, THREAD_NOTE_OPERATION, THREAD_NOTE_COUNT };

/* Keeps the pointer; NULL: nothing. */
void thread_note_set(enum thread_note note, const char *text);
/* NULL when nothing was set on this thread. */
const char *thread_note(enum thread_note note);

#endif
