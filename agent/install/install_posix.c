/* SPDX-License-Identifier: MIT */
/* There is nothing to install here: the agent of a development host runs in a console. */
#include "install.h"
#include <stdio.h>

static bool refuse(const char *verb)
{
    fprintf(stderr,
            "milink-agent %s: only on Windows. Here write a configuration and use milink-agent "
            "run\n",
            verb);
    return false;
}

bool install_setup(const struct install_plan *plan)
{
    (void)plan;
    return refuse("setup");
}

bool install_remove(const struct install_plan *plan)
{
    (void)plan;
    return refuse("remove");
}
