/* SPDX-License-Identifier: MIT */
/* The agent's configuration: what it may reach and do. Anything not in it does not exist for the
 * agent. */
#ifndef MILINK_AGENT_CONFIG_H
#define MILINK_AGENT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* What an instance's entry may grant; a procedure needs one of them. */
enum right {
    RIGHT_NONE = 0, /* for procedures that touch no instance */
    RIGHT_READ = 1,
    RIGHT_LICENSE = 2,
    RIGHT_FAILOVER = 4,
    RIGHT_FORCED_FAILOVER = 8,
    RIGHT_LIFECYCLE = 16,
    RIGHT_CERTIFICATE = 32,
    RIGHT_DATABASE = 64
};

enum {
    CONFIG_MAX_INSTANCES = 100,
    CONFIG_MAX_SQL_INSTANCES = 50,
    CONFIG_MAX_WORKERS = 64,
    CONFIG_MAX_QUEUE = 256,
    CONFIG_PATH_SIZE = 1024
};

struct config_instance {
    char alias[65];
    char subscription_id[37];
    char resource_group[91];
    char managed_instance[64];
    unsigned rights;
};

struct config_identity {
    char type[32]; /* "client_secret" */
    char tenant_id[128];
    char client_id[64];
    char secret_file[CONFIG_PATH_SIZE];
};

struct config {
    char cloud[16];         /* public, usgov, china, custom */
    char arm_endpoint[256]; /* https://management.azure.com, no slash at its end */
    char authority[256];    /* https://login.microsoftonline.com, likewise */
    char audience[256];     /* https://management.azure.com; scope is this and /.default */
    char api_version[32];   /* 2025-01-01 */
    struct config_identity identity;
    char ca_file[CONFIG_PATH_SIZE]; /* tls.ca_file; empty: the system's roots alone */
    char state_directory[CONFIG_PATH_SIZE];
    char log_file[CONFIG_PATH_SIZE]; /* empty: stderr */
    char log_level[16];
    char socket[108]; /* Linux; empty: MILINK_SOCKET or the built-in path */
    char sql_instances[CONFIG_MAX_SQL_INSTANCES][17]; /* MSSQLSERVER, or names of instances */
    size_t sql_instance_count;
    unsigned workers, queue;
    unsigned
        failover_minutes; /* how long an operation's end is awaited; license_minutes likewise */
    unsigned license_minutes;
    struct config_instance instances[CONFIG_MAX_INSTANCES];
    size_t instance_count;
};

/* Reads and checks the file: JSON, strict. Every key that is not known, missing, of the wrong type
 * or out of range is an error that names it by its path ("instances[1].rights[0]"), what it holds
 * and what is allowed. All errors are found, one a line in why (20 lines, then their count). False
 * when there is any: config is all zero then. Inline secrets are refused. POSIX: a file that
 * everybody may write is, too. */
bool config_read(const char *file, struct config *config, char *why, size_t why_size);
/* The same from a text, for tests. */
bool config_parse(const char *text, size_t length, struct config *config, char *why,
                  size_t why_size);

/* NULL when there is none; comparison is case-insensitive. */
const struct config_instance *config_find_instance(const struct config *config, const char *alias);
const char *right_name(enum right right); /* "forced_failover" */
/* Names of all rights in the set: "read, failover". */
void rights_text(unsigned rights, char *text, size_t size);
/* Where the configuration is looked for when --config is not given. */
void config_default_file(char *path, size_t size);

#endif
