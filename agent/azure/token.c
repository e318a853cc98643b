/* SPDX-License-Identifier: MIT */
/* The cache of the one token: its thread fetches, all others look or wait (azure-auth A.8). */
#include "token.h"

#include "challenge.h"
#include "clock_skew.h"
#include "crypto.h"
#include "log.h"
#include "text.h"
#include "thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    SPARE_MS = 300 * 1000,      /* not handed out that shortly before its end; */
    SHORT_MS = 25 * 60 * 1000,  /* of a life shorter than this, a fifth */
    LONG_MS = 2 * 3600 * 1000,  /* a longer life is renewed at its half, */
    RENEW_MS = 600 * 1000,      /* another that long before its end */
    JITTER_MS = 60 * 1000,      /* and up to so much earlier: agents do not come in step */
    RENEW_PAUSE_MS = 30 * 1000, /* after a renewal that failed; doubles up to the next */
    RENEW_LONGEST_PAUSE_MS = 600 * 1000,
    FETCH_MS = 100 * 1000,  /* one fetch: the longest that a provider tries again is 70 s */
    REFUSED_MS = 30 * 1000, /* how long a refusal counts */
    FAILED_MS = 5 * 1000,   /* and any other failure */
    YOUNG_MS = 30 * 1000,   /* a token that Azure rejects so early was never any good */
    IDLE_MS = 60 * 1000     /* the thread's wait, which has no meaning of its own */
};

struct token_cache {
    struct identity *identity; /* borrowed; called by the thread alone */
    char audience[256];
    struct identity_token incoming;          /* the thread's */
    char asked_claims[IDENTITY_CLAIMS_SIZE]; /* likewise */
    struct thread *thread;
    atomic_bool stopping;
    struct mutex *mutex;       /* guards all below */
    struct condition *wake;    /* the thread has something to do */
    struct condition *changed; /* a fetch ended, or the watcher did */
    bool wanted, fetching, watching;
    void (*watcher)(void *context);
    void *watcher_context;
    char text[IDENTITY_TOKEN_SIZE]; /* empty: no token. Times are of clock_monotonic_ms */
    uint64_t fetched_ms, soft_ms, hard_ms, end_ms;
    uint64_t pause_ms; /* between renewals that failed */
    uint64_t refused_until_ms;
    struct error refusal;
    unsigned rejected;                 /* tokens in a row that Azure rejected young */
    char claims[IDENTITY_CLAIMS_SIZE]; /* for the next fetch; empty: none */
    unsigned long fetches, failures;
    char trouble[512]; /* the last failure's text; empty when the last fetch went well */
    int32_t failing;   /* the last fetch's error, 0 for none; the thread's */
};

static uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

/* ---- what a fetch changes; called with the mutex held, as all up to the thread ---- */

static bool is_usable(const struct token_cache *cache)
{
    return cache->text[0] != '\0' && clock_monotonic_ms() < cache->hard_ms;
}

/* Milliseconds after its coming that a token is renewed. */
static uint64_t soft_after(const struct identity_token *token, uint64_t hard)
{
    uint64_t life = token->lifetime_ms, soft = life / 2, jitter = 0;
    uint16_t random = 0;

    if (token->refresh_in_ms > 0)
        soft = token->refresh_in_ms;
    else if (life <= LONG_MS && life / 2 > RENEW_MS)
        soft = life - RENEW_MS;
    soft = at_most(soft, hard);
    (void)crypto_random(&random, sizeof random);
    jitter = at_most(JITTER_MS, soft / 10) * random / UINT16_MAX;
    return soft - jitter;
}

static void take_incoming(struct token_cache *cache)
{
    const struct identity_token *token = &cache->incoming;
    uint64_t life = token->lifetime_ms;
    uint64_t hard = life < SHORT_MS ? life * 4 / 5 : life - SPARE_MS;

    crypto_wipe(cache->text, sizeof cache->text);
    text_copy(cache->text, sizeof cache->text, token->text);
    cache->fetched_ms = clock_monotonic_ms();
    cache->end_ms = cache->fetched_ms + life;
    cache->hard_ms = cache->fetched_ms + hard;
    cache->soft_ms = cache->fetched_ms + soft_after(token, hard);
    cache->pause_ms = RENEW_PAUSE_MS;
    cache->refused_until_ms = 0;
    cache->trouble[0] = '\0';
    cache->fetches++;
}

/* Nobody's trouble while the token at hand is good. */
static void take_failure(struct token_cache *cache, const struct error *error)
{
    uint64_t now = clock_monotonic_ms();

    cache->failures++;
    text_copy(cache->trouble, sizeof cache->trouble, error->message);
    if (is_usable(cache)) {
        cache->soft_ms = now + cache->pause_ms;
        cache->pause_ms = at_most(cache->pause_ms * 2, RENEW_LONGEST_PAUSE_MS);
    } else {
        cache->refused_until_ms = now + (cache->incoming.final ? REFUSED_MS : FAILED_MS);
        cache->refusal = *error;
    }
}

/* ---- the thread ---- */

static bool is_stopping(void *context)
{
    struct token_cache *cache = context;

    return atomic_load(&cache->stopping);
}

static void on_trouble(void *context, const struct error *error)
{
    struct token_cache *cache = context;

    mutex_lock(cache->mutex);
    text_copy(cache->trouble, sizeof cache->trouble, error->message);
    mutex_unlock(cache->mutex);
}

/* What nobody may be waiting for is told to the log; where it changes for better or worse, under a
 * name of its own. */
static void log_fetch(struct token_cache *cache, bool fetched, const struct error *error)
{
    const int32_t before = cache->failing;
    char name[64];

    identity_name(cache->identity, name, sizeof name);
    cache->failing = fetched ? 0 : error->number;
    if (fetched)
        log_write(LOG_INFO, before == 0 ? "token.fetched" : "identity.works",
                  "%s: a token came, it holds for %llu s", name,
                  (unsigned long long)(cache->incoming.lifetime_ms / 1000));
    else if (!atomic_load(&cache->stopping))
        log_write(LOG_WARNING, before == error->number ? "token.failed" : "identity.failing",
                  "%s: %s", name, error->message);
}

/* Claims have had their answer once a token came with them or was refused for good. */
static void forget_claims(struct token_cache *cache)
{
    if (strcmp(cache->claims, cache->asked_claims) == 0)
        cache->claims[0] = '\0';
}

/* Without the mutex meanwhile. */
static void fetch(struct token_cache *cache)
{
    struct deadline deadline = deadline_in(FETCH_MS);
    struct identity_request request = {.audience = cache->audience,
                                       .deadline = &deadline,
                                       .on_trouble = on_trouble,
                                       .context = cache};
    struct error error = {0};
    bool fetched = false;

    deadline.interrupted = is_stopping;
    deadline.context = cache;
    text_copy(cache->asked_claims, sizeof cache->asked_claims, cache->claims);
    if (cache->asked_claims[0] != '\0')
        request.claims = cache->asked_claims;
    mutex_unlock(cache->mutex);
    fetched = cache->identity->fetch(cache->identity, &request, &cache->incoming, &error);
    log_fetch(cache, fetched, &error);
    mutex_lock(cache->mutex);
    if (fetched)
        take_incoming(cache);
    else
        take_failure(cache, &error);
    if (fetched || cache->incoming.final)
        forget_claims(cache);
    crypto_wipe(&cache->incoming, sizeof cache->incoming);
}

/* Without the mutex meanwhile. */
static void tell_watcher(struct token_cache *cache)
{
    void (*watcher)(void *context) = cache->watcher;
    void *context = cache->watcher_context;

    if (watcher == NULL)
        return;
    cache->watching = true;
    mutex_unlock(cache->mutex);
    watcher(context);
    mutex_lock(cache->mutex);
    cache->watching = false;
    condition_broadcast(cache->changed);
}

static void run(void *context)
{
    struct token_cache *cache = context;

    mutex_lock(cache->mutex);
    while (!is_stopping(cache)) {
        if (!cache->wanted) {
            condition_wait(cache->wake, cache->mutex, IDLE_MS);
            continue;
        }
        cache->wanted = false;
        cache->fetching = true;
        fetch(cache);
        cache->fetching = false;
        condition_broadcast(cache->changed);
        tell_watcher(cache);
    }
    mutex_unlock(cache->mutex);
}

struct token_cache *token_cache_new(struct identity *identity, const char *audience)
{
    struct token_cache *cache = calloc(1, sizeof *cache);

    if (cache == NULL)
        return NULL;
    cache->identity = identity;
    text_copy(cache->audience, sizeof cache->audience, audience);
    cache->pause_ms = RENEW_PAUSE_MS;
    cache->mutex = mutex_new();
    cache->wake = condition_new();
    cache->changed = condition_new();
    if (cache->mutex != NULL && cache->wake != NULL && cache->changed != NULL)
        cache->thread = thread_start(run, cache);
    if (cache->thread == NULL) {
        token_cache_free(cache);
        return NULL;
    }
    return cache;
}

void token_cache_free(struct token_cache *cache)
{
    if (cache == NULL)
        return;
    if (cache->thread != NULL) {
        mutex_lock(cache->mutex);
        atomic_store(&cache->stopping, true);
        condition_signal(cache->wake);
        mutex_unlock(cache->mutex);
        thread_join(cache->thread);
    }
    condition_free(cache->changed);
    condition_free(cache->wake);
    mutex_free(cache->mutex);
    crypto_wipe(cache, sizeof *cache);
    free(cache);
}

/* ---- those who want a token ---- */

static void want(struct token_cache *cache)
{
    if (cache->fetching || cache->wanted)
        return;
    cache->wanted = true;
    condition_signal(cache->wake);
}

/* Called with the mutex held. */
static enum token_state look(struct token_cache *cache, char *text, struct error *error)
{
    if (is_usable(cache)) {
        if (clock_monotonic_ms() >= cache->soft_ms)
            want(cache);
        text_copy(text, IDENTITY_TOKEN_SIZE, cache->text);
        return TOKEN_READY;
    }
    if (!cache->fetching && clock_monotonic_ms() < cache->refused_until_ms) {
        *error = cache->refusal;
        return TOKEN_REFUSED;
    }
    want(cache);
    return TOKEN_PENDING;
}

enum token_state token_try(struct token_cache *cache, char *text, struct error *error)
{
    enum token_state state = TOKEN_PENDING;

    mutex_lock(cache->mutex);
    state = look(cache, text, error);
    mutex_unlock(cache->mutex);
    return state;
}

static void set_late(const struct token_cache *cache, struct error *error)
{
    char detail[700] = "the time allowed for the call passed while a token was being fetched";

    if (cache->trouble[0] != '\0') {
        text_append(detail, sizeof detail, "; the last try: ");
        text_append(detail, sizeof detail, cache->trouble);
    }
    error_set(error, MILINK_IDENTITY_UNREACHABLE, NULL, detail);
}

/* Waits a little for the fetch; false with error set when the caller's time is up. */
static bool wait_for_fetch(struct token_cache *cache, const struct deadline *deadline,
                           struct error *error)
{
    if (deadline_interrupted(deadline))
        error_set(error, MILINK_CALL_CANCELED, NULL, NULL);
    else if (deadline_left_ms(deadline) == 0)
        set_late(cache, error);
    else
        condition_wait(cache->changed, cache->mutex, deadline_slice_ms(deadline));
    return error->number == 0;
}

bool token_get(struct token_cache *cache, const struct deadline *deadline, char *text,
               struct error *error)
{
    enum token_state state = TOKEN_PENDING;

    mutex_lock(cache->mutex);
    do
        state = look(cache, text, error);
    while (state == TOKEN_PENDING && wait_for_fetch(cache, deadline, error));
    mutex_unlock(cache->mutex);
    return state == TOKEN_READY;
}

void token_watch(struct token_cache *cache, void (*changed)(void *context), void *context)
{
    mutex_lock(cache->mutex);
    cache->watcher = changed;
    cache->watcher_context = context;
    while (cache->watching)
        condition_wait(cache->changed, cache->mutex, IDLE_MS);
    mutex_unlock(cache->mutex);
}

/* ---- rejection ---- */

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

/* Azure takes the token: who rejects it then has a reason of its own, and nothing is in a row. */
static void count_acceptance(struct token_cache *cache, const char *text)
{
    mutex_lock(cache->mutex);
    if (text == NULL || strcmp(cache->text, text) == 0)
        cache->rejected = 0;
    mutex_unlock(cache->mutex);
}

void token_reject(struct token_cache *cache, const char *text, const char *claims)
{
    mutex_lock(cache->mutex);
    if (cache->text[0] != '\0' && (text == NULL || strcmp(cache->text, text) == 0)) {
        crypto_wipe(cache->text, sizeof cache->text);
        if (claims != NULL && strlen(claims) < sizeof cache->claims)
            text_copy(cache->claims, sizeof cache->claims, claims);
        count_rejection(cache);
    }
    mutex_unlock(cache->mutex);
}

void token_reject_answer(struct token_cache *cache, const char *text,
                         const struct http_answer *answer)
{
    char claims[IDENTITY_CLAIMS_SIZE];

    clock_skew_note(answer);
    if (answer->result != HTTP_ANSWERED)
        return;
    if (answer->status == 401)
        token_reject(cache, text, challenge_claims(answer, claims, sizeof claims) ? claims : NULL);
    else if (answer->status >= 200 && answer->status < 300)
        count_acceptance(cache, text);
}

/* ---- for metrics and health ---- */

long token_seconds_left(struct token_cache *cache)
{
    long left = -1;

    mutex_lock(cache->mutex);
    if (is_usable(cache))
        left = (long)((cache->end_ms - clock_monotonic_ms()) / 1000);
    mutex_unlock(cache->mutex);
    return left;
}

void token_status(struct token_cache *cache, struct token_status *status)
{
    memset(status, 0, sizeof *status);
    status->seconds_left = status->age_seconds = -1;
    identity_name(cache->identity, status->provider, sizeof status->provider);
    mutex_lock(cache->mutex);
    if (is_usable(cache)) {
        status->seconds_left = (long)((cache->end_ms - clock_monotonic_ms()) / 1000);
        status->age_seconds = (long)((clock_monotonic_ms() - cache->fetched_ms) / 1000);
    }
    status->fetched = cache->fetches;
    status->failed = cache->failures;
    text_copy(status->last_error, sizeof status->last_error, cache->trouble);
    mutex_unlock(cache->mutex);
}
