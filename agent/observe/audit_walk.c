/* SPDX-License-Identifier: MIT */
/* Testing the chain of the audit trail, record by record. */
#include "audit_walk.h"

#include "audit_segments.h"
#include "deadline.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_BYTES = 2 * AUDIT_LINE_MAX,
    WRITE_TRIES = 10, /* a record that is just being written is awaited so often */
    WRITE_PAUSE_MS = 50
};

struct walker {
    const struct audit_walk *walk;
    struct audit_found *found;
    struct audit_head kept; /* audit.head as it was before the walk */
    enum audit_head_found kept_found;
    bool kept_met, head_met, no_memory;
    long long expected; /* sequence of the next record; 0: any, behind a flaw or at the start */
    char previous[AUDIT_HASH_SIZE];
    /* Where the walk stands. */
    struct file file;
    const char *name;
    char *buffer;
    size_t held;     /* bytes in it */
    uint64_t offset; /* of its first byte in the file */
    size_t line;
};

static void __attribute__((format(gnu_printf, 2, 3)))
report(struct walker *walker, const char *format, ...)
{
    char text[900];
    const struct audit_flaw flaw = {walker->name, walker->line, walker->offset, text};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    walker->found->flaws++;
    walker->walk->on_flaw(walker->walk->context, &flaw);
}

static void check_first(struct walker *walker, const struct audit_line *line)
{
    const char *broken = json_text(line->record, "broken");

    if (walker->found->missing[0] != '\0')
        return; /* it follows a file that is archived, with all that was wrong there */
    if (broken != NULL)
        report(walker, "the agent found the chain broken when it started: %s", broken);
    else if (line->sequence != 1)
        report(walker, "record %lld is the first: those before it are missing", line->sequence);
    else if (strcmp(line->previous, audit_no_hash) != 0)
        report(walker, "record 1 follows another one");
}

static void check_next(struct walker *walker, const struct audit_line *line)
{
    const char *broken = json_text(line->record, "broken");

    if (broken != NULL)
        report(walker, "the agent found the chain broken when it started: %s", broken);
    else if (line->sequence != walker->expected)
        report(walker, "record %lld stands where record %lld belongs", line->sequence,
               walker->expected);
    else if (strcmp(line->previous, walker->previous) != 0)
        report(walker, "record %lld does not follow the one before it", line->sequence);
}

static void take_record(struct walker *walker, const struct audit_line *line, const char *bytes,
                        size_t length)
{
    struct audit_found *found = walker->found;

    if (walker->expected != 0)
        check_next(walker, line);
    else if (found->records == 0 && found->flaws == 0)
        check_first(walker, line);
    if (line->sequence == walker->kept.sequence) {
        walker->kept_met = true;
        if (strcmp(line->hash, walker->kept.hash) != 0)
            report(walker, "record %lld is not the one that " AUDIT_HEAD " keeps", line->sequence);
    }
    if (walker->walk->head != NULL && text_equal(line->hash, walker->walk->head))
        walker->head_met = true;
    if (found->records++ == 0)
        found->first = line->sequence;
    found->last.sequence = line->sequence;
    text_copy(found->last.hash, sizeof found->last.hash, line->hash);
    walker->expected = line->sequence + 1;
    text_copy(walker->previous, sizeof walker->previous, line->hash);
    if (walker->walk->on_record != NULL)
        walker->walk->on_record(walker->walk->context, line, bytes, length);
}

static void take_line(struct walker *walker, const char *bytes, size_t length)
{
    struct audit_line line;
    const char *why = NULL;

    walker->line++;
    if (audit_line_read(bytes, length, &line, &why)) {
        take_record(walker, &line, bytes, length);
        json_free(line.record);
        return;
    }
    walker->expected = 0;
    if (why == audit_no_memory)
        walker->no_memory = true;
    else
        report(walker, "the record %s", why);
}

/* Whole lines out of the buffer. */
static void take_lines(struct walker *walker)
{
    const char *at = walker->buffer;
    const char *end = NULL;

    while ((end = memchr(at, '\n', walker->held)) != NULL) {
        const size_t length = (size_t)(end - at);

        take_line(walker, at, length);
        walker->held -= length + 1;
        walker->offset += length + 1;
        at = end + 1;
    }
    memmove(walker->buffer, at, walker->held);
}

/* More bytes into the buffer; false at the end of the file, or when it cannot be read. */
static bool fill(struct walker *walker)
{
    size_t count = file_read_at(walker->file, walker->offset + walker->held,
                                walker->buffer + walker->held, BUFFER_BYTES - walker->held);

    if (count == SIZE_MAX) {
        walker->line++;
        report(walker, "it cannot be read from here on");
        walker->held = 0;
        return false;
    }
    walker->held += count;
    return count > 0;
}

/* A part of a line at the end: in the last file it may be a record that is being written. */
static void take_rest(struct walker *walker, bool is_current)
{
    for (int tries = 0; is_current && walker->held > 0 && tries < WRITE_TRIES; tries++) {
        clock_sleep_ms(WRITE_PAUSE_MS);
        if (fill(walker))
            take_lines(walker);
    }
    if (walker->held == 0)
        return;
    walker->line++;
    report(walker,
           "the last line has no end: %zu bytes of a record whose writing was cut off, or "
           "whose line end was changed",
           walker->held);
    walker->expected = 0;
}

static void walk_file(struct walker *walker, bool is_current)
{
    walker->offset = 0;
    walker->held = 0;
    walker->line = 0;
    while (fill(walker)) {
        take_lines(walker);
        if (walker->held == BUFFER_BYTES) {
            walker->line++;
            report(walker, "the line is longer than any record");
            walker->offset += walker->held;
            walker->held = 0;
            walker->expected = 0;
        }
    }
    take_rest(walker, is_current);
}

static void walk_all(struct walker *walker, const struct audit_segments *segments)
{
    for (size_t i = 0; i < segments->count && !walker->no_memory; i++) {
        const bool is_current = i + 1 == segments->count;
        char path[AUDIT_PATH_SIZE];

        walker->name = segments->names[i];
        walker->file = segments->current;
        audit_path(path, walker->walk->directory, walker->name);
        walker->line = 0;
        walker->offset = 0;
        if (!is_current && !file_open_read(&walker->file, path, NULL, 0)) {
            report(walker, "it cannot be opened");
            walker->expected = 0;
            continue;
        }
        walk_file(walker, is_current);
        if (!is_current)
            file_close(&walker->file);
    }
}

static void check_kept_head(struct walker *walker)
{
    walker->name = AUDIT_HEAD;
    if (walker->kept_found == AUDIT_HEAD_NONE)
        report(walker, "it is gone: whether records are missing at the end cannot be told");
    else if (walker->kept_found == AUDIT_HEAD_DAMAGED)
        report(walker, "it is damaged: whether records are missing at the end cannot be told");
    else if (!walker->kept_met)
        report(walker,
               "record %lld, the last one by this file, is not in the trail, which ends "
               "with record %lld",
               walker->kept.sequence, walker->found->last.sequence);
}

static void check_wanted_head(struct walker *walker)
{
    walker->name = AUDIT_CURRENT;
    if (walker->walk->head != NULL && !walker->head_met)
        report(walker,
               "no record has the hash %s: the trail was cut off before that record%s, or written "
               "anew",
               walker->walk->head,
               walker->found->missing[0] != '\0' ? ", or the record is in an archived file" : "");
}

bool audit_walk(const struct audit_walk *walk, struct audit_found *found, char *why,
                size_t why_size)
{
    struct walker walker = {.walk = walk, .found = found, .buffer = malloc(BUFFER_BYTES)};
    struct audit_segments segments = {.current = FILE_CLOSED};
    char path[AUDIT_PATH_SIZE];
    bool walked = false;

    memset(found, 0, sizeof *found);
    snprintf(why, why_size, "memory ran out");
    text_copy(walker.previous, sizeof walker.previous, audit_no_hash);
    audit_path(path, walk->directory, AUDIT_HEAD);
    /* First, so that records written meanwhile are only more than it says. */
    walker.kept_found = audit_head_read(path, &walker.kept);
    if (walker.buffer == NULL || !audit_segments_find(&segments, walk->directory, why, why_size))
        goto out;
    text_copy(found->missing, sizeof found->missing, segments.missing);
    walk_all(&walker, &segments);
    if (walker.no_memory) {
        snprintf(why, why_size, "%s", audit_no_memory);
        goto out;
    }
    walker.line = 0;
    walker.offset = 0;
    check_kept_head(&walker);
    check_wanted_head(&walker);
    walked = true;
out:
    audit_segments_clear(&segments);
    free(walker.buffer);
    return walked;
}
