/* SPDX-License-Identifier: MIT */
/* When an operation is really complete: the resource itself decides, never Azure's "done" (arm-api
 * 7). */
#include "arm.h"
#include "operation_judge.h"
#include "operation_step.h"
#include <string.h>

/* Azure reports a failure: the resource tells whether it happened all the same (arm-api 7, step 6).
 */
static void end_failed(struct operation *operation, enum verdict verdict, uint64_t now_ms)
{
    bool canceled = operation->error.number == MILINK_ARM_CANCELED;
    bool made = verdict == VERDICT_COMPLETE;

    if (made)
        operation_note(operation,
                       "Azure reported a failure, and yet the change was made: do not repeat it.");
    else if (verdict == VERDICT_NOT_YET)
        operation_note(operation, "Azure reported a failure and the change was not made.");
    operation_end(operation, canceled && !made ? OPERATION_CANCELED : OPERATION_FAILED, now_ms);
}

static void end_succeeded(struct operation *operation, uint64_t now_ms)
{
    operation_tell_success(operation);
    operation_end(operation, OPERATION_SUCCEEDED, now_ms);
}

static bool give_up_ambiguous(struct operation *operation, uint64_t now_ms)
{
    char subject[OPERATION_SUBJECT_SIZE];

    if (!operation_is_ambiguous(operation) || now_ms < operation->poll_at_ms)
        return false;
    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, MILINK_ARM_OUTCOME_UNKNOWN, subject,
              "its answer was lost, and nothing has changed since");
    operation_end(operation, OPERATION_UNKNOWN, now_ms);
    return true;
}

/* Azure's failure is that things are as they were asked to be. */
static bool is_no_failure(const struct operation *operation)
{
    enum arm_disposition disposition = arm_code_disposition(operation->error.code);

    return disposition == ARM_ADOPT || disposition == ARM_COMPARE;
}

static bool apply_failed(struct operation *operation, enum verdict verdict, uint64_t now_ms)
{
    if (verdict == VERDICT_UNDER_WAY)
        return false;
    if (verdict == VERDICT_COMPLETE && is_no_failure(operation)) {
        memset(&operation->error, 0, sizeof operation->error);
        operation_note(operation, "It was so already; nothing was changed.");
        end_succeeded(operation, now_ms);
    } else {
        end_failed(operation, verdict, now_ms);
    }
    return true;
}

static bool apply(struct operation *operation, enum verdict verdict, uint64_t now_ms)
{
    if (verdict == VERDICT_SILENT || verdict == VERDICT_VANISHED)
        return false;
    if (operation->error.number != 0)
        return apply_failed(operation, verdict, now_ms);
    if (verdict == VERDICT_COMPLETE) {
        end_succeeded(operation, now_ms);
        return true;
    }
    if (verdict == VERDICT_UNDER_WAY && operation_is_ambiguous(operation)) {
        operation->state = OPERATION_RUNNING;
        return true;
    }
    return verdict == VERDICT_NOT_YET && give_up_ambiguous(operation, now_ms);
}

bool operation_on_resource(struct operation *operation, const struct http_answer *answer,
                           bool *gone, uint64_t now_ms)
{
    enum verdict verdict = VERDICT_SILENT;
    struct json *resource = NULL;
    char why[64];

    *gone = false;
    if (operation->phase == PHASE_ENDED || answer->result != HTTP_ANSWERED)
        return false;
    if (arm_says_gone(answer)) {
        verdict = operation_judge_absence(operation);
        *gone = verdict == VERDICT_VANISHED;
    } else if (answer->status == 200) {
        resource = json_parse(answer->body, answer->body_length, why, sizeof why);
        verdict = operation_judge(operation, resource);
        json_free(resource);
    }
    return apply(operation, verdict, now_ms);
}

bool operation_on_databases(struct operation *operation, bool online, uint64_t now_ms)
{
    if (operation->phase == PHASE_ENDED || !online)
        return false;
    operation_note(operation, "The link has ended; its databases are online on the instance.");
    return apply(operation, VERDICT_COMPLETE, now_ms);
}
