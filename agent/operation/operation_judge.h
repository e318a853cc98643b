/* SPDX-License-Identifier: MIT */
/* What a resource says about the operation that changes it: one rule a kind of operation. */
#ifndef MILINK_AGENT_OPERATION_JUDGE_H
#define MILINK_AGENT_OPERATION_JUDGE_H

#include "json.h"
#include "operation.h"

enum verdict {
    VERDICT_SILENT,    /* nothing of use */
    VERDICT_NOT_YET,   /* not as wanted, and no sign of a change */
    VERDICT_UNDER_WAY, /* not as wanted, and on its way */
    VERDICT_COMPLETE,  /* as wanted */
    VERDICT_BROKEN,    /* it will not come to be; the operation's error says why */
    VERDICT_VANISHED   /* the link is not there, and its databases decide */
};

/* Of the resource as GET shows it. May add to error and detail. */
enum verdict operation_judge(struct operation *operation, const struct json *resource);
/* Of Azure's own word that there is no such resource. Likewise. */
enum verdict operation_judge_absence(struct operation *operation);
/* Adds to the detail what a DBA must know of a success. */
void operation_tell_success(struct operation *operation);
/* Adds a sentence to the detail. */
void operation_note(struct operation *operation, const char *text);

#endif
