/* SPDX-License-Identifier: MIT */
/* What a scenario says about identities: how Entra ID judges the agent, and which service on the
 * machine hands out tokens. */
#ifndef MILINK_ARMSIM_IDENTITY_H
#define MILINK_ARMSIM_IDENTITY_H

#include "fields.h"

enum identity_service { SERVICE_NONE, SERVICE_IMDS, SERVICE_ARC };

/* What is odd about Arc's challenge. After the first three the key must still be accepted. */
enum arc_quirk {
    QUIRK_NONE,
    QUIRK_QUOTED,  /* realm="…" */
    QUIRK_NEWLINE, /* the key file ends with CR LF */
    QUIRK_LONGEST, /* 4096 bytes, the most that is allowed */
    QUIRK_LONG,    /* 4097 bytes */
    QUIRK_EMPTY,
    QUIRK_BYTES,       /* a key with a line break and a header in it */
    QUIRK_MISSING,     /* no such file */
    QUIRK_SYMLINK,     /* the file is a symbolic link */
    QUIRK_FIFO,        /* the file is a pipe that nobody writes to */
    QUIRK_SUFFIX,      /* NAME.txt */
    QUIRK_NAME,        /* a name of 65 characters before .key */
    QUIRK_OUTSIDE,     /* in the directory above, plainly */
    QUIRK_TRAVERSAL,   /* in the directory above, by DIRECTORY/../ */
    QUIRK_SCHEME,      /* Bearer instead of Basic */
    QUIRK_NO_REALM,    /* Basic, and nothing else */
    QUIRK_UNCHALLENGED /* a token at once */
};

/* How "expires_on" is written. */
enum expires_form {
    EXPIRES_TEXT,
    EXPIRES_NUMBER,
    EXPIRES_US,    /* 11/25/2026 22:40:45 */
    EXPIRES_SPACE, /* 2026-11-25 22:40:45 */
    EXPIRES_RFC3339,
    EXPIRES_ABSENT
};

/* Where the claims of a challenge stand in WWW-Authenticate. */
enum claims_form { CLAIMS_PLAIN, CLAIMS_SECOND };

struct assigned_identity {
    char *name, *client_id, *object_id, *resource_id;
};

struct identity {
    /* Entra ID */
    cJSON *certificates; /* array of PEM texts or paths of PEM files; NULL: none */
    bool reject_ps256;
    cJSON *federated_tokens; /* array of texts; NULL: none */
    int64_t federated_misses;
    int federated_error; /* index in federated_errors */
    int64_t refresh_in;  /* seconds; 0: not said */
    bool numbers_as_text;
    /* ARM */
    char *claims_challenge; /* JSON; empty: none */
    int claims_form;        /* enum claims_form */
    /* the service on the machine */
    int service;                 /* enum identity_service */
    struct field_list assigned;  /* struct assigned_identity */
    bool system_assigned;        /* is there one */
    char *client_id, *object_id; /* of the system-assigned identity */
    bool old_arc_agent;          /* knows no selector */
    char *key_directory;         /* where the key files go */
    char *realm_directory;       /* the same as the client spells it; empty: key_directory */
    int arc_quirk;               /* enum arc_quirk */
    int expires_on;              /* enum expires_form */
    int64_t cached_seconds;      /* how long the host has had the token already */
    /* run */
    int64_t federated_seen;
};

extern const struct fields identity_fields;
extern const char *const federated_errors[];

/* What the table cannot say; fills in the ids that were left out. */
bool identity_check(struct identity *identity, struct field_error *error);

#endif
