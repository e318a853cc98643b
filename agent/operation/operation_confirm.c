/* SPDX-License-Identifier: MIT */
/* When an operation is really complete: the resource itself decides, never Azure's "done" (arm-api
 * 7). */
#include "operation_step.h"
#include "arm.h"
#include "link.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

enum verdict { NOT_YET, UNDER_WAY, COMPLETE, BROKEN };

static void note(struct operation *operation, const char *text)
{
    if (operation->detail[0] != '\0')
        text_append(operation->detail, sizeof operation->detail, " ");
    text_append(operation->detail, sizeof operation->detail, text);
}

/* The link is one-way unless Azure says otherwise: None is the default and may be left out. */
static bool is_one_way(const char *failover_mode)
{
    return failover_mode == NULL || failover_mode[0] == '\0' || link_is(failover_mode, "None");
}

/* The instance has its role and the partner cannot be relied on to tell its own. */
static void note_partner(struct operation *operation, const struct link *link)
{
    const char *other = link_opposite_role(operation->wanted_role);
    char text[512];

    if (!link_is(link->partner_role, other))
        snprintf(text, sizeof text,
                 "The instance is %s; the partner reports %s: possible split brain. Make SQL "
                 "Server %s before anybody writes there.",
                 operation->wanted_role,
                 link->partner_role != NULL ? link->partner_role : "no role", other);
    else
        snprintf(text, sizeof text,
                 "The instance is %s; the partner is not connected or not healthy yet.",
                 operation->wanted_role);
    text_repair(text);
    note(operation, text);
}

static void set_broken(struct operation *operation, const char *state)
{
    char subject[256];

    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, MILINK_ARM_FAILED, subject, state);
}

/* The instance has its role and the other side does not show it. Its own role suffices once Azure
 * calls it done, where the partner cannot be expected to answer (forced, or a change of the
 * instance's side only), and once Azure reports a failure. */
static enum verdict judge_one_side(struct operation *operation, const struct link *link)
{
    bool one_sided = operation->forced || operation->kind == OPERATION_LINK_SET_ROLE ||
                     is_one_way(link->failover_mode);
    bool failed = operation->error.number != 0;

    if (operation->phase != PHASE_CONFIRMING || operation_is_ambiguous(operation) ||
        (!one_sided && !failed))
        return UNDER_WAY;
    note_partner(operation, link);
    return COMPLETE;
}

/* Both roles as wanted, both sides well: complete, whatever the operation's record says. */
static enum verdict judge_link(struct operation *operation, const struct link *link)
{
    const char *other = link_opposite_role(operation->wanted_role);
    bool settled = operation->phase == PHASE_CONFIRMING && !operation_is_ambiguous(operation);
    char state[128] = "";

    if (link_any_state_holds(link, "InProgress", NULL, 0))
        return UNDER_WAY;
    if (!link_is(link->instance_role, operation->wanted_role)) {
        /* A state that holds Error means that the operation it names has failed (arm-api 3.1). */
        if (!settled || !link_any_state_holds(link, "Error", state, sizeof state))
            return NOT_YET;
        set_broken(operation, state);
        return BROKEN;
    }
    if (link_is(link->partner_role, other) && link_is_healthy(link, NULL, 0))
        return COMPLETE;
    return judge_one_side(operation, link);
}

/* While Azure's operation runs, the values alone prove nothing: the instance must say itself that
 * it is settled. */
static enum verdict judge_instance(const struct operation *operation, const struct json *resource)
{
    const char *license = json_text(resource, "properties.licenseType");
    const char *usage = json_text(resource, "properties.hybridSecondaryUsage");
    const char *provisioning = json_text(resource, "properties.provisioningState");

    if (operation->wanted_license[0] != '\0' && !link_is(license, operation->wanted_license))
        return NOT_YET;
    if (operation->wanted_usage[0] != '\0' && !link_is(usage, operation->wanted_usage))
        return NOT_YET;
    if (link_is(provisioning, "Succeeded"))
        return COMPLETE;
    if (operation->phase != PHASE_CONFIRMING)
        return NOT_YET;
    return provisioning == NULL || link_is(provisioning, "Failed") ||
                   link_is(provisioning, "Canceled")
               ? COMPLETE
               : UNDER_WAY;
}

/* Azure reports a failure: the resource tells whether it happened all the same (arm-api 7, step 6).
 */
static void end_failed(struct operation *operation, enum verdict verdict, uint64_t now_ms)
{
    bool canceled = operation->error.number == MILINK_ARM_CANCELED;

    if (verdict == COMPLETE)
        note(operation, "Azure reported a failure, and yet the change was made: do not repeat it.");
    else
        note(operation, "Azure reported a failure and the change was not made.");
    operation_end(operation,
                  canceled && verdict != COMPLETE ? OPERATION_CANCELED : OPERATION_FAILED, now_ms);
}

static bool give_up_ambiguous(struct operation *operation, uint64_t now_ms)
{
    char subject[256];

    if (!operation_is_ambiguous(operation) ||
        now_ms < operation->started_ms + OPERATION_AMBIGUOUS_MS || now_ms < operation->poll_at_ms)
        return false;
    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, MILINK_ARM_OUTCOME_UNKNOWN, subject,
              "its answer was lost, and nothing has changed since");
    operation_end(operation, OPERATION_UNKNOWN, now_ms);
    return true;
}

static bool apply(struct operation *operation, enum verdict verdict, uint64_t now_ms)
{
    if (operation->error.number != 0) {
        if (verdict == UNDER_WAY)
            return false;
        end_failed(operation, verdict, now_ms);
        return true;
    }
    if (verdict == COMPLETE) {
        operation_end(operation, OPERATION_SUCCEEDED, now_ms);
        return true;
    }
    if (verdict == UNDER_WAY && operation_is_ambiguous(operation)) {
        operation->state = OPERATION_RUNNING;
        return true;
    }
    return verdict == NOT_YET && give_up_ambiguous(operation, now_ms);
}

/* Azure's own word for a link that is not there; a proxy's page or a missing subscription tells
 * nothing of it. */
static bool says_gone(const struct http_answer *answer)
{
    char code[128];

    arm_error_code(answer, code, sizeof code);
    return answer->status == 404 &&
           (strcmp(code, "ResourceNotFound") == 0 || strcmp(code, "ResourceDoesNotExist") == 0 ||
            strcmp(code, "ManagedInstanceLinkIsNotFound") == 0);
}

/* Success of a one-way failover may be that the link is gone; else somebody has deleted it. */
static bool link_is_gone(struct operation *operation, bool *gone, uint64_t now_ms)
{
    char subject[256];

    if (is_one_way(operation->failover_mode) && link_is(operation->wanted_role, "Primary")) {
        *gone = true;
        return false;
    }
    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, MILINK_ARM_NOT_FOUND, subject, "the link was deleted meanwhile");
    operation_end(operation, OPERATION_FAILED, now_ms);
    return true;
}

bool operation_on_resource(struct operation *operation, const struct http_answer *answer,
                           bool *gone, uint64_t now_ms)
{
    struct json *resource = NULL;
    struct link link;
    bool changed = false;
    char why[64];

    *gone = false;
    if (operation->phase == PHASE_ENDED || answer->result != HTTP_ANSWERED)
        return false;
    if (operation->kind != OPERATION_LICENSE_SET && says_gone(answer))
        return link_is_gone(operation, gone, now_ms);
    if (answer->status != 200)
        return false;
    resource = json_parse(answer->body, answer->body_length, why, sizeof why);
    if (operation->kind == OPERATION_LICENSE_SET)
        changed = apply(operation, judge_instance(operation, resource), now_ms);
    else if (link_read(resource, &link))
        changed = apply(operation, judge_link(operation, &link), now_ms);
    json_free(resource);
    return changed;
}

bool operation_on_databases(struct operation *operation, bool online, uint64_t now_ms)
{
    if (operation->phase == PHASE_ENDED || !online)
        return false;
    note(operation, "The link has ended; its databases are online on the instance.");
    return apply(operation, COMPLETE, now_ms);
}
