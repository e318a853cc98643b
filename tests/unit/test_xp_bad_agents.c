/* SPDX-License-Identifier: MIT */
/* One test for each way in which an agent can be bad: the caller gets the error of that way, in
 * time. */
#include "xp_fixture.h"
#include "modes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

enum {
    TIMEOUT_S = 1, /* where the timeout is what ends the call */
    PATIENCE_S = 30,
    GRACE_MS = 500, /* the client waits that much longer for the agent's own word (PROTOCOL.md 4) */
    LATE_MS =
        1000 /* a call returns by its deadline and a second; half of it is for a loaded machine */
};

static void test_bad_agent(void **state)
{
    const struct bad_mode *mode = *state;
    bool ends_late = mode->error == 0 || mode->error == MILINK_AGENT_TIMED_OUT;
    int result = 0;

    xp_set_up(NULL);
    mode->make(&xp_script);
    xp_add_int("@timeout_seconds", ends_late ? TIMEOUT_S : PATIENCE_S);
    xp_add_errors();
    result = xp_run_call();
    assert_int_not_equal(result, 0);
    if (mode->error != 0)
        assert_int_equal(result, mode->error);
    assert_int_equal(xp_output_int(2), result);
    if (ends_late)
        assert_true(xp_took_ms <= TIMEOUT_S * 1000 + GRACE_MS + LATE_MS);
}

static int clean_up(void **state)
{
    return xp_tear_down(state);
}

int main(void)
{
    size_t count = 0;
    const struct bad_mode *modes = bad_modes(&count);
    struct CMUnitTest *tests = calloc(count, sizeof *tests);
    int failed = 1;

    if (tests == NULL)
        return failed;
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){.name = modes[i].name,
                                       .test_func = test_bad_agent,
                                       .teardown_func = clean_up,
                                       .initial_state = (void *)&modes[i]};
    failed = _cmocka_run_group_tests("bad agents", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
