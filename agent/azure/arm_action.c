/* SPDX-License-Identifier: MIT */
/* A POST that acts at once, sent one time. */
#include "arm_action.h"
#include "metrics.h"
#include <stdlib.h>
#include <string.h>

static bool keep_waiting(void *context)
{
    const struct deadline *deadline = context;

    return deadline_left_ms(deadline) > 0 && !deadline_interrupted(deadline);
}

static enum arm_action_result judge(const struct http_answer *answer, const char *path,
                                    struct error *error)
{
    if (answer->result == HTTP_ANSWERED && answer->status >= 200 && answer->status < 300)
        return ARM_ACTION_DONE;
    arm_set_error(error, path, answer);
    if (arm_was_refused_unseen(answer) ||
        (answer->result == HTTP_ANSWERED && !arm_is_transient(answer)))
        return ARM_ACTION_REFUSED;
    return ARM_ACTION_UNSURE;
}

static bool ask(const struct arm_client *client, struct http_request *request,
                const struct deadline *deadline, struct http_answer *answer, struct error *error)
{
    char *token = calloc(1, IDENTITY_TOKEN_SIZE);
    bool asked = false;

    if (token == NULL) {
        error_set(error, MILINK_OUT_OF_MEMORY, NULL, NULL);
        return false;
    }
    if (token_get(client->tokens, deadline, token, error)) {
        request->bearer = token;
        if (request->timeout_ms > deadline_left_ms(deadline))
            request->timeout_ms = deadline_left_ms(deadline);
        http_perform(client->http, request, keep_waiting, (void *)deadline, answer);
        metrics_count_request(request->method, answer);
        token_reject_answer(client->tokens, token, answer);
        asked = true;
    }
    crypto_wipe(token, IDENTITY_TOKEN_SIZE);
    free(token);
    return asked;
}

enum arm_action_result arm_action(const struct arm_client *client, const char *path,
                                  const char *correlation_id, const struct deadline *deadline,
                                  struct error *error)
{
    enum arm_action_result result = ARM_ACTION_REFUSED;
    char *url = malloc(ARM_URL_SIZE);
    struct http_answer answer = {0};
    struct arm_request request;

    if (url == NULL ||
        !arm_url(url, ARM_URL_SIZE, client->config->arm_endpoint, path,
                 client->config->api_version) ||
        !arm_request_init(&request, "POST", url, NULL, correlation_id)) {
        error_set(error, MILINK_OUT_OF_MEMORY, path, NULL);
        goto out;
    }
    if (!ask(client, &request.http, deadline, &answer, error))
        goto out;
    /* A refused token proves that nothing was done. */
    if (answer.result == HTTP_ANSWERED && answer.status == 401) {
        http_answer_clear(&answer);
        memset(&answer, 0, sizeof answer);
        if (!ask(client, &request.http, deadline, &answer, error))
            goto out;
    }
    result = judge(&answer, path, error);
out:
    http_answer_clear(&answer);
    free(url);
    return result;
}
