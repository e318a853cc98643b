/* SPDX-License-Identifier: MIT */
/* What the texts of a configuration must look like, by Azure's rules for names and our own.
 * Patterns say the same as functions do, but for lengths, which the schema takes from the table of
 * keys. */
#include "config_fields.h"
#include "http_proxy.h"
#include "secret_store.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
    return is_small(c) || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_one_of(const char *text, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

/* Letters, digits and the characters of more, at least one and at most so many. */
static bool is_made_of(const char *text, const char *more, size_t most)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && strchr(more, text[i]) == NULL)
            return false;
    return length > 0 && length <= most;
}

/* Of a port's at most five digits, 1 to 65535. */
#define PORT \
    "(?![0]+(?![0-9]))(?:[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
#define NO_CONTROL "[^\\u0000-\\u001f\\u007f]"

static bool fits_anything(const char *text)
{
    return text[0] != '\0';
}

const struct config_rule config_rule_schema = {fits_anything, "the place of the JSON Schema",
                                               "^" NO_CONTROL "+$", NULL};

static const char *const clouds[] = {"public", "usgov", "china", "custom", NULL};

static bool fits_cloud(const char *text)
{
    return is_one_of(text, clouds);
}

const struct config_rule config_rule_cloud = {fits_cloud, "one of public, usgov, china and custom",
                                              NULL, clouds};

/* Past a port and a slash at most; port may be missing but not empty. */
static bool is_end_of_url(const char *text)
{
    unsigned long port = 0;
    size_t digits = 0;

    if (*text == ':') {
        for (text++; is_digit(*text) && digits < 5; text++, digits++)
            port = port * 10 + (unsigned long)(*text - '0');
        if (digits == 0 || port == 0 || port > 65535)
            return false;
    }
    return strcmp(text, "") == 0 || strcmp(text, "/") == 0;
}

static bool fits_url(const char *text)
{
    static const char scheme[] = "https://";
    const char *host = text + strlen(scheme);
    size_t length = 0;

    if (strncmp(text, scheme, strlen(scheme)) != 0)
        return false;
    if (host[0] == '[') {
        length = strspn(host + 1, "0123456789abcdefABCDEF:.");
        return length >= 2 && host[1 + length] == ']' && is_end_of_url(host + length + 2);
    }
    while (is_letter(host[length]) || is_digit(host[length]) ||
           (length > 0 && (host[length] == '-' || host[length] == '.')))
        length++;
    return length > 0 && length < 254 && is_end_of_url(host + length);
}

const struct config_rule config_rule_url = {
    fits_url, "https:// and a host, with a port or without, and no path or query",
    "^https://(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,}\\])(?::" PORT ")?/?$", NULL};

static bool fits_api_version(const char *text)
{
    static const char pattern[] = "dddd-dd-dd";
    size_t length = strlen(pattern);

    for (size_t i = 0; i < length; i++)
        if (pattern[i] == 'd' ? !is_digit(text[i]) : text[i] != pattern[i])
            return false;
    return text[length] == '\0' || strcmp(text + length, "-preview") == 0;
}

const struct config_rule config_rule_api_version = {
    fits_api_version, "a date as in 2025-01-01, or with -preview",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:-preview)?$", NULL};

static const char *const identity_types[] = {
    "arc", "imds", "client_secret", "client_certificate", "workload", "cli", "auto", NULL};

static bool fits_identity_type(const char *text)
{
    return is_one_of(text, identity_types);
}

const struct config_rule config_rule_identity_type = {
    fits_identity_type,
    "one of arc, imds, client_secret, client_certificate, workload, cli and auto", NULL,
    identity_types};

/* It becomes a step of a URL: nothing that climbs, and none of the names that mean no tenant of
 * ours. */
static bool fits_tenant(const char *text)
{
    static const char *const any[] = {"common", "organizations", "consumers", NULL};
    size_t length = strlen(text);

    return is_made_of(text, ".-", 127) && strchr(".-", text[0]) == NULL &&
           strchr(".-", text[length - 1]) == NULL && strstr(text, "..") == NULL &&
           !is_one_of(text, any);
}

const struct config_rule config_rule_tenant = {
    fits_tenant, "the tenant's GUID or one of its domain names (contoso.onmicrosoft.com)",
    "^(?!(?:common|organizations|consumers)$)(?!.*\\.\\.)"
    "[A-Za-z0-9](?:[A-Za-z0-9.-]{0,125}[A-Za-z0-9])?$",
    NULL};

static bool fits_guid(const char *text)
{
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text[i] != '-' : !is_hex(text[i]))
            return false;
    }
    return text[36] == '\0';
}

const struct config_rule config_rule_guid = {
    fits_guid, "a GUID as in 00000000-0000-0000-0000-000000000000",
    "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", NULL};

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

static bool fits_resource_id(const char *text)
{
    static const char start[] = "/subscriptions/";

    return strncmp(text, start, strlen(start)) == 0 && text[strlen(start)] != '\0' &&
           is_printable(text);
}

const struct config_rule config_rule_resource_id = {
    fits_resource_id, "a resource id as Azure shows it: /subscriptions/...",
    "^/subscriptions/[!-~]+$", NULL};

static bool fits_local_url(const char *text)
{
    static const char *const starts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]",
                                         "http://169.254.169.254"};

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return is_end_of_url(text + strlen(starts[i]));
    return false;
}

const struct config_rule config_rule_local_url = {
    fits_local_url,
    "http:// and 127.0.0.1, localhost, [::1] or 169.254.169.254, with a port or without",
    "^http://(?:127\\.0\\.0\\.1|localhost|\\[::1\\]|169\\.254\\.169\\.254)(?::" PORT ")?/?$", NULL};

const struct config_rule config_rule_secret = {
    secret_name_is_valid,
    "the name of a stored secret: 1 to 64 characters of A-Z a-z 0-9 . _ - (store it with "
    "milink-agent secret set NAME)",
    "^[A-Za-z0-9._-]{1,64}$", NULL};

/* One expression for both platforms; each takes its own paths alone. */
const struct config_rule config_rule_file = {
    config_path_is_absolute, "an absolute path of a file or directory",
    "^(?:/|[A-Za-z]:[\\\\/]|[\\\\/]{2})" NO_CONTROL "+$", NULL};

static bool fits_proxy(const char *text)
{
    const struct http_options options = {.proxy = text};
    char ignored[256];

    return text[0] != '\0' && http_proxy_check(&options, ignored, sizeof ignored);
}

const struct config_rule config_rule_proxy = {
    fits_proxy, "http:// or https://, a host and a port, as http://proxy.example:8080",
    "^https?://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):" PORT "/?$", NULL};

static bool fits_user(const char *text)
{
    return text[0] != '\0' && strchr(text, ':') == NULL;
}

const struct config_rule config_rule_user = {fits_user, "a user name, without a colon",
                                             "^[^:\\u0000-\\u001f\\u007f]+$", NULL};

static bool fits_host(const char *text)
{
    return is_made_of(text, ".*:[]_-", 253);
}

const struct config_rule config_rule_host = {fits_host,
                                             "a host name, a domain (*.example.com) or an address",
                                             "^[A-Za-z0-9.*:\\[\\]_-]{1,253}$", NULL};

static bool fits_socket(const char *text)
{
    return text[0] == '/' && text[1] != '\0';
}

const struct config_rule config_rule_socket = {fits_socket, "the absolute path of a socket",
                                               "^/" NO_CONTROL "+$", NULL};

static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};

static bool fits_log_level(const char *text)
{
    return is_one_of(text, log_levels);
}

const struct config_rule config_rule_log_level = {
    fits_log_level, "one of error, warning, info and debug", NULL, log_levels};

/* Names end up in the name of a service account: NT SERVICE\MSSQL$NAME. */
static bool fits_sql_instance(const char *text)
{
    return is_made_of(text, "_$", 16) && (is_letter(text[0]) || text[0] == '_');
}

const struct config_rule config_rule_sql_instance = {
    fits_sql_instance,
    "MSSQLSERVER for the default instance, or the name of an instance (1 to 16 of A-Z a-z 0-9 _ $, "
    "a letter or _ first)",
    "^[A-Za-z_][A-Za-z0-9_$]{0,15}$", NULL};

static bool fits_alias(const char *text)
{
    return is_made_of(text, "_.-", 64);
}

const struct config_rule config_rule_alias = {fits_alias, "1 to 64 characters of A-Z a-z 0-9 _ . -",
                                              "^[A-Za-z0-9_.-]{1,64}$", NULL};

/* Azure takes letters of every script here; which bytes above ASCII are letters is left to it. */
static bool fits_resource_group(const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && strchr("-_.()", text[i]) == NULL &&
            (unsigned char)text[i] < 0x80)
            return false;
    return length > 0 && length <= 90 && text[length - 1] != '.';
}

const struct config_rule config_rule_resource_group = {
    fits_resource_group, "1 to 90 letters, digits and - _ . ( ), with no . at its end",
    "^(?:[A-Za-z0-9_.()-]|[^\\u0000-\\u007f]){0,89}(?:[A-Za-z0-9_()-]|[^\\u0000-\\u007f])$", NULL};

static bool fits_managed_instance(const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++) {
        bool inner = i > 0 && i + 1 < length && text[i - 1] != '-';

        if (!is_small(text[i]) && !is_digit(text[i]) && !(text[i] == '-' && inner))
            return false;
    }
    return length > 0 && length <= 63;
}

const struct config_rule config_rule_managed_instance = {
    fits_managed_instance,
    "the instance's name without its domain: 1 to 63 of a-z 0-9 and single inner -",
    "^[a-z0-9]+(?:-[a-z0-9]+)*$", NULL};

static bool fits_right(const char *text)
{
    return is_one_of(text, config_right_names);
}

const struct config_rule config_rule_right = {fits_right, "one of the rights", NULL,
                                              config_right_names};
