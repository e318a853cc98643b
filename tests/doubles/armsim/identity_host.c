/* SPDX-License-Identifier: MIT */
/* Answering as IMDS and as HIMDS do. */
#include "identity_host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "clock.h"
#include "text.h"

static const char path[] = "/metadata/identity/oauth2/token";

/* Whose token is asked for. */
struct selected {
    const char *client_id, *object_id, *resource_id; /* resource_id NULL: system-assigned */
    bool echo;
};

void identity_route(const struct sim *sim, struct request *request)
{
    size_t length = strcspn(request->uri, "?");
    int service = sim->model.scenario.identity.service;
    request->kind = KIND_OTHER;
    if (service == SERVICE_NONE || length != sizeof path - 1 ||
        memcmp(request->uri, path, length) != 0)
        return;
    request->kind = service == SERVICE_ARC && !request->authorization ? KIND_IDENTITY_CHALLENGE
                                                                      : KIND_IDENTITY_TOKEN;
}

void identity_refuse(struct answer *answer, int status, const char *error, const char *description)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "error", error);
    cJSON_AddStringToObject(json, "error_description", description);
    answer_json(answer, status, json);
}

static bool refuse(struct answer *answer, const char *error, const char *description)
{
    identity_refuse(answer, 400, error, description);
    return false;
}

/* Of a parameter that must occur exactly once; NULL when it does not. New. */
static char *single(const struct request *request, const char *name)
{
    size_t count = 0;
    char *value = text_parameter(request->query, name, false, &count);
    if (count == 1 && value)
        return value;
    free(value);
    return NULL;
}

static bool check_head(const struct request *request, struct answer *answer)
{
    if (strcmp(request->method, "GET") != 0) {
        identity_refuse(answer, 405, "method_not_allowed", "Only GET is allowed.");
        return false;
    }
    if (!request->metadata || strcmp(request->metadata, "true") != 0)
        return refuse(answer, "bad_request_102", "Required metadata header not specified");
    if (request->forwarded)
        return refuse(answer, "invalid_request", "The request came through a proxy.");
    return true;
}

static bool check_version(int service, const struct request *request, struct answer *answer)
{
    static const char *const imds[] = {"2018-02-01", NULL};
    static const char *const arc[] = {"2019-11-01", "2020-06-01", "2021-02-01", NULL};
    const char *const *known = service == SERVICE_ARC ? arc : imds;
    char *version = single(request, "api-version");
    bool good = false;
    for (size_t i = 0; known[i] && version && !good; i++)
        good = strcmp(known[i], version) == 0;
    free(version);
    return good || refuse(answer, "invalid_request",
                          "The api-version is missing, repeated, or not one that is supported.");
}

/* The resource asked for, or NULL after a refusal. New. */
static char *read_resource(const struct request *request, struct answer *answer)
{
    char *resource = single(request, "resource");
    if (resource && token_is_arm(resource))
        return resource;
    free(resource);
    refuse(answer, "invalid_resource",
           "AADSTS500011: The resource principal was not found in the tenant.");
    return NULL;
}

static bool matches(const struct assigned_identity *one, size_t selector, const char *value)
{
    const char *ids[] = {one->client_id, one->object_id, one->resource_id};
    return strcasecmp(ids[selector], value) == 0;
}

static bool select_assigned(const struct identity *identity, size_t selector, const char *value,
                            struct selected *selected)
{
    for (size_t i = 0; i < identity->assigned.count; i++) {
        const struct assigned_identity *one = identity->assigned.items[i];
        if (!matches(one, selector, value))
            continue;
        *selected = (struct selected){one->client_id, one->object_id, one->resource_id, true};
        return true;
    }
    return false;
}

/* At most one selector; an old Arc agent looks at none. Other parameters are ignored, as is the
 * name mi_res_id, which only App Service knows. */
static bool select_identity(const struct identity *identity, const struct request *request,
                            struct selected *selected, struct answer *answer)
{
    static const char *const names[] = {"client_id", "object_id", "msi_res_id"};
    bool blind = identity->service == SERVICE_ARC && identity->old_arc_agent;
    bool found = identity->system_assigned;
    size_t given = 0;
    *selected = (struct selected){identity->client_id, identity->object_id, NULL, !blind};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !blind; i++) {
        size_t count = 0;
        char *value = text_parameter(request->query, names[i], false, &count);
        given += count;
        if (count)
            found = value && select_assigned(identity, i, value, selected);
        free(value);
    }
    if (given > 1)
        return refuse(answer, "invalid_request", "More than one identity is selected.");
    return found || refuse(answer, "invalid_request", "Identity not found");
}

static void print_expiry(int form, int64_t seconds, char text[CLOCK_TEXT])
{
    time_t time = (time_t)seconds;
    struct tm parts = {0};
    gmtime_r(&time, &parts);
    switch ((enum expires_form)form) {
    case EXPIRES_US: strftime(text, CLOCK_TEXT, "%m/%d/%Y %H:%M:%S", &parts); break;
    case EXPIRES_SPACE: strftime(text, CLOCK_TEXT, "%Y-%m-%d %H:%M:%S", &parts); break;
    case EXPIRES_RFC3339: strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts); break;
    default: snprintf(text, CLOCK_TEXT, "%" PRId64, seconds); break;
    }
}

static void add_times(cJSON *json, const struct identity *identity, int64_t life, int64_t expiry)
{
    char text[CLOCK_TEXT];
    snprintf(text, sizeof text, "%" PRId64, life);
    cJSON_AddStringToObject(json, "expires_in", text);
    snprintf(text, sizeof text, "%" PRId64, expiry - life);
    cJSON_AddStringToObject(json, "not_before", text);
    if (identity->expires_on == EXPIRES_NUMBER) {
        cJSON_AddNumberToObject(json, "expires_on", (double)expiry);
    } else if (identity->expires_on != EXPIRES_ABSENT) {
        print_expiry(identity->expires_on, expiry, text);
        cJSON_AddStringToObject(json, "expires_on", text);
    }
}

/* expires_in is as old as the host's cache; expires_on tells the truth. */
static void issue(struct sim *sim, const struct selected *selected, const char *resource,
                  struct answer *answer)
{
    const struct scenario *scenario = &sim->model.scenario;
    int64_t life = scenario->token_seconds;
    struct token_order order = {.audience = resource,
                                .client_id = selected->client_id,
                                .object_id = selected->object_id,
                                .seconds = life - scenario->identity.cached_seconds};
    const struct token *token = token_issue(&sim->tokens, scenario, &order);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "access_token", token->text);
    if (selected->echo)
        cJSON_AddStringToObject(json, "client_id", selected->client_id);
    if (selected->echo && selected->resource_id) {
        cJSON_AddStringToObject(json, "object_id", selected->object_id);
        cJSON_AddStringToObject(json, "msi_res_id", selected->resource_id);
    }
    add_times(json, &scenario->identity, life, token->expires_at / 1000);
    cJSON_AddStringToObject(json, "resource", resource);
    cJSON_AddStringToObject(json, "token_type", "Bearer");
    answer_json(answer, 200, json);
}

static void challenge(struct sim *sim, struct answer *answer)
{
    const struct identity *identity = &sim->model.scenario.identity;
    char *realm = key_challenge(&sim->keys, identity);
    if (!realm) {
        identity_refuse(answer, 500, "server_error", "The key file could not be written.");
        return;
    }
    identity_refuse(answer, 401, "unauthorized_client", "Missing Basic Authorization header");
    if (identity->arc_quirk == QUIRK_NO_REALM)
        answer_header(answer, "WWW-Authenticate", "Basic");
    else
        answer_header(answer, "WWW-Authenticate",
                      identity->arc_quirk == QUIRK_QUOTED ? "%s realm=\"%s\"" : "%s realm=%s",
                      identity->arc_quirk == QUIRK_SCHEME ? "Bearer" : "Basic", realm);
    free(realm);
}

/* On Arc: has the client read the key file of a challenge? Another challenge if not. */
static bool check_key(struct sim *sim, const struct request *request, struct answer *answer)
{
    const struct identity *identity = &sim->model.scenario.identity;
    const char *given = request->authorization;
    if (identity->service != SERVICE_ARC || identity->arc_quirk == QUIRK_UNCHALLENGED)
        return true;
    if (given && strncmp(given, "Basic ", 6) == 0 && key_redeem(&sim->keys, given + 6))
        return true;
    challenge(sim, answer);
    return false;
}

void identity_answer(struct sim *sim, struct request *request, struct answer *answer)
{
    const struct identity *identity = &sim->model.scenario.identity;
    struct selected selected = {0};
    char *resource = NULL;
    if (request->kind == KIND_OTHER) {
        answer_bytes(answer, 404, "text/html", "<html>not found</html>", 22);
        return;
    }
    answer_header(answer, "Server", "%s",
                  identity->service == SERVICE_ARC ? "HIMDS" : "IMDS/150.870.65.1854");
    if (check_head(request, answer) && check_version(identity->service, request, answer))
        resource = read_resource(request, answer);
    if (resource && check_key(sim, request, answer) &&
        select_identity(identity, request, &selected, answer)) {
        issue(sim, &selected, resource, answer);
        request->authorized = true;
    }
    free(resource);
}
