/* SPDX-License-Identifier: MIT */
/* The issuer, the clock and the callers that the tests of the token cache are made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "log.h"
#include "text.h"
#include "token_fixture.h"

enum { GIVE_UP_MS = 60000 };

/* ---- the clock, which only the tests move ---- */

_Atomic uint64_t now_ms;

uint64_t clock_monotonic_us(void)
{
    return now_ms * 1000;
}

uint64_t clock_utc_ms(void)
{
    return now_ms;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    now_ms += milliseconds;
}

/* ---- the issuer ---- */

struct issuer issuer;

static void record(const struct identity_request *request)
{
    issuer.overlapped = issuer.overlapped || issuer.inside;
    issuer.inside = true;
    issuer.fetches++;
    issuer.left_ms = deadline_left_ms(request->deadline);
    text_copy(issuer.audience, sizeof issuer.audience, request->audience);
    text_copy(issuer.claims, sizeof issuer.claims, request->claims != NULL ? request->claims : "");
    condition_broadcast(issuer.changed);
}

/* Without the mutex: the cache takes its own. */
static void tell(const struct identity_request *request)
{
    struct error trouble = {0};

    error_set(&trouble, MILINK_IDENTITY_UNREACHABLE, "issuer", issuer.trouble);
    mutex_unlock(issuer.mutex);
    request->on_trouble(request->context, &trouble);
    mutex_lock(issuer.mutex);
}

static bool issuer_fetch(struct identity *identity, const struct identity_request *request,
                         struct identity_token *token, struct error *error)
{
    bool fetched = false;

    (void)identity;
    mutex_lock(issuer.mutex);
    record(request);
    if (issuer.trouble != NULL)
        tell(request);
    while (issuer.closed && !deadline_interrupted(request->deadline))
        condition_wait(issuer.changed, issuer.mutex, 10);
    fetched = issuer.failure == 0;
    if (fetched) {
        snprintf(token->text, sizeof token->text, "token-%u", issuer.fetches);
        token->lifetime_ms = issuer.lifetime_ms;
        token->refresh_in_ms = issuer.refresh_in_ms;
    } else {
        error_set(error, issuer.failure, "issuer", NULL);
        token->final = issuer.final;
    }
    issuer.inside = false;
    mutex_unlock(issuer.mutex);
    return fetched;
}

void await_ended(struct token_cache *cache, unsigned long count)
{
    struct token_status status = {0};

    mutex_lock(issuer.mutex);
    for (;;) {
        token_status(cache, &status);
        if (status.fetched + status.failed >= count)
            break;
        condition_wait(issuer.changed, issuer.mutex, 1);
    }
    mutex_unlock(issuer.mutex);
}

void issuer_set_closed(bool closed)
{
    mutex_lock(issuer.mutex);
    issuer.closed = closed;
    condition_broadcast(issuer.changed);
    mutex_unlock(issuer.mutex);
}

void issuer_fail(int32_t failure, bool final)
{
    mutex_lock(issuer.mutex);
    issuer.failure = failure;
    issuer.final = final;
    mutex_unlock(issuer.mutex);
}

unsigned issuer_fetches(void)
{
    unsigned fetches = 0;

    mutex_lock(issuer.mutex);
    fetches = issuer.fetches;
    mutex_unlock(issuer.mutex);
    return fetches;
}

void issuer_await_fetch(unsigned count)
{
    mutex_lock(issuer.mutex);
    while (issuer.fetches < count)
        condition_wait(issuer.changed, issuer.mutex, GIVE_UP_MS);
    mutex_unlock(issuer.mutex);
}

/* ---- callers ---- */

struct caller callers[CALLERS];

static bool is_interrupted(void *context)
{
    struct caller *caller = context;

    caller->asked = true;
    return caller->interrupted;
}

static void call(struct caller *caller)
{
    struct deadline deadline = deadline_in(caller->call_ms);

    deadline.interrupted = is_interrupted;
    deadline.context = caller;
    memset(&caller->error, 0, sizeof caller->error);
    text_copy(caller->text, sizeof caller->text, "");
    caller->got = token_get(caller->cache, &deadline, caller->text, &caller->error);
}

static void run_caller(void *context)
{
    call(context);
}

void caller_start(struct caller *caller, struct token_cache *cache, uint32_t call_ms)
{
    caller->cache = cache;
    caller->call_ms = call_ms;
    caller->asked = false;
    caller->interrupted = false;
    caller->thread = thread_start(run_caller, caller);
    assert_non_null(caller->thread);
}

/* A caller's waits are short, so that this polls without a clock. */
void caller_await_waiting(struct caller *caller)
{
    mutex_lock(issuer.mutex);
    while (!caller->asked)
        condition_wait(issuer.changed, issuer.mutex, 1);
    mutex_unlock(issuer.mutex);
}

void caller_finish(struct caller *caller)
{
    thread_join(caller->thread);
    caller->thread = NULL;
}

/* A call on this thread: the token's text, or NULL with the error in callers[0]. */
const char *token_of(struct token_cache *cache)
{
    callers[0].cache = cache;
    callers[0].call_ms = CALL_MS;
    callers[0].interrupted = false;
    call(&callers[0]);
    assert_int_equal(callers[0].got, callers[0].error.number == 0);
    return callers[0].got ? callers[0].text : NULL;
}

void assert_token(struct token_cache *cache, const char *expected)
{
    const char *text = token_of(cache);

    if (text == NULL)
        fail_msg("%s", callers[0].error.message);
    assert_string_equal(text, expected);
}

void assert_refused(struct token_cache *cache, int32_t number)
{
    assert_null(token_of(cache));
    assert_int_equal(callers[0].error.number, number);
}

int token_set_up(void **state)
{
    memset(&issuer, 0, sizeof issuer);
    memset(callers, 0, sizeof callers);
    now_ms = 1000000;
    log_open("/dev/null", LOG_ERROR);
    issuer.base.name = "test";
    issuer.base.fetch = issuer_fetch;
    issuer.mutex = mutex_new();
    issuer.changed = condition_new();
    issuer.lifetime_ms = HOUR_MS;
    *state = token_cache_new(&issuer.base, "https://arm.test/");
    return *state != NULL && issuer.mutex != NULL && issuer.changed != NULL ? 0 : -1;
}

int token_tear_down(void **state)
{
    token_cache_free(*state);
    log_close();
    condition_free(issuer.changed);
    mutex_free(issuer.mutex);
    return issuer.overlapped ? -1 : 0;
}
