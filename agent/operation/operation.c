/* SPDX-License-Identifier: MIT */
/* Names of states, and what an operation waits for. */
#include "operation.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {
    [OPERATION_ACCEPTED] = "Accepted",   [OPERATION_RUNNING] = "Running",
    [OPERATION_SUCCEEDED] = "Succeeded", [OPERATION_FAILED] = "Failed",
    [OPERATION_CANCELED] = "Canceled",   [OPERATION_UNKNOWN] = "Unknown",
};

const char *operation_state_name(enum operation_state state)
{
    return state_names[state];
}

bool operation_state_find(const char *name, enum operation_state *state)
{
    for (size_t i = 0; i < sizeof state_names / sizeof state_names[0]; i++) {
        if (text_equal(state_names[i], name)) {
            *state = (enum operation_state)i;
            return true;
        }
    }
    return false;
}

bool operation_is_open(const struct operation *operation)
{
    return operation->state == OPERATION_ACCEPTED || operation->state == OPERATION_RUNNING;
}

bool operation_want(struct operation *operation, const char *path, const char *value)
{
    size_t used = strlen(operation->wanted);
    int length = 0;

    if (value == NULL || value[0] == '\0')
        return true;
    length =
        snprintf(operation->wanted + used, sizeof operation->wanted - used, "%s=%s\n", path, value);
    if (length >= 0 && (size_t)length < sizeof operation->wanted - used)
        return true;
    operation->wanted[used] = '\0';
    return false;
}
