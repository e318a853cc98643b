/* SPDX-License-Identifier: MIT */
/* Reading WWW-Authenticate (RFC 9110 11.6.1): schemes, each with parameters, parted by commas. */
#include "challenge.h"

#include "base64.h"
#include "json.h"
#include "text.h"

#include <string.h>

#define BLANKS " \t"
#define TOKEN                                                        \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" \
    "!#$%&'*+-.^_`|~"

/* A part of a header's value. */
struct span {
    const char *at;
    size_t length;
};

/* A challenge as far as it is read. */
struct bearer {
    struct span error, claims;
};

static bool span_is(const struct span *span, const char *text)
{
    return strlen(text) == span->length && text_equal_bytes(text, span->at, span->length);
}

static struct span take_token(const char **at)
{
    struct span span = {*at, strspn(*at, TOKEN)};

    *at += span.length;
    return span;
}

/* A quoted text without its quotes (what is escaped in it is nothing that we read), or a run up to
 * the next comma. False when a quote has no end. */
static bool take_value(const char **at, struct span *value)
{
    if (**at != '"') {
        *value = (struct span){*at, strcspn(*at, "," BLANKS)};
        *at += value->length;
        return true;
    }
    value->at = ++*at;
    while (**at != '"') {
        if (**at == '\\')
            ++*at;
        if (**at == '\0')
            return false;
        ++*at;
    }
    value->length = (size_t)(*at - value->at);
    ++*at;
    return true;
}

static bool is_complete(const struct bearer *bearer)
{
    return span_is(&bearer->error, "insufficient_claims") && bearer->claims.length > 0;
}

/* Walks through one header. A token that no "=" follows is a scheme; the parameters behind it are
 * its own. */
static bool read_header(const char *at, struct bearer *bearer)
{
    bool is_bearer = false;

    for (;;) {
        struct span name, value;

        at += strspn(at, "," BLANKS);
        name = take_token(&at);
        if (name.length == 0)
            break;
        at += strspn(at, BLANKS);
        if (*at != '=') {
            if (is_bearer && is_complete(bearer))
                return true;
            is_bearer = span_is(&name, "Bearer");
            *bearer = (struct bearer){{"", 0}, {"", 0}};
            continue;
        }
        at += 1 + strspn(at + 1, BLANKS);
        if (!take_value(&at, &value))
            break;
        if (is_bearer && span_is(&name, "error"))
            bearer->error = value;
        else if (is_bearer && span_is(&name, "claims"))
            bearer->claims = value;
    }
    return is_bearer && is_complete(bearer);
}

static bool decode(const struct span *from, char *claims, size_t size)
{
    char ignored[128];
    size_t count = 0;
    struct json *document = NULL;
    bool is_object = false;

    if (base64_decode(from->at, from->length, claims, size - 1, &count))
        document = json_parse(claims, count, ignored, sizeof ignored);
    is_object = json_is_object(document);
    json_free(document);
    claims[is_object ? count : 0] = '\0';
    return is_object;
}

bool challenge_claims(const struct http_answer *answer, char *claims, size_t size)
{
    claims[0] = '\0';
    for (size_t i = 0; i < answer->header_count; i++) {
        struct bearer bearer = {{"", 0}, {"", 0}};

        if (text_equal(answer->headers[i].name, "WWW-Authenticate") &&
            read_header(answer->headers[i].value, &bearer) && decode(&bearer.claims, claims, size))
            return true;
    }
    return false;
}
