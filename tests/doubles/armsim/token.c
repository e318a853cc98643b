/* SPDX-License-Identifier: MIT */
/* Issuing and checking bearer tokens as Entra ID and ARM do. */
#include "token.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "clock.h"
#include "text.h"

enum { SIGNATURE_BYTES = 256 };

/* Looks like a signed JWT; opaque to the client. New. */
static char *token_new(const struct scenario *scenario, const char *audience, int64_t expires_at)
{
    static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"armsim\"}";
    unsigned char signature[SIGNATURE_BYTES] = {0};
    for (size_t have = 0; have < sizeof signature;) {
        ssize_t got = getrandom(signature + have, sizeof signature - have, 0);
        have += got > 0 ? (size_t)got : 0;
    }
    cJSON *claims = cJSON_CreateObject();
    cJSON_AddStringToObject(claims, "aud", audience);
    cJSON_AddStringToObject(claims, "tid", scenario->tenant_id);
    cJSON_AddStringToObject(claims, "appid", scenario->client_id);
    cJSON_AddNumberToObject(claims, "exp", (double)(expires_at / 1000));
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

static cJSON *error_codes(const char *description)
{
    cJSON *codes = cJSON_CreateArray();
    if (strncmp(description, "AADSTS", 6) == 0)
        cJSON_AddItemToArray(codes, cJSON_CreateNumber(strtod(description + 6, NULL)));
    return codes;
}

void token_refuse(struct answer *answer, int status, const char *error, const char *description)
{
    char trace[TEXT_UUID], correlation[TEXT_UUID], time[CLOCK_TEXT];
    text_uuid_random(trace);
    text_uuid_random(correlation);
    clock_print(clock_now(), time);
    char *text = text_format("%s Trace ID: %s Correlation ID: %s Timestamp: %s", description, trace,
                             correlation, time);
    cJSON *codes = error_codes(description);
    cJSON *first = cJSON_GetArrayItem(codes, 0);
    char *uri = text_format("https://login.microsoftonline.com/error?code=%.0f",
                            first ? first->valuedouble : 0);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "error", error);
    cJSON_AddStringToObject(json, "error_description", text);
    cJSON_AddItemToObject(json, "error_codes", codes);
    cJSON_AddStringToObject(json, "timestamp", time);
    cJSON_AddStringToObject(json, "trace_id", trace);
    cJSON_AddStringToObject(json, "correlation_id", correlation);
    cJSON_AddStringToObject(json, "error_uri", uri);
    answer_json(answer, status, json);
    free(uri);
    free(text);
}

/* The value of a parameter that must occur exactly once; NULL after a refusal. New. */
static char *parameter(const struct request *request, const char *name, struct answer *answer)
{
    size_t count = 0;
    char *value = text_parameter(request->body ? request->body : "", name, false, &count);
    if (count == 1 && value && *value)
        return value;
    free(value);
    char *why = count > 1 ? text_format("AADSTS90100: The '%s' parameter is duplicated.", name)
                          : text_format("AADSTS900144: The request body must contain the following "
                                        "parameter: '%s'.",
                                        name);
    token_refuse(answer, 400, "invalid_request", why);
    free(why);
    return NULL;
}

static bool check_grant(const struct request *request, struct answer *answer)
{
    char *grant = parameter(request, "grant_type", answer);
    bool good = grant && strcmp(grant, "client_credentials") == 0;
    if (grant && !good)
        token_refuse(answer, 400, "unsupported_grant_type",
                     "AADSTS70003: The app requested an unsupported grant type.");
    free(grant);
    return good;
}

static bool check_client(const struct scenario *scenario, const struct request *request,
                         struct answer *answer)
{
    char *client = parameter(request, "client_id", answer);
    bool good = client && strcasecmp(client, scenario->client_id) == 0;
    if (client && !good)
        token_refuse(answer, 400, "unauthorized_client",
                     "AADSTS700016: Application was not found in the directory.");
    free(client);
    return good;
}

static bool check_secret(const struct scenario *scenario, const struct request *request,
                         struct answer *answer)
{
    size_t count = 0;
    char *secret =
        text_parameter(request->body ? request->body : "", "client_secret", false, &count);
    bool good = count == 1 && secret && !scenario->secret_rejected &&
                strcmp(secret, scenario->client_secret) == 0;
    free(secret);
    if (count == 0)
        token_refuse(answer, 401, "invalid_client",
                     "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required "
                     "for the 'client_credentials' grant type.");
    else if (!good)
        token_refuse(
            answer, 401, "invalid_client",
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in "
            "the request is the client secret value, not the client secret ID, for a secret "
            "added to the app.");
    return good;
}

/* The audience of the scope, or NULL after a refusal. New. */
static char *scope_audience(const struct request *request, struct answer *answer)
{
    static const char suffix[] = "/.default";
    char *scope = parameter(request, "scope", answer);
    if (!scope)
        return NULL;
    if (strncmp(scope, "https://", 8) == 0 && text_ends_with(scope, suffix) &&
        strlen(scope) > strlen(suffix) + 8 && !strchr(scope, ' ')) {
        scope[strlen(scope) - strlen(suffix)] = '\0';
        return scope;
    }
    free(scope);
    token_refuse(
        answer, 400, "invalid_scope",
        "AADSTS1002012: The provided value for scope is not valid. Client credential flows "
        "must have a scope value with /.default suffixed to the resource identifier "
        "(application ID URI).");
    return NULL;
}

static bool check_form(const struct scenario *scenario, struct request *request,
                       struct answer *answer)
{
    bool good = false;
    if (strcmp(request->method, "POST") != 0)
        token_refuse(answer, 405, "invalid_request",
                     "AADSTS900561: The endpoint only accepts POST requests.");
    else if (strcasecmp(request->arguments[0], scenario->tenant_id) != 0)
        token_refuse(
            answer, 400, "invalid_request",
            "AADSTS90002: Tenant not found. Check to make sure you have the correct tenant "
            "ID and are signing into the correct cloud.");
    else if (!request_has_type(request, "application/x-www-form-urlencoded"))
        token_refuse(
            answer, 400, "invalid_request",
            "AADSTS900144: The request body must be form-encoded and contain the following "
            "parameter: 'grant_type'.");
    else
        good = check_grant(request, answer) && check_client(scenario, request, answer);
    return good;
}

static void issue(struct token_store *store, const struct scenario *scenario, const char *audience,
                  struct answer *answer)
{
    struct token *token = &store->tokens[store->next++ % TOKENS_KEPT];
    free(token->text);
    token->expires_at = clock_now() + scenario->token_seconds * 1000;
    token->text = token_new(scenario, audience, token->expires_at);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "token_type", "Bearer");
    cJSON_AddNumberToObject(json, "expires_in", (double)scenario->token_seconds);
    cJSON_AddNumberToObject(json, "ext_expires_in", (double)scenario->token_seconds);
    cJSON_AddStringToObject(json, "access_token", token->text);
    answer_json(answer, 200, json);
}

void token_answer(struct token_store *store, const struct scenario *scenario,
                  struct request *request, struct answer *answer)
{
    char *audience = NULL;
    if (check_form(scenario, request, answer))
        audience = scope_audience(request, answer);
    if (audience && check_secret(scenario, request, answer)) {
        issue(store, scenario, audience, answer);
        request->authorized = true;
    }
    answer_header(answer, "Cache-Control", "no-store, no-cache");
    answer_header(answer, "Pragma", "no-cache");
    free(audience);
}

enum token_verdict token_check(const struct token_store *store, const struct request *request)
{
    const char *given = request->authorization;
    if (!given || !*given)
        return TOKEN_MISSING;
    if (strncasecmp(given, "Bearer ", 7) != 0)
        return TOKEN_INVALID;
    for (size_t i = 0; i < TOKENS_KEPT; i++) {
        const struct token *token = &store->tokens[i];
        if (token->text && strcmp(token->text, given + 7) == 0)
            return clock_now() < token->expires_at ? TOKEN_GOOD : TOKEN_EXPIRED;
    }
    return TOKEN_INVALID;
}

void token_unauthorized(const struct scenario *scenario, enum token_verdict verdict,
                        struct answer *answer)
{
    const char *code =
        verdict == TOKEN_EXPIRED ? "ExpiredAuthenticationToken" : "InvalidAuthenticationToken";
    const char *message = "The access token is invalid.";
    if (verdict == TOKEN_MISSING)
        message = "Authentication failed. The 'Authorization' header is missing.";
    else if (verdict == TOKEN_EXPIRED)
        message = "The access token expiry UTC time is earlier than current UTC time.";
    answer_error(answer, 401, code, "%s", message);
    answer_header(answer, "WWW-Authenticate",
                  "Bearer authorization_uri=\"https://login.microsoftonline.com/%s\", "
                  "error=\"invalid_token\", error_description=\"%s\"",
                  scenario->tenant_id, message);
}

void token_clear(struct token_store *store)
{
    for (size_t i = 0; i < TOKENS_KEPT; i++)
        free(store->tokens[i].text);
    memset(store, 0, sizeof *store);
}
