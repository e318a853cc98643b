/* SPDX-License-Identifier: MIT */
/* Azure as an input scripts it. */
#include "fuzz_azure.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fuzz_input *script;
static const char *place;

static void add_header(struct http_answer *answer, const struct fuzz_input *line)
{
    char *both = fuzz_text(line), *colon = strchr(both, ':');

    if (colon == NULL || answer->header_count == HTTP_MAX_HEADERS ||
        strlen(colon) > HTTP_MAX_HEADER) {
        free(both);
        return;
    }
    *colon++ = '\0';
    colon += strspn(colon, " ");
    answer->headers[answer->header_count++] = (struct http_header){both, colon};
}

static void set_result(struct http_answer *answer, const char *word)
{
    static const struct {
        const char *word;
        enum http_result result;
    } words[] = {{"unsent", HTTP_NOT_SENT},
                 {"lost", HTTP_LOST},
                 {"large", HTTP_TOO_LARGE},
                 {"canceled", HTTP_CANCELED}};

    answer->result = HTTP_ANSWERED;
    answer->status = (int)strtoul(word, NULL, 10) % 1000;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i].word) == 0)
            answer->result = words[i].result;
    if (answer->result != HTTP_ANSWERED)
        answer->status = 0;
}

void fuzz_answer(struct http_answer *answer, struct fuzz_input part)
{
    struct fuzz_input line = fuzz_line(&part);
    char *word = fuzz_text(&line);

    memset(answer, 0, sizeof *answer);
    set_result(answer, word);
    free(word);
    for (line = fuzz_line(&part); line.left > 0; line = fuzz_line(&part))
        add_header(answer, &line);
    if (answer->result != HTTP_ANSWERED) {
        text_copy(answer->why, sizeof answer->why, "azure.test: made to fail");
        return;
    }
    answer->body = malloc(part.left + 1);
    if (answer->body == NULL)
        abort();
    if (part.left > 0)
        memcpy(answer->body, part.at, part.left);
    answer->body[part.left] = '\0';
    answer->body_length = part.left;
}

void fuzz_azure_script(struct fuzz_input *input, const char *endpoint)
{
    script = input;
    place = endpoint;
}

struct http_client *http_client_new(const struct http_options *options, char *why, size_t why_size)
{
    (void)options;
    text_copy(why, why_size, "no client is made here");
    return NULL;
}

void http_client_free(struct http_client *client)
{
    (void)client;
}

uint64_t http_start(struct http_client *client, const struct http_request *request,
                    void (*done)(void *context, struct http_answer *answer), void *context)
{
    struct http_answer answer = {.result = HTTP_NOT_SENT};

    (void)client;
    PROMISE(request->url != NULL && request->timeout_ms > 0);
    if (request->bearer != NULL) {
        size_t length = strlen(place);

        PROMISE(strlen(request->url) > length && text_equal_bytes(place, request->url, length) &&
                strchr("/?:", request->url[length]) != NULL);
        if (request->url[length] == ':')
            PROMISE(strncmp(request->url + length, ":443/", 5) == 0 ||
                    strncmp(request->url + length, ":443?", 5) == 0);
    }
    if (script->left > 0)
        fuzz_answer(&answer, fuzz_part(script));
    done(context, &answer);
    return 1;
}

void http_cancel(struct http_client *client, uint64_t request)
{
    (void)client;
    (void)request;
}

const char *http_version(void)
{
    return "none";
}
