/* SPDX-License-Identifier: MIT */
/* The audit trail: an append-only, hash-chained record of every write and every about. One for
 * the process; any thread. */
#ifndef MILINK_AGENT_AUDIT_H
#define MILINK_AGENT_AUDIT_H

#include "audit_head.h"
#include "operation.h"

/* Opens the trail in the state_directory (audit_file_open says what it does about damage). Once the
 * process has the journal, so that no other agent writes. False with a text in why. */
bool audit_open(const char *directory, char *why, size_t why_size);
void audit_close(void); /* when it is not open, too */

/* An operation whose request is about to leave: nothing may be sent unless this returns true. False
 * with AUDIT_FAILED in error. */
bool audit_accepted(const struct operation *operation, struct error *error);
/* The operation has ended as it says. False: tell it again. */
bool audit_ended(const struct operation *operation);

/* A call, for what it did or was refused without an operation of its own. Texts may be NULL. */
struct audit_call {
    const char *procedure, *instance, *resource; /* resource: "link sales-link" */
    const char *request_id;
    const char *caller, *client, *reason, *change_ref;
    long long session_id;         /* -1: not given */
    bool confirm, force, what_if; /* given, and set */
    const char *call_id;
    const char *operation_id;  /* of the operation it is about */
    const char *request;       /* "POST /subscriptions/...", about to leave */
    const struct error *error; /* NULL: none */
};
/* A failure is in the log and in audit_status: the call is refused in any case. */
void audit_refused(const struct audit_call *call);
/* A request that is no operation is about to leave: as audit_accepted. */
bool audit_acting(const struct audit_call *call, struct error *error);
/* What became of it. A failure is in the log. */
void audit_acted(const struct audit_call *call);

/* How the trail fares. */
struct audit_status {
    bool open;
    struct audit_head head;
    unsigned long long written, failed; /* records since the process started */
    char why[600]; /* of the last record, when it could not be written; or empty */
};
void audit_status(struct audit_status *status);
/* Whether the last record on disk, and audit.head, are what was written. False with a text in why.
 */
bool audit_check_end(char *why, size_t why_size);

#endif
