/* SPDX-License-Identifier: MIT */
/* Finding the files of the audit trail. */
#include "audit_segments.h"

#include "deadline.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_TRIES = 10, OPEN_PAUSE_MS = 50, MOST_SEGMENTS = 100000 };

/* The agent may be between the renaming of a full segment and the next record. */
static bool open_current(struct audit_segments *segments, const char *directory, char *why,
                         size_t why_size)
{
    char path[AUDIT_PATH_SIZE], head[AUDIT_PATH_SIZE];

    audit_path(path, directory, AUDIT_CURRENT);
    audit_path(head, directory, AUDIT_HEAD);
    for (int tries = 0; tries < OPEN_TRIES; tries++) {
        if (file_open_read(&segments->current, path, why, why_size))
            return true;
        if (!file_exists(head))
            return false;
        clock_sleep_ms(OPEN_PAUSE_MS);
    }
    return false;
}

/* The file that a segment says it follows; empty: none, or its first record cannot be read. */
static bool read_previous(struct file file, char name[AUDIT_NAME_SIZE])
{
    char *bytes = malloc(AUDIT_LINE_MAX + 1);
    const char *end = NULL, *why = NULL, *previous = NULL;
    struct audit_line line;
    size_t length = 0;

    name[0] = '\0';
    if (bytes == NULL)
        return false;
    length = file_read_at(file, 0, bytes, AUDIT_LINE_MAX + 1);
    end = length != SIZE_MAX ? memchr(bytes, '\n', length) : NULL;
    if (end != NULL && audit_line_read(bytes, (size_t)(end - bytes), &line, &why)) {
        previous = json_text(line.record, "previous_file");
        /* Never out of the directory, whatever the record says. */
        if (previous != NULL && strpbrk(previous, "/\\:") == NULL)
            text_copy(name, AUDIT_NAME_SIZE, previous);
        json_free(line.record);
    }
    free(bytes);
    return why != audit_no_memory;
}

static bool add(struct audit_segments *segments, const char *name)
{
    char(*names)[AUDIT_NAME_SIZE] =
        realloc(segments->names, (segments->count + 1) * sizeof *segments->names);

    if (names == NULL)
        return false;
    segments->names = names;
    text_copy(names[segments->count++], AUDIT_NAME_SIZE, name);
    return true;
}

static void reverse(struct audit_segments *segments)
{
    for (size_t i = 0; i < segments->count / 2; i++) {
        char(*a)[AUDIT_NAME_SIZE] = &segments->names[i];
        char(*b)[AUDIT_NAME_SIZE] = &segments->names[segments->count - 1 - i];
        char name[AUDIT_NAME_SIZE];

        memcpy(name, *a, sizeof name);
        memcpy(*a, *b, sizeof name);
        memcpy(*b, name, sizeof name);
    }
}

/* From the newest to the oldest that is there. */
static bool follow(struct audit_segments *segments, const char *directory)
{
    struct file file = segments->current;
    char name[AUDIT_NAME_SIZE], path[AUDIT_PATH_SIZE];
    bool read = add(segments, AUDIT_CURRENT) && read_previous(file, name);

    while (read && name[0] != '\0' && segments->count < MOST_SEGMENTS) {
        audit_path(path, directory, name);
        if (!file_open_read(&file, path, NULL, 0)) {
            text_copy(segments->missing, sizeof segments->missing, name);
            break;
        }
        read = add(segments, name) && read_previous(file, name);
        file_close(&file);
    }
    return read;
}

bool audit_segments_find(struct audit_segments *segments, const char *directory, char *why,
                         size_t why_size)
{
    char cause[200] = "";

    memset(segments, 0, sizeof *segments);
    segments->current = FILE_CLOSED;
    if (!open_current(segments, directory, cause, sizeof cause)) {
        snprintf(why, why_size, "%s/" AUDIT_CURRENT ": cannot be opened: %s", directory, cause);
        return false;
    }
    if (!follow(segments, directory)) {
        snprintf(why, why_size, "memory ran out");
        return false;
    }
    reverse(segments);
    return true;
}

void audit_segments_clear(struct audit_segments *segments)
{
    free(segments->names);
    file_close(&segments->current);
    segments->names = NULL;
}
