/* SPDX-License-Identifier: MIT */
/* Requests to Azure Resource Manager: reads are retried here, writes by the engine alone. */
#include "arm_client.h"
#include "metrics.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum { READ_TRIES = 4, FIRST_WAIT_MS = 300, MAX_PAGES = 100, REQUEST_MS = 20000 };

bool arm_request_init(struct arm_request *request, const char *method, const char *url,
                      const char *body, const char *correlation_id)
{
    struct http_header *header = request->headers;

    memset(request, 0, sizeof *request);
    if (!crypto_new_guid(request->client_request_id))
        return false;
    *header++ = (struct http_header){"Accept", "application/json"};
    *header++ = (struct http_header){"x-ms-client-request-id", request->client_request_id};
    *header++ = (struct http_header){"x-ms-return-client-request-id", "true"};
    if (correlation_id != NULL)
        *header++ = (struct http_header){"x-ms-correlation-request-id", correlation_id};
    if (body != NULL)
        *header++ = (struct http_header){"Content-Type", "application/json; charset=utf-8"};
    request->http.method = method;
    request->http.url = url;
    request->http.headers = request->headers;
    request->http.header_count = (size_t)(header - request->headers);
    request->http.body = body;
    request->http.body_length = body != NULL ? strlen(body) : 0;
    request->http.timeout_ms = REQUEST_MS;
    return true;
}

static bool keep_waiting(void *context)
{
    const struct deadline *deadline = context;

    return deadline_left_ms(deadline) > 0 && !deadline_interrupted(deadline);
}

/* Takes a read of Azure's budget, waiting for the next one when all are used; where the call's time
 * does not allow that it goes all the same, and Azure has the word. */
static void take_budget(const struct arm_client *client, const char *url,
                        const struct deadline *deadline)
{
    uint64_t wait = 0;

    do {
        wait = arm_budget_take(client->budget, url, ARM_READ_CALL);
    } while (wait > 0 && deadline_pause(deadline, wait));
}

/* One GET with the token at hand. False when there is no token or no memory; answer is cleared by
 * the caller. */
static bool ask(const struct arm_client *client, const char *url, const struct deadline *deadline,
                struct http_answer *answer, struct error *error)
{
    char *token = malloc(IDENTITY_TOKEN_SIZE);
    struct arm_request request;
    bool asked = false;

    if (token == NULL || !arm_request_init(&request, "GET", url, NULL, NULL)) {
        error_set(error, MILINK_OUT_OF_MEMORY, NULL, NULL);
        goto out;
    }
    token[0] = '\0';
    if (!token_get(client->tokens, deadline, token, error))
        goto out;
    take_budget(client, url, deadline);
    request.http.bearer = token;
    if (request.http.timeout_ms > deadline_left_ms(deadline))
        request.http.timeout_ms = deadline_left_ms(deadline);
    http_perform(client->http, &request.http, keep_waiting, (void *)deadline, answer);
    metrics_count_request("GET", answer);
    arm_budget_learn(client->budget, url, answer);
    token_reject_answer(client->tokens, token, answer);
    asked = true;
out:
    if (token != NULL)
        crypto_wipe(token, IDENTITY_TOKEN_SIZE);
    free(token);
    return asked;
}

static bool want_again(const struct http_answer *answer, unsigned tries,
                       const struct deadline *deadline)
{
    uint64_t wait = arm_retry_after_ms(answer, clock_utc_ms());
    bool refused = answer->result == HTTP_ANSWERED && answer->status == 401 && tries == 1;

    if (refused)
        return true;
    if (tries >= READ_TRIES || !arm_is_transient(answer))
        return false;
    if (wait == 0)
        wait = (uint64_t)FIRST_WAIT_MS << tries;
    return deadline_pause(deadline, wait);
}

static struct json *take_document(const struct http_answer *answer, const char *subject,
                                  struct error *error)
{
    struct json *document = NULL;
    char why[128];

    if (answer->result != HTTP_ANSWERED || answer->status != 200) {
        arm_set_error(error, subject, answer);
        return NULL;
    }
    document = json_parse(answer->body, answer->body_length, why, sizeof why);
    if (document != NULL && json_is_object(document))
        return document;
    error_set(error, MILINK_ARM_BAD_ANSWER, subject,
              document != NULL ? "JSON that is not an object" : why);
    json_free(document);
    return NULL;
}

static void set_late(struct error *error, const char *subject, const struct deadline *deadline)
{
    if (deadline_interrupted(deadline))
        error_set(error, MILINK_CALL_CANCELED, subject, NULL);
    else
        error_set(error, MILINK_ARM_TIMED_OUT, subject, "no answer within the call's time");
}

struct json *arm_get(const struct arm_client *client, const char *path, const char *subject,
                     const struct deadline *deadline, struct error *error)
{
    const struct config *config = client->config;
    char *url = malloc(ARM_URL_SIZE);
    struct http_answer answer = {0};
    struct json *document = NULL;

    if (url == NULL) {
        error_set(error, MILINK_OUT_OF_MEMORY, subject, NULL);
        return NULL;
    }
    if (path[0] != '/')
        text_copy(url, ARM_URL_SIZE, path);
    else
        arm_url(url, ARM_URL_SIZE, config->arm_endpoint, path, config->api_version);
    for (unsigned tries = 1;; tries++) {
        http_answer_clear(&answer);
        memset(&answer, 0, sizeof answer);
        if (!ask(client, url, deadline, &answer, error))
            goto out;
        if (!want_again(&answer, tries, deadline))
            break;
    }
    if (answer.result != HTTP_ANSWERED && !keep_waiting((void *)deadline))
        set_late(error, subject, deadline);
    else
        document = take_document(&answer, subject, error);
out:
    http_answer_clear(&answer);
    free(url);
    return document;
}

/* Hands out the elements of one page. False when the reader has had enough. */
static bool hand_out(const struct json *page, const struct arm_each *each)
{
    const struct json *value = json_member(page, "value");

    for (size_t i = 0; i < json_count(value); i++)
        if (!each->element(each->context, json_at(value, i)))
            return false;
    return true;
}

bool arm_list(const struct arm_client *client, const char *path, const struct arm_each *each,
              const struct deadline *deadline, struct error *error)
{
    char *next = malloc(ARM_URL_SIZE);
    struct json *page = NULL;
    bool whole = false;

    if (next == NULL) {
        error_set(error, MILINK_OUT_OF_MEMORY, each->subject, NULL);
        return false;
    }
    text_copy(next, ARM_URL_SIZE, path);
    for (int pages = 0; !whole && pages < MAX_PAGES; pages++) {
        const char *link = NULL;

        page = arm_get(client, next, each->subject, deadline, error);
        if (page == NULL)
            goto out;
        link = json_text(page, "nextLink");
        /* An answer that is no list is not an empty list: guards count on what it holds. */
        if (!json_is_array(json_member(page, "value"))) {
            error_set(error, MILINK_ARM_BAD_ANSWER, each->subject, "a list without its elements");
            goto out;
        }
        whole = !hand_out(page, each) || link == NULL || link[0] == '\0';
        if (!whole && !arm_follow(next, ARM_URL_SIZE, client->config->arm_endpoint, link)) {
            error_set(error, MILINK_ARM_BAD_ANSWER, each->subject, "nextLink leads elsewhere");
            goto out;
        }
        json_free(page);
        page = NULL;
    }
    if (!whole)
        error_set(error, MILINK_ANSWER_TOO_LARGE, each->subject, "more than 100 pages");
out:
    json_free(page);
    free(next);
    return whole;
}
