/* SPDX-License-Identifier: MIT */
/* What the audit trail looks like when the agent starts: whole, torn by a crash, or changed. */
#include "audit_file_private.h"

#include "crypto.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was found. */
struct found {
    enum audit_head_found kept; /* audit.head */
    struct audit_head head;
    uint64_t length;            /* of audit.jsonl up to its last line end */
    long long first, last;      /* sequences in it; 0: no record, or none that can be read */
    char hash[AUDIT_HASH_SIZE]; /* of the last */
    const char *damage;         /* of the last record; NULL: none */
    uint64_t torn;              /* bytes behind the last line end */
};

/* Evidence of a crash. */
struct torn {
    uint64_t bytes;
    char sha256[AUDIT_HASH_SIZE];
    char name[AUDIT_NAME_SIZE];
};

/* Always false. What cannot be looked at is no damage. */
static bool no_memory(struct audit_file *file)
{
    snprintf(file->why, sizeof file->why, "%s", audit_no_memory);
    return false;
}

/* Bytes of a file before its end, at most AUDIT_LINE_MAX + 1, for free. NULL with file->why. */
static char *read_tail(struct audit_file *file, uint64_t end, size_t *length)
{
    char *bytes = NULL;

    *length = end > AUDIT_LINE_MAX ? AUDIT_LINE_MAX + 1 : (size_t)end;
    bytes = malloc(*length + 1);
    if (bytes == NULL)
        no_memory(file);
    else if (file_read_at(file->file, end - *length, bytes, *length) == *length)
        return bytes;
    else
        audit_file_failed(file, AUDIT_CURRENT, "cannot be read");
    free(bytes);
    return NULL;
}

/* Bytes behind the last line end. */
static size_t bytes_after_line_end(const char *bytes, size_t length)
{
    size_t count = 0;

    while (count < length && bytes[length - count - 1] != '\n')
        count++;
    return count;
}

/* The last record of the file up to that end. */
static bool read_last(struct audit_file *file, struct found *found, uint64_t end)
{
    struct audit_line line;
    size_t length = 0, last = 0;
    char *bytes = read_tail(file, end, &length);

    if (bytes == NULL)
        return false;
    if (length == 0)
        goto out;
    last = bytes_after_line_end(bytes, length - 1); /* without its own line end */
    if (audit_line_read(bytes + length - 1 - last, last, &line, &found->damage)) {
        found->damage = NULL;
        found->last = line.sequence;
        text_copy(found->hash, sizeof found->hash, line.hash);
        json_free(line.record);
    }
out:
    free(bytes);
    return found->damage != audit_no_memory || no_memory(file);
}

static bool read_first(struct audit_file *file, struct found *found)
{
    const size_t most = found->length > AUDIT_LINE_MAX ? AUDIT_LINE_MAX + 1 : (size_t)found->length;
    char *bytes = malloc(most + 1);
    struct audit_line line;
    const char *end = NULL, *why = NULL;
    bool read = false;

    if (bytes == NULL)
        return no_memory(file);
    read = file_read_at(file->file, 0, bytes, most) == most ||
           audit_file_failed(file, AUDIT_CURRENT, "cannot be read");
    end = read ? memchr(bytes, '\n', most) : NULL;
    if (end != NULL && audit_line_read(bytes, (size_t)(end - bytes), &line, &why)) {
        found->first = line.sequence;
        json_free(line.record);
    }
    free(bytes);
    return read && (why != audit_no_memory || no_memory(file));
}

/* Everything but the first record; file->file is open. */
static bool look_at_end(struct audit_file *file, struct found *found)
{
    char path[AUDIT_PATH_SIZE], *bytes = NULL;
    uint64_t size = 0;
    size_t length = 0;

    memset(found, 0, sizeof *found);
    audit_path(path, file->directory, AUDIT_HEAD);
    found->kept = audit_head_read(path, &found->head);
    if (!file_size(file->file, &size))
        return audit_file_failed(file, AUDIT_CURRENT, "cannot be examined");
    bytes = read_tail(file, size, &length);
    if (bytes == NULL)
        return false;
    found->torn = bytes_after_line_end(bytes, length);
    found->length = size - found->torn;
    free(bytes);
    return read_last(file, found, found->length);
}

static bool look(struct audit_file *file, struct found *found)
{
    char path[AUDIT_PATH_SIZE];

    audit_path(path, file->directory, AUDIT_CURRENT);
    if (!file_open_append(&file->file, path, NULL, 0))
        return audit_file_failed(file, AUDIT_CURRENT, "cannot be opened");
    return look_at_end(file, found) && read_first(file, found);
}

/* Copies the bytes to a file of their own, then takes them off. */
static bool put_aside(struct audit_file *file, const struct found *found, struct torn *torn)
{
    char path[AUDIT_PATH_SIZE], *bytes = malloc((size_t)found->torn);
    uint8_t digest[CRYPTO_SHA256_SIZE];
    struct file aside = FILE_CLOSED;
    bool kept = false;

    if (bytes == NULL)
        return no_memory(file);
    torn->bytes = found->torn;
    snprintf(torn->name, sizeof torn->name, "audit-torn-%012lld.bin", found->last + 1);
    audit_path(path, file->directory, torn->name);
    kept = file_read_at(file->file, found->length, bytes, (size_t)found->torn) == found->torn &&
           crypto_sha256(bytes, (size_t)found->torn, digest);
    if (!kept)
        audit_file_failed(file, AUDIT_CURRENT, "cannot be read");
    else if (!file_open_append(&aside, path, NULL, 0) ||
             !file_append(aside, bytes, (size_t)found->torn) || !file_sync(aside))
        kept = audit_file_failed(file, torn->name, "cannot be written");
    else if (!file_cut(file->file, found->length))
        kept = audit_file_failed(file, AUDIT_CURRENT, "cannot be cut");
    else
        crypto_hex(digest, sizeof digest, torn->sha256);
    file_close(&aside);
    free(bytes);
    return kept;
}

static void fill_torn(struct json *record, const void *what)
{
    const struct torn *torn = what;

    json_add_integer(record, "bytes", (long long)torn->bytes);
    json_add_string(record, "sha256", torn->sha256);
    json_add_string(record, "kept_in", torn->name);
}

/* Whether a crash came between the renaming of a full segment and the first record of the next: the
 * segment then ends in the head. False when that cannot be looked at. */
static bool find_segment(struct audit_file *file, const struct found *found,
                         char name[AUDIT_NAME_SIZE], bool *follows)
{
    const struct file current = file->file;
    struct found segment = {.damage = NULL};
    char path[AUDIT_PATH_SIZE];
    uint64_t size = 0;
    bool looked = true;

    audit_segment_name(name, found->head.first);
    audit_path(path, file->directory, name);
    if (file_open_read(&file->file, path, NULL, 0)) {
        looked =
            (file_size(file->file, &size) || audit_file_failed(file, name, "cannot be examined")) &&
            read_last(file, &segment, size);
        file_close(&file->file);
    }
    file->file = current;
    *follows = segment.last == found->head.sequence && strcmp(segment.hash, found->head.hash) == 0;
    return looked;
}

/* Why the chain cannot go on from what was found; false when it can. */
static bool find_break(const struct found *found, char *broken, size_t size)
{
    const long long kept = found->head.sequence;

    if (found->kept == AUDIT_HEAD_DAMAGED)
        snprintf(broken, size, "%s is damaged", AUDIT_HEAD);
    else if (found->length == 0)
        snprintf(broken, size, "%s is gone or empty; record %lld was the last of it", AUDIT_CURRENT,
                 kept);
    else if (found->damage != NULL)
        snprintf(broken, size, "the last record of %s %s; record %lld was the last", AUDIT_CURRENT,
                 found->damage, kept);
    else if (found->kept == AUDIT_HEAD_NONE && found->last > 1)
        snprintf(broken, size, "%s is gone; %s ends with record %lld", AUDIT_HEAD, AUDIT_CURRENT,
                 found->last);
    else if (kept > found->last)
        snprintf(broken, size, "%s ends with record %lld; record %lld was the last", AUDIT_CURRENT,
                 found->last, kept);
    else if (kept == found->last && strcmp(found->head.hash, found->hash) != 0)
        snprintf(broken, size, "record %lld of %s is not the one that was written last", kept,
                 AUDIT_CURRENT);
    else
        return false;
    return true;
}

/* The number that the file bears when it is moved away; its first record may be past reading. */
static long long first_of(const struct found *found)
{
    if (found->first > 0)
        return found->first;
    return found->head.first > 0 ? found->head.first : found->last;
}

/* The chain goes on behind the last record known, in a new file that says why. */
static bool begin_anew(struct audit_file *file, const struct found *found,
                       struct audit_begun *begun)
{
    const bool head_is_later = found->head.sequence > found->last;

    file->head.sequence = head_is_later ? found->head.sequence : found->last;
    text_copy(file->head.hash, sizeof file->head.hash,
              head_is_later     ? found->head.hash
              : found->last > 0 ? found->hash
                                : audit_no_hash);
    /* Without a head nothing would lead to the segment if the first record of the next did not come
     * to be. */
    file->head.first = first_of(found);
    if (found->kept != AUDIT_HEAD_FOUND && found->last > 0)
        audit_file_keep_head(file);
    if (found->length > 0 && !audit_file_move_away(file, first_of(found), begun->previous_file))
        return audit_file_failed(file, AUDIT_CURRENT, "cannot be renamed");
    return audit_file_begin(file, begun);
}

static bool go_on(struct audit_file *file, const struct found *found)
{
    struct audit_begun begun = {.broken = ""};
    bool follows = false;

    file->length = found->length;
    if (found->length == 0 && found->kept == AUDIT_HEAD_NONE)
        return audit_file_begin(file, &begun);
    if (found->length == 0 && found->kept == AUDIT_HEAD_FOUND &&
        !find_segment(file, found, begun.previous_file, &follows))
        return false;
    if (follows) {
        file->head = found->head;
        return audit_file_begin(file, &begun);
    }
    begun.previous_file[0] = '\0';
    if (find_break(found, begun.broken, sizeof begun.broken))
        return begin_anew(file, found, &begun);
    file->head.sequence = found->last;
    file->head.first = first_of(found);
    text_copy(file->head.hash, sizeof file->head.hash, found->hash);
    return true;
}

bool audit_recover(struct audit_file *file)
{
    struct found found;
    struct torn torn;

    if (!look(file, &found) || (found.torn > 0 && !put_aside(file, &found, &torn)))
        return false;
    return go_on(file, &found) &&
           (found.torn == 0 || audit_file_put(file, "torn", fill_torn, &torn));
}

bool audit_file_check_end(const struct audit_file *file, char *why, size_t why_size)
{
    struct audit_file *view = malloc(sizeof *view); /* why, of file, stays what it is */
    char path[AUDIT_PATH_SIZE];
    struct found found;
    bool whole = false;

    snprintf(why, why_size, "memory ran out");
    if (view == NULL)
        return false;
    *view = *file;
    audit_path(path, file->directory, AUDIT_CURRENT);
    if (file->begin_after[0] != '\0') {
        whole = true; /* between two segments */
    } else if (!file_open_read(&view->file, path, NULL, 0)) {
        audit_file_failed(view, AUDIT_CURRENT, "cannot be opened");
        snprintf(why, why_size, "%s", view->why);
    } else if (!look_at_end(view, &found)) {
        snprintf(why, why_size, "%s", view->why);
        file_close(&view->file);
    } else {
        whole = found.torn == 0 && found.last == file->head.sequence &&
                strcmp(found.hash, file->head.hash) == 0 && found.kept == AUDIT_HEAD_FOUND &&
                found.head.sequence <= file->head.sequence;
        snprintf(why, why_size,
                 "record %lld was written last, but %s ends with record %lld%s and %s keeps %lld",
                 file->head.sequence, AUDIT_CURRENT, found.last,
                 found.damage != NULL || found.torn > 0 ? ", damaged," : "", AUDIT_HEAD,
                 found.head.sequence);
        file_close(&view->file);
    }
    free(view);
    return whole;
}
