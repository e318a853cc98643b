/* SPDX-License-Identifier: MIT */
/* What Azure's refusals mean: one table from status and code to our error, with the next action. */
#include "arm.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

enum { REASON_SIZE = 1200 };

/* A row fits when its status is 0 or the answer's, and its code is NULL or part of the answer's
 * code (names drift between specification and service); the first that fits counts. Sources:
 * arm-api 3.6-3.8, 8; mi-link 8.3. */
struct meaning {
    int status;
    const char *code;
    int32_t number;
    const char *hint; /* what the table's own action does not say */
};

static const struct meaning meanings[] = {
    {0, "FailoverInstanceRole", MILINK_ARM_INVALID_ROLE, NULL},
    {0, "FailoverInvalidInstanceRole", MILINK_ARM_INVALID_ROLE, NULL},
    {0, "SetRolePrimaryPlannedNotSupported", MILINK_ARM_INVALID_ROLE,
     "Azure takes Primary with Forced alone; run ALTER AVAILABILITY GROUP [link] FAILOVER on SQL "
     "Server"},
    {0, "FailoverSecondariesNotSynchronizing", MILINK_ARM_CONFLICT,
     "the secondary does not synchronise: look at health and last error of the link"},
    {0, "LogSendQueueSizeTooBig", MILINK_ARM_CONFLICT,
     "too much log waits to be sent: stop the workload, wait for the queue, try again"},
    {0, "RedoQueueSizeTooBig", MILINK_ARM_CONFLICT,
     "too much log waits to be redone: stop the workload, wait for the queue, try again"},
    {0, "MiPrimaryWithGeodr", MILINK_ARM_CONFLICT,
     "the instance is in a failover group: take it out first"},
    {0, "OperationCanNotStartDueToMiLink", MILINK_ARM_CONFLICT,
     "a link of the instance is seeding: wait until seeding ends"},
    {0, "ManagedInstanceStopping", MILINK_ARM_CONFLICT, "the instance is stopped: start it"},
    {0, "ManagedInstanceStarting", MILINK_ARM_CONFLICT, "the instance is starting: wait for it"},
    {0, "ScopeLocked", MILINK_ARM_CONFLICT, "a lock on the resource or its group forbids this"},
    {0, "RequestDisallowedByPolicy", MILINK_ARM_FORBIDDEN, "an Azure Policy forbids this"},
    {0, "OperationTimedOut", MILINK_ARM_TIMED_OUT, NULL},
    {0, "RequestTimeout", MILINK_ARM_TIMED_OUT, NULL},
    {0, "OperationCancelled", MILINK_ARM_CANCELED, NULL},
    {0, "OperationInterrupted", MILINK_ARM_CANCELED, NULL},
    {503, "TooManyRequests", MILINK_ARM_THROTTLED, NULL},
    {400, NULL, MILINK_ARM_BAD_REQUEST, NULL},
    {401, NULL, MILINK_ARM_UNAUTHENTICATED, NULL},
    {403, NULL, MILINK_ARM_FORBIDDEN, NULL},
    {404, NULL, MILINK_ARM_NOT_FOUND, NULL},
    {408, NULL, MILINK_ARM_TIMED_OUT, NULL},
    {409, NULL, MILINK_ARM_CONFLICT, NULL},
    {412, NULL, MILINK_ARM_CONFLICT, NULL},
    {429, NULL, MILINK_ARM_THROTTLED, NULL},
    {504, NULL, MILINK_ARM_TIMED_OUT, NULL},
    {500, NULL, MILINK_ARM_UNAVAILABLE, NULL},
    {502, NULL, MILINK_ARM_UNAVAILABLE, NULL},
    {503, NULL, MILINK_ARM_UNAVAILABLE, NULL},
    {0, NULL, MILINK_ARM_FAILED, NULL},
};

static const struct meaning *find_meaning(int status, const char *code)
{
    const struct meaning *row = meanings;

    while ((row->status != 0 && row->status != status) ||
           (row->code != NULL && strstr(code, row->code) == NULL))
        row++;
    return row;
}

/* The object with code and message: usual wrapper, or none; NULL for HTML, an empty body and the
 * like. */
static const struct json *error_object(const struct json *document)
{
    const struct json *inner = json_member(document, "error");

    if (json_is_object(inner))
        return inner;
    return json_text(document, "code") != NULL ? document : NULL;
}

/* A line for people out of the service's text: control characters become spaces. */
static void append_clean(char *text, size_t size, const char *more)
{
    size_t start = strlen(text);

    text_append(text, size, more);
    for (char *c = text + start; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
}

static void append_details(char *reason, const struct json *object)
{
    const struct json *details = json_member(object, "details");

    for (size_t i = 0; i < json_count(details) && i < 3; i++) {
        const char *message = json_text(json_at(details, i), "message");

        if (message != NULL) {
            text_append(reason, REASON_SIZE, " / ");
            append_clean(reason, REASON_SIZE, message);
        }
    }
}

static void set_error(struct error *error, const char *subject, int status,
                      const struct json *object)
{
    const char *code = json_text(object, "code");
    const char *message = json_text(object, "message");
    const struct meaning *meaning = find_meaning(status, code != NULL ? code : "");
    char reason[REASON_SIZE] = "";

    if (code != NULL) {
        append_clean(reason, 200, code);
        text_append(reason, sizeof reason, message != NULL ? ": " : "");
    }
    if (message != NULL)
        append_clean(reason, sizeof reason, message);
    append_details(reason, object);
    if (meaning->hint != NULL) {
        text_append(reason, sizeof reason, reason[0] != '\0' ? " - " : "");
        text_append(reason, sizeof reason, meaning->hint);
    }
    error_set(error, meaning->number, subject, reason);
    error_set_code(error, code);
}

/* An answer without an error object: what it was instead, for the reader to find the proxy or the
 * outage. */
static void set_bare_error(struct error *error, const char *subject,
                           const struct http_answer *answer)
{
    const char *type = http_answer_header(answer, "Content-Type");
    char reason[200];
    int32_t number = find_meaning(answer->status, "")->number;

    snprintf(reason, sizeof reason, "HTTP %d with %s instead of an error object", answer->status,
             answer->body_length == 0 ? "an empty body"
             : type != NULL           ? type
                                      : "an unknown body");
    if (answer->status < 400)
        number = MILINK_ARM_BAD_ANSWER;
    error_set(error, number, subject, reason);
}

void arm_set_error(struct error *error, const char *subject, const struct http_answer *answer)
{
    struct json *document = NULL;
    char why[64];

    switch (answer->result) {
    case HTTP_ANSWERED: break;
    case HTTP_TOO_LARGE:
        error_set(error, MILINK_ARM_BAD_ANSWER, subject, "a body of more than 4 MiB");
        return;
    case HTTP_CANCELED: error_set(error, MILINK_CALL_CANCELED, subject, NULL); return;
    default: error_set(error, MILINK_ARM_UNREACHABLE, subject, answer->why); return;
    }
    document = json_parse(answer->body, answer->body_length, why, sizeof why);
    if (error_object(document) != NULL)
        set_error(error, subject, answer->status, error_object(document));
    else
        set_bare_error(error, subject, answer);
    json_free(document);
}

void arm_set_operation_error(struct error *error, const char *subject, const struct json *object)
{
    set_error(error, subject, 0, object);
}

void arm_error_code(const struct http_answer *answer, char *code, size_t size)
{
    struct json *document = NULL;
    const char *found = NULL;
    char why[64];

    code[0] = '\0';
    if (answer->result != HTTP_ANSWERED || answer->status < 400)
        return;
    document = json_parse(answer->body, answer->body_length, why, sizeof why);
    found = json_text(error_object(document), "code");
    if (found != NULL)
        text_copy(code, size, found);
    json_free(document);
}
