/* SPDX-License-Identifier: MIT */
/* Where the platform keeps the root certificates that TLS trusts, and its environment. */
#ifndef MILINK_AGENT_TLS_TRUST_H
#define MILINK_AGENT_TLS_TRUST_H

#include <stdbool.h>
#include <stddef.h>

/* True where the roots are in a store of the system that OpenSSL does not read by itself (Windows):
 * libcurl is then asked to import them. */
bool tls_trust_native(void);

/* Path (UTF-8) of the file of roots that came with the program and lies beside it; false: there is
 * none. Windows has one, milink-roots.pem: its store gets many roots no sooner than the system's
 * own TLS first asks for them, and OpenSSL never does. */
bool tls_trust_bundled_file(char *path, size_t size);

/* Takes a variable out of this process's environment, as every library reads it. Before other
 * threads run. */
void tls_trust_drop_variable(const char *name);

#endif
