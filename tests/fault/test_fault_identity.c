/* SPDX-License-Identifier: MIT */
/* Identities and the cache of their token without memory: a token or an error that says why,
 * whichever allocation fails, and neither a leak nor half a token. */
#include "allocations.h"
#include "crypto.h"
#include "identity_fixture.h"
#include "log.h"
#include "text.h"
#include "token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

/* One kind of identity, and what came of it. */
struct kind {
    const char *type;
    struct fixture_answer answer;
    struct identity *made;
    bool fetched;
    char why[2048];
    struct identity_token token;
    struct error error;
};

static void prepare(void *context)
{
    const struct kind *kind = context;

    fixture_script_one(kind->answer);
    text_copy(fixture.config.identity.type, sizeof fixture.config.identity.type, kind->type);
}

static void act(void *context)
{
    struct kind *kind = context;
    struct deadline deadline = deadline_in(1000);
    const struct identity_request request = {.audience = "https://management.azure.com",
                                             .claims = "{\"access_token\":{}}",
                                             .deadline = &deadline};
    char description[IDENTITY_DESCRIPTION_SIZE];

    kind->why[0] = '\0';
    memset(&kind->error, 0, sizeof kind->error);
    kind->made = identity_new(&fixture.config, NULL, true, kind->why, sizeof kind->why);
    if (kind->made == NULL)
        return;
    kind->fetched = kind->made->fetch(kind->made, &request, &kind->token, &kind->error);
    identity_describe(kind->made, description, sizeof description);
}

static void check(void *context, bool failed)
{
    struct kind *kind = context;

    if (kind->made == NULL) {
        assert_true(failed);
        assert_string_equal(kind->why, "memory ran out");
        return;
    }
    identity_free(kind->made);
    assert_int_equal(kind->fetched, kind->error.number == 0);
    assert_int_equal(kind->fetched, kind->token.text[0] != '\0');
    assert_null(strstr(kind->error.message, "s3cr~t"));
    if (kind->fetched)
        assert_string_equal(kind->token.text, FIXTURE_TOKEN);
    else if (!failed)
        assert_int_not_equal(kind->answer.status, 200);
}

static void each_allocation(struct kind kind, size_t least)
{
    const struct fault_scenario scenario = {prepare, act, check, &kind};

    assert_true(fault_each_allocation(&scenario) >= least);
}

static void test_tokens(void **state)
{
    static const char *const managed =
        "{\"token_type\":\"Bearer\",\"expires_in\":\"3599\",\"access_token\":\"" FIXTURE_TOKEN
        "\",\"resource\":\"https://management.azure.com\"}";

    (void)state;
    each_allocation((struct kind){.type = "client_secret", .answer = fixture_good}, 10);
    fixture.config.identity.client_id[0] = '\0';
    each_allocation((struct kind){.type = "imds", .answer = {.status = 200, .body = managed}}, 10);
    /* A selected identity is compared with the token's claims, which are read as JSON. */
    text_copy(fixture.config.identity.client_id, sizeof fixture.config.identity.client_id,
              FIXTURE_CLIENT);
    each_allocation((struct kind){.type = "imds",
                                  .answer = {.status = 200,
                                             .body = "{\"token_type\":\"Bearer\",\"expires_in\":99,"
                                                     "\"access_token\":\"" FIXTURE_TOKEN
                                                     "\",\"client_id\":\"" FIXTURE_CLIENT "\"}"}},
                    10);
}

static void test_refusals(void **state)
{
    (void)state;
    each_allocation((struct kind){.type = "client_secret",
                                  .answer = {.status = 401,
                                             .body = FIXTURE_REFUSAL("invalid_client", "7000215",
                                                                     "Invalid. " FIXTURE_SECRET)}},
                    10);
    each_allocation(
        (struct kind){.type = "client_secret", .answer = {.status = 502, .body = "<html>"}}, 2);
    each_allocation((struct kind){.type = "auto", .answer = {.status = 400, .body = "{}"}}, 4);
}

/* ---- the cache ---- */

struct cached {
    struct token_cache *cache;
    enum token_state state;
    char text[IDENTITY_TOKEN_SIZE];
    struct error error;
};

static void prepare_cache(void *context)
{
    memset(context, 0, sizeof(struct cached));
    fixture_script_one(fixture_good);
}

static void act_cache(void *context)
{
    struct cached *cached = context;

    cached->cache = token_cache_new(fixture.identity, "https://management.azure.com");
    if (cached->cache == NULL)
        return;
    do
        cached->state = token_try(cached->cache, cached->text, &cached->error);
    while (cached->state == TOKEN_PENDING);
    token_reject(cached->cache, cached->text, "{}");
    token_cache_free(cached->cache);
}

static void check_cache(void *context, bool failed)
{
    const struct cached *cached = context;

    if (cached->cache == NULL)
        assert_true(failed);
    else
        assert_int_equal(cached->state, TOKEN_READY);
    if (cached->cache != NULL)
        assert_string_equal(cached->text, FIXTURE_TOKEN);
}

static void test_cache(void **state)
{
    static struct cached cached;
    const struct fault_scenario scenario = {prepare_cache, act_cache, check_cache, &cached};

    (void)state;
    assert_true(fault_each_allocation(&scenario) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {FIXTURE_TEST(test_tokens), FIXTURE_TEST(test_refusals),
                                       FIXTURE_TEST(test_cache)};
    cJSON_Hooks hooks = {malloc, free}; /* a shared library: else its allocations do not fail */

    cJSON_InitHooks(&hooks);
    log_open("/dev/null", LOG_ERROR);
    if (!crypto_start())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
