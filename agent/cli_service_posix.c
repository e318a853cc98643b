/* SPDX-License-Identifier: MIT */
/* milink-agent service, where there are no Windows services. */
#include "cli.h"
#include <stdio.h>

int cli_service(const char *config_file)
{
    (void)config_file;
    fputs("milink-agent service: there are no Windows services on this system; "
          "use milink-agent run, under systemd for instance\n",
          stderr);
    return CLI_USAGE;
}
