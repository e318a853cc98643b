/* SPDX-License-Identifier: MIT */
/* What a resource says about the operation that changes it (arm-api 3, 4, 5, 7). */
#include "operation_judge.h"
#include "link.h"
#include "operation_step.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

void operation_note(struct operation *operation, const char *text)
{
    if (operation->detail[0] != '\0')
        text_append(operation->detail, sizeof operation->detail, " ");
    text_append(operation->detail, sizeof operation->detail, text);
}

/* Azure took it, and its record has ended or is lost. */
static bool is_settled(const struct operation *operation)
{
    return operation->phase == PHASE_CONFIRMING && !operation_is_ambiguous(operation);
}

/* Azure's record of it was read to its end, and the end was good. */
static bool is_called_done(const struct operation *operation)
{
    return is_settled(operation) && operation->error.number == 0 &&
           (operation->async_url[0] != '\0' || operation->location_url[0] != '\0');
}

static enum verdict break_off(struct operation *operation, int32_t number, const char *why)
{
    char subject[OPERATION_SUBJECT_SIZE];

    operation_subject(operation, subject, sizeof subject);
    error_set(&operation->error, number, subject, why);
    return VERDICT_BROKEN;
}

/* ---- roles ---- */

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
    operation_note(operation, text);
}

/* The instance has its role and the other side does not show it. Its own role suffices once Azure
 * calls it done, where the partner cannot be expected to answer (forced, or a change of the
 * instance's side only), and once Azure reports a failure. */
static enum verdict judge_one_side(struct operation *operation, const struct link *link)
{
    /* Azure may leave the mode out of one answer that it gave before. */
    const char *mode = link->failover_mode != NULL ? link->failover_mode : operation->failover_mode;
    bool one_sided =
        operation->forced || operation->kind == OPERATION_LINK_SET_ROLE || is_one_way(mode);
    bool failed = operation->error.number != 0;

    if (!is_settled(operation) || (!one_sided && !failed))
        return VERDICT_UNDER_WAY;
    note_partner(operation, link);
    return VERDICT_COMPLETE;
}

/* Both roles as wanted, both sides well in every database: complete, whatever the operation's
 * record says. */
static enum verdict judge_role(struct operation *operation, const struct json *resource)
{
    const char *other = link_opposite_role(operation->wanted_role);
    char state[128] = "";
    struct link link;

    if (!link_read(resource, &link))
        return VERDICT_SILENT;
    if (link_any_state_holds(&link, "InProgress", NULL, 0))
        return VERDICT_UNDER_WAY;
    if (!link_is(link.instance_role, operation->wanted_role)) {
        /* A state that holds Error means that the operation it names has failed (arm-api 3.1). */
        if (!is_settled(operation) || !link_any_state_holds(&link, "Error", state, sizeof state))
            return VERDICT_NOT_YET;
        return break_off(operation, MILINK_ARM_FAILED, state);
    }
    if (link_is(link.partner_role, other) && link_is_healthy(&link, NULL, 0))
        return VERDICT_COMPLETE;
    return judge_one_side(operation, &link);
}

static enum verdict break_off_gone(struct operation *operation)
{
    return break_off(operation, MILINK_ARM_NOT_FOUND, "it was deleted meanwhile");
}

/* Success of a one-way failover may be that the link is gone; else somebody has deleted it. Where
 * Azure had shown none of its databases, its word that all is done must do. */
static enum verdict judge_role_gone(struct operation *operation)
{
    if (!is_one_way(operation->failover_mode) || !link_is(operation->wanted_role, "Primary"))
        return break_off_gone(operation);
    if (operation->databases[0] != '\0')
        return VERDICT_VANISHED;
    if (!is_called_done(operation))
        return VERDICT_UNDER_WAY;
    operation_note(operation, "The link has ended, and Azure had not shown its databases: see with "
                              "xp_milink_database_list that they are Online.");
    return VERDICT_COMPLETE;
}

/* ---- values ---- */

/* Whether the resource says everything that operation->wanted lists. */
static bool says_wanted(const struct operation *operation, const struct json *resource)
{
    const char *line = operation->wanted;

    while (*line != '\0') {
        const char *value = strchr(line, '='), *end = strchr(line, '\n');
        char path[sizeof operation->wanted], wanted[sizeof operation->wanted];

        if (value == NULL || end == NULL || value > end)
            return false;
        text_copy_bytes(path, sizeof path, line, (size_t)(value - line));
        text_copy_bytes(wanted, sizeof wanted, value + 1, (size_t)(end - value - 1));
        if (!link_is(json_text(resource, path), wanted))
            return false;
        line = end + 1;
    }
    return true;
}

static bool has_database(const struct link *link, const char *name, size_t length)
{
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const char *found = json_text(json_at(link->databases, i), "databaseName");

        if (found != NULL && text_equal_bytes(found, name, length))
            return true;
    }
    return false;
}

/* Whether the link holds exactly the databases that the operation lists; any, when it lists none.
 */
static bool has_databases(const struct operation *operation, const struct link *link)
{
    const char *line = operation->databases;
    size_t count = 0;

    for (; *line != '\0'; count++) {
        size_t length = strcspn(line, "\n");

        if (!has_database(link, line, length))
            return false;
        line += length + (line[length] == '\n');
    }
    return count == 0 || count == json_count(link->databases);
}

/* While Azure's operation runs, the values alone prove nothing: they may be what is planned. */
static enum verdict judge_values(struct operation *operation, const struct json *resource)
{
    if (!says_wanted(operation, resource) || operation->phase != PHASE_CONFIRMING)
        return VERDICT_NOT_YET;
    return VERDICT_COMPLETE;
}

static enum verdict judge_link(struct operation *operation, const struct json *resource)
{
    char state[128] = "";
    struct link link;

    if (!link_read(resource, &link))
        return VERDICT_SILENT;
    if (link_any_state_holds(&link, "InProgress", NULL, 0))
        return VERDICT_UNDER_WAY;
    if (has_databases(operation, &link) && judge_values(operation, resource) == VERDICT_COMPLETE)
        return VERDICT_COMPLETE;
    if (is_settled(operation) && link_any_state_holds(&link, "Error", state, sizeof state))
        return break_off(operation, MILINK_ARM_FAILED, state);
    return VERDICT_NOT_YET;
}

/* The instance must say itself that it is settled. */
static enum verdict judge_instance(struct operation *operation, const struct json *resource)
{
    const char *provisioning = json_text(resource, "properties.provisioningState");

    if (!says_wanted(operation, resource))
        return VERDICT_NOT_YET;
    if (link_is(provisioning, "Succeeded"))
        return VERDICT_COMPLETE;
    if (operation->phase != PHASE_CONFIRMING)
        return VERDICT_NOT_YET;
    return provisioning == NULL || link_is(provisioning, "Failed") ||
                   link_is(provisioning, "Canceled")
               ? VERDICT_COMPLETE
               : VERDICT_UNDER_WAY;
}

/* ---- what is made ---- */

/* Every database has left creation: connected, in a state that is not of creating. */
static bool has_begun(const struct link *link)
{
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const struct json *database = json_at(link->databases, i);

        if (!link_is(json_text(database, "connectedState"), "CONNECTED") ||
            json_text(database, "replicaState") == NULL)
            return false;
    }
    return json_count(link->databases) > 0 && !link_any_state_holds(link, "Creating", NULL, 0);
}

/* That the link exists proves nothing while Azure's operation runs: the service gives it up when
 * replication does not begin (arm-api 3.3). */
static enum verdict judge_created_link(struct operation *operation, const struct json *resource)
{
    char state[128] = "", why[600];
    struct link link;
    bool in_error = false;

    if (!link_read(resource, &link))
        return VERDICT_SILENT;
    in_error = link_any_state_holds(&link, "Error", state, sizeof state);
    if (!in_error && (is_called_done(operation) || has_begun(&link)))
        return VERDICT_COMPLETE;
    if (!in_error && operation->error.number == 0)
        return VERDICT_UNDER_WAY;
    snprintf(why, sizeof why, "its state is %s%s%.400s", in_error ? state : "not in error",
             link_last_error(&link) != NULL ? ", its last error: " : "",
             link_last_error(&link) != NULL ? link_last_error(&link) : "");
    operation_note(operation, "A part of the link is there: delete it with xp_milink_link_delete "
                              "before you create it again.");
    return break_off(operation, MILINK_ARM_FAILED, why);
}

static enum verdict judge_created_instance(struct operation *operation, const struct json *resource)
{
    const char *provisioning = json_text(resource, "properties.provisioningState");
    const char *state = json_text(resource, "properties.state");

    if (link_is(provisioning, "Failed") || link_is(provisioning, "Canceled"))
        return operation->phase == PHASE_CONFIRMING
                   ? break_off(operation, MILINK_ARM_FAILED, "its provisioning failed")
                   : VERDICT_NOT_YET; /* why is in the record of the operation */
    if (link_is(provisioning, "Succeeded") || (provisioning == NULL && link_is(state, "Ready")))
        return says_wanted(operation, resource) ? VERDICT_COMPLETE : VERDICT_NOT_YET;
    return VERDICT_UNDER_WAY;
}

static enum verdict judge_restored(struct operation *operation, const struct json *resource)
{
    (void)operation;
    return link_is(json_text(resource, "properties.status"), "Online") ? VERDICT_COMPLETE
                                                                       : VERDICT_NOT_YET;
}

/* ---- what is not there, or still there ---- */

static enum verdict not_yet(struct operation *operation)
{
    (void)operation;
    return VERDICT_NOT_YET;
}

static enum verdict complete(struct operation *operation)
{
    (void)operation;
    return VERDICT_COMPLETE;
}

static enum verdict still_there(struct operation *operation, const struct json *resource)
{
    (void)operation;
    (void)resource;
    return VERDICT_NOT_YET;
}

static const struct {
    enum verdict (*present)(struct operation *operation, const struct json *resource);
    enum verdict (*absent)(struct operation *operation);
    const char *success; /* what is to be known of it */
} rules[] = {
    [OPERATION_LINK_FAILOVER] = {judge_role, judge_role_gone, NULL},
    [OPERATION_LINK_SET_ROLE] = {judge_role, judge_role_gone, NULL},
    [OPERATION_LICENSE_SET] = {judge_instance, not_yet, NULL},
    [OPERATION_LINK_CREATE] = {judge_created_link, not_yet,
                               "The link is created; its databases are being seeded, which may "
                               "take hours: watch them with xp_milink_link_get."},
    [OPERATION_LINK_UPDATE] = {judge_link, break_off_gone, NULL},
    [OPERATION_LINK_DELETE] = {still_there, complete,
                               "The link is deleted. Each side keeps its copy, and both take "
                               "writes now: let applications write to one of them alone. A copy "
                               "on the instance bars a new link of a database of that name."},
    [OPERATION_CERTIFICATE_PUT] = {judge_values, not_yet, NULL},
    [OPERATION_CERTIFICATE_DELETE] = {still_there, complete, NULL},
    [OPERATION_INSTANCE_CREATE] = {judge_created_instance, not_yet, NULL},
    [OPERATION_DATABASE_DELETE] = {still_there, complete, NULL},
    [OPERATION_RESTORE_COMPLETE] = {judge_restored, break_off_gone, NULL},
};

enum verdict operation_judge(struct operation *operation, const struct json *resource)
{
    if (!json_is_object(json_member(resource, "properties")))
        return VERDICT_SILENT;
    return rules[operation->kind].present(operation, resource);
}

enum verdict operation_judge_absence(struct operation *operation)
{
    return rules[operation->kind].absent(operation);
}

void operation_tell_success(struct operation *operation)
{
    char text[128];

    if (rules[operation->kind].success != NULL)
        operation_note(operation, rules[operation->kind].success);
    if (operation->role_before[0] == '\0' || operation->wanted_role[0] == '\0')
        return;
    snprintf(text, sizeof text, "The instance was %s and is %s now.", operation->role_before,
             operation->wanted_role);
    operation_note(operation, text);
}
