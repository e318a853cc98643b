/* SPDX-License-Identifier: MIT */
/* Issuing tokens, and judging them as ARM does. */
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include <openssl/evp.h>

#include "clock.h"
#include "text.h"

enum { SIGNATURE_BYTES = 256 };

int64_t token_now(const struct scenario *scenario)
{
    return clock_now() + scenario->timing.clock_skew_seconds * 1000;
}

static cJSON *claims_of(const struct scenario *scenario, const struct token_order *order)
{
    double now = (double)(token_now(scenario) / 1000);
    char *issuer = text_format("https://sts.windows.net/%s/", scenario->tenant_id);
    cJSON *claims = cJSON_CreateObject();
    cJSON_AddStringToObject(claims, "aud", order->audience);
    cJSON_AddStringToObject(claims, "iss", issuer);
    cJSON_AddNumberToObject(claims, "iat", now);
    cJSON_AddNumberToObject(claims, "nbf", now);
    cJSON_AddNumberToObject(claims, "exp", now + (double)order->seconds);
    cJSON_AddStringToObject(claims, "appid", order->client_id);
    cJSON_AddStringToObject(claims, "oid", order->object_id);
    cJSON_AddStringToObject(claims, "tid", scenario->tenant_id);
    free(issuer);
    return claims;
}

/* Looks like a signed JWT; opaque to the client. New. */
static char *token_new(const struct scenario *scenario, const struct token_order *order)
{
    static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"armsim\"}";
    unsigned char signature[SIGNATURE_BYTES] = {0};
    for (size_t have = 0; have < sizeof signature;) {
        ssize_t got = getrandom(signature + have, sizeof signature - have, 0);
        have += got > 0 ? (size_t)got : 0;
    }
    cJSON *claims = claims_of(scenario, order);
    char *payload = cJSON_PrintUnformatted(claims);
    char *parts[3] = {text_base64url(header, strlen(header)),
                      text_base64url(payload, strlen(payload)),
                      text_base64url(signature, sizeof signature)};
    char *token = text_format("%s.%s.%s", parts[0], parts[1], parts[2]);
    for (size_t i = 0; i < 3; i++)
        free(parts[i]);
    free(payload);
    cJSON_Delete(claims);
    return token;
}

static void forget(struct token *token)
{
    free(token->text);
    free(token->audience);
    free(token->claims);
    memset(token, 0, sizeof *token);
}

const struct token *token_issue(struct token_store *store, const struct scenario *scenario,
                                const struct token_order *order)
{
    struct token *token = &store->tokens[store->next++ % TOKENS_KEPT];
    forget(token);
    token->text = token_new(scenario, order);
    token->audience = text_copy(order->audience);
    token->claims = order->claims ? text_copy(order->claims) : NULL;
    token->expires_at = token_now(scenario) + order->seconds * 1000;
    return token;
}

bool token_is_arm(const char *audience)
{
    static const char *const names[] = {"https://management.azure.com",
                                        "https://management.core.windows.net"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(audience, names[i], length) == 0 &&
            (!audience[length] || strcmp(audience + length, "/") == 0))
            return true;
    }
    return false;
}

/* Does given have every member of wanted, with the same value? Members that hold objects are
 * compared likewise. */
static bool contains(const cJSON *given, const cJSON *wanted)
{
    const cJSON *member = NULL;
    if (!cJSON_IsObject(wanted))
        return cJSON_Compare(given, wanted, 1);
    if (!cJSON_IsObject(given))
        return false;
    cJSON_ArrayForEach(member, wanted)
    {
        if (!contains(cJSON_GetObjectItemCaseSensitive(given, member->string), member))
            return false;
    }
    return true;
}

static bool has_claims(const struct token *token, const char *challenge)
{
    if (!*challenge)
        return true;
    cJSON *wanted = cJSON_Parse(challenge);
    cJSON *given = token->claims ? cJSON_Parse(token->claims) : NULL;
    bool good = given && contains(given, wanted);
    cJSON_Delete(given);
    cJSON_Delete(wanted);
    return good;
}

static enum token_verdict judge(const struct token *token, const struct scenario *scenario)
{
    if (token_now(scenario) >= token->expires_at)
        return TOKEN_EXPIRED;
    if (!token_is_arm(token->audience))
        return TOKEN_AUDIENCE;
    return has_claims(token, scenario->identity.claims_challenge) ? TOKEN_GOOD : TOKEN_CHALLENGED;
}

enum token_verdict token_check(const struct token_store *store, const struct scenario *scenario,
                               const struct request *request)
{
    const char *given = request->authorization;
    if (!given || !*given)
        return TOKEN_MISSING;
    if (strncasecmp(given, "Bearer ", 7) != 0)
        return TOKEN_INVALID;
    for (size_t i = 0; i < TOKENS_KEPT; i++)
        if (store->tokens[i].text && strcmp(store->tokens[i].text, given + 7) == 0)
            return judge(&store->tokens[i], scenario);
    return TOKEN_INVALID;
}

static void challenge(const struct scenario *scenario, struct answer *answer)
{
    static const char uri[] = "https://login.microsoftonline.com/common/oauth2/authorize";
    const char *claims = scenario->identity.claims_challenge;
    size_t length = strlen(claims);
    char *base64 = text_memory(4 * (length / 3 + 1) + 1, 1);
    EVP_EncodeBlock((unsigned char *)base64, (const unsigned char *)claims, (int)length);
    answer_error(answer, 401, "InvalidAuthenticationToken",
                 "Continuous access evaluation resulted in a claims challenge.");
    if (scenario->identity.claims_form == CLAIMS_PLAIN)
        answer_header(answer, "WWW-Authenticate",
                      "Bearer realm=\"\", authorization_uri=\"%s\", error=\"insufficient_claims\", "
                      "claims=\"%s\"",
                      uri, base64);
    else
        answer_header(answer, "WWW-Authenticate",
                      "PoP realm=\"a, b\", error=\"invalid_token\", Bearer claims=\"%s\", "
                      "error=\"insufficient_claims\", authorization_uri=\"%s\", realm=\"\"",
                      base64, uri);
    free(base64);
}

void token_unauthorized(const struct scenario *scenario, enum token_verdict verdict,
                        struct answer *answer)
{
    const char *code = "InvalidAuthenticationToken";
    const char *message = "The access token is invalid.";
    if (verdict == TOKEN_CHALLENGED) {
        challenge(scenario, answer);
        return;
    }
    if (verdict == TOKEN_MISSING) {
        message = "Authentication failed. The 'Authorization' header is missing.";
    } else if (verdict == TOKEN_EXPIRED) {
        code = "ExpiredAuthenticationToken";
        message = "The access token expiry UTC time is earlier than current UTC time.";
    } else if (verdict == TOKEN_AUDIENCE) {
        code = "InvalidAuthenticationTokenAudience";
        message = "The access token has been obtained for the wrong audience or resource.";
    }
    answer_error(answer, 401, code, "%s", message);
    answer_header(answer, "WWW-Authenticate",
                  "Bearer authorization_uri=\"https://login.microsoftonline.com/%s\", "
                  "error=\"invalid_token\", error_description=\"%s\"",
                  scenario->tenant_id, message);
}

void token_clear(struct token_store *store)
{
    for (size_t i = 0; i < TOKENS_KEPT; i++) {
        forget(&store->tokens[i]);
        free(store->assertions[i]);
    }
    memset(store, 0, sizeof *store);
}
