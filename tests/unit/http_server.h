/* SPDX-License-Identifier: MIT */
/* An HTTP/1.1 server on 127.0.0.1 inside the test, which can misbehave and counts what
 * arrives. */
#ifndef MILINK_UNIT_HTTP_SERVER_H
#define MILINK_UNIT_HTTP_SERVER_H

#include <openssl/ssl.h>
#include <stddef.h>

struct http_server;

/* The path of a request decides what happens to it:
 *   /echo        200; the body is the request as it arrived
 *   /empty       204
 *   /redirect/N  N with a Location of /echo here
 *   /headers     200 with headers to keep
 *   /continue    100 with a Location, then 200 without
 *   /max         200 with a body of 4 MiB
 *   /big         one byte more;  /big-open  the same without a length
 *   /then-close  200; the next request on the same connection is read and the connection closed
 *   /lost        closes the connection without an answer
 *   /cut         202 with a Location, then closes in the middle of the body
 *   /hang        never answers */
struct http_server *http_server_new(void);
/* The same over TLS; it frees the context. SIGPIPE must be ignored, as it is in the agent. */
struct http_server *http_server_new_tls(SSL_CTX *context);
/* Closes every connection first; takes NULL. */
void http_server_free(struct http_server *server);
unsigned http_server_port(const struct http_server *server);
size_t http_server_connections(struct http_server *server);
/* Requests read so far whose target begins so; "" counts all. */
size_t http_server_requests(struct http_server *server, const char *target);
/* Waits until so many requests have been read. */
void http_server_await_requests(struct http_server *server, size_t count);
/* Waits until every connection has been closed by the other side. */
void http_server_await_idle(struct http_server *server);

#endif
