/* SPDX-License-Identifier: MIT */
/* A configuration file of any content: it is refused with reasons, or every text in it fits and the
 * whole can be explained. */
#include "config_explain.h"
#include "config_fields.h"
#include "fuzz.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

static void check_section(const struct config_section *section, const char *from)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct config_field *field = &section->fields[i];

        if (field->kind == CONFIG_OBJECT)
            check_section(field->section, from + field->offset);
        else if (field->kind == CONFIG_TEXT && !field->ignored)
            fuzz_promise_text(from + field->offset, field->size, field->key, __FILE__, __LINE__);
    }
}

static void take_line(void *context, const char *text)
{
    size_t *lines = context;

    ++*lines;
    PROMISE(text[0] != '\0' && strchr(text, '\n') == NULL);
    PROMISE(text_units(text, strlen(text)) != SIZE_MAX);
}

static void no_key(void *context, const char *key)
{
    (void)context;
    (void)key;
    PROMISE(!"a configuration differs from itself");
}

static void check(const struct config *config)
{
    static struct config copy;
    size_t lines = 0;

    check_section(&config_root_section, (const char *)config);
    PROMISE(config->instance_count >= 1 && config->instance_count <= CONFIG_MAX_INSTANCES);
    PROMISE(config->sql_instance_count <= CONFIG_MAX_SQL_INSTANCES);
    for (size_t i = 0; i < config->sql_instance_count; i++)
        PROMISE_TEXT(config->sql_instances[i]);
    for (size_t i = 0; i < config->instance_count; i++) {
        PROMISE_TEXT(config->instances[i].alias);
        PROMISE_TEXT(config->instances[i].subscription_id);
        PROMISE_TEXT(config->instances[i].resource_group);
        PROMISE_TEXT(config->instances[i].managed_instance);
        PROMISE(config_find_instance(config, config->instances[i].alias) == &config->instances[i]);
    }
    PROMISE(strncmp(config->arm_endpoint, "https://", 8) == 0);
    config_explain(config, take_line, &lines);
    PROMISE(lines > 10);
    copy = *config;
    config_keep(config, &copy, no_key, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct config config;
    static const struct config nothing;
    const struct fuzz_input whole = fuzz_input(bytes, length);
    char *text = (char *)fuzz_copy(&whole), why[4096] = "";

    if (config_parse(text, length, &config, why, sizeof why)) {
        check(&config);
    } else {
        PROMISE_TEXT(why);
        PROMISE(why[0] != '\0' && memcmp(&config, &nothing, sizeof config) == 0);
    }
    free(text);
    return 0;
}
