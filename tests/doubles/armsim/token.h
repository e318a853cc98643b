/* SPDX-License-Identifier: MIT */
/* The Entra ID token endpoint and the tokens it has issued. */
#ifndef MILINK_ARMSIM_TOKEN_H
#define MILINK_ARMSIM_TOKEN_H

#include "answer.h"
#include "request.h"

enum {
    TOKENS_KEPT = 1024 /* the oldest is forgotten first */
};

enum token_verdict { TOKEN_GOOD, TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED };

struct token {
    char *text;
    int64_t expires_at;
};

struct token_store {
    struct token tokens[TOKENS_KEPT];
    size_t next;
};

/* POST /{tenant}/oauth2/v2.0/token; arguments[0] of the request is the tenant. */
void token_answer(struct token_store *store, const struct scenario *scenario,
                  struct request *request, struct answer *answer);
/* An OAuth error body; error_codes comes from the AADSTS number that description starts with. */
void token_refuse(struct answer *answer, int status, const char *error, const char *description);
enum token_verdict token_check(const struct token_store *store, const struct request *request);
/* The 401 of ARM for a verdict other than TOKEN_GOOD. */
void token_unauthorized(const struct scenario *scenario, enum token_verdict verdict,
                        struct answer *answer);
void token_clear(struct token_store *store);

#endif
