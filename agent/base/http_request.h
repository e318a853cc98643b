/* SPDX-License-Identifier: MIT */
/* What a request must look like before a byte of it is built: pure checks, no I/O. */
#ifndef MILINK_AGENT_HTTP_REQUEST_H
#define MILINK_AGENT_HTTP_REQUEST_H

#include "http.h"

enum { HTTP_MAX_HOST = 254 }; /* a DNS name of 253 characters, terminated */

/* True when a request may be sent. Else false with a text in why that never quotes a value:
 * - the method is one of GET POST PUT PATCH DELETE, a GET has no body, the timeout is not 0;
 * - the URL is https:// (or http:// as plain_local says), a host of letters, digits, - and . or an
 *   IPv6 address in brackets, a port or none, then visible ASCII without # and without steps (/./
 *   or /../): no user name and nothing that two parsers could read in two ways;
 * - header names are tokens of RFC 9110; header values and the bearer hold no control character. */
bool http_request_check(const struct http_request *request, char *why, size_t why_size);

/* Whether a URL that was checked is http://. */
bool http_request_is_plain(const struct http_request *request);
/* Whether the request has a header of that name, case-insensitive. */
bool http_request_has_header(const struct http_request *request, const char *name);
/* The host of a URL that was checked, for texts; cut to fit. */
void http_request_host(const struct http_request *request, char *host, size_t size);

#endif
