/* SPDX-License-Identifier: MIT */
/* What all writes have in common: refusing, and the state of the instance. */
#include "write.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

bool write_refuse(struct refusal *refusal, int status, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    refusal->status = status;
    refusal->code = code;
    vsnprintf(refusal->message, sizeof refusal->message, format, arguments);
    va_end(arguments);
    return false;
}

bool write_check_instance(const struct instance *instance, struct refusal *refusal)
{
    if (strcasecmp(instance->state, "Stopping") == 0 || strcasecmp(instance->state, "Stopped") == 0)
        return write_refuse(
            refusal, 400, "ManagedInstanceStoppingOrStopped",
            "Conflicting operation submitted while instance is in stopping/stopped state");
    if (strcasecmp(instance->state, "Starting") == 0)
        return write_refuse(refusal, 400, "ManagedInstanceStarting",
                            "Conflicting operation submitted while instance is in starting state");
    if (instance->operation)
        return write_refuse(
            refusal, 409, "ManagedInstanceIsBusy",
            "The server '%s' is currently busy. Please wait a few minutes before trying again.",
            instance->name);
    return true;
}
