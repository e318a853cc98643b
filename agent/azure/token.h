/* SPDX-License-Identifier: MIT */
/* The one token in use: fetched once for all who wait, renewed before it ends, never written
 * anywhere. */
#ifndef MILINK_AGENT_TOKEN_H
#define MILINK_AGENT_TOKEN_H

#include "identity.h"

struct token_cache;

/* identity outlives the cache. NULL when memory ran out. */
struct token_cache *token_cache_new(struct identity *identity, const char *audience);
void token_cache_free(struct token_cache *cache); /* wipes; takes NULL */

/* Copies a valid token into text (IDENTITY_TOKEN_SIZE bytes; the caller wipes it). One caller
 * fetches while the others wait for it (single-flight), each no longer than its own deadline; a
 * token past its refresh time is still handed out while one caller renews it, for 5 s at most. A
 * refusal is remembered for 30 s and any other failure for 5 s, so that a loop cannot hammer the
 * issuer. False with error set. */
bool token_get(struct token_cache *cache, const struct deadline *deadline, char *text,
               struct error *error);
/* Azure answered 401 to this token: forget it, so that the next token_get fetches. Another's newer
 * token stays; NULL means whatever is at hand. Two in a row within 30 s of their issue count as a
 * refusal (ARM_UNAUTHENTICATED). */
void token_reject(struct token_cache *cache, const char *text);
/* Seconds that the token at hand still holds; -1 when there is none. */
long token_seconds_left(struct token_cache *cache);

#endif
