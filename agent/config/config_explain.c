/* SPDX-License-Identifier: MIT */
/* What each setting does, and what a running agent cannot change. */
#include "config_explain.h"

#include "config_check.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_SIZE = 2048, LINE_SIZE = 4096 };

/* A walk over the table beside two structs: the configuration and another of the same kind. */
struct walk {
    const struct config *config;
    void (*line)(void *context, const char *text);
    void *context;
};

/* The field's value in the struct, for people; empty when it is not set. */
static void show_value(const struct config_field *field, const void *from, char *text, size_t size)
{
    const char *at = (const char *)from + field->offset;

    if (field->kind == CONFIG_TEXTS)
        field->show(at, text, size);
    else if (field->kind == CONFIG_TEXT)
        text_copy(text, size, at);
    else
        snprintf(text, size, "%u", *(const unsigned *)(const void *)at);
}

static bool is_told(const struct walk *walk, const char *path, const struct config_field *field)
{
    const struct config_identity_type *type =
        config_find_identity_type(walk->config->identity.type);

    if (field->ignored)
        return false;
    return strncmp(path, "identity.", 9) != 0 || strcmp(field->key, "type") == 0 || type == NULL ||
           config_is_listed(type->required, field->key) ||
           config_is_listed(type->allowed, field->key);
}

/* The three URLs, unless the file names them. */
static bool is_of_cloud(const struct config *config, const struct config_field *field)
{
    return strcmp(config->cloud, "custom") != 0 && (field->rule == &config_rule_url);
}

static void tell_field(const struct walk *walk, const char *path, const struct config_field *field,
                       const void *from, const void *defaults)
{
    char value[VALUE_SIZE], usual[VALUE_SIZE] = "", line[LINE_SIZE];
    const char *shown = value, *origin = "file";

    if (!is_told(walk, path, field))
        return;
    show_value(field, from, value, sizeof value);
    if (defaults != NULL)
        show_value(field, defaults, usual, sizeof usual);
    if (is_of_cloud(walk->config, field))
        origin = field->otherwise_text;
    else if (strcmp(value, usual) == 0)
        origin = "default";
    if (value[0] == '\0')
        shown = field->otherwise_text != NULL ? field->otherwise_text : "not set";
    snprintf(line, sizeof line, "%s = %s (%s): %s", path, shown, origin, field->text);
    walk->line(walk->context, line);
}

static void tell_instances(const struct walk *walk, const struct config_section *section)
{
    const struct config_place top = {"instances"};

    for (size_t i = 0; i < walk->config->instance_count; i++) {
        struct config_place place = config_place_element(&top, i);

        for (size_t j = 0; j < section->count; j++) {
            struct config_place here = config_place_member(&place, section->fields[j].key);

            tell_field(walk, here.text, &section->fields[j], &walk->config->instances[i], NULL);
        }
    }
}

static void tell_section(const struct walk *walk, const struct config_place *parent,
                         const struct config_section *section, const void *from,
                         const void *defaults)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct config_field *field = &section->fields[i];
        struct config_place place = config_place_member(parent, field->key);

        if (field->kind == CONFIG_OBJECTS)
            tell_instances(walk, field->section);
        else if (field->kind == CONFIG_OBJECT)
            tell_section(walk, &place, field->section, (const char *)from + field->offset,
                         (const char *)defaults + field->offset);
        else
            tell_field(walk, place.text, field, from, defaults);
    }
}

void config_explain(const struct config *config, void (*line)(void *context, const char *text),
                    void *context)
{
    const struct walk walk = {config, line, context};
    const struct config_place top = {""};
    struct config *defaults = calloc(1, sizeof *defaults);

    if (defaults == NULL) {
        line(context, "memory ran out");
        return;
    }
    config_set_all_defaults(defaults);
    tell_section(&walk, &top, &config_root_section, config, defaults);
    free(defaults);
}

/* ---- what waits for a restart ---- */

/* Copies the field's value if it differs; true if it did. */
static bool keep_field(const struct config_field *field, const void *in_force, void *fresh)
{
    const char *from = (const char *)in_force + field->offset;
    char *to = (char *)fresh + field->offset;

    if (field->kind == CONFIG_NUMBER ? memcmp(from, to, field->size) == 0 : strcmp(from, to) == 0)
        return false;
    memcpy(to, from, field->size);
    return true;
}

static bool keep_sql_instances(const struct config *in_force, struct config *fresh)
{
    bool same = in_force->sql_instance_count == fresh->sql_instance_count;

    for (size_t i = 0; same && i < fresh->sql_instance_count; i++)
        same = text_equal(in_force->sql_instances[i], fresh->sql_instances[i]);
    memcpy(fresh->sql_instances, in_force->sql_instances, sizeof fresh->sql_instances);
    fresh->sql_instance_count = in_force->sql_instance_count;
    return !same;
}

void config_keep(const struct config *in_force, struct config *fresh,
                 void (*kept)(void *context, const char *key), void *context)
{
    const struct config_place top = {""};

    for (size_t i = 0; i < config_root_section.count; i++) {
        const struct config_field *field = &config_root_section.fields[i];
        const struct config_section *section = field->section;
        struct config_place place = config_place_member(&top, field->key);

        if (field->kind == CONFIG_TEXTS && field->restart) {
            if (keep_sql_instances(in_force, fresh))
                kept(context, place.text);
        } else if (field->restart && keep_field(field, in_force, fresh)) {
            kept(context, place.text);
        }
        for (size_t j = 0; field->kind == CONFIG_OBJECT && j < section->count; j++) {
            struct config_place here = config_place_member(&place, section->fields[j].key);

            if (section->fields[j].restart &&
                keep_field(&section->fields[j], (const char *)in_force + field->offset,
                           (char *)fresh + field->offset))
                kept(context, here.text);
        }
    }
}
