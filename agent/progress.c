/* SPDX-License-Identifier: MIT */
/* Progress on standard error. */
#include "progress.h"
#include "text.h"
#include "text_width.h"
#include <string.h>

void progress_init(struct progress *progress, FILE *to, size_t width)
{
    memset(progress, 0, sizeof *progress);
    progress->to = to;
    progress->width = width;
}

/* Writes over what stands there. The last column stays free: a terminal would begin a new line. */
static void rewrite(struct progress *progress, const char *line)
{
    char padded[1024];
    size_t length = text_fitting_width(line, strlen(line), progress->width - 1);
    size_t columns = text_width(line, length);

    text_copy(padded, sizeof padded, "\r");
    text_copy_bytes(padded + 1, sizeof padded - 1, line, length);
    for (size_t i = columns; i < progress->shown; i++)
        text_append(padded, sizeof padded, " ");
    fputs(padded, progress->to);
    fflush(progress->to);
    progress->shown = columns;
}

void progress_show(struct progress *progress, uint64_t now_ms, const char *state, const char *text)
{
    char line[512];

    if (progress->to == NULL)
        return;
    snprintf(line, sizeof line, "%s%s", state, text);
    text_disarm(line, false);
    if (progress->width > 1) {
        rewrite(progress, line);
        return;
    }
    if (progress->shown_ms != 0 && strcmp(progress->state, state) == 0 &&
        now_ms - progress->shown_ms < PROGRESS_LINE_MS)
        return;
    text_copy(progress->state, sizeof progress->state, state);
    progress->shown_ms = now_ms;
    fprintf(progress->to, "%s\n", line);
    fflush(progress->to);
}

void progress_end(struct progress *progress)
{
    if (progress->to == NULL || progress->width <= 1 || progress->shown == 0)
        return;
    rewrite(progress, "");
    fputs("\r", progress->to);
    fflush(progress->to);
}
