/* SPDX-License-Identifier: MIT */
/* Entra ID as the tests of the identity script it: answers in order, requests recorded, a clock
 * that only waits move. It stands in for http_curl.c and clock_posix.c. */
#ifndef MILINK_TESTS_UNIT_IDENTITY_FIXTURE_H
#define MILINK_TESTS_UNIT_IDENTITY_FIXTURE_H

#include "deadline.h"
#include "identity.h"

#define FIXTURE_TENANT "11111111-2222-3333-4444-555555555555"
#define FIXTURE_CLIENT "99999999-8888-7777-6666-555555555555"
#define FIXTURE_SECRET "s3cr~t.+/=&% v"
/* As it must stand in a form. */
#define FIXTURE_ESCAPED "s3cr~t.%2B%2F%3D%26%25%20v"
#define FIXTURE_TOKEN   "eyJ0.eyJh-_~+/.c2ln=="
#define FIXTURE_GOOD                                                          \
    "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599," \
    "\"access_token\":\"" FIXTURE_TOKEN "\"}"

/* A refusal with the word, the number and the text of its description. */
#define FIXTURE_REFUSAL(word, number, text)                                   \
    "{\"error\":\"" word "\",\"error_description\":\"AADSTS" number ": " text \
    "\",\"error_codes\":[" number "],\"correlation_id\":\"x\"}"

enum { FIXTURE_ANSWERS = 8, MINUTE_MS = 60000 };

struct fixture_answer {
    enum http_result result;
    int status;
    const char *body;
    const char *retry_after; /* NULL: no such header */
    bool hangs;              /* never answers; the caller goes away meanwhile and cancels */
};

struct fixture {
    struct fixture_answer answers[FIXTURE_ANSWERS]; /* the last one is given again and again */
    size_t answer_count;
    /* What was asked. */
    size_t requests;
    char url[512], method[8], body[32768], headers[1024];
    uint32_t timeout_ms;
    /* The clock. */
    uint64_t now_ms, waited_ms;
    uint64_t interrupt_at_ms; /* when callers of fixture_interrupted end; 0: never */
    bool interrupted;         /* at once */
    char secret_file[96], directory[64];
    struct config config;
    struct identity *identity;
    struct identity_token token;
    struct error error;
};

extern struct fixture fixture;
extern const struct fixture_answer fixture_good;
extern const struct fixture_answer fixture_unreachable;

int fixture_set_up(void **state);
int fixture_tear_down(void **state);
void fixture_write_secret(const char *bytes, size_t length, unsigned mode);
/* Forgets what was asked and answers so from now on. */
void fixture_script(const struct fixture_answer *answers, size_t count);
void fixture_script_one(struct fixture_answer answer);
/* Fetches with so much time. */
bool fixture_fetch(uint32_t milliseconds);
bool fixture_interrupted(void *context);
void fixture_assert_text(const char *text, const char *part);

#define FIXTURE_TEST(function) \
    cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

#endif
