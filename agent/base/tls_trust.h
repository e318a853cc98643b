/* SPDX-License-Identifier: MIT */
/* Where the platform keeps the root certificates that TLS trusts, and what it must not leak. */
#ifndef MILINK_AGENT_TLS_TRUST_H
#define MILINK_AGENT_TLS_TRUST_H

#include <stdbool.h>

/* True where the roots are in a store of the system that OpenSSL does not read by itself (Windows):
 * libcurl is then asked to import them. */
bool tls_trust_native(void);

/* Takes SSLKEYLOGFILE out of this process's environment: libcurl would write the keys of every TLS
 * session into that file. Before curl_global_init, and before other threads run. */
void tls_trust_drop_key_log(void);

#endif
