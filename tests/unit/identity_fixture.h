/* SPDX-License-Identifier: MIT */
/* Entra ID and the metadata services as the tests of the identities script them: answers in order,
 * requests recorded, a clock that only waits move. It stands in for http_curl.c and clock_posix.c,
 * and the program is linked with --wrap=secret_store_get. */
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
    const char *headers;     /* others: "Name: value\nName: value", or NULL */
    bool hangs;              /* never answers; the caller goes away meanwhile and cancels */
};

struct fixture_request {
    char url[2600], method[8], body[32768], headers[8192];
    bool plain_local;
};

struct fixture {
    struct fixture_answer answers[FIXTURE_ANSWERS]; /* the last one is given again and again */
    size_t answer_count;
    /* What was asked. */
    size_t requests;
    struct fixture_request log[FIXTURE_ANSWERS];           /* the first ones */
    char url[2600], method[8], body[32768], headers[8192]; /* of the last one */
    uint32_t timeout_ms;
    void (*before_answer)(void); /* runs when a request has come; NULL: nothing does */
    unsigned troubles;           /* on_trouble was told so often */
    /* The clock. */
    uint64_t now_ms, waited_ms;
    uint64_t interrupt_at_ms; /* when callers of fixture_interrupted end; 0: never */
    bool interrupted;         /* at once */
    int64_t utc_ahead_ms;     /* the host's clock is wrong by so much */
    char secret_file[96], directory[64];
    const char *stored_name, *stored_secret; /* what secret_store_get knows */
    const char *claims;                      /* fetched with */
    const char *audience;                    /* likewise; NULL: the public cloud's */
    struct config config;
    struct identity *identity;
    char why[2048];
    struct identity_token token;
    struct error error;
};

extern struct fixture fixture;
extern const struct fixture_answer fixture_good;
extern const struct fixture_answer fixture_unreachable;

/* 2026-11-24T18:50:01.123Z, when the clock shows 0. */
#define FIXTURE_START UINT64_C(1795546201123)

int fixture_set_up(void **state);
int fixture_tear_down(void **state);
void fixture_write_secret(const char *bytes, size_t length, unsigned mode);
/* A file of the fixture's directory, which the tear-down removes; its path. */
const char *fixture_write_file(const char *name, const void *bytes, size_t length);
/* Makes the identity anew, as fixture.config has it; NULL with fixture.why. */
struct identity *fixture_make(const char *type);
/* Forgets what was asked and answers so from now on. */
void fixture_script(const struct fixture_answer *answers, size_t count);
void fixture_script_one(struct fixture_answer answer);
/* Fetches with so much time. */
bool fixture_fetch(uint32_t milliseconds);
bool fixture_interrupted(void *context);
/* The pattern with the value in place of its first $, in a static buffer. */
const char *fixture_fill(const char *pattern, const char *value);
void fixture_assert_text(const char *text, const char *part);

#define FIXTURE_TEST(function) \
    cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

#endif
