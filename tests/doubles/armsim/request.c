/* SPDX-License-Identifier: MIT */
/* Splitting, decoding and matching requests. */
#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static void split_path(struct request *request)
{
    const char *at = request->uri;
    const char *end = at + strcspn(at, "?");
    while (at < end) {
        at++; /* the slash */
        size_t length = strcspn(at, "/?");
        if (length == 0 && at == end)
            return; /* one slash at the end is allowed */
        char *segment = text_decode(at, length, false);
        if (!segment || length == 0 || request->segment_count == REQUEST_SEGMENTS) {
            free(segment);
            request->malformed = true;
            return;
        }
        request->segments[request->segment_count++] = segment;
        at += length;
    }
}

struct request *request_new(const char *uri)
{
    struct request *request = text_memory(1, sizeof *request);
    request->uri = text_copy(uri);
    const char *mark = strchr(request->uri, '?');
    request->query = mark ? mark + 1 : "";
    if (*uri == '/')
        split_path(request);
    else
        request->malformed = true;
    return request;
}

void request_free(struct request *request)
{
    if (!request)
        return;
    for (size_t i = 0; i < request->segment_count; i++)
        free(request->segments[i]);
    free(request->method);
    free(request->uri);
    free(request->body);
    free(request->authorization);
    free(request->content_type);
    free(request->host);
    free(request->user_agent);
    free(request->metadata);
    free(request->client_request_id);
    free(request->correlation_id);
    free(request);
}

void request_add_body(struct request *request, const char *bytes, size_t length)
{
    if (request->too_large || length > REQUEST_MAX_BODY - request->length) {
        request->too_large = true;
        return;
    }
    if (request->length + length + 1 > request->room) {
        request->room = 2 * (request->length + length) + 256;
        request->body = text_grow(request->body, request->room, 1);
    }
    memcpy(request->body + request->length, bytes, length);
    request->length += length;
    request->body[request->length] = '\0';
}

bool request_matches(struct request *request, const char *pattern)
{
    size_t count = 0, arguments = 0;
    const char *found[REQUEST_ARGUMENTS] = {NULL};
    while (*pattern) {
        size_t length = strcspn(pattern, "/");
        if (count == request->segment_count)
            return false;
        const char *segment = request->segments[count++];
        if (length == 2 && memcmp(pattern, "{}", 2) == 0)
            found[arguments++] = segment;
        else if (strlen(segment) != length || strncasecmp(segment, pattern, length) != 0)
            return false;
        pattern += length + (pattern[length] == '/');
    }
    if (count != request->segment_count)
        return false;
    memcpy(request->arguments, found, sizeof found);
    return true;
}

bool request_has_type(const struct request *request, const char *type)
{
    const char *given = request->content_type;
    if (!given)
        return false;
    size_t length = strcspn(given, "; \t");
    return length == strlen(type) && strncasecmp(given, type, length) == 0;
}
