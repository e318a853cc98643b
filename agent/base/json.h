/* SPDX-License-Identifier: MIT */
/* JSON as the agent reads and writes it: bounded, strict, and the only door to the JSON library. */
#ifndef MILINK_AGENT_JSON_H
#define MILINK_AGENT_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum {
    JSON_MAX_DEPTH = 32,              /* deepest nesting taken: ARM's answers nest 6 deep */
    JSON_MAX_BYTES = 4 * 1024 * 1024, /* longest text taken: the cap of an ARM body */
    JSON_MAX_MEMBERS = 16384,         /* of one object or array: json_at walks a list */
    JSON_MAX_VALUES = 262144          /* of a document: each costs 64 bytes and more */
};

/* A value of a document. Borrowed from its document except where a function says that it is new. */
struct json;

/* How json_parse's why begins when memory ran out, and the document may be good. */
#define JSON_NO_MEMORY "out of memory"

/* Parses exactly one document by the letter of RFC 8259. Errors besides: trailing bytes other than
 * white space, a NUL (\u0000 too), half a surrogate pair, bytes that are not UTF-8, a name twice in
 * one object, more than a limit above. A byte order mark before the document is taken (editors on
 * Windows write one). Returns a new document for json_free, or NULL with a text in why ("line 3:
 * ...", never more of the document). The bytes need not be terminated. Any thread. */
struct json *json_parse(const char *text, size_t length, char *why, size_t why_size);
/* Wipes the strings first, because answers hold tokens and requests hold passwords. Takes NULL. */
void json_free(struct json *document);

/* Member of an object by exact name; NULL when value is NULL, not an object or has none. Where no
 * exact name fits, a name that differs in case alone is taken (ARM writes both). */
const struct json *json_member(const struct json *value, const char *name);
/* Member by path of names parted by dots: "properties.instanceLinkRole". A name with a dot in it or
 * of more than 127 bytes cannot be reached so. */
const struct json *json_path(const struct json *value, const char *path);

size_t
json_count(const struct json *value); /* elements of an array or members of an object; else 0 */
const struct json *json_at(const struct json *value, size_t index);
const char *json_name_at(const struct json *value, size_t index); /* name of an object's member */

bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_string(const struct json *value);
bool json_is_number(const struct json *value);
bool json_is_bool(const struct json *value);
bool json_is_null(const struct json *value); /* a JSON null; false for a NULL pointer */

const char *json_string(const struct json *value); /* the text of a string, else NULL */
/* A whole number that a double holds exactly, up to 2^53 - 1 either way; false when it is not
 * one. */
bool json_integer(const struct json *value, long long *number);
/* Any number; false when it is none. */
bool json_number(const struct json *value, double *number);
bool json_bool(const struct json *value, bool otherwise);
/* Shorthand: the string at a path, else NULL. */
const char *json_text(const struct json *value, const char *path);

/* Building. Every function takes NULL for object (a failed allocation before) and then returns NULL
 * or does nothing. A failure marks the object or array it should have changed, and json_print
 * returns NULL for a document with a mark: a chain needs that one check at its end. Texts are
 * UTF-8; a name must be new to its object. */
struct json *json_new_object(void);                                  /* new; json_free */
struct json *json_add_object(struct json *object, const char *name); /* borrowed */
struct json *json_add_array(struct json *object, const char *name);  /* borrowed */
struct json *json_append_object(struct json *array);                 /* borrowed */
bool json_add_string(struct json *object, const char *name,
                     const char *text); /* NULL text: JSON null */
bool json_add_integer(struct json *object, const char *name, long long number);
bool json_add_bool(struct json *object, const char *name, bool truth);
/* New text for json_text_free, without white space; NULL when memory ran out, now or while
 * building, or value is NULL. Numbers of a parsed document keep 15 digits; those of
 * json_add_integer keep all. */
char *json_print(const struct json *value);
void json_text_free(char *text); /* wipes it first; takes NULL */

#endif
