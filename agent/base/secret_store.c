/* SPDX-License-Identifier: MIT */
/* Secrets by name: which file, whether it may be trusted, and what is in it. */
#include "secret_store.h"

#include "crypto.h"
#include "deadline.h"
#include "secret_directory.h"
#include "secret_seal.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABANDONED_MS = 60 * 1000 }; /* writing takes a moment */

static const char prefix[] = "secret-", suffix[] = ".sealed";

/* Where a secret is. */
struct place {
    char name[SECRET_NAME_SIZE]; /* in lower case: Windows does not tell file names' cases apart */
    char directory[4096];
    char file[4096 + 128];
};

bool secret_name_is_valid(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t length = strspn(name, allowed);

    return length > 0 && length < SECRET_NAME_SIZE && name[length] == '\0';
}

static bool find_directory(const char *state, struct place *place)
{
    return (size_t)snprintf(place->directory, sizeof place->directory, "%s/secrets", state) <
           sizeof place->directory;
}

static bool find_place(const char *state, const char *name, struct place *place, char *why,
                       size_t why_size)
{
    if (!secret_name_is_valid(name)) {
        text_copy(why, why_size,
                  "has no valid name; it must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
        return false;
    }
    text_copy(place->name, sizeof place->name, name);
    text_lower(place->name);
    if (!find_directory(state, place)) {
        text_copy(why, why_size, "has too long a path; shorten state_directory");
        return false;
    }
    snprintf(place->file, sizeof place->file, "%s/%s%s%s", place->directory, prefix, place->name,
             suffix);
    return true;
}

/* An unsafe directory makes every file in it unsafe. */
static bool check_directory(const struct place *place, char *why, size_t why_size)
{
    char flaw[256] = "";
    enum directory_state state = directory_check(place->directory, true, flaw, sizeof flaw);

    if (state == DIRECTORY_MISSING)
        snprintf(why, why_size, "is not set (milink-agent secret set %s)", place->name);
    else if (state == DIRECTORY_UNSAFE)
        snprintf(why, why_size, "cannot be trusted: %s %s", place->directory, flaw);
    return state == DIRECTORY_SAFE;
}

bool secret_store_get(const char *directory, const char *name, char secret[SECRET_FILE_SIZE],
                      char *why, size_t why_size)
{
    struct place place;
    struct secret_seal seal = {.directory = place.directory, .name = place.name};
    struct trusted_file file = {.path = place.file,
                                .secret = true,
                                .owner_of = place.directory,
                                .bytes = (char *)seal.bytes,
                                .size = sizeof seal.bytes};
    char flaw[256] = "";

    secret[0] = '\0';
    if (!find_place(directory, name, &place, why, why_size) ||
        !check_directory(&place, why, why_size))
        return false;
    if (!trusted_file_read(&file, flaw, sizeof flaw)) {
        if (file.missing)
            snprintf(why, why_size, "is not set (milink-agent secret set %s)", place.name);
        else
            snprintf(why, why_size, "cannot be trusted: %s %s", place.file, flaw);
        return false;
    }
    seal.length = file.length;
    return secret_seal_open(&seal, secret, why, why_size);
}

/* What a set left behind that was ended while it wrote. */
static void remove_part(void *context, const char *file, uint64_t written_ms)
{
    const struct place *place = context;
    size_t length = strlen(file), end = strlen(SECRET_FILE_PART);
    char path[sizeof place->directory + 512], ignored[128];
    bool was_there = false;

    if (length <= end || strcmp(file + length - end, SECRET_FILE_PART) != 0 ||
        clock_utc_ms() < written_ms + ABANDONED_MS)
        return;
    snprintf(path, sizeof path, "%s/%s", place->directory, file);
    directory_remove_file(path, &was_there, ignored, sizeof ignored);
}

bool secret_store_set(const char *directory, const char *name, const char *secret, char *why,
                      size_t why_size)
{
    struct place place;
    struct secret_seal seal = {.directory = place.directory, .name = place.name};
    struct trusted_file file = {.path = place.file, .bytes = (char *)seal.bytes};
    char flaw[256] = "";

    if (!find_place(directory, name, &place, why, why_size))
        return false;
    if (secret_flaw(secret, strlen(secret)) != NULL) {
        text_copy(why, why_size, "must be one line of 1 to 4096 printable ASCII characters");
        return false;
    }
    if (!directory_make(place.directory, flaw, sizeof flaw)) {
        snprintf(why, why_size, "cannot be kept: %s %s", place.directory, flaw);
        return false;
    }
    if (!check_directory(&place, why, why_size))
        return false;
    directory_list(place.directory, remove_part, &place, flaw, sizeof flaw);
    if (!secret_seal_close(&seal, secret, why, why_size))
        return false;
    file.length = seal.length;
    if (trusted_file_write(&file, flaw, sizeof flaw))
        return true;
    snprintf(why, why_size, "cannot be kept: %s %s", place.file, flaw);
    return false;
}

bool secret_store_remove(const char *directory, const char *name, char *why, size_t why_size)
{
    struct place place;
    char flaw[256] = "";
    bool was_there = false;

    if (!find_place(directory, name, &place, why, why_size))
        return false;
    if (!directory_remove_file(place.file, &was_there, flaw, sizeof flaw))
        snprintf(why, why_size, "is still there: %s %s", place.file, flaw);
    else if (!was_there)
        text_copy(why, why_size, "is not set");
    return was_there;
}

/* ---- the list ---- */

struct entry {
    char name[SECRET_NAME_SIZE];
    uint64_t set_ms;
};

struct list {
    struct entry *entries;
    size_t count, room;
    bool no_memory;
};

static void add_entry(void *context, const char *file, uint64_t written_ms)
{
    struct list *list = context;
    size_t length = strlen(file), around = strlen(prefix) + strlen(suffix);
    char name[SECRET_NAME_SIZE] = "";

    if (length <= around || length - around >= sizeof name ||
        strncmp(file, prefix, strlen(prefix)) != 0 ||
        strcmp(file + length - strlen(suffix), suffix) != 0)
        return;
    text_copy_bytes(name, sizeof name, file + strlen(prefix), length - around);
    if (list->count == list->room) {
        size_t room = 2 * list->room + 16;
        struct entry *more = realloc(list->entries, room * sizeof *more);

        list->no_memory = list->no_memory || more == NULL;
        if (more == NULL)
            return;
        list->entries = more;
        list->room = room;
    }
    text_copy(list->entries[list->count].name, SECRET_NAME_SIZE, name);
    list->entries[list->count++].set_ms = written_ms;
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

bool secret_store_list(const char *directory,
                       void (*each)(void *context, const char *name, uint64_t set_ms),
                       void *context, char *why, size_t why_size)
{
    struct place place;
    struct list list = {NULL, 0, 0, false};
    char flaw[256] = "its path is too long";
    bool listed = find_directory(directory, &place) &&
                  directory_list(place.directory, add_entry, &list, flaw, sizeof flaw);

    if (!listed)
        snprintf(why, why_size, "%s: %s", place.directory, flaw);
    else if (list.no_memory)
        text_copy(why, why_size, "memory ran out");
    else {
        if (list.count > 0)
            qsort(list.entries, list.count, sizeof *list.entries, compare_entries);
        for (size_t i = 0; i < list.count; i++)
            each(context, list.entries[i].name, list.entries[i].set_ms);
    }
    free(list.entries);
    return listed && !list.no_memory;
}
