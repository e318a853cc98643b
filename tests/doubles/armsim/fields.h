/* SPDX-License-Identifier: MIT */
/* Tables that say which JSON keys fill which members of a struct: one strict reader, merger and
 * writer for every object of a scenario. */
#ifndef MILINK_ARMSIM_FIELDS_H
#define MILINK_ARMSIM_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

enum field_type {
    FIELD_TEXT,   /* char *, owned, never NULL after reading */
    FIELD_INT,    /* int64_t, between least and most */
    FIELD_BOOL,   /* bool */
    FIELD_MAYBE,  /* int: 0, 1, or -1 where the key is absent and has no default */
    FIELD_CHOICE, /* int: index in choices, or -1 where the key is absent and has no default */
    FIELD_JSON,   /* cJSON *, owned, NULL where absent */
    FIELD_OBJECT, /* a struct in place */
    FIELD_LIST    /* struct field_list */
};

enum field_flag {
    FIELD_REQUIRED = 1,
    FIELD_SECRET = 2 /* read, but never written out */
};

struct fields;

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    unsigned flags;
    const char *otherwise;      /* default as text ("15", "true", "Async"); NULL: see the types */
    int64_t least, most;        /* FIELD_INT; both 0: any number from 0 on */
    const char *const *choices; /* FIELD_CHOICE; ends with NULL */
    const struct fields *inner; /* FIELD_OBJECT and FIELD_LIST */
};

struct fields {
    const struct field *list;
    size_t count;
    size_t size; /* of the struct that is filled */
};

/* Structs, each of which stays where it is. In a merge they are found by their key "name", which
 * must be the first field of their table. */
struct field_list {
    void **items;
    size_t count;
};

struct field_error {
    char text[512]; /* "instances[0].links[1].instance_rol: unknown key" */
};

/* Fills target (zeroed memory of fields->size) from a JSON object and sets the defaults of keys
 * that are absent. With merge, target is already filled: only the keys present change, and null
 * brings back a default. Unknown keys, repeated keys, wrong types and values are errors.
 * Whatever the outcome, fields_clear frees target. */
bool fields_read(const struct fields *fields, const cJSON *object, void *target, bool merge,
                 struct field_error *error);
/* Would a merge of changes into target succeed? target stays as it is. */
bool fields_try(const struct fields *fields, const void *target, const cJSON *changes,
                struct field_error *error);
/* A new struct at the end of a list, filled as by fields_read without merge; NULL, and the list as
 * it was, after an error. */
void *fields_append(const struct fields *inner, struct field_list *list, const cJSON *object,
                    struct field_error *error);
void fields_remove(const struct fields *inner, struct field_list *list, size_t index);
void fields_clear(const struct fields *fields, void *target);
/* A new JSON object of every field but the secret ones; the caller deletes it. */
cJSON *fields_write(const struct fields *fields, const void *target);

#endif
