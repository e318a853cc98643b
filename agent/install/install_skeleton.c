/* SPDX-License-Identifier: MIT */
/* What setup is told, checked; and the configuration that it leaves to be filled in. */
#include "install.h"
#include "config_fields.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

/* Backslashes and quotes as JSON has them. */
static void append_quoted(char *text, size_t size, const char *value)
{
    text_append(text, size, "\"");
    for (; *value != '\0'; value++) {
        const char escaped[] = {'\\', *value, '\0'}, plain[] = {*value, '\0'};

        text_append(text, size, *value == '\\' || *value == '"' ? escaped : plain);
    }
    text_append(text, size, "\"");
}

/* The next name of a list; false at its end. */
static bool next_name(const char **list, char *name, size_t size)
{
    size_t length = 0;

    *list += strspn(*list, ", ");
    length = strcspn(*list, ",");
    text_copy_bytes(name, size, *list, length);
    *list += length;
    while (name[0] != '\0' && name[strlen(name) - 1] == ' ')
        name[strlen(name) - 1] = '\0';
    return name[0] != '\0';
}

/* As SQL Server's setup takes them: a letter, _ or & first, letters, digits, _ and $ behind. */
static bool is_instance_name(const char *name)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_&";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$#";
    const size_t length = strlen(name);

    return length >= 1 && length <= 16 && strchr(first, name[0]) != NULL &&
           strspn(name + 1, rest) == length - 1;
}

bool install_instances_check(const char *list, char *why, size_t why_size)
{
    char name[64];

    while (next_name(&list, name, sizeof name))
        if (!is_instance_name(name)) {
            snprintf(why, why_size,
                     "%s is no name of a SQL Server instance: MSSQLSERVER for the default one, "
                     "else the name behind the host's, of at most 16 characters",
                     name);
            return false;
        }
    return true;
}

bool install_data_take(const char *given, char data[CONFIG_PATH_SIZE], char *why, size_t why_size)
{
    size_t length = strlen(given);

    /* "C:\\data\\" on a command line: Windows takes the backslash and the quote for a quote. */
    if (strpbrk(given, "\"<>|?*") != NULL) {
        snprintf(why, why_size, "%s is no path; a backslash at its end may be why", given);
        return false;
    }
    while (length > 0 && strchr("\\/", given[length - 1]) != NULL)
        length--;
    if (!config_path_is_absolute(given) || length == 0 || given[length - 1] == ':') {
        snprintf(why, why_size,
                 "%s is not the absolute path of a directory that can be milink's alone", given);
        return false;
    }
    if (length > CONFIG_PATH_SIZE - 64) {
        snprintf(why, why_size, "the path is too long: %u bytes at most", CONFIG_PATH_SIZE - 64);
        return false;
    }
    text_copy_bytes(data, CONFIG_PATH_SIZE, given, length);
    return true;
}

bool install_skeleton(const char *state, const char *log, const char *instances, char *text,
                      size_t size)
{
    char name[64];
    bool first = true;

    text_copy(text, size, "{\n  \"identity\": {\"type\": \"arc\"},\n  \"state_directory\": ");
    append_quoted(text, size, state);
    text_append(text, size, ",\n  \"log\": {\"file\": ");
    append_quoted(text, size, log);
    text_append(text, size, "},\n  \"sql_instances\": [");
    while (next_name(&instances, name, sizeof name)) {
        text_append(text, size, first ? "" : ", ");
        append_quoted(text, size, name);
        first = false;
    }
    text_append(text, size,
                "],\n"
                "  \"instances\": [\n"
                "    {\n"
                "      \"alias\": \"dr\",\n"
                "      \"subscription_id\": \"FILL IN\",\n"
                "      \"resource_group\": \"FILL IN\",\n"
                "      \"managed_instance\": \"FILL IN\",\n"
                "      \"rights\": [\"read\", \"license\", \"failover\"]\n"
                "    }\n"
                "  ]\n"
                "}\n");
    return strlen(text) + 1 < size;
}
