/* SPDX-License-Identifier: MIT */
/* The one table of the configuration's keys: the parser, the JSON Schema, the table in
 * docs/configuration.md and milink-agent check all come from it. */
#ifndef MILINK_AGENT_CONFIG_FIELDS_H
#define MILINK_AGENT_CONFIG_FIELDS_H

#include "config.h"

/* What a text must look like: said three times, and tests/integration/test_config_schema.py holds
 * the three together. */
struct config_rule {
    bool (*fits)(const char *text);
    const char *text;           /* what is allowed, for errors and documents */
    const char *pattern;        /* the same for JSON Schema, an ECMA-262 expression */
    const char *const *allowed; /* or the words themselves, NULL at the end */
};

/* The rules, in config_rule.c. Names are by Azure's own rules (arm-api 8), so that it never refuses
 * one. */
extern const struct config_rule config_rule_schema;
extern const struct config_rule config_rule_cloud;
extern const struct config_rule config_rule_url; /* https, a host, a port or none, at most a / */
extern const struct config_rule config_rule_api_version;
extern const struct config_rule config_rule_identity_type;
extern const struct config_rule config_rule_tenant;
extern const struct config_rule config_rule_guid;
extern const struct config_rule config_rule_resource_id;
extern const struct config_rule config_rule_local_url; /* http, to this host */
extern const struct config_rule config_rule_secret;    /* name of a stored secret */
extern const struct config_rule config_rule_file;      /* an absolute path of the platform */
extern const struct config_rule config_rule_proxy;
extern const struct config_rule config_rule_user;
extern const struct config_rule config_rule_host;
extern const struct config_rule config_rule_socket;
extern const struct config_rule config_rule_log_level;
extern const struct config_rule config_rule_sql_instance;
extern const struct config_rule config_rule_alias;
extern const struct config_rule config_rule_resource_group;
extern const struct config_rule config_rule_managed_instance;
extern const struct config_rule config_rule_right;

/* Whether the path does not depend on the directory that the agent was started in
 * (config_path_*.c). */
bool config_path_is_absolute(const char *path);

enum config_kind {
    CONFIG_TEXT,
    CONFIG_NUMBER,
    CONFIG_TEXTS,  /* a list of texts, read by a function of its own */
    CONFIG_OBJECT, /* with a section, at offset */
    CONFIG_OBJECTS /* a list of objects, likewise */
};

/* A key of an object, and where its value goes. */
struct config_field {
    const char *key;
    enum config_kind kind;
    bool required;
    bool hidden;   /* errors never show the value: it may be a secret put there in error */
    bool restart;  /* a change counts after a restart of the agent alone */
    bool or_zero;  /* NUMBER: 0 is taken too */
    bool unique;   /* lists: nothing stands there twice */
    bool ignored;  /* TEXT: checked, and goes nowhere */
    size_t offset; /* TEXT: of a char[size]; NUMBER: of an unsigned; else of a struct or array */
    size_t size;   /* TEXT; OBJECTS: of an element */
    const struct config_rule *rule;             /* TEXT; TEXTS: of each */
    unsigned least, most;                       /* NUMBER: its value; lists: how many */
    unsigned number;                            /* NUMBER: the default */
    const char *otherwise;                      /* TEXT: the default; NULL: empty */
    const char *otherwise_text;                 /* the default in words, where it is not a value */
    const struct config_section *section;       /* OBJECT, OBJECTS */
    const char *const *needs, *const *not_with; /* keys beside it; NULL at the end */
    void (*show)(const void *from, char *text, size_t size); /* TEXTS: the value, for people */
    const char *text; /* what it does, for people; continues "KEY: " */
};

struct config_section {
    const struct config_field *fields;
    size_t count;
};

extern const struct config_section config_root_section;
/* The field at "identity.tenant_id" or "instances[].alias"; NULL when there is none. */
const struct config_field *config_find_field(const char *path);

/* Which keys a type of identity takes besides type. */
struct config_identity_type {
    const char *name, *text;
    const char *const *required, *const *allowed; /* NULL at the end */
    bool needs_secret;                            /* exactly one of secret and secret_file */
    bool depends; /* a secret or certificate needs tenant_id and client_id */
};

extern const struct config_identity_type config_identity_types[];
extern const size_t config_identity_type_count;
const struct config_identity_type *config_find_identity_type(const char *name);
bool config_is_listed(const char *const *list, const char *key); /* takes NULL */

/* Names of rights, in the order of their bits; NULL at the end. */
extern const char *const config_right_names[];

#endif
