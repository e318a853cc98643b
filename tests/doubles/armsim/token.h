/* SPDX-License-Identifier: MIT */
/* The tokens that were issued, and what ARM makes of one that it is shown. */
#ifndef MILINK_ARMSIM_TOKEN_H
#define MILINK_ARMSIM_TOKEN_H

#include "answer.h"
#include "request.h"

enum {
    TOKENS_KEPT = 1024 /* the oldest is forgotten first */
};

enum token_verdict {
    TOKEN_GOOD,
    TOKEN_MISSING,
    TOKEN_INVALID,
    TOKEN_EXPIRED,
    TOKEN_AUDIENCE,  /* not for ARM */
    TOKEN_CHALLENGED /* ARM wants one with certain claims */
};

struct token {
    char *text, *audience;
    char *claims; /* the parameter it was asked for with; NULL: none */
    int64_t expires_at;
};

struct token_store {
    struct token tokens[TOKENS_KEPT];
    size_t next;
    char *assertions[TOKENS_KEPT]; /* the ids of those seen */
    size_t next_assertion;
};

/* Whom a token is for. */
struct token_order {
    const char *audience, *client_id, *object_id;
    const char *claims; /* NULL: none */
    int64_t seconds;    /* its life from now on */
};

/* The time as Entra ID and ARM see it: with the scenario's skew. */
int64_t token_now(const struct scenario *scenario);
/* Borrowed until TOKENS_KEPT more are issued. */
const struct token *token_issue(struct token_store *store, const struct scenario *scenario,
                                const struct token_order *order);
/* Is this one of ARM's names, with or without a slash at its end? */
bool token_is_arm(const char *audience);
enum token_verdict token_check(const struct token_store *store, const struct scenario *scenario,
                               const struct request *request);
/* The 401 of ARM for a verdict other than TOKEN_GOOD. */
void token_unauthorized(const struct scenario *scenario, enum token_verdict verdict,
                        struct answer *answer);
void token_clear(struct token_store *store);

#endif
