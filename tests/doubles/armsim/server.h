/* SPDX-License-Identifier: MIT */
/* HTTPS and HTTP on 127.0.0.1: the only door to libmicrohttpd. */
#ifndef MILINK_ARMSIM_SERVER_H
#define MILINK_ARMSIM_SERVER_H

#include "sim.h"

struct server;

struct listener {
    unsigned port;                 /* 0: any */
    const char *certificate, *key; /* PEM texts that outlive the server; both NULL: plain HTTP */
    const char *tls_only;          /* "1.1", "1.2", "1.3"; NULL: 1.2 and 1.3 */
};

/* Starts listening. NULL when it could not; errno may say why. */
struct server *server_new(struct sim *sim, const struct listener *listener);
unsigned server_port(const struct server *server);
/* Closes every connection; scripted waits must have been ended by clock_stop. Takes NULL. */
void server_free(struct server *server);

#endif
