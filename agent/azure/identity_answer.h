/* SPDX-License-Identifier: MIT */
/* Reading what Entra ID answers to a token request: pure, no I/O. */
#ifndef MILINK_AGENT_IDENTITY_ANSWER_H
#define MILINK_AGENT_IDENTITY_ANSWER_H

#include "identity.h"

/* For whom an answer is read. */
struct identity_reader {
    const char *subject;     /* of errors: "client ... in tenant ..." */
    const char *correlation; /* our client-request-id, by which Microsoft finds the request */
    const char *secret;      /* must not come back in an error's text, */
    const char *escaped;     /* nor as it stood in the request */
};

/* Whether asking again can help after a refusal. */
enum identity_outlook {
    IDENTITY_FINAL,    /* no: the client, its secret or a policy must change first */
    IDENTITY_PASSING,  /* yes: Entra ID says that it is a fault of the moment */
    IDENTITY_NO_ANSWER /* that was not Entra ID, or a way of its own that we do not know */
};

/* The token in the body of a 200. False with error set: not JSON, over 64 KiB, no token, a
 * character in it that cannot stand in a header, another type than Bearer, or less than a minute to
 * live. */
bool identity_read_token(const struct identity_reader *reader, const struct http_answer *answer,
                         struct identity_token *token, struct error *error);

/* The refusal in the body of another status: sets error, with the AADSTS number, a cause and an
 * action where we know them, and the first sentence of what Entra ID says. */
enum identity_outlook identity_read_refusal(const struct identity_reader *reader,
                                            const struct http_answer *answer, struct error *error);

#endif
