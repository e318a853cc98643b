/* SPDX-License-Identifier: MIT */
/* What names must look like before Azure sees them. */
#include "name_rules.h"
#include "name_list.h"
#include "secret_store.h"
#include "text.h"
#include "utc.h"
#include <stdlib.h>
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

static bool is_one_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], text))
            return true;
    return false;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return true;
    return false;
}

/* What Azure takes as the name of a resource with free text: it stands in a path. The rule for
 * databases leaves "." and ".." out, too. */
static bool is_resource(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && strpbrk(text, "<>*%&:\\/?") == NULL && !has_control(text) &&
           text[length - 1] != ' ' && text[length - 1] != '.';
}

static bool is_database(const char *text)
{
    static const char *const system[] = {"master", "model", "msdb", "tempdb"};

    return is_resource(text) && !is_one_of(text, system, sizeof system / sizeof system[0]);
}

/* Every name a database's, none twice. */
static bool is_database_list(const char *text)
{
    const char *rest = text, *before = text;
    char name[NAME_LIST_NAME_SIZE], other[NAME_LIST_NAME_SIZE];
    enum name_list_step step = NAME_LIST_ENDED;

    for (size_t n = 0; (step = name_list_next(&rest, name)) == NAME_LIST_TAKEN; n++) {
        if (!is_database(name))
            return false;
        before = text;
        for (size_t i = 0; i < n && name_list_next(&before, other) == NAME_LIST_TAKEN; i++)
            if (text_equal(other, name))
                return false;
    }
    return step == NAME_LIST_ENDED && rest != text;
}

static bool is_group(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && !has_control(text) && text[0] != ' ' && text[length - 1] != ' ';
}

/* The bytes of a name or address: letters, digits and those given. */
static bool is_made_of(const char *text, size_t length, const char *others)
{
    for (size_t i = 0; i < length; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && strchr(others, text[i]) == NULL)
            return false;
    return length > 0;
}

/* An address of IPv6 has two colons at least; one is a port's. */
static bool is_host(const char *text)
{
    const char *colon = strchr(text, ':');

    if (colon != NULL)
        return strchr(colon + 1, ':') != NULL && is_made_of(text, strlen(text), ":.");
    return is_made_of(text, strlen(text), ".-_") && text[0] != '-' && text[0] != '.';
}

static bool is_port(const char *text)
{
    size_t length = strspn(text, "0123456789");
    long port = length > 0 && length <= 5 && text[length] == '\0' ? strtol(text, NULL, 10) : 0;

    return port >= 1 && port <= 65535;
}

/* TCP://host:port, an address of IPv6 in brackets. */
static bool is_endpoint(const char *text)
{
    static const char scheme[] = "TCP://";
    size_t skip = sizeof scheme - 1;
    const char *end = strrchr(text, ':');
    char host[254];

    if (strlen(text) <= skip || !text_equal_bytes(scheme, text, skip) || end < text + skip ||
        !is_port(end + 1) || (size_t)(end - text) - skip >= sizeof host)
        return false;
    text_copy_bytes(host, sizeof host, text + skip, (size_t)(end - text) - skip);
    if (host[0] != '[')
        return strchr(host, ':') == NULL && is_host(host);
    if (host[strlen(host) - 1] != ']')
        return false;
    host[strlen(host) - 1] = '\0';
    return strchr(host + 1, ':') != NULL && is_host(host + 1);
}

static bool is_location(const char *text)
{
    return is_letter(text[0]) && is_made_of(text, strlen(text), " -");
}

/* A segment of a path as a pattern has it: "*" is a name. Moves *text past it. */
static bool take_segment(const char **text, const char *wanted)
{
    size_t length = 0;

    if (**text != '/')
        return false;
    length = strcspn(++*text, "/");
    if (strcmp(wanted, "*") == 0 ? !is_made_of(*text, length, "-._()")
                                 : !text_equal_bytes(wanted, *text, length))
        return false;
    *text += length;
    return true;
}

static bool is_subnet(const char *text)
{
    static const char *const segments[] = {
        "subscriptions",   "*", "resourceGroups", "*", "providers", "Microsoft.Network",
        "virtualNetworks", "*", "subnets",        "*"};

    for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++)
        if (!take_segment(&text, segments[i]))
            return false;
    return text[0] == '\0';
}

/* Names that SQL Server or Azure keeps for itself. */
static bool is_login(const char *text)
{
    static const char *const kept[] = {"admin",
                                       "administrator",
                                       "dbmanager",
                                       "dbo",
                                       "guest",
                                       "info",
                                       "loginmanager",
                                       "public",
                                       "root",
                                       "sa",
                                       "sys",
                                       "sysadmin",
                                       "information_schema"};

    return is_letter(text[0]) && is_made_of(text, strlen(text), "_-.") &&
           !is_one_of(text, kept, sizeof kept / sizeof kept[0]);
}

static bool keeps(enum parameter_rule rule, const char *text)
{
    uint64_t time = 0;

    switch (rule) {
    case RULE_LINK: return is_link(text);
    case RULE_DATABASE: return is_database(text);
    case RULE_DATABASES: return is_database_list(text);
    case RULE_NAME: return is_resource(text);
    case RULE_GROUP: return is_group(text);
    case RULE_ENDPOINT: return is_endpoint(text);
    case RULE_HOST: return is_host(text);
    case RULE_LOCATION: return is_location(text);
    case RULE_SUBNET: return is_subnet(text);
    case RULE_LOGIN: return is_login(text);
    case RULE_SECRET: return secret_name_is_valid(text);
    case RULE_GUID: return is_guid(text);
    case RULE_TIME: return utc_parse(text, &time);
    case RULE_PROCEDURE: return catalogue_find(text, strlen(text)) != NULL;
    case RULE_NONE: break;
    }
    return true;
}

const char *name_rule_check(enum parameter_rule rule, const char *text)
{
    static const char *const wants[] = {
        [RULE_LINK] = "a link's name: letters, digits, _ @ # $ (not first a digit, @ or $), or "
                      "letters, digits and inner hyphens",
        [RULE_DATABASE] = "the name of a user database without any of < > * % & : \\ / ?, and with "
                          "no space or full stop at its end",
        [RULE_DATABASES] = "names of user databases parted by commas, each once, at most 128 "
                           "characters each, without any of < > * % & : \\ / ? and with no full "
                           "stop at the end; brackets for a name with a comma",
        [RULE_NAME] = "a name without any of < > * % & : \\ / ?, and with no space or full stop at "
                      "its end",
        [RULE_GROUP] = "a name without control characters and without spaces at its ends",
        [RULE_ENDPOINT] = "of the form TCP://host:port",
        [RULE_HOST] = "a host's name or address, without a port",
        [RULE_LOCATION] = "an Azure region like westeurope",
        [RULE_SUBNET] = "of the form /subscriptions/ID/resourceGroups/GROUP/providers/"
                        "Microsoft.Network/virtualNetworks/NETWORK/subnets/SUBNET",
        [RULE_LOGIN] = "a login of letters, digits, _ - . that starts with a letter, and not a "
                       "name like sa, admin or dbo",
        [RULE_SECRET] = "the name of a secret: letters, digits, . _ -",
        [RULE_GUID] = "a GUID like 01234567-89ab-cdef-0123-456789abcdef",
        [RULE_TIME] = "a time like 2026-11-24T18:50:00Z",
        [RULE_PROCEDURE] = "the name of a procedure; see EXEC xp_milink_help",
    };

    return keeps(rule, text) ? NULL : wants[rule];
}
