/* SPDX-License-Identifier: MIT */
/* The JSON Web Token by which a certificate proves an application (azure-auth A.3). */
#ifndef MILINK_AGENT_ASSERTION_H
#define MILINK_AGENT_ASSERTION_H

#include "signing_key.h"

/* Whom it is for and about, and when it is made. */
struct assertion {
    const char *audience; /* the token endpoint's URL, exactly */
    const char *client_id;
    uint64_t now_ms; /* by the audience's clock; valid from 60 s before to 540 s after */
};

/* Writes a new one, signed PS256, or RS256 where the key does not sign otherwise. text is
 * terminated. False when the key does not sign, size is too small or memory ran out. */
bool assertion_make(const struct assertion *assertion, const struct signing_key *key, char *text,
                    size_t size);

#endif
