/* SPDX-License-Identifier: MIT */
/* The cache of the one token: who fetches, who waits, and how long a token or a refusal counts. */
#include "token.h"

#include "crypto.h"
#include "text.h"
#include "thread.h"

#include <stdlib.h>
#include <string.h>

enum {
    SPARE_MS = 30 * 1000,       /* not handed out that shortly before its end */
    RENEW_MS = 5 * 60 * 1000,   /* renewed that long before its end, unless the issuer says when */
    RENEW_WITHIN_MS = 5000,     /* what a caller with a good token spends on renewing it */
    RENEW_PAUSE_MS = 30 * 1000, /* after a renewal that failed; doubles up to the next */
    RENEW_LONGEST_PAUSE_MS = 600 * 1000,
    REFUSED_MS = 30 * 1000, /* how long a refusal counts */
    FAILED_MS = 5 * 1000,   /* and any other failure */
    YOUNG_MS = 30 * 1000    /* a token that Azure rejects so early was never any good */
};

struct token_cache {
    struct identity *identity; /* borrowed; called by whoever set fetching */
    char audience[256];
    struct identity_token incoming; /* belongs to whoever set fetching */
    struct mutex *mutex;            /* guards all below */
    struct condition *changed;
    bool fetching;
    char text[IDENTITY_TOKEN_SIZE]; /* empty: no token. Times are of clock_monotonic_ms */
    uint64_t fetched_ms, renew_ms, last_ms, end_ms;
    uint64_t pause_ms; /* between renewals that failed */
    uint64_t refused_until_ms;
    struct error refusal;
    unsigned rejected; /* tokens in a row that Azure rejected young */
};

struct token_cache *token_cache_new(struct identity *identity, const char *audience)
{
    struct token_cache *cache = calloc(1, sizeof *cache);

    if (cache == NULL)
        return NULL;
    cache->identity = identity;
    text_copy(cache->audience, sizeof cache->audience, audience);
    cache->pause_ms = RENEW_PAUSE_MS;
    cache->mutex = mutex_new();
    cache->changed = condition_new();
    if (cache->mutex == NULL || cache->changed == NULL) {
        token_cache_free(cache);
        return NULL;
    }
    return cache;
}

void token_cache_free(struct token_cache *cache)
{
    if (cache == NULL)
        return;
    condition_free(cache->changed);
    mutex_free(cache->mutex);
    crypto_wipe(cache, sizeof *cache);
    free(cache);
}

/* All below are called with the mutex held. */

static bool is_usable(const struct token_cache *cache)
{
    return cache->text[0] != '\0' && clock_monotonic_ms() < cache->last_ms;
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

static void take_incoming(struct token_cache *cache)
{
    const struct identity_token *token = &cache->incoming;
    uint64_t now = clock_monotonic_ms();
    uint64_t half = token->lifetime_ms / 2;

    crypto_wipe(cache->text, sizeof cache->text);
    text_copy(cache->text, sizeof cache->text, token->text);
    cache->fetched_ms = now;
    cache->end_ms = now + token->lifetime_ms;
    cache->last_ms = cache->end_ms - at_most(SPARE_MS, half);
    cache->renew_ms = cache->end_ms - at_most(RENEW_MS, half);
    if (token->refresh_in_ms > 0)
        cache->renew_ms = at_most(now + token->refresh_in_ms, cache->last_ms);
    cache->pause_ms = RENEW_PAUSE_MS;
    cache->refused_until_ms = 0;
}

/* What a failure means to others. One of this caller's own deadline or end says nothing to them. */
static void take_failure(struct token_cache *cache, const struct deadline *deadline, bool final,
                         const struct error *error)
{
    uint64_t now = clock_monotonic_ms();

    if (is_usable(cache)) {
        cache->renew_ms = now + cache->pause_ms;
        cache->pause_ms = at_most(cache->pause_ms * 2, RENEW_LONGEST_PAUSE_MS);
    } else if (final || (deadline_left_ms(deadline) > 0 && !deadline_interrupted(deadline))) {
        cache->refused_until_ms = now + (final ? REFUSED_MS : FAILED_MS);
        cache->refusal = *error;
    }
}

/* Fetches, without the mutex meanwhile; the caller has seen that nobody else does. */
static bool fetch(struct token_cache *cache, const struct deadline *deadline, struct error *error)
{
    bool fetched = false;

    cache->fetching = true;
    mutex_unlock(cache->mutex);
    fetched =
        cache->identity->fetch(cache->identity, cache->audience, deadline, &cache->incoming, error);
    mutex_lock(cache->mutex);
    if (fetched)
        take_incoming(cache);
    else
        take_failure(cache, deadline, cache->incoming.final, error);
    crypto_wipe(&cache->incoming, sizeof cache->incoming);
    cache->fetching = false;
    condition_broadcast(cache->changed);
    return fetched;
}

/* A failure is nobody's trouble while the token at hand is good. */
static void renew(struct token_cache *cache, const struct deadline *deadline)
{
    struct deadline soon = deadline_within(deadline, RENEW_WITHIN_MS);
    struct error ignored = {0};

    (void)fetch(cache, &soon, &ignored);
}

/* Waits a little for whoever fetches; false with error set when the caller's time is up. */
static bool wait_for_other(struct token_cache *cache, const struct deadline *deadline,
                           struct error *error)
{
    if (deadline_interrupted(deadline))
        error_set(error, MILINK_CALL_CANCELED, NULL, NULL);
    else if (deadline_left_ms(deadline) == 0)
        error_set(error, MILINK_IDENTITY_UNREACHABLE, NULL,
                  "the time allowed for the call passed while a token was being fetched");
    else
        condition_wait(cache->changed, cache->mutex, deadline_slice_ms(deadline));
    return error->number == 0;
}

/* Until there is a token: waits for whoever fetches, or fetches. */
static bool obtain(struct token_cache *cache, const struct deadline *deadline, struct error *error)
{
    while (!is_usable(cache)) {
        if (!cache->fetching && clock_monotonic_ms() >= cache->refused_until_ms)
            return fetch(cache, deadline, error);
        if (!cache->fetching) {
            *error = cache->refusal;
            return false;
        }
        if (!wait_for_other(cache, deadline, error))
            return false;
    }
    return true;
}

bool token_get(struct token_cache *cache, const struct deadline *deadline, char *text,
               struct error *error)
{
    bool obtained = false;

    mutex_lock(cache->mutex);
    if (is_usable(cache) && !cache->fetching && clock_monotonic_ms() >= cache->renew_ms)
        renew(cache, deadline);
    obtained = obtain(cache, deadline, error);
    if (obtained)
        text_copy(text, IDENTITY_TOKEN_SIZE, cache->text);
    mutex_unlock(cache->mutex);
    return obtained;
}

/* The first is replaced at once: it may have been revoked. When the next one is no better, a third
 * would not be, and the issuer is left alone for a while. */
static void count_rejection(struct token_cache *cache)
{
    uint64_t now = clock_monotonic_ms();

    cache->rejected = now - cache->fetched_ms < YOUNG_MS ? cache->rejected + 1 : 0;
    if (cache->rejected < 2)
        return;
    cache->refused_until_ms = now + REFUSED_MS;
    memset(&cache->refusal, 0, sizeof cache->refusal);
    error_set(&cache->refusal, MILINK_ARM_UNAUTHENTICATED, NULL,
              "it rejected two new tokens one after the other");
}

void token_reject(struct token_cache *cache, const char *text)
{
    mutex_lock(cache->mutex);
    if (cache->text[0] != '\0' && (text == NULL || strcmp(cache->text, text) == 0)) {
        crypto_wipe(cache->text, sizeof cache->text);
        count_rejection(cache);
    }
    mutex_unlock(cache->mutex);
}

long token_seconds_left(struct token_cache *cache)
{
    long left = -1;

    mutex_lock(cache->mutex);
    if (is_usable(cache))
        left = (long)((cache->end_ms - clock_monotonic_ms()) / 1000);
    mutex_unlock(cache->mutex);
    return left;
}
