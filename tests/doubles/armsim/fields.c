/* SPDX-License-Identifier: MIT */
/* The table-driven reader, merger and writer of JSON objects. */
#include "fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static void *member(void *target, const struct field *field)
{
    return (char *)target + field->offset;
}

static const void *member_const(const void *target, const struct field *field)
{
    return (const char *)target + field->offset;
}

static bool fail(struct field_error *error, const char *name, const char *what)
{
    snprintf(error->text, sizeof error->text, "%s: %s", name, what);
    return false;
}

/* Puts the name of the outer key before the text of an error found inside it. */
static bool fail_inside(struct field_error *error, const char *name, long index)
{
    char *inside = text_copy(error->text);
    if (index < 0)
        snprintf(error->text, sizeof error->text, "%s.%s", name, inside);
    else
        snprintf(error->text, sizeof error->text, "%s[%ld].%s", name, index, inside);
    free(inside);
    return false;
}

static const struct field *find(const struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->list[i].name, name) == 0)
            return &fields->list[i];
    return NULL;
}

static bool set_text(const struct field *field, const char *value, void *target)
{
    char **text = member(target, field);
    free(*text);
    *text = text_copy(value ? value : "");
    return true;
}

static bool set_choice(const struct field *field, const char *value, void *target,
                       struct field_error *error)
{
    int *choice = member(target, field);
    char allowed[300] = "must be one of";
    for (int i = 0; field->choices[i]; i++) {
        if (strcmp(field->choices[i], value) == 0) {
            *choice = i;
            return true;
        }
        size_t used = strlen(allowed);
        snprintf(allowed + used, sizeof allowed - used, "%s %s", i ? "," : "", field->choices[i]);
    }
    return fail(error, field->name, allowed);
}

static bool set_number(const struct field *field, double value, void *target,
                       struct field_error *error)
{
    int64_t least = field->least, most = field->most;
    if (least == 0 && most == 0)
        most = INT64_C(1) << 53;
    if (value != value || value < (double)least || value > (double)most ||
        value != (double)(int64_t)value) {
        char range[100];
        snprintf(range, sizeof range, "must be a whole number from %" PRId64 " to %" PRId64, least,
                 most);
        return fail(error, field->name, range);
    }
    *(int64_t *)member(target, field) = (int64_t)value;
    return true;
}

static void clear_list(const struct field *field, struct field_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fields_clear(field->inner, list->items[i]);
        free(list->items[i]);
    }
    free(list->items);
    list->items = NULL;
    list->count = 0;
}

static bool set_default(const struct field *field, void *target, struct field_error *error)
{
    static const struct field_error none;
    static const char *const yes = "true";
    const char *value = field->otherwise;
    bool filled = true;
    *error = none;
    switch (field->type) {
    case FIELD_TEXT: return set_text(field, value, target);
    case FIELD_INT: return set_number(field, value ? strtod(value, NULL) : 0, target, error);
    case FIELD_BOOL: *(bool *)member(target, field) = value && strcmp(value, yes) == 0; break;
    case FIELD_MAYBE: *(int *)member(target, field) = value ? strcmp(value, yes) == 0 : -1; break;
    case FIELD_CHOICE:
        if (value)
            return set_choice(field, value, target, error);
        *(int *)member(target, field) = -1;
        break;
    case FIELD_JSON:
        cJSON_Delete(*(cJSON **)member(target, field));
        *(cJSON **)member(target, field) = NULL;
        break;
    case FIELD_OBJECT: {
        cJSON *empty = cJSON_CreateObject();
        fields_clear(field->inner, member(target, field));
        filled = fields_read(field->inner, empty, member(target, field), false, error);
        cJSON_Delete(empty);
        break;
    }
    case FIELD_LIST: clear_list(field, member(target, field)); break;
    }
    return filled;
}

static bool read_list(const struct field *field, const cJSON *value, void *target,
                      struct field_error *error)
{
    struct field_list *list = member(target, field);
    clear_list(field, list);
    const cJSON *element = NULL;
    cJSON_ArrayForEach(element, value)
    {
        if (!fields_append(field->inner, list, element, error))
            return fail_inside(error, field->name, (long)list->count);
    }
    return true;
}

static void *named_item(const struct field *field, const struct field_list *list, const char *name)
{
    for (size_t i = 0; name && i < list->count; i++) {
        char *item = list->items[i];
        if (strcmp(*(char **)member(item, &field->inner->list[0]), name) == 0)
            return item;
    }
    return NULL;
}

static bool merge_list(const struct field *field, const cJSON *value, void *target,
                       struct field_error *error)
{
    const cJSON *element = NULL;
    long index = 0;
    cJSON_ArrayForEach(element, value)
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(element, "name"));
        void *item = named_item(field, member(target, field), name);
        if (!item) {
            fail(error, "name", "names nothing that the model has");
            return fail_inside(error, field->name, index);
        }
        if (!fields_read(field->inner, element, item, true, error))
            return fail_inside(error, field->name, index);
        index++;
    }
    return true;
}

static bool read_truth(const struct field *field, const cJSON *value, void *target,
                       struct field_error *error)
{
    if (!cJSON_IsBool(value))
        return fail(error, field->name, "must be true or false");
    if (field->type == FIELD_BOOL)
        *(bool *)member(target, field) = cJSON_IsTrue(value);
    else
        *(int *)member(target, field) = cJSON_IsTrue(value);
    return true;
}

static bool read_value(const struct field *field, const cJSON *value, void *target, bool merge,
                       struct field_error *error)
{
    switch (field->type) {
    case FIELD_TEXT:
        return cJSON_IsString(value) ? set_text(field, value->valuestring, target)
                                     : fail(error, field->name, "must be a string");
    case FIELD_INT:
        return cJSON_IsNumber(value) ? set_number(field, value->valuedouble, target, error)
                                     : fail(error, field->name, "must be a number");
    case FIELD_BOOL:
    case FIELD_MAYBE: return read_truth(field, value, target, error);
    case FIELD_CHOICE:
        return cJSON_IsString(value) ? set_choice(field, value->valuestring, target, error)
                                     : fail(error, field->name, "must be a string");
    case FIELD_JSON: {
        cJSON **json = member(target, field);
        cJSON_Delete(*json);
        *json = cJSON_Duplicate(value, 1);
        return true;
    }
    case FIELD_OBJECT:
        return fields_read(field->inner, value, member(target, field), merge, error) ||
               fail_inside(error, field->name, -1);
    case FIELD_LIST:
        if (!cJSON_IsArray(value))
            return fail(error, field->name, "must be an array");
        return merge ? merge_list(field, value, target, error)
                     : read_list(field, value, target, error);
    }
    return false;
}

static bool read_key(const struct fields *fields, const cJSON *object, const cJSON *value,
                     struct field_error *error)
{
    if (!find(fields, value->string))
        return fail(error, value->string, "unknown key");
    if (cJSON_GetObjectItemCaseSensitive(object, value->string) != value)
        return fail(error, value->string, "repeated key");
    return true;
}

bool fields_read(const struct fields *fields, const cJSON *object, void *target, bool merge,
                 struct field_error *error)
{
    if (!cJSON_IsObject(object))
        return fail(error, "value", "must be an object");
    const cJSON *value = NULL;
    cJSON_ArrayForEach(value, object)
    {
        if (!read_key(fields, object, value, error))
            return false;
    }
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->list[i];
        value = cJSON_GetObjectItemCaseSensitive(object, field->name);
        if (!value && merge)
            continue;
        if (!value && (field->flags & FIELD_REQUIRED))
            return fail(error, field->name, "missing");
        bool reset = !value || (merge && cJSON_IsNull(value));
        if (reset ? !set_default(field, target, error)
                  : !read_value(field, value, target, merge, error))
            return false;
    }
    return true;
}

/* null stands for "absent" in what fields_write makes. */
static void drop_nulls(cJSON *json)
{
    cJSON *child = json->child;
    while (child) {
        cJSON *next = child->next;
        if (cJSON_IsNull(child))
            cJSON_Delete(cJSON_DetachItemViaPointer(json, child));
        else
            drop_nulls(child);
        child = next;
    }
}

bool fields_try(const struct fields *fields, const void *target, const cJSON *changes,
                struct field_error *error)
{
    void *copy = text_memory(1, fields->size);
    cJSON *json = fields_write(fields, target);
    drop_nulls(json);
    bool good = fields_read(fields, json, copy, false, error) &&
                fields_read(fields, changes, copy, true, error);
    fields_clear(fields, copy);
    cJSON_Delete(json);
    free(copy);
    return good;
}

void *fields_append(const struct fields *inner, struct field_list *list, const cJSON *object,
                    struct field_error *error)
{
    void *item = text_memory(1, inner->size);
    if (!fields_read(inner, object, item, false, error)) {
        fields_clear(inner, item);
        free(item);
        return NULL;
    }
    list->items = text_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = item;
    return item;
}

void fields_remove(const struct fields *inner, struct field_list *list, size_t index)
{
    fields_clear(inner, list->items[index]);
    free(list->items[index]);
    list->count--;
    memmove(&list->items[index], &list->items[index + 1],
            (list->count - index) * sizeof *list->items);
}

void fields_clear(const struct fields *fields, void *target)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->list[i];
        void *place = member(target, field);
        switch (field->type) {
        case FIELD_TEXT:
            free(*(char **)place);
            *(char **)place = NULL;
            break;
        case FIELD_JSON:
            cJSON_Delete(*(cJSON **)place);
            *(cJSON **)place = NULL;
            break;
        case FIELD_OBJECT: fields_clear(field->inner, place); break;
        case FIELD_LIST: clear_list(field, place); break;
        case FIELD_INT:
        case FIELD_BOOL:
        case FIELD_MAYBE:
        case FIELD_CHOICE: break;
        }
    }
}

static cJSON *write_list(const struct field *field, const struct field_list *list)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < list->count; i++)
        cJSON_AddItemToArray(array, fields_write(field->inner, list->items[i]));
    return array;
}

static cJSON *write_value(const struct field *field, const void *place)
{
    int small = 0;
    switch (field->type) {
    case FIELD_TEXT: return cJSON_CreateString(*(char *const *)place);
    case FIELD_INT: return cJSON_CreateNumber((double)*(const int64_t *)place);
    case FIELD_BOOL: return cJSON_CreateBool(*(const bool *)place);
    case FIELD_MAYBE:
        small = *(const int *)place;
        return small < 0 ? cJSON_CreateNull() : cJSON_CreateBool(small);
    case FIELD_CHOICE:
        small = *(const int *)place;
        return small < 0 ? cJSON_CreateNull() : cJSON_CreateString(field->choices[small]);
    case FIELD_JSON:
        return *(cJSON *const *)place ? cJSON_Duplicate(*(cJSON *const *)place, 1)
                                      : cJSON_CreateNull();
    case FIELD_OBJECT: return fields_write(field->inner, place);
    case FIELD_LIST: return write_list(field, place);
    }
    return NULL;
}

cJSON *fields_write(const struct fields *fields, const void *target)
{
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->list[i];
        if (!(field->flags & FIELD_SECRET))
            cJSON_AddItemToObject(object, field->name,
                                  write_value(field, member_const(target, field)));
    }
    return object;
}
