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
    CONFIG_PATH_SIZE = 1024,
    CONFIG_SECRET_SIZE = 65 /* name of a stored secret, and its terminator */
};

struct config_instance {
    char alias[65];
    char subscription_id[37];
    char resource_group[91];
    char managed_instance[64];
    unsigned rights;
};

struct config_identity {
    char type[32]; /* arc, imds, client_secret, client_certificate, workload, cli, auto */
    char tenant_id[128];
    char client_id[64];    /* of the application; with arc and imds of a user-assigned identity */
    char object_id[37];    /* with arc and imds, instead of client_id */
    char resource_id[512]; /* likewise */
    char secret[CONFIG_SECRET_SIZE]; /* name of a stored secret; empty: secret_file */
    char secret_file[CONFIG_PATH_SIZE];
    char certificate_file[CONFIG_PATH_SIZE];     /* PEM with certificate and key, or PFX */
    char certificate_secret[CONFIG_SECRET_SIZE]; /* name of its password; empty: none */
    char federated_token_file[CONFIG_PATH_SIZE];
    char endpoint[128];                   /* arc, imds: http://127.0.0.1:40342; empty: the host's */
    char key_directory[CONFIG_PATH_SIZE]; /* arc: of the challenge's keys; empty: the host's */
};

struct config {
    char cloud[16];         /* public, usgov, china, custom */
    char arm_endpoint[256]; /* https://management.azure.com, no slash at its end */
    char authority[256];    /* https://login.microsoftonline.com, likewise */
    char audience[256];     /* https://management.azure.com; scope is this and /.default */
    char api_version[32];   /* 2025-01-01 */
    struct config_identity identity;
    char ca_file[CONFIG_PATH_SIZE]; /* tls.ca_file; empty: the system's roots alone */
    char proxy[256];                /* network.proxy: http://proxy.example:8080; empty: none */
    char proxy_user[128];           /* empty: the proxy asks for none */
    char proxy_secret[CONFIG_SECRET_SIZE]; /* name of the stored secret with its password */
    char no_proxy[1024];                   /* hosts reached directly, parted by commas */
    char state_directory[CONFIG_PATH_SIZE];
    char log_file[CONFIG_PATH_SIZE]; /* empty: stderr */
    char log_level[16];
    /* Linux; empty: MILINK_SOCKET or the built-in path. ".admin" and ".lock" must fit behind it in
     * an address of 108 bytes. */
    char socket[94];
    char sql_instances[CONFIG_MAX_SQL_INSTANCES][17]; /* MSSQLSERVER, or names of instances */
    size_t sql_instance_count;
    unsigned workers, queue;
    /* How long the end of an operation is awaited. */
    unsigned failover_minutes;           /* of a role change */
    unsigned license_minutes;            /* of a licence change */
    unsigned link_minutes;               /* of creating, changing, deleting a link or certificate */
    unsigned instance_minutes;           /* of creating an instance */
    unsigned database_minutes;           /* of deleting a database, of completing its restore */
    unsigned journal_days;               /* ended operations are kept so long */
    char metrics_file[CONFIG_PATH_SIZE]; /* metrics.file; empty: none */
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
