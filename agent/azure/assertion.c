/* SPDX-License-Identifier: MIT */
/* Building and signing the assertion. */
#include "assertion.h"

#include "base64.h"
#include "json.h"
#include "text.h"

#include <string.h>

enum { BEFORE_S = 60, AFTER_S = 540 };

/* Appends a document in base64url. Takes it. */
static bool append_json(struct json *document, char *text, size_t size)
{
    size_t used = strlen(text);
    char *printed = json_print(document);
    bool appended =
        printed != NULL && base64url_encode(printed, strlen(printed), text + used, size - used);

    json_text_free(printed);
    json_free(document);
    return appended;
}

/* alg and thumbprint go together: a signature is looked up by the digest of its own kind. */
static struct json *header_of(const struct signing_certificate *certificate,
                              enum signing_algorithm algorithm)
{
    struct json *header = json_new_object();
    bool pss = algorithm == SIGNING_PS256;
    char thumbprint[BASE64_TEXT_SIZE(CRYPTO_SHA256_SIZE)];

    if (pss)
        base64url_encode(certificate->sha256, CRYPTO_SHA256_SIZE, thumbprint, sizeof thumbprint);
    else
        base64url_encode(certificate->sha1, CRYPTO_SHA1_SIZE, thumbprint, sizeof thumbprint);
    json_add_string(header, "alg", pss ? "PS256" : "RS256");
    json_add_string(header, "typ", "JWT");
    json_add_string(header, pss ? "x5t#S256" : "x5t", thumbprint);
    return header;
}

static struct json *claims_of(const struct assertion *assertion, const char *guid)
{
    struct json *claims = json_new_object();
    long long now = (long long)(assertion->now_ms / 1000);

    json_add_string(claims, "aud", assertion->audience);
    json_add_string(claims, "iss", assertion->client_id);
    json_add_string(claims, "sub", assertion->client_id);
    json_add_string(claims, "jti", guid);
    json_add_integer(claims, "iat", now);
    json_add_integer(claims, "nbf", now - BEFORE_S);
    json_add_integer(claims, "exp", now + AFTER_S);
    return claims;
}

static bool make(const struct assertion *assertion, const struct signing_key *key,
                 enum signing_algorithm algorithm, char *text, size_t size)
{
    uint8_t signature[SIGNING_MAX_BYTES];
    char guid[CRYPTO_GUID_SIZE];
    size_t length = 0, used = 0;

    text[0] = '\0';
    if (!crypto_new_guid(guid) ||
        !append_json(header_of(signing_key_certificate(key), algorithm), text, size))
        return false;
    text_append(text, size, ".");
    if (!append_json(claims_of(assertion, guid), text, size) ||
        !signing_key_sign(key, algorithm, text, signature, &length))
        return false;
    text_append(text, size, ".");
    used = strlen(text);
    return base64url_encode(signature, length, text + used, size - used);
}

bool assertion_make(const struct assertion *assertion, const struct signing_key *key, char *text,
                    size_t size)
{
    return make(assertion, key, SIGNING_PS256, text, size) ||
           make(assertion, key, SIGNING_RS256, text, size);
}
