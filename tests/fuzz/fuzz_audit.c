/* SPDX-License-Identifier: MIT */
/* An audit trail after a crash or a hand has been at it: it is verified, opened, gone on with and
 * verified again. Of the input the first part is audit.head, the second audit.jsonl; its first byte
 * says whether the lines get the seals that belong to them. */
#include "audit_file.h"
#include "audit_walk.h"
#include "crypto.h"
#include "fuzz.h"
#include "text.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 * 1024 };

static char directory[64];

/* ---- the directory ---- */

static void empty(void)
{
    DIR *folder = opendir(directory);
    const struct dirent *entry = NULL;
    char path[AUDIT_PATH_SIZE];

    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        audit_path(path, directory, entry->d_name);
        unlink(path);
    }
    closedir(folder);
}

static void leave(void)
{
    empty();
    rmdir(directory);
}

/* In memory where the system has that: the trail is synced at every record. */
static void enter(void)
{
    if (directory[0] != '\0')
        return;
    text_copy(directory, sizeof directory, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir);
    text_append(directory, sizeof directory, "/milink-fuzz-XXXXXX");
    PROMISE(mkdtemp(directory) != NULL);
    atexit(leave);
}

static void write_file(const char *name, const void *bytes, size_t length)
{
    char path[AUDIT_PATH_SIZE];
    int file = -1;

    audit_path(path, directory, name);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    PROMISE(file >= 0 && write(file, bytes, length) == (ssize_t)length);
    close(file);
}

/* ---- the trail ---- */

/* A line that begins with '+' becomes the members of a record in its place in the chain. */
static size_t seal_line(const struct fuzz_input *line, char *to, size_t room, long long *sequence)
{
    static char previous[AUDIT_HASH_SIZE];
    uint8_t digest[CRYPTO_SHA256_SIZE];
    size_t length = 0;

    if (*sequence == 0)
        text_copy(previous, sizeof previous, audit_no_hash);
    if (line->left == 0 || line->at[0] != '+') {
        length = line->left < room ? line->left : room;
        memcpy(to, line->at, length);
        return length;
    }
    length =
        (size_t)snprintf(to, room, "{\"sequence\":%lld,\"previous\":\"%s\"", ++*sequence, previous);
    memcpy(to + length, line->at + 1, line->left - 1);
    length += line->left - 1;
    PROMISE(crypto_sha256(to, length, digest));
    crypto_hex(digest, sizeof digest, previous);
    return length + (size_t)snprintf(to + length, room - length, ",\"hash\":\"%s\"}", previous);
}

static void write_trail(struct fuzz_input *input, bool sealed)
{
    static char trail[8 * MOST];
    size_t length = 0;
    long long sequence = 0;

    while (sealed && input->left > 0) {
        bool whole = memchr(input->at, '\n', input->left) != NULL;
        struct fuzz_input line = fuzz_line(input);

        if (sizeof trail - length < line.left + 300)
            break;
        length += seal_line(&line, trail + length, sizeof trail - length, &sequence);
        if (whole)
            trail[length++] = '\n';
    }
    if (sealed)
        write_file(AUDIT_CURRENT, trail, length);
    else
        write_file(AUDIT_CURRENT, input->at, input->left);
}

static void on_flaw(void *context, const struct audit_flaw *flaw)
{
    (void)context;
    PROMISE(flaw->file != NULL && flaw->text != NULL && flaw->text[0] != '\0');
    PROMISE(strlen(flaw->file) < AUDIT_NAME_SIZE);
}

static void on_record(void *context, const struct audit_line *line, const char *bytes,
                      size_t length)
{
    (void)context;
    PROMISE(line->sequence > 0 && strlen(line->hash) == AUDIT_HASH_SIZE - 1);
    PROMISE(strlen(line->previous) == AUDIT_HASH_SIZE - 1);
    PROMISE(length > 0 && bytes[0] != '\n');
}

static bool walk(struct audit_found *found)
{
    const struct audit_walk work = {
        .directory = directory, .on_flaw = on_flaw, .on_record = on_record};
    char why[512] = "";
    bool walked = audit_walk(&work, found, why, sizeof why);

    PROMISE(walked || why[0] != '\0');
    PROMISE_TEXT(found->last.hash);
    PROMISE_TEXT(found->missing);
    return walked;
}

static void no_members(struct json *record, const void *what)
{
    (void)record;
    (void)what;
}

static void go_on(void)
{
    char why[2000] = "";
    struct audit_file *file = audit_file_open(directory, 4096, why, sizeof why);
    struct audit_found found;
    struct audit_head head = {0};

    if (file == NULL) {
        PROMISE(why[0] != '\0');
        return;
    }
    for (int i = 0; i < 2; i++) {
        bool appended = audit_file_append(file, "refused", no_members, NULL);

        PROMISE(appended || audit_file_why(file)[0] != '\0');
        if (!appended)
            break;
        head = *audit_file_head(file);
        PROMISE(audit_file_check_end(file, why, sizeof why));
    }
    audit_file_close(file);
    if (head.sequence == 0)
        return;
    PROMISE(walk(&found) && found.last.sequence == head.sequence);
    PROMISE(strcmp(found.last.hash, head.hash) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = fuzz_input(bytes, length), head;
    struct audit_found found;
    uint8_t choice = fuzz_byte(&input);

    if (length > MOST)
        return 0;
    enter();
    head = fuzz_part(&input);
    if (head.left > 0)
        write_file(AUDIT_HEAD, head.at, head.left);
    write_trail(&input, (choice & 1) != 0);
    walk(&found);
    go_on();
    empty();
    return 0;
}
