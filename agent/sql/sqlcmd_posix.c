/* SPDX-License-Identifier: MIT */
/* No sqlcmd is asked here: SQL Server on this system can load no extended procedure. */
#include "sqlcmd.h"
#include "text.h"

bool sqlcmd_find(struct sqlcmd *sqlcmd)
{
    (void)sqlcmd;
    return false;
}

bool sqlcmd_run(struct sqlcmd *sqlcmd, const char *server, const char *batch,
                char output[SQLCMD_OUTPUT_SIZE])
{
    (void)server;
    (void)batch;
    output[0] = '\0';
    text_copy(sqlcmd->why, sizeof sqlcmd->why, "only on Windows");
    return false;
}

int node_has_file(const char *node, const char *path)
{
    (void)node;
    (void)path;
    return -1;
}

int node_has_service(const char *node, const char *service)
{
    (void)node;
    (void)service;
    return -1;
}

bool own_directory(char *path, size_t size)
{
    text_copy(path, size, "");
    return false;
}
