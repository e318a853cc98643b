/* SPDX-License-Identifier: MIT */
/* What a proxy's options must look like, and which hosts go past it. */
#include "http_proxy.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool is_given(const char *text)
{
    return text != NULL && *text != '\0';
}

/* Behind the scheme; NULL when it is neither of the two. */
static const char *skip_scheme(const char *proxy)
{
    static const char *const schemes[] = {"http://", "https://"};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncmp(proxy, schemes[i], strlen(schemes[i])) == 0)
            return proxy + strlen(schemes[i]);
    return NULL;
}

/* Behind the host; the same place when there is none. */
static const char *skip_host(const char *at)
{
    size_t length = 0;

    if (*at != '[')
        return at + strspn(at, LETTERS DIGITS "-.");
    length = strspn(at + 1, DIGITS "abcdefABCDEF:.");
    return length > 0 && at[1 + length] == ']' ? at + length + 2 : at;
}

static bool is_port(const char *text)
{
    size_t digits = strspn(text, DIGITS);
    long port = digits >= 1 && digits <= 5 ? strtol(text, NULL, 10) : 0;

    return port >= 1 && port <= 65535 &&
           (strcmp(text + digits, "") == 0 || strcmp(text + digits, "/") == 0);
}

/* A text of what is wrong with the proxy, or NULL. */
static const char *proxy_flaw(const char *proxy)
{
    const char *host = skip_scheme(proxy);
    const char *end = host != NULL ? skip_host(host) : NULL;

    if (strchr(proxy, '@') != NULL)
        return "network.proxy holds a user name; set network.proxy_user and network.proxy_secret "
               "instead";
    if (host == NULL)
        return "network.proxy does not begin with http:// or https://";
    if (end == host)
        return "network.proxy has no valid host name, as http://proxy.example:8080 has";
    if (*end != ':' || !is_port(end + 1))
        return "network.proxy does not end in a port, as http://proxy.example:8080 does";
    return NULL;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return true;
    return false;
}

/* Likewise; both are given. */
static const char *credentials_flaw(const char *user, const char *password)
{
    if (strchr(user, ':') != NULL || has_control(user))
        return "network.proxy_user holds a colon or a control character, which HTTP does not allow";
    if (has_control(password))
        return "the secret of network.proxy_secret holds a control character, which HTTP does not "
               "allow";
    return NULL;
}

bool http_proxy_check(const struct http_options *options, char *why, size_t why_size)
{
    bool user = is_given(options->proxy_user);
    bool password = is_given(options->proxy_password);
    const char *flaw = NULL;

    if (is_given(options->proxy))
        flaw = proxy_flaw(options->proxy);
    else if (user || password)
        flaw = "network.proxy_user and network.proxy_secret need network.proxy";
    if (flaw == NULL && user != password)
        flaw = user ? "network.proxy_user needs network.proxy_secret, and a secret that is not "
                      "empty"
                    : "network.proxy_secret needs network.proxy_user";
    if (flaw == NULL && user)
        flaw = credentials_flaw(options->proxy_user, options->proxy_password);
    if (flaw != NULL)
        snprintf(why, why_size, "%s", flaw);
    return flaw == NULL;
}

/* An address has no domain above it: "3.4" must not match 1.2.3.4. */
static bool is_address(const char *host)
{
    return *host == '[' || host[strspn(host, DIGITS ".")] == '\0';
}

static bool matches_address(const char *entry, size_t length, const char *host)
{
    char bare[64];
    size_t host_length = strlen(host);

    if (*host != '[' || *entry == '[')
        return text_equal_bytes(host, entry, length);
    text_copy_bytes(bare, sizeof bare, host + 1, host_length > 2 ? host_length - 2 : 0);
    return text_equal_bytes(bare, entry, length);
}

static bool matches(const char *entry, size_t length, const char *host)
{
    size_t host_length = strlen(host);

    if (length == 1 && *entry == '*')
        return true;
    if (is_address(host))
        return matches_address(entry, length, host);
    if (length > 0 && *entry == '*')
        entry++, length--;
    if (length > 0 && *entry == '.')
        entry++, length--;
    if (length == 0 || length > host_length ||
        (length < host_length && host[host_length - length - 1] != '.'))
        return false;
    return text_equal_bytes(host + host_length - length, entry, length);
}

bool http_proxy_applies(const char *no_proxy, const char *host)
{
    static const char between[] = ", \t";

    if (no_proxy == NULL)
        return true;
    for (no_proxy += strspn(no_proxy, between); *no_proxy != '\0';) {
        size_t length = strcspn(no_proxy, between);

        if (matches(no_proxy, length, host))
            return false;
        no_proxy += length;
        no_proxy += strspn(no_proxy, between);
    }
    return true;
}
