/* SPDX-License-Identifier: MIT */
/* A whole agent on files of its own, for the tests of what an administrator asks of it. */
#ifndef MILINK_TESTS_UNIT_RELOAD_FIXTURE_H
#define MILINK_TESTS_UNIT_RELOAD_FIXTURE_H

#include "agent.h"

struct reload_fixture {
    struct agent agent;
    char directory[64], file[96], socket[96], admin[96];
};

/* cmocka's set-up and tear-down: the agent is open and started, with the instance "first". */
int reload_set_up(void **state);
int reload_tear_down(void **state);
/* Writes the configuration with one instance of that alias, whose Managed Instance is "mi-" and the
 * alias, and more members before it ("\"workers\": 3,"). */
void reload_write(const struct reload_fixture *fixture, const char *alias, const char *more);

#endif
