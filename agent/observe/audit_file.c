/* SPDX-License-Identifier: MIT */
/* Appending to the audit trail; what was found at its opening is judged in audit_recover.c. */
#include "audit_file_private.h"

#include "deadline.h"
#include "text.h"
#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void audit_path(char path[AUDIT_PATH_SIZE], const char *directory, const char *name)
{
    snprintf(path, AUDIT_PATH_SIZE, "%s/%s", directory, name);
}

bool audit_file_failed(struct audit_file *file, const char *name, const char *task)
{
    char cause[200];

    file_why(cause, sizeof cause);
    snprintf(file->why, sizeof file->why, "%s/%s: %s: %s", file->directory, name, task, cause);
    return false;
}

const struct audit_head *audit_file_head(const struct audit_file *file)
{
    return &file->head;
}

const char *audit_file_why(const struct audit_file *file)
{
    return file->why;
}

/* Takes back what a failed write may have left behind the last whole record. */
static bool cut_rest(struct audit_file *file)
{
    if (!file->rest)
        return true;
    file->rest = !file_cut(file->file, file->length);
    return !file->rest || audit_file_failed(file, AUDIT_CURRENT, "a failed write cannot be undone");
}

static bool write_line(struct audit_file *file, const char *line, size_t length)
{
    if (file->file.handle == -1) {
        char path[AUDIT_PATH_SIZE];

        audit_path(path, file->directory, AUDIT_CURRENT);
        if (!file_open_append(&file->file, path, NULL, 0))
            return audit_file_failed(file, AUDIT_CURRENT, "cannot be opened");
        file->length = 0;
    }
    if (!cut_rest(file))
        return false;
    if (file_append(file->file, line, length) && file_sync(file->file)) {
        file->length += length;
        return true;
    }
    audit_file_failed(file, AUDIT_CURRENT, "cannot be written");
    file->rest = true;
    /* Now, while the disk may still do that much; the why of the write stays. */
    if (file_cut(file->file, file->length))
        file->rest = false;
    return false;
}

/* A head that cannot be written is behind, as after a power failure: the record itself is safe. */
void audit_file_keep_head(struct audit_file *file)
{
    char path[AUDIT_PATH_SIZE];
    struct audit_head kept;
    bool is_new = false;

    audit_path(path, file->directory, AUDIT_HEAD);
    if (file->head_file.handle == -1) {
        /* One that is too long would stay so when it is written over. */
        if (audit_head_read(path, &kept) == AUDIT_HEAD_DAMAGED)
            file_remove(path);
        is_new = !file_exists(path);
        if (!file_open_write(&file->head_file, path, NULL, 0))
            return;
    }
    if (audit_head_write(file->head_file, &file->head) && is_new)
        file_sync(file->head_file);
}

bool audit_file_put(struct audit_file *file, const char *event,
                    void (*fill)(struct json *record, const void *what), const void *what)
{
    struct json *record = json_new_object();
    struct audit_head next = {.sequence = file->head.sequence + 1, .first = file->head.first};
    char time[UTC_TEXT_SIZE], *line = NULL;
    bool written = false;

    if (next.sequence > AUDIT_SEQUENCE_MAX) {
        snprintf(file->why, sizeof file->why,
                 "%s/" AUDIT_CURRENT " ends with record %lld, which no trail reaches: it was "
                 "changed. Archive the audit's files, then start the agent again",
                 file->directory, file->head.sequence);
        goto out;
    }
    utc_text(clock_utc_ms(), time, sizeof time);
    json_add_integer(record, "sequence", next.sequence);
    json_add_string(record, "previous", file->head.hash);
    json_add_string(record, "time", time);
    json_add_string(record, "event", event);
    fill(record, what);
    line = audit_line_seal(record, next.hash);
    if (line == NULL) {
        snprintf(file->why, sizeof file->why, "memory ran out");
        goto out;
    }
    written = write_line(file, line, strlen(line));
    if (written) {
        if (file->length == strlen(line))
            next.first = next.sequence;
        file->head = next;
        audit_file_keep_head(file);
    }
out:
    free(line);
    json_free(record);
    return written;
}

static void fill_begun(struct json *record, const void *what)
{
    const struct audit_begun *begun = what;

    json_add_string(record, "agent", MILINK_VERSION);
    json_add_string(record, "previous_file",
                    begun->previous_file[0] != '\0' ? begun->previous_file : NULL);
    if (begun->broken[0] != '\0')
        json_add_string(record, "broken", begun->broken);
}

bool audit_file_begin(struct audit_file *file, const struct audit_begun *begun)
{
    return audit_file_put(file, "begun", fill_begun, begun);
}

bool audit_file_move_away(struct audit_file *file, long long first, char name[AUDIT_NAME_SIZE])
{
    char from[AUDIT_PATH_SIZE], to[AUDIT_PATH_SIZE];
    bool free_name = false;

    audit_path(from, file->directory, AUDIT_CURRENT);
    for (int again = 1; again < 100 && !free_name; again++) {
        audit_segment_name(name, first);
        if (again > 1)
            snprintf(name, AUDIT_NAME_SIZE, "audit-%012lld-%d.jsonl", first, again);
        audit_path(to, file->directory, name);
        free_name = !file_exists(to);
    }
    file_close(&file->file);
    return free_name && file_move(from, to);
}

void audit_segment_name(char name[AUDIT_NAME_SIZE], long long first)
{
    snprintf(name, AUDIT_NAME_SIZE, "audit-%012lld.jsonl", first);
}

/* A segment that cannot be renamed now is written on, and tried again with the next record. */
static bool next_segment(struct audit_file *file)
{
    struct audit_begun begun = {.broken = ""};

    if (!audit_file_move_away(file, file->head.first, begun.previous_file)) {
        char path[AUDIT_PATH_SIZE];

        audit_path(path, file->directory, AUDIT_CURRENT);
        return file_open_append(&file->file, path, NULL, 0) ||
               audit_file_failed(file, AUDIT_CURRENT, "cannot be opened");
    }
    text_copy(file->begin_after, sizeof file->begin_after, begun.previous_file);
    return true;
}

bool audit_file_append(struct audit_file *file, const char *event,
                       void (*fill)(struct json *record, const void *what), const void *what)
{
    if (file->length >= file->segment_bytes && cut_rest(file) && !next_segment(file))
        return false;
    if (file->begin_after[0] != '\0') {
        struct audit_begun begun = {.broken = ""};

        text_copy(begun.previous_file, sizeof begun.previous_file, file->begin_after);
        if (!audit_file_begin(file, &begun))
            return false;
        file->begin_after[0] = '\0';
    }
    return audit_file_put(file, event, fill, what);
}

struct audit_file *audit_file_open(const char *directory, uint64_t segment_bytes, char *why,
                                   size_t why_size)
{
    struct audit_file *file = calloc(1, sizeof *file);

    if (file == NULL) {
        text_copy(why, why_size, "the audit trail cannot be opened: memory ran out");
        return NULL;
    }
    file->file = file->head_file = FILE_CLOSED;
    file->segment_bytes = segment_bytes;
    text_copy(file->directory, sizeof file->directory, directory);
    text_copy(file->head.hash, sizeof file->head.hash, audit_no_hash);
    if (audit_recover(file))
        return file;
    snprintf(why, why_size, "the audit trail cannot be opened: %s", file->why);
    audit_file_close(file);
    return NULL;
}

void audit_file_close(struct audit_file *file)
{
    if (file == NULL)
        return;
    file_close(&file->file);
    file_close(&file->head_file);
    free(file);
}
