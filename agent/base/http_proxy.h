/* SPDX-License-Identifier: MIT */
/* Whether requests go through a proxy: pure checks, no I/O. */
#ifndef MILINK_AGENT_HTTP_PROXY_H
#define MILINK_AGENT_HTTP_PROXY_H

#include "http.h"

/* True when there is no proxy, or one that can be used. Else false with a text in why that names
 * the key of the configuration and quotes no value:
 * - proxy is http:// or https:// (TLS to the proxy itself), a host, a port and nothing more: a port
 *   is required, because programs differ in the one they assume;
 * - user and password come together or not at all, hold no control character, the user no colon. */
bool http_proxy_check(const struct http_options *options, char *why, size_t why_size);

/* Whether a host (as in a URL, IPv6 in brackets) is reached through the proxy, by the list of those
 * that are not, parted by commas, case-insensitive: "*" is every host, "example.com",
 * ".example.com" and "*.example.com" are that host and all below it, an IP address is itself. */
bool http_proxy_applies(const char *no_proxy, const char *host);

#endif
