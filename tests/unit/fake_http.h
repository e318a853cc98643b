/* SPDX-License-Identifier: MIT */
/* Azure as the tests of the agent script it: answers by method and URL, from a thread of its own,
 * requests recorded. Stands in for http_curl.c. */
#ifndef MILINK_UNIT_FAKE_HTTP_H
#define MILINK_UNIT_FAKE_HTTP_H

#include "http.h"

/* What is answered. Texts are literals, or outlive the client. */
struct fake_reply {
    enum http_result result;
    int status;
    const char *body;    /* NULL: empty */
    const char *headers; /* "Location: /x\nRetry-After: 5", or NULL */
    bool held;           /* not before fake_http_release */
    bool refused;        /* http_start itself returns 0 */
};

/* A request as it came. */
struct fake_request {
    char method[8];
    char url[4200];
    char body[2048];
    char headers[2048]; /* "Name: value\n" each */
    char bearer[128];
    uint32_t timeout_ms;
    uint64_t at_ms; /* UTC by the fake clock */
};

struct http_client *fake_http_new(void);
/* http_client_free ends it; every request is answered then. */

/* The answer to requests with this method whose URL holds that part. Several of one rule are given
 * in order, the last one again and again; of several rules that fit, the one added last counts. A
 * request without a rule is answered with status 501 and counted as unexpected. */
void fake_http_on(struct http_client *client, const char *method, const char *part,
                  struct fake_reply reply);
/* Forgets all rules. */
void fake_http_forget(struct http_client *client);
/* Asked before the rules, on the thread that starts the request: a model of Azure. False: the rules
 * decide. */
void fake_http_model(struct http_client *client,
                     bool (*model)(void *context, const struct fake_request *request,
                                   struct fake_reply *reply),
                     void *context);

size_t fake_http_count(struct http_client *client, const char *method, const char *part);
/* The n-th of them from 0, copied; false when there were fewer. */
bool fake_http_request(struct http_client *client, const char *method, const char *part, size_t n,
                       struct fake_request *request);
/* Waits until there were so many; false when there are not within 20 s. */
bool fake_http_await(struct http_client *client, const char *method, const char *part,
                     size_t count);
size_t fake_http_unexpected(struct http_client *client);
/* Answers what was held back, and holds nothing back any more. */
void fake_http_release(struct http_client *client);
/* The process is about to die: nothing that is started from now on reaches Azure, and nothing is
 * answered before fake_http_drain. */
void fake_http_sever(struct http_client *client);
/* Ends everything under way with HTTP_CANCELED and waits for it; the client can be used on. */
void fake_http_drain(struct http_client *client);
/* Whether no answer is on its way (one held back is not). Of the client made last. */
bool fake_http_idle(void);

/* An answer as curl's would be, for http_answer_clear. */
void fake_answer(struct http_answer *answer, const struct fake_reply *reply);

#endif
