/* SPDX-License-Identifier: MIT */
/* Azure's error codes: what each means to a DBA, and what the engine does when a write is answered
 * with it. */
#ifndef MILINK_AGENT_ARM_CODE_H
#define MILINK_AGENT_ARM_CODE_H

#include <stddef.h>
#include <stdint.h>

/* What the engine makes of a code. */
enum arm_disposition {
    ARM_FAIL,    /* refused: the operation ends */
    ARM_RETRY,   /* busy or throttled, and surely not taken: sent again, a POST too */
    ARM_ADOPT,   /* it is so already, or under way: the resource decides, in its time */
    ARM_COMPARE, /* something of that name is there: what it says now decides */
    ARM_GONE     /* there is no such resource: the end of a DELETE */
};

struct arm_code {
    const char *code; /* a name; a beginning of names when it ends in '*'; or a SQL error number */
    int32_t number;   /* our error: its class */
    enum arm_disposition disposition;
    int sql_error;    /* what SQL Server reports for the same, 0: nothing of its own */
    const char *text; /* cause and next action, beyond those of the class; NULL: Azure's own words
                         say it. No capital, no full stop */
};

/* The row of a code, in any case of letters; a number is found by its sql_error, too. NULL when it
 * is not known. */
const struct arm_code *arm_code_find(const char *code);
/* ARM_FAIL when it is not known. */
enum arm_disposition arm_code_disposition(const char *code);
/* All rows, in the order of the documentation. */
const struct arm_code *arm_code_table(size_t *count);

#endif
