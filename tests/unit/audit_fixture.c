/* SPDX-License-Identifier: MIT */
/* An audit trail for tests. */
#include "audit_fixture.h"
#include "text.h"
#include <dirent.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct trail trail;

void trail_path(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/%s", trail.directory, name);
}

int trail_set_up(void **state)
{
    (void)state;
    memset(&trail, 0, sizeof trail);
    snprintf(trail.directory, sizeof trail.directory, "/tmp/milink-test-audit-XXXXXX");
    return mkdtemp(trail.directory) != NULL ? 0 : -1;
}

int trail_tear_down(void **state)
{
    DIR *directory = opendir(trail.directory);
    const struct dirent *entry = NULL;
    char path[400];

    (void)state;
    trail_close();
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        trail_path(path, sizeof path, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    if (directory != NULL)
        closedir(directory);
    return rmdir(trail.directory);
}

void trail_open(uint64_t segment_bytes)
{
    char why[1800] = "";

    trail_close();
    trail.file = audit_file_open(trail.directory, segment_bytes, why, sizeof why);
    if (trail.file == NULL)
        fail_msg("%s", why);
}

void trail_close(void)
{
    audit_file_close(trail.file);
    trail.file = NULL;
}

static void fill(struct json *record, const void *what)
{
    json_add_string(record, "text", what);
}

void trail_note(const char *text)
{
    if (!audit_file_append(trail.file, "note", fill, text))
        fail_msg("%s", audit_file_why(trail.file));
}

static void on_flaw(void *context, const struct audit_flaw *flaw)
{
    const size_t at = (size_t)trail.found.flaws - 1;

    (void)context;
    if (at >= AUDIT_MAX_FLAWS)
        return;
    text_copy(trail.flaws[at].file, sizeof trail.flaws[at].file, flaw->file);
    text_copy(trail.flaws[at].text, sizeof trail.flaws[at].text, flaw->text);
    trail.flaws[at].line = flaw->line;
    trail.flaws[at].offset = flaw->offset;
}

static void on_record(void *context, const struct audit_line *line, const char *bytes,
                      size_t length)
{
    char one[100];

    (void)context;
    assert_int_equal(bytes[length], '\n');
    snprintf(one, sizeof one, "%s %lld;", json_text(line->record, "event"), line->sequence);
    text_append(trail.events, sizeof trail.events, one);
}

void trail_walk(const char *head)
{
    const struct audit_walk walk = {
        .directory = trail.directory, .head = head, .on_flaw = on_flaw, .on_record = on_record};
    char why[1400] = "";

    trail.events[0] = '\0';
    memset(trail.flaws, 0, sizeof trail.flaws);
    if (!audit_walk(&walk, &trail.found, why, sizeof why))
        fail_msg("%s", why);
}

void trail_whole(unsigned long long records)
{
    trail_walk(NULL);
    if (trail.found.flaws > 0)
        fail_msg("%s line %zu: %s", trail.flaws[0].file, trail.flaws[0].line, trail.flaws[0].text);
    assert_int_equal(trail.found.records, records);
}

void trail_flawed(const char *file, size_t line, const char *part)
{
    trail_walk(NULL);
    assert_true(trail.found.flaws > 0);
    if (strcmp(trail.flaws[0].file, file) != 0 || trail.flaws[0].line != line ||
        strstr(trail.flaws[0].text, part) == NULL)
        fail_msg("%s line %zu: %s", trail.flaws[0].file, trail.flaws[0].line, trail.flaws[0].text);
}

char *trail_read(const char *name, size_t *length)
{
    char path[400], *bytes = NULL;
    struct stat about;
    FILE *file = NULL;

    trail_path(path, sizeof path, name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s", path);
    assert_int_equal(fstat(fileno(file), &about), 0);
    bytes = malloc((size_t)about.st_size + 1);
    assert_non_null(bytes);
    *length = fread(bytes, 1, (size_t)about.st_size, file);
    bytes[*length] = '\0';
    fclose(file);
    return bytes;
}

void trail_write(const char *name, const void *bytes, size_t length)
{
    char path[400];
    FILE *file = NULL;

    trail_path(path, sizeof path, name);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}
