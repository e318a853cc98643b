/* SPDX-License-Identifier: MIT */
/* What Azure asks for when it answers 401: claims that the next token must carry (azure-auth A.9,
 * continuous access evaluation). */
#ifndef MILINK_AGENT_CHALLENGE_H
#define MILINK_AGENT_CHALLENGE_H

#include "http.h"

/* The claims of a Bearer challenge with error="insufficient_claims", in whichever WWW-Authenticate
 * header and order they stand: decoded from base64 or base64url into JSON text, terminated. False,
 * with claims empty, when there are none, they are no JSON object, or do not fit. */
bool challenge_claims(const struct http_answer *answer, char *claims, size_t size);

#endif
