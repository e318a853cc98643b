/* SPDX-License-Identifier: MIT */
/* Recording one exchange: what is secret is struck out, of a password its hash is kept. */
#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "clock.h"
#include "log.h"
#include "text.h"

static const char hidden[] = "***";

static bool is_password(const char *name)
{
    return text_contains_nocase(name, "password");
}

static bool is_secret_name(const char *name)
{
    return is_password(name) || text_contains_nocase(name, "secret") ||
           (text_contains_nocase(name, "assertion") &&
            strcasecmp(name, "client_assertion_type") != 0) ||
           (text_contains_nocase(name, "token") && strcasecmp(name, "token_type") != 0);
}

static char *sha256_hex(const char *text)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!EVP_Digest(text, strlen(text), hash, &length, EVP_sha256(), NULL))
        length = 0;
    return text_hex(hash, length, false);
}

/* Strikes out the secrets of json; hashes (may be NULL) receives the SHA-256 of each password. */
static void hide_secrets(cJSON *json, cJSON *hashes)
{
    cJSON *child = NULL;
    cJSON_ArrayForEach(child, json)
    {
        if (!child->string || !is_secret_name(child->string) || !cJSON_IsString(child)) {
            hide_secrets(child, hashes);
            continue;
        }
        if (hashes && is_password(child->string)) {
            char *hash = sha256_hex(child->valuestring);
            cJSON_AddStringToObject(hashes, child->string, hash);
            free(hash);
        }
        cJSON_SetValuestring(child, hidden);
    }
}

/* A form as a JSON object, its secret values struck out. */
static cJSON *form_body(const char *form)
{
    cJSON *object = cJSON_CreateObject();
    while (*form) {
        size_t length = strcspn(form, "&"), name_length = strcspn(form, "=&");
        char *name = text_decode(form, name_length, true);
        char *value = name_length < length
                          ? text_decode(form + name_length + 1, length - name_length - 1, true)
                          : NULL;
        if (name)
            cJSON_AddStringToObject(object, name,
                                    is_secret_name(name) ? hidden : (value ? value : ""));
        free(name);
        free(value);
        form += length + (form[length] == '&');
    }
    return object;
}

static cJSON *request_body(const struct request *request, cJSON *hashes)
{
    if (!request->body)
        return cJSON_CreateNull();
    if (request->kind == KIND_TOKEN)
        return form_body(request->body);
    cJSON *json = cJSON_Parse(request->body);
    if (json)
        hide_secrets(json, hashes);
    return json ? json : cJSON_CreateString("(not JSON)");
}

static void add_text(cJSON *object, const char *name, const char *text)
{
    cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

/* Bytes that are not JSON, as a string that is: what is not printable ASCII becomes '?'. */
static cJSON *plain_body(const struct answer *answer)
{
    size_t length = answer->length < LOG_BODY_MOST ? answer->length : LOG_BODY_MOST;
    char *text = text_copy_bytes(answer->body, length);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || (unsigned char)text[i] > '~')
            text[i] = '?';
    cJSON *string = cJSON_CreateString(text);
    free(text);
    return string;
}

static cJSON *response_body(const struct answer *answer)
{
    if (!answer->body)
        return cJSON_CreateNull();
    if (!answer->is_json || answer->length > LOG_BODY_MOST)
        return plain_body(answer);
    if (!text_contains_nocase(answer->body, "token") &&
        !text_contains_nocase(answer->body, "secret") &&
        !text_contains_nocase(answer->body, "password"))
        return cJSON_CreateRaw(answer->body); /* the usual case, without parsing it again */
    cJSON *json = cJSON_Parse(answer->body);
    hide_secrets(json, NULL);
    return json;
}

static cJSON *response_object(const struct answer *answer)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "status", answer->status);
    cJSON *headers = cJSON_AddObjectToObject(object, "headers");
    for (size_t i = 0; i < answer->header_count; i++)
        cJSON_AddStringToObject(headers, answer->headers[i].name, answer->headers[i].value);
    cJSON_AddItemToObject(object, "body", response_body(answer));
    return object;
}

static void add_request(cJSON *object, const struct request *request)
{
    char *version = text_parameter(request->query, "api-version", true, NULL);
    cJSON *hashes = cJSON_CreateObject();
    add_text(object, "kind", kind_names[request->kind]);
    add_text(object, "method", request->method);
    add_text(object, "path", request->uri);
    add_text(object, "query", request->query);
    add_text(object, "api_version", version);
    add_text(object, "content_type", request->content_type);
    add_text(object, "user_agent", request->user_agent);
    add_text(object, "client_request_id", request->client_request_id);
    add_text(object, "correlation_id", request->correlation_id);
    cJSON_AddBoolToObject(object, "authorized", request->authorized);
    cJSON_AddItemToObject(object, "body", request_body(request, hashes));
    cJSON_AddItemToObject(object, "password_sha256", hashes);
    free(version);
}

char *record_print(const struct request *request, bool answered, const struct answer *answer,
                   const char *fault)
{
    char time[CLOCK_TEXT];
    clock_print(request->arrived_at, time);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "n", (double)request->number);
    add_text(object, "time", time);
    add_request(object, request);
    cJSON_AddItemToObject(object, "status",
                          answered ? cJSON_CreateNumber(answer ? answer->status : 0)
                                   : cJSON_CreateNull());
    cJSON_AddItemToObject(object, "response",
                          answer ? response_object(answer) : cJSON_CreateNull());
    add_text(object, "fault", fault);
    char *text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text ? text : text_copy("{}");
}
