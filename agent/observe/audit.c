/* SPDX-License-Identifier: MIT */
/* What the records of the audit trail say. */
#include "audit.h"

#include "audit_file.h"
#include "log.h"
#include "log_scrub.h"
#include "text.h"
#include "thread.h"
#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct mutex *mutex; /* NULL: not open. Guards all below */
    struct audit_file *file;
    unsigned long long written, failed;
    bool failing; /* the last record could not be written */
} trail;

static void log_head(const char *event)
{
    const struct audit_head *head = audit_file_head(trail.file);

    /* So that every head also stands where the log is collected, out of reach of this host. */
    log_write(LOG_INFO, event, "record %lld, hash %s", head->sequence, head->hash);
}

bool audit_open(const char *directory, char *why, size_t why_size)
{
    trail.file = audit_file_open(directory, AUDIT_SEGMENT_BYTES, why, why_size);
    trail.mutex = trail.file != NULL ? mutex_new() : NULL;
    trail.written = trail.failed = 0;
    trail.failing = false;
    if (trail.mutex != NULL) {
        log_head("audit.opened");
        return true;
    }
    if (trail.file != NULL)
        text_copy(why, why_size, "memory ran out");
    audit_close();
    return false;
}

void audit_close(void)
{
    if (trail.mutex != NULL)
        log_head("audit.closed");
    audit_file_close(trail.file);
    mutex_free(trail.mutex);
    trail.file = NULL;
    trail.mutex = NULL;
}

/* why: 600 bytes or more. */
static bool append(const char *event, void (*fill)(struct json *record, const void *what),
                   const void *what, char *why, size_t why_size)
{
    bool written = false;

    text_copy(why, why_size, "the audit trail is not open");
    if (trail.mutex == NULL)
        return false;
    mutex_lock(trail.mutex);
    written = audit_file_append(trail.file, event, fill, what);
    trail.failing = !written;
    if (written) {
        trail.written++;
        log_head("audit.written");
    } else {
        trail.failed++;
        text_copy(why, why_size, audit_file_why(trail.file));
        log_write(LOG_ERROR, "audit.failed", "%s", why);
    }
    mutex_unlock(trail.mutex);
    return written;
}

/* A member that says nothing is left out. */
static void add(struct json *record, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_add_string(record, name, text);
}

/* Texts that come from Azure or the network. */
static void add_foreign(struct json *record, const char *name, const char *text)
{
    char clean[sizeof((struct error *)0)->message];

    log_scrub(text, clean, sizeof clean);
    add(record, name, clean);
}

static void add_error(struct json *record, const struct error *error)
{
    if (error->number == 0)
        return;
    json_add_integer(record, "error_number", error->number);
    add(record, "error_code", error->code);
    add_foreign(record, "error_message", error->message);
}

static void add_claims(struct json *record, const struct operation *operation)
{
    add(record, "caller", operation->caller);
    if (operation->session_id >= 0)
        json_add_integer(record, "session_id", operation->session_id);
    add(record, "client", operation->asker.client);
    add(record, "reason", operation->reason);
    add(record, "change_ref", operation->change_ref);
}

static void add_target(struct json *record, const struct operation *operation)
{
    add(record, "call", operation->asker.call);
    add(record, "operation_id", operation->id);
    add(record, "request_id", operation->request_id);
    add(record, "procedure", operation->procedure);
    add(record, "instance", operation->instance);
    add(record, "resource", operation->resource);
}

static void fill_accepted(struct json *record, const void *what)
{
    const struct operation *operation = what;
    char request[sizeof operation->method + sizeof operation->path + 1];

    add_target(record, operation);
    add_claims(record, operation);
    json_add_bool(record, "confirm", operation->asker.confirm);
    json_add_bool(record, "force", operation->asker.force);
    snprintf(request, sizeof request, "%s %s", operation->method, operation->path);
    json_add_string(record, "request", request);
    add(record, "api_version", operation->api_version);
    /* Holds OPERATION_SECRET_MARK where a secret goes. */
    add(record, "body", operation->body);
    add(record, "arm_correlation_id", operation->arm_correlation_id);
}

bool audit_accepted(const struct operation *operation, struct error *error)
{
    char why[600];

    if (append("accepted", fill_accepted, operation, why, sizeof why))
        return true;
    error_set(error, MILINK_AUDIT_FAILED, operation->resource, why);
    return false;
}

static void fill_ended(struct json *record, const void *what)
{
    const struct operation *operation = what;
    char started[UTC_TEXT_SIZE];

    add_target(record, operation);
    add_claims(record, operation);
    utc_text(operation->started_ms, started, sizeof started);
    json_add_string(record, "started_at", started);
    json_add_string(record, "state", operation_state_name(operation->state));
    add_error(record, &operation->error);
    add(record, "arm_request_id", operation->arm_request_id);
    add(record, "arm_correlation_id", operation->arm_correlation_id);
}

bool audit_ended(const struct operation *operation)
{
    char why[600];

    return append("ended", fill_ended, operation, why, sizeof why);
}

static void fill_call(struct json *record, const void *what)
{
    const struct audit_call *call = what;

    add(record, "call", call->call_id);
    add(record, "operation_id", call->operation_id);
    add(record, "request_id", call->request_id);
    add(record, "procedure", call->procedure);
    add(record, "instance", call->instance);
    add(record, "resource", call->resource);
    add(record, "caller", call->caller);
    if (call->session_id >= 0)
        json_add_integer(record, "session_id", call->session_id);
    add(record, "client", call->client);
    add(record, "reason", call->reason);
    add(record, "change_ref", call->change_ref);
    json_add_bool(record, "confirm", call->confirm);
    json_add_bool(record, "force", call->force);
    json_add_bool(record, "what_if", call->what_if);
    add(record, "request", call->request);
    if (call->error != NULL)
        add_error(record, call->error);
}

void audit_refused(const struct audit_call *call)
{
    char why[600];

    (void)append("refused", fill_call, call, why, sizeof why);
}

bool audit_acting(const struct audit_call *call, struct error *error)
{
    char why[600];

    if (append("acting", fill_call, call, why, sizeof why))
        return true;
    error_set(error, MILINK_AUDIT_FAILED, call->resource, why);
    return false;
}

void audit_acted(const struct audit_call *call)
{
    char why[600];

    (void)append("acted", fill_call, call, why, sizeof why);
}

void audit_status(struct audit_status *status)
{
    memset(status, 0, sizeof *status);
    if (trail.mutex == NULL)
        return;
    mutex_lock(trail.mutex);
    status->open = true;
    status->head = *audit_file_head(trail.file);
    status->written = trail.written;
    status->failed = trail.failed;
    if (trail.failing)
        text_copy(status->why, sizeof status->why, audit_file_why(trail.file));
    mutex_unlock(trail.mutex);
}

bool audit_check_end(char *why, size_t why_size)
{
    bool whole = false;

    text_copy(why, why_size, "the audit trail is not open");
    if (trail.mutex == NULL)
        return false;
    mutex_lock(trail.mutex);
    whole = audit_file_check_end(trail.file, why, why_size);
    mutex_unlock(trail.mutex);
    return whole;
}
