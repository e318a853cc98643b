/* SPDX-License-Identifier: MIT */
/* Checking a configuration: keys against a table, and all errors collected, each by the path of its
 * key. */
#ifndef MILINK_AGENT_CONFIG_CHECK_H
#define MILINK_AGENT_CONFIG_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct json;

/* More lines than these help nobody; the rest is counted. */
enum { CONFIG_MAX_ERRORS = 20 };

/* What a text must look like. */
struct config_rule {
    bool (*fits)(const char *text);
    const char *text; /* what is allowed, for errors */
};

/* The rules, in config_rule.c. Names are by Azure's own rules (arm-api 8), so that it never refuses
 * one. */
extern const struct config_rule config_rule_cloud;
extern const struct config_rule config_rule_url; /* https, a host, a port or none, at most a / */
extern const struct config_rule config_rule_api_version;
extern const struct config_rule config_rule_identity_type;
extern const struct config_rule config_rule_tenant;
extern const struct config_rule config_rule_guid;
extern const struct config_rule config_rule_file; /* an absolute path of the platform */
extern const struct config_rule config_rule_socket;
extern const struct config_rule config_rule_log_level;
extern const struct config_rule config_rule_sql_instance;
extern const struct config_rule config_rule_alias;
extern const struct config_rule config_rule_resource_group;
extern const struct config_rule config_rule_managed_instance;

/* Whether the path does not depend on the directory that the agent was started in
 * (config_path_*.c). */
bool config_path_is_absolute(const char *path);

enum config_kind { CONFIG_TEXT, CONFIG_NUMBER, CONFIG_OBJECT, CONFIG_LIST };

/* A key of an object, and where its value goes. */
struct config_field {
    const char *key;
    enum config_kind kind;
    bool required;
    bool hidden;   /* errors never show the value: it may be a secret put there in error */
    size_t offset; /* TEXT: of a char[size]; NUMBER: of an unsigned */
    size_t size;   /* TEXT */
    const struct config_rule *rule; /* TEXT */
    unsigned least, most;           /* NUMBER */
};

struct config_section {
    const struct config_field *fields;
    size_t count;
};

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
/* Checks every key of the object at place and puts texts and numbers into the struct at into.
 * Objects and lists are checked for their type alone: NULL and other types are errors that are
 * already told of. */
void config_check_section(struct config_check *check, const struct config_place *place,
                          const struct json *object, const struct config_section *section,
                          void *into);

#endif
