/* SPDX-License-Identifier: MIT */
/* What the tests of the token cache are made of: an issuer that can be held up, callers on threads,
 * and a clock that only the tests move. It stands in for clock_posix.c. */
#ifndef MILINK_TESTS_UNIT_TOKEN_FIXTURE_H
#define MILINK_TESTS_UNIT_TOKEN_FIXTURE_H

#include "thread.h"
#include "token.h"
#include <stdatomic.h>

enum { CALLERS = 16, HOUR_MS = 3600 * 1000, CALL_MS = 30000 };

extern _Atomic uint64_t now_ms;

struct issuer {
    struct identity base;
    struct mutex *mutex; /* guards all below */
    struct condition *changed;
    bool closed;      /* a fetch stays under way until this is undone */
    bool inside;      /* one is */
    bool overlapped;  /* two were: providers take one caller at a time */
    unsigned fetches; /* begun; the n-th gives "token-n" */
    int32_t failure;  /* error number of the next ones; 0: a token */
    bool final;       /* with it */
    uint64_t lifetime_ms, refresh_in_ms;
    uint32_t left_ms; /* of the deadline of the last fetch */
    char audience[64];
    char claims[128];    /* of the last fetch; empty: none */
    const char *trouble; /* told while a fetch is under way; NULL: nothing is */
};

extern struct issuer issuer;

/* Holds fetches under way, or lets them end. */
void issuer_set_closed(bool closed);
/* The next fetches end so; 0: with a token. */
void issuer_fail(int32_t failure, bool final);
unsigned issuer_fetches(void);
/* Until so many fetches have begun. */
void issuer_await_fetch(unsigned count);
/* Until so many fetches have ended, as the cache counts them. */
void await_ended(struct token_cache *cache, unsigned long count);

struct caller {
    struct token_cache *cache;
    struct thread *thread;
    uint32_t call_ms;
    atomic_bool asked; /* it waits: it was asked whether it is interrupted */
    atomic_bool interrupted;
    bool got;
    char text[IDENTITY_TOKEN_SIZE];
    struct error error;
};

extern struct caller callers[CALLERS];

void caller_start(struct caller *caller, struct token_cache *cache, uint32_t call_ms);
/* Until the caller waits for another's fetch. */
void caller_await_waiting(struct caller *caller);
void caller_finish(struct caller *caller);

/* A call on this thread: the token's text, or NULL with the error in callers[0]. */
const char *token_of(struct token_cache *cache);
void assert_token(struct token_cache *cache, const char *expected);
void assert_refused(struct token_cache *cache, int32_t number);

/* *state is the cache. */
int token_set_up(void **state);
int token_tear_down(void **state);

#endif
