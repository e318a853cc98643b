/* SPDX-License-Identifier: MIT */
/* What names must look like before Azure sees them. */
#include "name_rules.h"
#include "utc.h"
#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ^[#a-zA-Z_][\w@#$]*$ for a link of one database, [a-z0-9-] without edge hyphens for one of
 * several. */
static bool is_link(const char *text)
{
    size_t length = strlen(text);
    bool single = is_letter(text[0]) || text[0] == '#' || text[0] == '_';
    bool multi = length > 0 && text[0] != '-' && text[length - 1] != '-';

    for (size_t i = 0; i < length; i++) {
        bool plain = is_letter(text[i]) || is_digit(text[i]);

        single = single && (plain || strchr("_@#$", text[i]) != NULL);
        multi = multi && (plain || text[i] == '-');
    }
    return single || multi;
}

static bool is_guid(const char *text)
{
    if (strlen(text) != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f') ||
                   (text[i] >= 'A' && text[i] <= 'F');

        if (dash ? text[i] != '-' : !hex)
            return false;
    }
    return true;
}

const char *name_rule_check(enum parameter_rule rule, const char *text)
{
    uint64_t time = 0;

    switch (rule) {
    case RULE_LINK:
        return is_link(text) ? NULL
                             : "a link's name: letters, digits, _ @ # $ (not first a digit, @ or "
                               "$), or letters, digits and inner hyphens";
    case RULE_GUID:
        return is_guid(text) ? NULL : "a GUID like 01234567-89ab-cdef-0123-456789abcdef";
    case RULE_TIME: return utc_parse(text, &time) ? NULL : "a time like 2026-11-24T18:50:00Z";
    case RULE_PROCEDURE:
        return catalogue_find(text, strlen(text)) != NULL
                   ? NULL
                   : "the name of a procedure; see EXEC xp_milink_help";
    case RULE_NONE: break;
    }
    return NULL;
}
