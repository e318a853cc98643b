/* SPDX-License-Identifier: MIT */
/* Reading what Entra ID, and the metadata services in its stead, answer to a token request: pure,
 * no I/O. */
#ifndef MILINK_AGENT_IDENTITY_ANSWER_H
#define MILINK_AGENT_IDENTITY_ANSWER_H

#include "identity.h"

struct json;

/* For whom an answer is read. */
struct identity_reader {
    const char *issuer;      /* who is asked: "Entra ID" */
    const char *subject;     /* of errors: "client ... in tenant ..." */
    const char *advice;      /* what to do about a refusal of no known number; NULL: nothing */
    const char *correlation; /* our client-request-id, by which Microsoft finds it; NULL: none */
    const char *secret;      /* must not come back in an error's text, */
    const char *escaped;     /* nor as it stood in the request; NULL: none was sent */
};

/* What the members of a document with a token are called. */
struct identity_members {
    const char *token, *type, *expires_in, *expires_on, *refresh_in;
};

/* As RFC 6749 and Entra ID call them. */
extern const struct identity_members identity_members;

/* Whether asking again can help after a refusal. */
enum identity_outlook {
    IDENTITY_FINAL,    /* no: the client, its secret or a policy must change first */
    IDENTITY_PASSING,  /* yes: it is a fault of the moment, or a new entry that spreads */
    IDENTITY_CLOCK,    /* yes, once, with the time that this answer told */
    IDENTITY_NO_ANSWER /* that was not the issuer, or a way of its own that we do not know */
};

/* Takes the token out of a document; NULL, or what is wrong with it: "its token ...". How long it
 * holds is the least of what expires_in and expires_on say: an answer out of a host's cache may
 * repeat an old expires_in (azure-auth A.1). Either may be a number or a text of it; expires_on a
 * date too. */
const char *identity_take_token(const struct json *document, const struct identity_members *members,
                                struct identity_token *token);

/* The token in the body of a 200. False with error set: not JSON, over 64 KiB, no token, a
 * character in it that cannot stand in a header, another type than Bearer, or less than a minute to
 * live. */
bool identity_read_token(const struct identity_reader *reader, const struct http_answer *answer,
                         struct identity_token *token, struct error *error);
/* The document in the body of an answer; NULL with what is wrong in flaw. For json_free. */
struct json *identity_read_document(const struct http_answer *answer, const char **flaw);

/* The refusal in the body of another status: sets error, with the AADSTS number, a cause and an
 * action where we know them, and the first sentence of what the issuer says. */
enum identity_outlook identity_read_refusal(const struct identity_reader *reader,
                                            const struct http_answer *answer, struct error *error);

#endif
