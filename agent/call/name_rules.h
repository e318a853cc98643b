/* SPDX-License-Identifier: MIT */
/* What names must look like before Azure sees them, by ARM's own rules (arm-api 8, names). */
#ifndef MILINK_AGENT_NAME_RULES_H
#define MILINK_AGENT_NAME_RULES_H

#include "catalogue.h"

/* NULL when the text keeps the rule, else what it must be, to follow "it must be ". */
const char *name_rule_check(enum parameter_rule rule, const char *text);

#endif
