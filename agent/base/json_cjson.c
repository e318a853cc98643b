/* SPDX-License-Identifier: MIT */
/* JSON documents as cJSON trees: struct json is never defined, it is cJSON by another name. */
#include "json.h"

#include "crypto.h"
#include "json_scan.h"

#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The largest whole number that stands for itself alone in a double: 2^53 may be a rounded 2^53 +
 * 1. */
#define JSON_EXACT 9007199254740991LL
/* From here on cJSON prints numbers rounded and with an exponent, so we print them ourselves. */
#define JSON_PLAIN 1000000000000000LL

enum {
    JSON_MAX_NAME = 127,
    JSON_DAMAGED =
        -1 /* in valueint of an object or array, which cJSON leaves alone: an addition failed */
};

static const cJSON *json_node(const struct json *value)
{
    return (const cJSON *)(const void *)value;
}

static cJSON *json_item(struct json *value)
{
    return (cJSON *)(void *)value;
}

static struct json *json_value(cJSON *item)
{
    return (struct json *)(void *)item;
}

/* ---- parsing ---- */

static int json_compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Two equal names of one object in the tree, side by side in names, or NULL. names has room for the
 * widest object; sorting them keeps a hostile document from costing the square of its length. */
static const char **json_find_twice(const cJSON *item, const char **names)
{
    const char **twice = NULL;
    size_t count = 0;

    if (cJSON_IsObject(item)) {
        for (const cJSON *child = item->child; child != NULL; child = child->next)
            names[count++] = child->string;
        if (count > 1)
            qsort(names, count, sizeof *names, json_compare_names);
        for (size_t i = 1; i < count; i++)
            if (strcmp(names[i - 1], names[i]) == 0)
                return &names[i - 1];
    }
    for (const cJSON *child = item->child; child != NULL && twice == NULL; child = child->next)
        twice = json_find_twice(child, names);
    return twice;
}

/* Counts the names that stand before the wanted one (that very pointer) in the text. */
static bool json_count_names(const cJSON *item, const char *wanted, size_t *count)
{
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        if (child->string != NULL) {
            if (child->string == wanted)
                return true;
            (*count)++;
        }
        if (json_count_names(child, wanted, count))
            return true;
    }
    return false;
}

/* The line of the later of two names. */
static size_t json_twice_line(const cJSON *document, const char **twice, const char *text,
                              size_t length)
{
    size_t before[2] = {0, 0};

    json_count_names(document, twice[0], &before[0]);
    json_count_names(document, twice[1], &before[1]);
    return json_scan(text, length, before[before[0] < before[1]]).key_line;
}

struct json *json_parse(const char *text, size_t length, char *why, size_t why_size)
{
    struct json_scan scan = {0};
    cJSON *document = NULL;
    const char **names = NULL;
    const char **twice = NULL;

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    scan = json_scan(length > 0 ? text : "", length, SIZE_MAX);
    if (scan.flaw != NULL) {
        snprintf(why, why_size, "line %zu: %s", scan.line, scan.flaw);
        return NULL;
    }
    names = malloc((scan.widest + 1) * sizeof *names);
    /* Threads may race for cJSON's record of the last error, which nobody reads. */
    if (names != NULL)
        document = cJSON_ParseWithLength(text, length);
    if (document == NULL) {
        snprintf(why, why_size, JSON_NO_MEMORY " for a JSON document of %zu bytes", length);
        goto out;
    }
    twice = json_find_twice(document, names);
    if (twice != NULL) {
        snprintf(why, why_size, "line %zu: a name stands twice in one object",
                 json_twice_line(document, twice, text, length));
        json_free(json_value(document));
        document = NULL;
    }
out:
    free(names);
    return json_value(document);
}

static void json_wipe(cJSON *item)
{
    for (; item != NULL; item = item->next) {
        if (item->valuestring != NULL)
            crypto_wipe(item->valuestring, strlen(item->valuestring));
        json_wipe(item->child);
    }
}

void json_free(struct json *document)
{
    json_wipe(json_item(document));
    cJSON_Delete(json_item(document));
}

/* ---- reading ---- */

const struct json *json_member(const struct json *value, const char *name)
{
    cJSON *member = NULL;

    if (!json_is_object(value))
        return NULL;
    member = cJSON_GetObjectItemCaseSensitive(json_node(value), name);
    if (member == NULL)
        member = cJSON_GetObjectItem(json_node(value), name);
    return json_value(member);
}

const struct json *json_path(const struct json *value, const char *path)
{
    char name[JSON_MAX_NAME + 1];

    while (value != NULL) {
        size_t length = strcspn(path, ".");

        if (length > JSON_MAX_NAME)
            return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        value = json_member(value, name);
        if (path[length] == '\0')
            return value;
        path += length + 1;
    }
    return NULL;
}

size_t json_count(const struct json *value)
{
    return json_is_object(value) || json_is_array(value)
               ? (size_t)cJSON_GetArraySize(json_node(value))
               : 0;
}

const struct json *json_at(const struct json *value, size_t index)
{
    if ((!json_is_object(value) && !json_is_array(value)) || index >= JSON_MAX_VALUES)
        return NULL;
    return json_value(cJSON_GetArrayItem(json_node(value), (int)index));
}

const char *json_name_at(const struct json *value, size_t index)
{
    const struct json *member = json_is_object(value) ? json_at(value, index) : NULL;

    return member != NULL ? json_node(member)->string : NULL;
}

bool json_is_object(const struct json *value)
{
    return cJSON_IsObject(json_node(value));
}

bool json_is_array(const struct json *value)
{
    return cJSON_IsArray(json_node(value));
}

bool json_is_string(const struct json *value)
{
    return cJSON_IsString(json_node(value));
}

bool json_is_number(const struct json *value)
{
    return cJSON_IsNumber(json_node(value)) || cJSON_IsRaw(json_node(value));
}

bool json_is_bool(const struct json *value)
{
    return cJSON_IsBool(json_node(value));
}

bool json_is_null(const struct json *value)
{
    return cJSON_IsNull(json_node(value));
}

const char *json_string(const struct json *value)
{
    return json_is_string(value) ? json_node(value)->valuestring : NULL;
}

bool json_number(const struct json *value, double *number)
{
    if (!cJSON_IsNumber(json_node(value)))
        return false;
    *number = json_node(value)->valuedouble;
    return true;
}

bool json_integer(const struct json *value, long long *number)
{
    double real = 0;
    long long whole = 0;

    if (cJSON_IsNumber(json_node(value))) {
        real = json_node(value)->valuedouble;
        if (!(real >= -(double)JSON_EXACT && real <= (double)JSON_EXACT))
            return false;
        whole = (long long)real;
        if ((double)whole != real)
            return false;
    } else if (cJSON_IsRaw(json_node(value))) {
        whole = strtoll(json_node(value)->valuestring, NULL, 10);
    } else {
        return false;
    }
    if (whole < -JSON_EXACT || whole > JSON_EXACT)
        return false;
    *number = whole;
    return true;
}

bool json_bool(const struct json *value, bool otherwise)
{
    return json_is_bool(value) ? cJSON_IsTrue(json_node(value)) : otherwise;
}

const char *json_text(const struct json *value, const char *path)
{
    return json_string(json_path(value, path));
}

/* ---- building ---- */

struct json *json_new_object(void)
{
    return json_value(cJSON_CreateObject());
}

/* Puts a new item (NULL: it could not be made) into an object, or without a name into an array,
 * which owns it from then on. Returns it, or NULL with the container marked and the item freed. */
static struct json *json_put(struct json *container, const char *name, cJSON *item)
{
    bool fits = name != NULL ? json_is_object(container) : json_is_array(container);
    bool added = false;

    if (fits && item != NULL)
        added = name != NULL ? cJSON_AddItemToObject(json_item(container), name, item)
                             : cJSON_AddItemToArray(json_item(container), item);
    if (added)
        return json_value(item);
    if (container != NULL)
        json_item(container)->valueint = JSON_DAMAGED;
    cJSON_Delete(item);
    return NULL;
}

struct json *json_add_object(struct json *object, const char *name)
{
    return json_put(object, name, cJSON_CreateObject());
}

struct json *json_add_array(struct json *object, const char *name)
{
    return json_put(object, name, cJSON_CreateArray());
}

struct json *json_append_object(struct json *array)
{
    return json_put(array, NULL, cJSON_CreateObject());
}

bool json_add_string(struct json *object, const char *name, const char *text)
{
    cJSON *item = text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull();

    return json_put(object, name, item) != NULL;
}

bool json_add_integer(struct json *object, const char *name, long long number)
{
    char digits[24];
    cJSON *item = NULL;

    if (number > -JSON_PLAIN && number < JSON_PLAIN) {
        item = cJSON_CreateNumber((double)number);
    } else {
        snprintf(digits, sizeof digits, "%lld", number);
        item = cJSON_CreateRaw(digits);
    }
    return json_put(object, name, item) != NULL;
}

bool json_add_bool(struct json *object, const char *name, bool truth)
{
    return json_put(object, name, cJSON_CreateBool(truth)) != NULL;
}

static bool json_is_damaged(const cJSON *item)
{
    if ((cJSON_IsObject(item) || cJSON_IsArray(item)) && item->valueint == JSON_DAMAGED)
        return true;
    for (const cJSON *child = item->child; child != NULL; child = child->next)
        if (json_is_damaged(child))
            return true;
    return false;
}

char *json_print(const struct json *value)
{
    if (value == NULL || json_is_damaged(json_node(value)))
        return NULL;
    return cJSON_PrintUnformatted(json_node(value));
}

void json_text_free(char *text)
{
    if (text == NULL)
        return;
    crypto_wipe(text, strlen(text));
    cJSON_free(text);
}
