/* SPDX-License-Identifier: MIT */
/* The agent's log: one JSON object a line. Never a secret, a token or a body. */
#ifndef MILINK_AGENT_LOG_H
#define MILINK_AGENT_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Where lines go: a file opened for appending (UTF-8 path), or stderr when path is NULL. A file
 * that has grown to 16 MiB becomes path.1, the one before path.2, up to path.5; the oldest is
 * dropped. Call once before threads start; until then lines go to stderr. False when the file
 * cannot be opened. */
int log_open(const char *path, enum log_level least);
void log_close(void);
/* From the next line on. Any thread. */
void log_set_level(enum log_level least);

/* Every line that this thread writes from now on carries the id as "call", or as "operation", until
 * NULL is set. The text is the caller's and must last as long. */
void log_set_call(const char *id);
void log_set_operation(const char *id);

/* Writes {"time":"2026-11-24T18:50:01.123Z","level":"info","event":EVENT,"text":TEXT}, with "call"
 * and "operation" before the text where they are set; the text is formatted as by printf, cut at
 * 1000 bytes, and what looks like a secret is masked (log_scrub.h). event is a short fixed word:
 * "operation.sent". Any thread. */
void log_write(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* listener hears all but debug lines, whatever the least level of the file, with secrets masked, on
 * the thread that writes them; NULL: nobody. Call while there is one thread. */
void log_listen(void (*listener)(const char *event, const char *text));

/* Lines that could not be written since the process started. Any thread. */
unsigned long long log_lost_lines(void);

#endif
