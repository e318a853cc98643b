/* SPDX-License-Identifier: MIT */
/* What the tests of the HTTP client share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "http_fixture.h"

static const char *const kept[] = {"Retry-After", "Location", "x-long", "x-empty", NULL};

int fixture_setup(void **state)
{
    static struct fixture fixture;
    struct http_options options = {.user_agent = "milink-agent/test", .keep_headers = kept};
    char why[128] = "";

    memset(&fixture, 0, sizeof fixture);
    fixture.server = http_server_new();
    fixture.mutex = mutex_new();
    fixture.changed = condition_new();
    fixture.client = http_client_new(&options, why, sizeof why);
    *state = &fixture;
    return fixture.client != NULL ? 0 : -1;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;

    http_client_free(fixture->client);
    http_server_free(fixture->server);
    condition_free(fixture->changed);
    mutex_free(fixture->mutex);
    return 0;
}

struct http_request fixture_request(struct fixture *fixture, const char *method, const char *path)
{
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%u%s",
             http_server_port(fixture->server), path);
    return (struct http_request){
        .method = method, .url = fixture->url, .plain_local = true, .timeout_ms = PATIENCE_MS};
}

struct http_answer fixture_perform(struct fixture *fixture, const struct http_request *request)
{
    struct http_answer answer;

    memset(&answer, 0xAA, sizeof answer);
    http_perform(fixture->client, request, NULL, NULL, &answer);
    return answer;
}

struct http_answer fixture_get(struct fixture *fixture, const char *path)
{
    struct http_request request = fixture_request(fixture, "GET", path);

    return fixture_perform(fixture, &request);
}

void assert_answered(const struct http_answer *answer, int status)
{
    if (answer->result != HTTP_ANSWERED)
        fail_msg("result %d: %s", (int)answer->result, answer->why);
    assert_int_equal(answer->status, status);
    assert_string_equal(answer->why, "");
    assert_non_null(answer->body);
    assert_int_equal(strlen(answer->body), answer->body_length);
}

void assert_failed(struct http_answer *answer, enum http_result result, const char *why)
{
    assert_int_equal(answer->result, result);
    assert_null(answer->body);
    assert_int_equal(answer->body_length, 0);
    if (strstr(answer->why, why) == NULL)
        fail_msg("'%s' is not in '%s'", why, answer->why);
    http_answer_clear(answer);
}

void fixture_count(void *context, struct http_answer *answer)
{
    struct fixture *fixture = context;

    mutex_lock(fixture->mutex);
    fixture->ended++;
    fixture->results[answer->result]++;
    condition_broadcast(fixture->changed);
    mutex_unlock(fixture->mutex);
    http_answer_clear(answer);
}

void fixture_await(struct fixture *fixture, size_t count)
{
    mutex_lock(fixture->mutex);
    while (fixture->ended < count)
        condition_wait(fixture->changed, fixture->mutex, PATIENCE_MS);
    mutex_unlock(fixture->mutex);
}
