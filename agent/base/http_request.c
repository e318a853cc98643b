/* SPDX-License-Identifier: MIT */
/* Checks of a request, so strict that no parser further on can read it in another way. */
#include "http_request.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char secure[] = "https://";
static const char plain[] = "http://";

/* The part of a URL after its scheme; NULL when it has neither of ours. */
static const char *url_authority(const char *url)
{
    if (strncmp(url, secure, sizeof secure - 1) == 0)
        return url + sizeof secure - 1;
    if (strncmp(url, plain, sizeof plain - 1) == 0)
        return url + sizeof plain - 1;
    return NULL;
}

/* Length of the host at the start of an authority, brackets of IPv6 included; 0: there is none. */
static size_t url_host_length(const char *authority)
{
    size_t length = 0;

    if (authority[0] != '[')
        return strspn(authority, ALNUM "-.");
    length = 1 + strspn(authority + 1, "0123456789abcdefABCDEF:.");
    return length > 1 && authority[length] == ']' ? length + 1 : 0;
}

static bool url_host_is_local(const char *authority, size_t length)
{
    static const char *const local[] = {"127.0.0.1", "localhost", "[::1]", "169.254.169.254"};

    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (text_equal_bytes(local[i], authority, length))
            return true;
    return false;
}

/* Length of ":port", 0 when there is none; SIZE_MAX when there is a colon and no port. */
static size_t url_port_length(const char *at)
{
    size_t digits = 0;

    if (*at != ':')
        return 0;
    digits = strspn(at + 1, "0123456789");
    return digits >= 1 && digits <= 5 ? 1 + digits : SIZE_MAX;
}

/* Whether the path of path-and-query has a step "." or "..": it would leave the resource it
 * names. */
static bool url_has_steps(const char *path)
{
    size_t end = strcspn(path, "?");

    for (size_t at = 0; at < end;) {
        size_t length = strcspn(path + at + 1, "/?"); /* every part begins with a slash */

        if ((length == 1 || length == 2) && strncmp(path + at + 1, "..", length) == 0)
            return true;
        at += 1 + length;
    }
    return false;
}

static bool url_path_is_sound(const char *path)
{
    if (*path != '/' && *path != '?' && *path != '\0')
        return false;
    for (const char *at = path; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("#\\\"<>^`{|}", *at) != NULL)
            return false;
    return !url_has_steps(path);
}

/* A text of what is wrong with the URL, or NULL. */
static const char *url_flaw(const struct http_request *request)
{
    const char *authority = url_authority(request->url);
    size_t length = 0;
    size_t port = 0;

    if (authority == NULL)
        return "the URL does not begin with https://";
    length = url_host_length(authority);
    if (length == 0 || length >= HTTP_MAX_HOST)
        return "the URL has no valid host name";
    if (http_request_is_plain(request) &&
        !(request->plain_local && url_host_is_local(authority, length)))
        return "http:// is not allowed to this host, only https://";
    port = url_port_length(authority + length);
    if (port == SIZE_MAX)
        return "the URL has no valid port after its host name";
    if (!url_path_is_sound(authority + length + port))
        return "the URL's path or query holds what is not allowed in it";
    return NULL;
}

static bool method_is_known(const char *method)
{
    static const char *const known[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], method) == 0)
            return true;
    return false;
}

static bool header_is_sound(const struct http_header *header)
{
    size_t name = strspn(header->name, ALNUM "!#$%&'*+-.^_`|~");

    if (name == 0 || header->name[name] != '\0')
        return false;
    for (const unsigned char *at = (const unsigned char *)header->value; *at != '\0'; at++)
        if ((*at < ' ' && *at != '\t') || *at == 0x7F)
            return false;
    return true;
}

/* The text gives the place alone: a value may be a secret. */
static bool headers_check(const struct http_request *request, char *why, size_t why_size)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (!header_is_sound(&request->headers[i])) {
            snprintf(why, why_size, "header %zu has a name or a value that HTTP does not allow", i);
            return false;
        }
    return true;
}

static bool bearer_is_sound(const char *bearer)
{
    return bearer == NULL || (*bearer != '\0' && bearer[strspn(bearer, ALNUM "-._~+/=")] == '\0');
}

bool http_request_check(const struct http_request *request, char *why, size_t why_size)
{
    const char *flaw = NULL;

    if (request->method == NULL || !method_is_known(request->method))
        flaw = "the method is none of GET, POST, PUT, PATCH and DELETE";
    else if (request->body != NULL && strcmp(request->method, "GET") == 0)
        flaw = "a GET has no body";
    else if (request->timeout_ms == 0)
        flaw = "no time is left for the request";
    else if (!bearer_is_sound(request->bearer))
        flaw = "the access token holds what HTTP does not allow in it";
    else
        flaw = request->url == NULL ? "there is no URL" : url_flaw(request);
    if (flaw != NULL) {
        snprintf(why, why_size, "%s", flaw);
        return false;
    }
    return headers_check(request, why, why_size);
}

bool http_request_is_plain(const struct http_request *request)
{
    return strncmp(request->url, plain, sizeof plain - 1) == 0;
}

bool http_request_has_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (text_equal(request->headers[i].name, name))
            return true;
    return false;
}

void http_request_host(const struct http_request *request, char *host, size_t size)
{
    const char *authority = url_authority(request->url);

    text_copy_bytes(host, size, authority, url_host_length(authority));
}
