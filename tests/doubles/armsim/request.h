/* SPDX-License-Identifier: MIT */
/* One HTTP request as it arrived, split and decoded. */
#ifndef MILINK_ARMSIM_REQUEST_H
#define MILINK_ARMSIM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario.h"

enum { REQUEST_SEGMENTS = 16, REQUEST_ARGUMENTS = 5, REQUEST_MAX_BODY = 1024 * 1024 };

struct route;

struct request {
    char *method;
    char *uri;                        /* path and query, as sent */
    const char *query;                /* inside uri, after '?'; "" when absent */
    char *segments[REQUEST_SEGMENTS]; /* decoded parts of the path */
    size_t segment_count;
    bool malformed; /* a bad escape, an empty segment, or too many */
    char *body;     /* terminated; NULL: none */
    size_t length, room;
    bool too_large;
    /* headers; NULL where absent */
    char *authorization, *content_type, *host, *user_agent, *client_request_id, *correlation_id;
    char *metadata;
    bool forwarded; /* X-Forwarded-For is there */
    bool plain;     /* came to the listener of the identity service */
    /* filled on the way */
    enum kind kind;
    const struct route *route;                /* of ARM; NULL: none */
    const char *arguments[REQUEST_ARGUMENTS]; /* the {} parts of the route, borrowed */
    bool authorized;
    uint64_t number;    /* in the log */
    int64_t arrived_at; /* likewise */
};

struct request *request_new(const char *uri);
void request_free(struct request *request); /* takes NULL */
void request_add_body(struct request *request, const char *bytes, size_t length);
/* Do the segments fit "a/{}/b" (case-insensitively)? Fills arguments when they do. */
bool request_matches(struct request *request, const char *pattern);
/* The media type of Content-Type is this one. */
bool request_has_type(const struct request *request, const char *type);

#endif
