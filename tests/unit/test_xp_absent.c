/* SPDX-License-Identifier: MIT */
/* A process without opends60: the procedures say so by their return code and touch nothing; and
 * the binding itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "error.h"
#include "exports.h"
#include "ods.h"

static void test_every_procedure_returns_the_error(void **state)
{
    struct ods_call *none = NULL; /* nothing may look at it */

    (void)state;
#define ASSERT_ABSENT(name) assert_int_equal(xp_milink_##name(none), MILINK_ODS_UNAVAILABLE);
    MILINK_PROCEDURES(ASSERT_ABSENT)
#undef ASSERT_ABSENT
}

static void test_what_is_missing_is_named_each_time(void **state)
{
    const char *missing = NULL;

    (void)state;
    for (int i = 0; i < 2; i++) {
        missing = NULL;
        assert_null(ods_bind(&missing));
        assert_string_equal(missing, "srv_rpcparams");
    }
}

static void stand_in(void)
{
}

/* Finds every function but the one in context. */
static void (*find_all_but(void *context, const char *name))(void)
{
    return strcmp(context, name) == 0 ? NULL : stand_in;
}

static void assert_filled(const char *absent, bool expected)
{
    struct ods_api api;
    const char *missing = NULL;
    char name[32];

    memset(&api, 0, sizeof api);
    memcpy(name, absent, strlen(absent) + 1);
    assert_int_equal(ods_fill(&api, find_all_but, name, &missing), expected);
    if (!expected)
        assert_string_equal(missing, absent);
}

static void test_each_required_function_is_required(void **state)
{
    static const char *const required[] = {
        "srv_rpcparams", "srv_paraminfo",  "srv_paramname", "srv_paramstatus", "srv_paramsetoutput",
        "srv_describe",  "srv_setcoldata", "srv_setcollen", "srv_sendrow",     "srv_senddone"};
    static const char *const optional[] = {"srv_wsendmsg", "srv_got_attention", "srv_pfield"};

    (void)state;
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        assert_filled(required[i], false);
    for (size_t i = 0; i < sizeof optional / sizeof optional[0]; i++)
        assert_filled(optional[i], true);
    assert_filled("", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_procedure_returns_the_error),
        cmocka_unit_test(test_what_is_missing_is_named_each_time),
        cmocka_unit_test(test_each_required_function_is_required),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
