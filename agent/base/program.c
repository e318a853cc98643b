/* SPDX-License-Identifier: MIT */
/* What may be an argument of another program. */
#include "program.h"

#include <string.h>

bool program_arguments_are_safe(const struct program *program)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:/";

    for (size_t i = 0; program->arguments[i] != NULL; i++) {
        const char *argument = program->arguments[i];

        if (argument[0] == '\0' || argument[strspn(argument, allowed)] != '\0')
            return false;
    }
    return program->arguments[0] != NULL;
}
