/* SPDX-License-Identifier: MIT */
/* The file of metrics that a collector reads, written anew every 15 s. */
#ifndef MILINK_AGENT_METRICS_FILE_H
#define MILINK_AGENT_METRICS_FILE_H

#include "agent.h"

struct metrics_file;

/* Starts the thread that writes the file named by metrics.file of the setup in force, if there is
 * one, now, every 15 s and at its end, whole each time. Once the engine runs; agent outlives it.
 * NULL, with a warning in the log, when no thread could be had. */
struct metrics_file *metrics_file_start(struct agent *agent);
/* Writes it soon: another setup is in force. Any thread; takes NULL. */
void metrics_file_refresh(struct metrics_file *file);
void metrics_file_stop(struct metrics_file *file); /* takes NULL */

/* Writes the file once. False when it cannot be written. */
bool metrics_file_write(struct agent *agent, const char *path);

#endif
