/* SPDX-License-Identifier: MIT */
/* Names in one text, parted by commas. */
#include "name_list.h"
#include "text.h"
#include <string.h>

enum { MAX_UNITS = 128 };

/* The bytes up to the closing bracket, one of "]]" left out. NULL when it is not closed or has no
 * room; else what follows the bracket. */
static const char *take_bracketed(const char *at, char name[NAME_LIST_NAME_SIZE])
{
    size_t length = 0;

    for (; *at != '\0'; at++) {
        if (*at == ']' && *++at != ']') {
            name[length] = '\0';
            return at;
        }
        if (length + 1 >= NAME_LIST_NAME_SIZE)
            return NULL;
        name[length++] = *at;
    }
    return NULL;
}

static const char *take_plain(const char *at, char name[NAME_LIST_NAME_SIZE])
{
    size_t whole = strcspn(at, ","), length = whole;

    while (length > 0 && at[length - 1] == ' ')
        length--;
    if (length >= NAME_LIST_NAME_SIZE)
        return NULL;
    text_copy_bytes(name, NAME_LIST_NAME_SIZE, at, length);
    return at + whole;
}

enum name_list_step name_list_next(const char **rest, char name[NAME_LIST_NAME_SIZE])
{
    const char *at = *rest;

    name[0] = '\0';
    /* The end of the text is an end once a name has been taken, and after a comma is none. */
    if (at[0] == '\0')
        return NAME_LIST_ENDED;
    at += strspn(at, " ");
    at = at[0] == '[' ? take_bracketed(at + 1, name) : take_plain(at, name);
    if (at == NULL || name[0] == '\0' || text_units(name, strlen(name)) > MAX_UNITS)
        return NAME_LIST_MALFORMED;
    at += strspn(at, " ");
    if (at[0] == ',' && at[1] != '\0')
        at++;
    else if (at[0] != '\0')
        return NAME_LIST_MALFORMED;
    *rest = at;
    return NAME_LIST_TAKEN;
}

bool name_list_has(const char *list, const char *name)
{
    char one[NAME_LIST_NAME_SIZE];

    while (name_list_next(&list, one) == NAME_LIST_TAKEN)
        if (text_equal(one, name))
            return true;
    return false;
}

size_t name_list_count(const char *list)
{
    char one[NAME_LIST_NAME_SIZE];
    size_t count = 0;

    while (name_list_next(&list, one) == NAME_LIST_TAKEN)
        count++;
    return count;
}
