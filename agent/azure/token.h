/* SPDX-License-Identifier: MIT */
/* The one token in use: fetched once for all who want it, on a thread of the cache's own, renewed
 * before it ends, never written anywhere. */
#ifndef MILINK_AGENT_TOKEN_H
#define MILINK_AGENT_TOKEN_H

#include "identity.h"

struct token_cache;

/* identity outlives the cache. Starts the thread; asks nobody yet. NULL when memory ran out or no
 * thread could be had. */
struct token_cache *token_cache_new(struct identity *identity, const char *audience);
/* Ends a fetch that is under way, and the thread; wipes; takes NULL. Nobody may use or wait for the
 * cache any more, and the HTTP client of its identity must still be there. */
void token_cache_free(struct token_cache *cache);

enum token_state {
    TOKEN_READY,   /* the text is a valid token */
    TOKEN_PENDING, /* there is none, and one is being fetched: ask again */
    TOKEN_REFUSED  /* there is none, and will be none for some seconds: error says why */
};

/* Copies a valid token into text (IDENTITY_TOKEN_SIZE bytes; the caller wipes it), or says that
 * there is none; never waits. A token past its refresh time is handed out while the next one is
 * fetched; how long tokens count is azure-auth A.8: until 300 s before their end, renewed from
 * refresh_in on, else from half of a life of over two hours, else from 600 s before the end. A
 * refusal is remembered for 30 s and any other failure for 5 s, so that a loop cannot hammer the
 * issuer; a renewal that failed is tried again after 30 s, then twice as long up to 10 min. Any
 * thread. */
enum token_state token_try(struct token_cache *cache, char *text, struct error *error);
/* The same, waiting as long as it is pending and the deadline allows. False with error set. */
bool token_get(struct token_cache *cache, const struct deadline *deadline, char *text,
               struct error *error);
/* From now on changed(context) runs after every fetch, on the cache's thread, which holds nothing:
 * it may call token_try and must not block or call token_watch. One watcher at a time; NULL: none,
 * and it does not run any more once this returns. */
void token_watch(struct token_cache *cache, void (*changed)(void *context), void *context);

/* Azure answered 401 to this token: forget it, so that the next one is fetched. Another's newer
 * token stays; text NULL means whatever is at hand. claims (JSON text, may be NULL) go into the
 * request for the next token, once. Two in a row within 30 s of their issue, and neither of them
 * ever taken by Azure, count as a refusal (ARM_UNAUTHENTICATED). */
void token_reject(struct token_cache *cache, const char *text, const char *claims);
/* Looks at any answer of Azure to a request with this token (NULL: whatever is at hand): learns
 * the time from it, and on 401 rejects the token, answering a claims challenge. Whether to ask
 * again with the next token is the caller's to decide: once. */
void token_reject_answer(struct token_cache *cache, const char *text,
                         const struct http_answer *answer);

/* Seconds that the token at hand may still be used; -1 when there is none. */
long token_seconds_left(struct token_cache *cache);

/* For metrics, health and check. */
struct token_status {
    long seconds_left; /* until its end by the issuer's count; -1: there is no token in use */
    long age_seconds;  /* since it came; -1 likewise */
    unsigned long fetched, failed; /* fetches since the start that ended so */
    char provider[64];             /* "client_secret", "auto: arc" */
    char last_error[512];          /* of the last fetch, if that failed; else empty */
};

void token_status(struct token_cache *cache, struct token_status *status);

#endif
