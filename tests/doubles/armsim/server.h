/* SPDX-License-Identifier: MIT */
/* HTTPS on 127.0.0.1: the only door to libmicrohttpd. */
#ifndef MILINK_ARMSIM_SERVER_H
#define MILINK_ARMSIM_SERVER_H

#include "sim.h"

struct server;

/* Starts listening (port 0: any) with PEM texts; sets sim->port. NULL when it could not; errno
 * may say why. Both texts must outlive the server. */
struct server *server_new(struct sim *sim, unsigned port, const char *certificate, const char *key);
/* Closes every connection; scripted waits must have been ended by clock_stop. Takes NULL. */
void server_free(struct server *server);

#endif
