/* SPDX-License-Identifier: MIT */
/* The agent's log: one JSON object a line. Never a secret, a token or a body. */
#ifndef MILINK_AGENT_LOG_H
#define MILINK_AGENT_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Where lines go: a file opened for appending, or stderr when path is NULL. A file that has grown
 * to 16 MiB is renamed to path.1, in place of the one before. Call once before threads start; until
 * then lines go to stderr. False when the file cannot be opened. */
int log_open(const char *path, enum log_level least);
void log_close(void);

/* Writes {"time":"2026-11-24T18:50:01.123Z","level":"info","event":EVENT,"text":TEXT}; the text is
 * formatted as by printf and cut at 1000 bytes. event is a short fixed word: "operation.sent". Any
 * thread. */
void log_write(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

#endif
