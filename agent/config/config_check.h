/* SPDX-License-Identifier: MIT */
/* Checking a configuration: keys against a table, and all errors collected, each by the path of its
 * key. */
#ifndef MILINK_AGENT_CONFIG_CHECK_H
#define MILINK_AGENT_CONFIG_CHECK_H

#include "config_fields.h"

struct json;

/* More lines than these help nobody; the rest is counted. */
enum { CONFIG_MAX_ERRORS = 20 };

/* Where in the document: "instances[1].rights[0]". */
struct config_place {
    char text[128];
};

/* The errors so far. */
struct config_check {
    char *why; /* lines, the last without a line feed */
    size_t why_size;
    unsigned errors;
};

struct config_place config_place_member(const struct config_place *parent, const char *key);
struct config_place config_place_element(const struct config_place *parent, size_t index);

/* Adds the line "place: ...". */
void config_check_fail(struct config_check *check, const struct config_place *place,
                       const char *format, ...) __attribute__((format(gnu_printf, 3, 4)));
/* Adds how many errors found no room. */
void config_check_end(struct config_check *check);

/* A value as errors show it: "text", 12, an object. Control characters become '?', long texts are
 * cut. */
void config_check_show(const struct json *value, char *text, size_t size);
/* Checks a text by the field's rule and copies it to into; false after an error. */
bool config_check_text(struct config_check *check, const struct config_place *place,
                       const struct json *value, const struct config_field *field, char *into);
/* Puts the defaults of every key, those of the objects within too, into the struct at into. */
void config_set_defaults(const struct config_section *section, void *into);
/* The same for a whole configuration, with its lists; config is all zero. */
void config_set_all_defaults(struct config *config);
/* Checks every key of the object at place, those of the objects within too, and puts texts and
 * numbers into the struct at into. Lists are checked for their type alone: NULL and other types are
 * errors that are already told of. */
void config_check_section(struct config_check *check, const struct config_place *place,
                          const struct json *object, const struct config_section *section,
                          void *into);
/* Checks that the keys of "identity" go with its type (config_identity.c). Takes NULL. */
void config_check_identity(struct config_check *check, const struct json *object,
                           const struct config_identity *identity);

#endif
