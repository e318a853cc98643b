/* SPDX-License-Identifier: MIT */
/* What a token says about itself. For people and cross-checks: only its audience can verify it. */
#ifndef MILINK_AGENT_JWT_H
#define MILINK_AGENT_JWT_H

#include <stddef.h>

struct json;

/* The claims of a JSON Web Token, for json_free; NULL when it is none. */
struct json *jwt_claims(const char *token);

/* "appid ..., oid ..., tid ..., until 2026-11-24T19:50:01Z": who the token is for, never any of the
 * token itself. Empty when it is no JSON Web Token. */
void token_describe(const char *token, char *text, size_t size);

#endif
