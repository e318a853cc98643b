/* SPDX-License-Identifier: MIT */
/* An HTTP proxy on 127.0.0.1 inside the test, for CONNECT alone, which can misbehave. Whatever host
 * is asked for, the tunnel leads to that port of 127.0.0.1. */
#ifndef MILINK_UNIT_PROXY_SERVER_H
#define MILINK_UNIT_PROXY_SERVER_H

#include <openssl/ssl.h>
#include <stddef.h>

enum proxy_mode {
    PROXY_OPEN,
    PROXY_BASIC,       /* 407 to who does not say user:p4ss, on the same connection */
    PROXY_BASIC_CLOSE, /* the same, and the connection ends with the 407 */
    PROXY_DIGEST,      /* 407 that offers Basic and Digest, to who does not come with Digest */
    PROXY_REFUSES,     /* 407, whatever comes */
    PROXY_FORBIDS,     /* 403 with a page */
    PROXY_LOST,        /* 502 */
    PROXY_SILENT,      /* never answers */
    PROXY_CLOSES,      /* closes without an answer */
    PROXY_GARBLES      /* speaks another protocol */
};

struct proxy_server;

/* context: TLS to the proxy itself, freed by it; NULL: plain. */
struct proxy_server *proxy_server_new(enum proxy_mode mode, SSL_CTX *context);
void proxy_server_free(struct proxy_server *proxy); /* takes NULL */
unsigned proxy_server_port(const struct proxy_server *proxy);
/* CONNECT requests and other beginnings that were read so far. */
size_t proxy_server_requests(struct proxy_server *proxy);
/* The last of them, as it arrived; valid until the next. */
const char *proxy_server_last(struct proxy_server *proxy);

#endif
