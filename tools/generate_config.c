/* SPDX-License-Identifier: MIT */
/* Writes what follows from the configuration's table of keys: a JSON Schema, and the tables of
 * docs/configuration.md. */
#include "config_fields.h"
#include "generate.h"
#include "text.h"
#include <stdbool.h>
#include <string.h>

/* ---- JSON, indented ---- */

struct writer {
    FILE *to;
    int depth;
    bool begun; /* something stands before at this depth */
};

static void put_string(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

/* A new line, and the name of a member unless it is an element. */
static void begin(struct writer *writer, const char *name)
{
    fprintf(writer->to, "%s\n%*s", writer->begun ? "," : "", 2 * writer->depth, "");
    if (name != NULL) {
        put_string(writer->to, name);
        fputs(": ", writer->to);
    }
    writer->begun = true;
}

static void open_value(struct writer *writer, const char *name, char bracket)
{
    begin(writer, name);
    fputc(bracket, writer->to);
    writer->depth++;
    writer->begun = false;
}

static void close_value(struct writer *writer, char bracket)
{
    writer->depth--;
    if (writer->begun)
        fprintf(writer->to, "\n%*s", 2 * writer->depth, "");
    fputc(bracket, writer->to);
    writer->begun = true;
}

static void put_text(struct writer *writer, const char *name, const char *text)
{
    begin(writer, name);
    put_string(writer->to, text);
}

static void put_number(struct writer *writer, const char *name, unsigned number)
{
    begin(writer, name);
    fprintf(writer->to, "%u", number);
}

static void put_false(struct writer *writer, const char *name)
{
    begin(writer, name);
    fputs("false", writer->to);
}

static void put_texts(struct writer *writer, const char *name, const char *const *texts)
{
    begin(writer, name);
    fputc('[', writer->to);
    for (size_t i = 0; texts[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", writer->to);
        put_string(writer->to, texts[i]);
    }
    fputc(']', writer->to);
}

/* ---- the schema ---- */

static void put_section(struct writer *writer, const struct config_section *section);

static void put_rule(struct writer *writer, const struct config_rule *rule, size_t size)
{
    put_text(writer, "type", "string");
    if (rule->allowed != NULL) {
        put_texts(writer, "enum", rule->allowed);
        return;
    }
    put_text(writer, "pattern", rule->pattern);
    if (size > 0)
        put_number(writer, "maxLength", (unsigned)size - 1);
}

static void put_range(struct writer *writer, const struct config_field *field)
{
    put_text(writer, "type", "integer");
    put_number(writer, "maximum", field->most);
    if (field->or_zero) {
        open_value(writer, "anyOf", '[');
        open_value(writer, NULL, '{');
        put_number(writer, "const", 0);
        close_value(writer, '}');
        open_value(writer, NULL, '{');
        put_number(writer, "minimum", field->least);
        close_value(writer, '}');
        close_value(writer, ']');
    } else {
        put_number(writer, "minimum", field->least);
    }
    put_number(writer, "default", field->number);
}

static void put_list(struct writer *writer, const struct config_field *field)
{
    put_text(writer, "type", "array");
    put_number(writer, "minItems", field->least);
    put_number(writer, "maxItems", field->most);
    open_value(writer, "items", '{');
    if (field->kind == CONFIG_OBJECTS)
        put_section(writer, field->section);
    else
        put_rule(writer, field->rule, 0);
    close_value(writer, '}');
    if (field->unique) {
        begin(writer, "uniqueItems");
        fputs("true", writer->to);
    }
}

static void put_field(struct writer *writer, const struct config_field *field)
{
    open_value(writer, field->key, '{');
    put_text(writer, "description", field->text);
    switch (field->kind) {
    case CONFIG_TEXT:
        put_rule(writer, field->rule, field->size);
        if (field->otherwise != NULL)
            put_text(writer, "default", field->otherwise);
        break;
    case CONFIG_NUMBER: put_range(writer, field); break;
    case CONFIG_OBJECT: put_section(writer, field->section); break;
    case CONFIG_TEXTS:
    case CONFIG_OBJECTS: put_list(writer, field); break;
    }
    close_value(writer, '}');
}

static void put_required(struct writer *writer, const struct config_section *section)
{
    const char *keys[16] = {NULL};
    size_t count = 0;

    for (size_t i = 0; i < section->count; i++)
        if (section->fields[i].required)
            keys[count++] = section->fields[i].key;
    if (count > 0)
        put_texts(writer, "required", keys);
}

static void put_needs(struct writer *writer, const struct config_section *section)
{
    bool any = false;

    for (size_t i = 0; i < section->count; i++)
        any = any || section->fields[i].needs != NULL;
    if (!any)
        return;
    open_value(writer, "dependentRequired", '{');
    for (size_t i = 0; i < section->count; i++)
        if (section->fields[i].needs != NULL)
            put_texts(writer, section->fields[i].key, section->fields[i].needs);
    close_value(writer, '}');
}

/* ---- what the sections do not say by themselves ---- */

static bool is_identity(const struct config_section *section)
{
    return section == config_find_field("identity")->section;
}

/* {"properties": {"key": {"const": "value"}}}, and with needed: {"required": ["key"]} beside it. */
static void put_if(struct writer *writer, const char *key, const char *value, bool needed)
{
    const char *const keys[] = {key, NULL};

    open_value(writer, "if", '{');
    open_value(writer, "properties", '{');
    open_value(writer, key, '{');
    put_text(writer, "const", value);
    close_value(writer, '}');
    close_value(writer, '}');
    if (needed)
        put_texts(writer, "required", keys);
    close_value(writer, '}');
}

static void put_not_together(struct writer *writer, const char *a, const char *b)
{
    const char *const both[] = {a, b, NULL};

    open_value(writer, NULL, '{');
    open_value(writer, "not", '{');
    put_texts(writer, "required", both);
    close_value(writer, '}');
    close_value(writer, '}');
}

static void put_one_of_secrets(struct writer *writer)
{
    static const char *const ways[][2] = {{"secret", NULL}, {"secret_file", NULL}};

    open_value(writer, "oneOf", '[');
    for (size_t i = 0; i < 2; i++) {
        open_value(writer, NULL, '{');
        put_texts(writer, "required", ways[i]);
        close_value(writer, '}');
    }
    close_value(writer, ']');
}

static void put_dependents(struct writer *writer)
{
    static const char *const proofs[] = {"secret", "secret_file", "certificate_file"};
    static const char *const names[] = {"tenant_id", "client_id", NULL};

    open_value(writer, "dependentRequired", '{');
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++)
        put_texts(writer, proofs[i], names);
    close_value(writer, '}');
}

/* If the type is this: these keys must be there, and those must not. */
static void put_type(struct writer *writer, const struct config_section *section,
                     const struct config_identity_type *type)
{
    const char *usual = config_find_field("identity.type")->otherwise;

    open_value(writer, NULL, '{');
    put_if(writer, "type", type->name, strcmp(type->name, usual) != 0);
    open_value(writer, "then", '{');
    if (type->required != NULL)
        put_texts(writer, "required", type->required);
    if (type->needs_secret)
        put_one_of_secrets(writer);
    if (type->depends)
        put_dependents(writer);
    open_value(writer, "properties", '{');
    for (size_t i = 0; i < section->count; i++) {
        const char *key = section->fields[i].key;

        if (strcmp(key, "type") != 0 && !config_is_listed(type->required, key) &&
            !config_is_listed(type->allowed, key))
            put_false(writer, key);
    }
    close_value(writer, '}');
    close_value(writer, '}');
    close_value(writer, '}');
}

static void put_identity(struct writer *writer, const struct config_section *section)
{
    open_value(writer, "allOf", '[');
    for (size_t i = 0; i < config_identity_type_count; i++)
        put_type(writer, section, &config_identity_types[i]);
    for (size_t i = 0; i < section->count; i++)
        for (const char *const *other = section->fields[i].not_with;
             other != NULL && *other != NULL; other++)
            put_not_together(writer, section->fields[i].key, *other);
    close_value(writer, ']');
}

static void put_cloud(struct writer *writer)
{
    static const char *const keys[] = {"arm_endpoint", "authority", "audience", NULL};

    put_if(writer, "cloud", "custom", true);
    open_value(writer, "then", '{');
    put_texts(writer, "required", keys);
    close_value(writer, '}');
    open_value(writer, "else", '{');
    open_value(writer, "properties", '{');
    for (size_t i = 0; keys[i] != NULL; i++)
        put_false(writer, keys[i]);
    close_value(writer, '}');
    close_value(writer, '}');
}

static void put_section(struct writer *writer, const struct config_section *section)
{
    put_text(writer, "type", "object");
    put_false(writer, "additionalProperties");
    put_required(writer, section);
    put_needs(writer, section);
    open_value(writer, "properties", '{');
    for (size_t i = 0; i < section->count; i++)
        put_field(writer, &section->fields[i]);
    close_value(writer, '}');
    if (is_identity(section))
        put_identity(writer, section);
    if (section == &config_root_section)
        put_cloud(writer);
}

void put_config_schema(FILE *to)
{
    struct writer writer = {to, 1, false};

    fputc('{', to);
    put_text(&writer, "$schema", "https://json-schema.org/draft/2020-12/schema");
    put_text(&writer, "title", "Configuration of milink-agent");
    put_text(
        &writer, "description",
        "Generated by tools/generate.c from the table that the agent checks with. Beyond it the "
        "agent checks that no two instances have the same alias in any case or are the same "
        "Managed Instance, that no SQL Server instance stands twice in any case, and that "
        "paths are those of its platform.");
    put_section(&writer, &config_root_section);
    fputs("\n}\n", to);
}

/* ---- the tables ---- */

static const char *kind_name(const struct config_field *field)
{
    switch (field->kind) {
    case CONFIG_TEXT: return "text";
    case CONFIG_NUMBER: return "number";
    case CONFIG_TEXTS: return "list of texts";
    case CONFIG_OBJECTS: return "list of objects";
    default: return "object";
    }
}

static void put_default(FILE *to, const struct config_field *field)
{
    if (field->required)
        fputs("required", to);
    else if (field->kind == CONFIG_NUMBER)
        fprintf(to, "%u", field->number);
    else if (field->otherwise != NULL)
        fprintf(to, "`%s`", field->otherwise);
    else
        fputs(field->otherwise_text != NULL ? field->otherwise_text : "", to);
}

/* In a table a bar would end the cell; none of our texts has one. */
static void put_allowed(FILE *to, const struct config_field *field)
{
    if (field->kind == CONFIG_NUMBER)
        fprintf(to, "%s%u to %u", field->or_zero ? "0, or " : "", field->least, field->most);
    else if (field->kind == CONFIG_OBJECTS)
        fprintf(to, "%u to %u", field->least, field->most);
    else if (field->kind == CONFIG_TEXTS)
        fprintf(to, "at most %u: %s", field->most, field->rule->text);
    else
        fputs(field->rule->text, to);
}

static void put_rows(FILE *to, const struct config_section *section, const char *before)
{
    char path[128];

    for (size_t i = 0; i < section->count; i++) {
        const struct config_field *field = &section->fields[i];

        text_copy(path, sizeof path, before);
        text_append(path, sizeof path, field->key);
        if (field->kind != CONFIG_OBJECT) {
            fprintf(to, "| `%s` | %s | ", path, kind_name(field));
            put_default(to, field);
            fprintf(to, " | %s%s | ", field->text, field->restart ? " (restart)" : "");
            put_allowed(to, field);
            fputs(" |\n", to);
        }
        if (field->section != NULL) {
            text_append(path, sizeof path, field->kind == CONFIG_OBJECTS ? "[]." : ".");
            put_rows(to, field->section, path);
        }
    }
}

void put_config_keys(FILE *to)
{
    fputs("| Key | Type | Default | Meaning | What is taken |\n|---|---|---|---|---|\n", to);
    put_rows(to, &config_root_section, "");
}

static void put_keys(FILE *to, const char *const *keys)
{
    for (size_t i = 0; keys != NULL && keys[i] != NULL; i++)
        fprintf(to, "%s`%s`", i > 0 ? ", " : "", keys[i]);
}

void put_config_types(FILE *to)
{
    fputs("| Type | Meaning | Required | Optional |\n|---|---|---|---|\n", to);
    for (size_t i = 0; i < config_identity_type_count; i++) {
        const struct config_identity_type *type = &config_identity_types[i];

        fprintf(to, "| `%s` | %s | ", type->name, type->text);
        put_keys(to, type->required);
        fputs(type->needs_secret ? ", and `secret` or `secret_file`" : "", to);
        fputs(" | ", to);
        put_keys(to, type->needs_secret ? NULL : type->allowed);
        fputs(" |\n", to);
    }
}
