/* SPDX-License-Identifier: MIT */
/* The token endpoint of Entra ID. */
#ifndef MILINK_ARMSIM_TOKEN_ENDPOINT_H
#define MILINK_ARMSIM_TOKEN_ENDPOINT_H

#include "token.h"

/* POST /{tenant}/oauth2/v2.0/token; arguments[0] of the request is the tenant. */
void token_answer(struct token_store *store, struct scenario *scenario, struct request *request,
                  struct answer *answer);
/* An OAuth error body; error_codes comes from the AADSTS number that description starts with. */
void token_refuse(struct answer *answer, int status, const char *error, const char *description);

/* token_assertion.c: judges a client assertion; false after a refusal. */
bool token_check_assertion(struct token_store *store, struct scenario *scenario,
                           const struct request *request, const char *assertion,
                           struct answer *answer);

#endif
