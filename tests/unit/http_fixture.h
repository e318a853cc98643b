/* SPDX-License-Identifier: MIT */
/* A client, a server and what came of requests: shared by the tests of the HTTP client. */
#ifndef MILINK_UNIT_HTTP_FIXTURE_H
#define MILINK_UNIT_HTTP_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "http.h"
#include "http_server.h"
#include "thread.h"

enum { PATIENCE_MS = 60000, MANY = 32 };

struct fixture {
    struct http_server *server;
    struct http_client *client;
    struct mutex *mutex;
    struct condition *changed;
    size_t ended;                      /* callbacks that ran */
    size_t results[HTTP_CANCELED + 1]; /* of those, by result */
    char url[128];
};

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int fixture_setup(void **state);
int fixture_teardown(void **state);

/* A request of the server's; the URL lives in the fixture until the next one. */
struct http_request fixture_request(struct fixture *fixture, const char *method, const char *path);
struct http_answer fixture_perform(struct fixture *fixture, const struct http_request *request);
struct http_answer fixture_get(struct fixture *fixture, const char *path);

/* For http_start with the fixture as context: counts the result and clears the answer. */
void fixture_count(void *context, struct http_answer *answer);
void fixture_await(struct fixture *fixture, size_t ended);

/* A whole answer of that status. */
void assert_answered(const struct http_answer *answer, int status);
/* No body, that result, and why in the text; clears the answer. */
void assert_failed(struct http_answer *answer, enum http_result result, const char *why);

#endif
