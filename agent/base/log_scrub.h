/* SPDX-License-Identifier: MIT */
/* The last line of defence against a secret in a text that is kept: what looks like one is masked.
 */
#ifndef MILINK_AGENT_LOG_SCRUB_H
#define MILINK_AGENT_LOG_SCRUB_H

#include <stddef.h>

/* Copies text into clean (size bytes, cut at a whole character). "***" stands there for: a JSON Web
 * Token (eyJ...); the value behind a name such as client_secret, client_assertion, access_token or
 * password, as name=value or "name": "value"; the credentials behind Bearer and Basic; a private
 * key in PEM and all behind it. A value ends at a space, a quote, &, comma, semicolon or closing
 * bracket. */
void log_scrub(const char *text, char *clean, size_t size);

#endif
