/* SPDX-License-Identifier: MIT */
/* Checking a configuration's keys and values against a table, and telling of every error by its
 * path. */
#include "config_check.h"

#include "json.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 64, LONGEST_KEY = 32 };

static const char secrets_are_not_kept[] =
    "secrets are not kept in the configuration: store it (milink-agent secret set NAME) and give "
    "its name in identity.secret, identity.certificate_secret or network.proxy_secret";

struct config_place config_place_member(const struct config_place *parent, const char *key)
{
    struct config_place place = *parent;
    char shown[SHOWN_BYTES];

    if (place.text[0] != '\0')
        text_append(place.text, sizeof place.text, ".");
    text_copy(shown, sizeof shown, key);
    for (char *c = shown; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    text_append(place.text, sizeof place.text, shown);
    return place;
}

struct config_place config_place_element(const struct config_place *parent, size_t index)
{
    struct config_place place = *parent;

    text_append(place.text, sizeof place.text, "[");
    text_append_number(place.text, sizeof place.text, (long long)index);
    text_append(place.text, sizeof place.text, "]");
    return place;
}

void config_check_fail(struct config_check *check, const struct config_place *place,
                       const char *format, ...)
{
    char line[640];
    va_list arguments;

    if (++check->errors > CONFIG_MAX_ERRORS || check->why_size == 0)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (check->errors > 1)
        text_append(check->why, check->why_size, "\n");
    if (place->text[0] != '\0') {
        text_append(check->why, check->why_size, place->text);
        text_append(check->why, check->why_size, ": ");
    }
    text_append(check->why, check->why_size, line);
}

void config_check_end(struct config_check *check)
{
    if (check->errors <= CONFIG_MAX_ERRORS || check->why_size == 0)
        return;
    text_append(check->why, check->why_size, "\nand ");
    text_append_number(check->why, check->why_size, check->errors - CONFIG_MAX_ERRORS);
    text_append(check->why, check->why_size, " more");
}

static const char *json_kind(const struct json *value)
{
    if (json_is_object(value))
        return "an object";
    if (json_is_array(value))
        return "a list";
    if (json_is_string(value))
        return "a text";
    if (json_is_number(value))
        return "a number";
    return json_is_null(value) ? "null" : "true or false";
}

void config_check_show(const struct json *value, char *text, size_t size)
{
    long long number = 0;
    char shown[SHOWN_BYTES];

    if (json_is_string(value)) {
        text_copy(shown, sizeof shown, json_string(value));
        for (char *c = shown; *c != '\0'; c++)
            if ((unsigned char)*c < 0x20 || *c == 0x7F)
                *c = '?';
        snprintf(text, size, "\"%s%s\"", shown,
                 strlen(shown) < strlen(json_string(value)) ? "..." : "");
    } else if (json_integer(value, &number)) {
        snprintf(text, size, "%lld", number);
    } else {
        snprintf(text, size, "%s", json_kind(value));
    }
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return true;
    return false;
}

bool config_check_text(struct config_check *check, const struct config_place *place,
                       const struct json *value, const struct config_field *field, char *into)
{
    const char *text = json_string(value);
    char shown[SHOWN_BYTES + 16];

    config_check_show(value, shown, sizeof shown);
    if (field->hidden)
        text_copy(shown, sizeof shown, "its value (not shown)");
    if (text == NULL)
        config_check_fail(check, place, "holds %s; it must be a text: %s", json_kind(value),
                          field->rule->text);
    else if (has_control(text))
        config_check_fail(check, place,
                          "%s has a control character; in JSON a backslash is written twice",
                          shown);
    else if (!field->rule->fits(text))
        config_check_fail(check, place, "%s is not valid; it must be %s", shown, field->rule->text);
    else if (strlen(text) >= field->size)
        config_check_fail(check, place, "%s is %u bytes long; the most is %u", shown,
                          (unsigned)strlen(text), (unsigned)field->size - 1);
    else {
        text_copy(into, field->size, text);
        return true;
    }
    return false;
}

static void check_number(struct config_check *check, const struct config_place *place,
                         const struct json *value, const struct config_field *field, unsigned *into)
{
    long long number = 0;
    bool whole = json_integer(value, &number);
    char shown[SHOWN_BYTES + 16];

    if (whole && ((number >= (long long)field->least && number <= (long long)field->most) ||
                  (number == 0 && field->or_zero))) {
        *into = (unsigned)number;
        return;
    }
    config_check_show(value, shown, sizeof shown);
    config_check_fail(check, place, "holds %s; it must be %sa whole number from %u to %u", shown,
                      field->or_zero ? "0 or " : "", field->least, field->most);
}

static const char *wanted(const struct config_field *field)
{
    switch (field->kind) {
    case CONFIG_TEXT: return field->rule->text;
    case CONFIG_NUMBER: return "a number";
    case CONFIG_OBJECT: return "an object";
    default: return "a list of at least one";
    }
}

static void check_text(struct config_check *check, const struct config_place *place,
                       const struct json *value, const struct config_field *field, char *into)
{
    char ignored[CONFIG_PATH_SIZE];

    config_check_text(check, place, value, field, field->ignored ? ignored : into);
}

static void check_value(struct config_check *check, const struct config_place *place,
                        const struct json *value, const struct config_field *field, void *target)
{
    switch (field->kind) {
    case CONFIG_TEXT: check_text(check, place, value, field, target); break;
    case CONFIG_NUMBER: check_number(check, place, value, field, target); break;
    case CONFIG_OBJECT:
        if (json_is_object(value))
            config_check_section(check, place, value, field->section, target);
        else
            config_check_fail(check, place, "holds %s; it must be an object", json_kind(value));
        break;
    case CONFIG_TEXTS:
    case CONFIG_OBJECTS:
        if (!json_is_array(value))
            config_check_fail(check, place, "holds %s; it must be a list", json_kind(value));
        break;
    }
}

/* What must and must not stand beside a key that is there. */
static void check_company(struct config_check *check, const struct config_place *place,
                          const struct json *object, const struct config_field *field)
{
    for (const char *const *key = field->needs; key != NULL && *key != NULL; key++)
        if (json_member(object, *key) == NULL)
            config_check_fail(check, place, "needs %s beside it; add that, or remove this", *key);
    for (const char *const *key = field->not_with; key != NULL && *key != NULL; key++)
        if (json_member(object, *key) != NULL)
            config_check_fail(check, place, "stands beside %s, which says the same; keep one",
                              *key);
}

static void check_field(struct config_check *check, const struct config_place *parent,
                        const struct json *object, const struct config_field *field, void *into)
{
    const struct json *value = json_member(object, field->key);
    struct config_place place = config_place_member(parent, field->key);

    if (value != NULL) {
        check_value(check, &place, value, field, (char *)into + field->offset);
        check_company(check, &place, object, field);
    } else if (field->required) {
        config_check_fail(check, &place, "missing; it must be %s", wanted(field));
    }
}

void config_set_defaults(const struct config_section *section, void *into)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct config_field *field = &section->fields[i];
        char *target = (char *)into + field->offset;

        if (field->kind == CONFIG_NUMBER)
            *(unsigned *)(void *)target = field->number;
        else if (field->kind == CONFIG_TEXT && field->otherwise != NULL)
            text_copy(target, field->size, field->otherwise);
        else if (field->kind == CONFIG_OBJECT)
            config_set_defaults(field->section, target);
    }
}

/* ---- keys that are not known ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least_of(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Letters to add, drop or change to make one key of the other (Levenshtein), in any case. */
static unsigned key_distance(const char *key, const char *known)
{
    unsigned row[LONGEST_KEY + 1];
    size_t width = strlen(known);

    for (size_t i = 0; i <= width; i++)
        row[i] = (unsigned)i;
    for (; *key != '\0'; key++) {
        unsigned diagonal = row[0];

        row[0]++;
        for (size_t i = 1; i <= width; i++) {
            unsigned above = row[i];

            row[i] = least_of(above + 1, row[i - 1] + 1,
                              diagonal + (lower(*key) != lower(known[i - 1]) ? 1 : 0));
            diagonal = above;
        }
    }
    return row[width];
}

/* The known key that was probably meant, or NULL. */
static const char *nearest_key(const struct config_section *section, const char *key)
{
    unsigned best = strlen(key) > 4 ? 3 : 2; /* what is not worth a guess */
    const char *nearest = NULL;

    if (strlen(key) > LONGEST_KEY)
        return NULL;
    for (size_t i = 0; i < section->count; i++) {
        unsigned distance = key_distance(key, section->fields[i].key);

        if (distance < best) {
            best = distance;
            nearest = section->fields[i].key;
        }
    }
    return nearest;
}

static bool contains(const char *key, const char *word)
{
    for (; *key != '\0'; key++)
        if (text_equal_bytes(word, key, strlen(word)))
            return true;
    return false;
}

/* Whether somebody put a secret here. Its value must not be shown. */
static bool is_secret_key(const char *key)
{
    static const char *const words[] = {"secret",      "password", "passphrase", "passwd",
                                        "private_key", "token",    "assertion",  "credential"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (contains(key, words[i]))
            return true;
    return text_equal(key, "pwd");
}

static bool is_known(const struct config_section *section, const char *key)
{
    for (size_t i = 0; i < section->count; i++)
        if (strcmp(section->fields[i].key, key) == 0)
            return true;
    return false;
}

static void check_key(struct config_check *check, const struct config_place *parent,
                      const struct config_section *section, const char *key)
{
    struct config_place place = config_place_member(parent, key);
    const char *nearest = NULL;

    if (is_known(section, key))
        return;
    nearest = nearest_key(section, key);
    if (nearest != NULL)
        config_check_fail(check, &place, "unknown key (did you mean %s?)", nearest);
    else if (is_secret_key(key))
        config_check_fail(check, &place, "%s", secrets_are_not_kept);
    else
        config_check_fail(check, &place, "unknown key");
}

void config_check_section(struct config_check *check, const struct config_place *place,
                          const struct json *object, const struct config_section *section,
                          void *into)
{
    for (size_t i = 0; i < json_count(object); i++)
        check_key(check, place, section, json_name_at(object, i));
    for (size_t i = 0; i < section->count; i++)
        check_field(check, place, object, &section->fields[i], into);
}
