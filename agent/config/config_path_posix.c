/* SPDX-License-Identifier: MIT */
/* Where the configuration is by default, and what an absolute path is, on POSIX. */
#include "config.h"
#include "config_check.h"
#include "text.h"

void config_default_file(char *path, size_t size)
{
    text_copy(path, size, "/etc/milink/agent.json");
}

bool config_path_is_absolute(const char *path)
{
    return path[0] == '/' && path[1] != '\0';
}
