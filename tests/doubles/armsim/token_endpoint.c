/* SPDX-License-Identifier: MIT */
/* Judging token requests as Entra ID does. */
#include "token_endpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "text.h"

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

/* The value of a parameter that may occur once; NULL when it does not. New. */
static char *optional(const struct request *request, const char *name, size_t *count)
{
    return text_parameter(request->body ? request->body : "", name, false, count);
}

/* The value of a parameter that must occur exactly once; NULL after a refusal. New. */
static char *parameter(const struct request *request, const char *name, struct answer *answer)
{
    size_t count = 0;
    char *value = optional(request, name, &count);
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

static bool check_secret(const struct scenario *scenario, const char *secret, struct answer *answer)
{
    if (!scenario->secret_rejected && strcmp(secret, scenario->client_secret) == 0)
        return true;
    token_refuse(answer, 401, "invalid_client",
                 "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in "
                 "the request is the client secret value, not the client secret ID, for a secret "
                 "added to the app.");
    return false;
}

static bool check_assertion_type(const struct request *request, struct answer *answer)
{
    char *type = parameter(request, "client_assertion_type", answer);
    bool good = type && strcmp(type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") == 0;
    if (type && !good)
        token_refuse(answer, 400, "invalid_request",
                     "AADSTS50027: The client_assertion_type is not supported.");
    free(type);
    return good;
}

/* Exactly one of secret and assertion, and that one good. */
static bool check_credential(struct token_store *store, struct scenario *scenario,
                             const struct request *request, struct answer *answer)
{
    size_t secrets = 0, assertions = 0;
    char *secret = optional(request, "client_secret", &secrets);
    char *assertion = optional(request, "client_assertion", &assertions);
    bool good = false;
    if (secrets + assertions == 0)
        token_refuse(answer, 401, "invalid_client",
                     "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required "
                     "for the 'client_credentials' grant type.");
    else if (secrets + assertions > 1)
        token_refuse(answer, 400, "invalid_request",
                     "AADSTS90100: The client's credential is duplicated.");
    else if (secrets)
        good = check_secret(scenario, secret ? secret : "", answer);
    else
        good = check_assertion_type(request, answer) &&
               token_check_assertion(store, scenario, request, assertion ? assertion : "", answer);
    free(assertion);
    free(secret);
    return good;
}

/* Claims are optional and must be a JSON object. */
static bool check_claims(const char *claims, size_t count, struct answer *answer)
{
    cJSON *json = claims ? cJSON_Parse(claims) : NULL;
    bool good = count == 0 || (count == 1 && cJSON_IsObject(json));
    cJSON_Delete(json);
    if (!good)
        token_refuse(answer, 400, "invalid_request",
                     "AADSTS50146: The 'claims' parameter must be one JSON object.");
    return good;
}

static void add_seconds(cJSON *json, const char *name, int64_t seconds, bool as_text)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, seconds);
    if (as_text)
        cJSON_AddStringToObject(json, name, text);
    else
        cJSON_AddNumberToObject(json, name, (double)seconds);
}

static void issue(struct token_store *store, const struct scenario *scenario, const char *audience,
                  const char *claims, struct answer *answer)
{
    const struct identity *identity = &scenario->identity;
    char object_id[TEXT_UUID];
    text_uuid_of(scenario->client_id, object_id);
    struct token_order order = {.audience = audience,
                                .client_id = scenario->client_id,
                                .object_id = object_id,
                                .claims = claims,
                                .seconds = scenario->token_seconds};
    const struct token *token = token_issue(store, scenario, &order);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "token_type", "Bearer");
    add_seconds(json, "expires_in", order.seconds, identity->numbers_as_text);
    add_seconds(json, "ext_expires_in", order.seconds, identity->numbers_as_text);
    if (identity->refresh_in)
        add_seconds(json, "refresh_in", identity->refresh_in, identity->numbers_as_text);
    cJSON_AddStringToObject(json, "access_token", token->text);
    answer_json(answer, 200, json);
}

void token_answer(struct token_store *store, struct scenario *scenario, struct request *request,
                  struct answer *answer)
{
    char *audience = NULL, *claims = NULL;
    size_t count = 0;
    if (check_form(scenario, request, answer))
        audience = scope_audience(request, answer);
    if (audience)
        claims = optional(request, "claims", &count);
    if (audience && check_claims(claims, count, answer) &&
        check_credential(store, scenario, request, answer)) {
        issue(store, scenario, audience, claims, answer);
        request->authorized = true;
    }
    answer_header(answer, "Cache-Control", "no-store, no-cache");
    answer_header(answer, "Pragma", "no-cache");
    free(claims);
    free(audience);
}
