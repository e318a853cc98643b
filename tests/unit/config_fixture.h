/* SPDX-License-Identifier: MIT */
/* Configurations that the tests start from, and one place for what comes of them. */
#ifndef MILINK_TESTS_UNIT_CONFIG_FIXTURE_H
#define MILINK_TESTS_UNIT_CONFIG_FIXTURE_H

#include "config.h"

enum { WHY_SIZE = 16384 };

extern const char complete[]; /* every key that the public cloud takes */
extern const char smallest[]; /* those alone that are required */

/* What the last parse gave. */
extern struct config config;
extern char why[WHY_SIZE];

bool parse(const char *text);
/* The complete text with the first find in it replaced; good until the next call. */
const char *changed(const char *find, const char *replacement);

#endif
