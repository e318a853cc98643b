/* SPDX-License-Identifier: MIT */
/* What Azure's refusals mean: from status and error object to our error, with the next action. */
#include "arm.h"
#include "arm_code.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

enum {
    REASON_SIZE = 1600,
    CODE_DIGITS = 24,
    CODE_BYTES = 200,   /* of Azure's code in a text */
    MESSAGE_BYTES = 900 /* of each of its messages */
};

/* What a status means where the code is not known (arm-api 8). */
static int32_t number_of_status(int status)
{
    switch (status) {
    case 400: return MILINK_ARM_BAD_REQUEST;
    case 401: return MILINK_ARM_UNAUTHENTICATED;
    case 403: return MILINK_ARM_FORBIDDEN;
    case 404: return MILINK_ARM_NOT_FOUND;
    case 408:
    case 504: return MILINK_ARM_TIMED_OUT;
    case 409:
    case 412: return MILINK_ARM_CONFLICT;
    case 429: return MILINK_ARM_THROTTLED;
    case 500:
    case 502:
    case 503: return MILINK_ARM_UNAVAILABLE;
    default: return MILINK_ARM_FAILED;
    }
}

/* The object with code and message: usual wrapper, OData's, or none; NULL for HTML, an empty body
 * and the like. */
static const struct json *error_object(const struct json *document)
{
    const struct json *inner = json_member(document, "error");

    if (inner == NULL)
        inner = json_member(document, "odata.error");
    if (json_is_object(inner))
        return inner;
    return json_member(document, "code") != NULL ? document : NULL;
}

/* The code, which may be a number; NULL when there is none. number: room for one. */
static const char *code_of(const struct json *object, char number[CODE_DIGITS])
{
    long long value = 0;

    if (!json_integer(json_member(object, "code"), &value))
        return json_text(object, "code");
    snprintf(number, CODE_DIGITS, "%lld", value);
    return number;
}

/* OData writes {"lang":...,"value":...} where others write the text. */
static const char *message_of(const struct json *object)
{
    const char *message = json_text(object, "message");

    return message != NULL ? message : json_text(object, "message.value");
}

/* What stands in an error object: an element of its details, or its innererror behind the last. */
static const struct json *part_at(const struct json *object, size_t index)
{
    const struct json *details = json_member(object, "details");

    return index < json_count(details) ? json_at(details, index)
                                       : json_member(object, "innererror");
}

static size_t part_count(const struct json *object)
{
    return json_count(json_member(object, "details")) +
           (json_is_object(json_member(object, "innererror")) ? 1 : 0);
}

/* The outermost object whose code is known: Azure wraps what went wrong in words like
 * "DeploymentFailed". NULL when none is. depth: how much deeper to look. */
static const struct json *find_known(const struct json *object, int depth)
{
    char number[CODE_DIGITS];
    const char *code = code_of(object, number);
    const struct json *found = NULL;

    if (code != NULL && arm_code_find(code) != NULL)
        return object;
    for (size_t i = 0; depth > 0 && found == NULL && i < part_count(object) && i < 16; i++)
        found = find_known(part_at(object, i), depth - 1);
    return found;
}

/* The object that tells what happened, and never NULL unless object is. */
static const struct json *find_cause(const struct json *object)
{
    const struct json *known = find_known(object, 4);

    return known != NULL ? known : object;
}

/* At most so many bytes of the service's text, in one line: control characters become spaces. */
static void append_clean(char *text, const char *more, size_t bytes)
{
    char part[MESSAGE_BYTES + 1];

    text_copy(part, bytes < sizeof part ? bytes + 1 : sizeof part, more);
    for (char *c = part; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
    text_append(text, REASON_SIZE, part);
}

/* "Code: message", as much of it as there is. */
static void append_object(char *reason, const struct json *object)
{
    char number[CODE_DIGITS];
    const char *code = code_of(object, number), *message = message_of(object);

    if (code != NULL)
        append_clean(reason, code, CODE_BYTES);
    if (code != NULL && message != NULL)
        text_append(reason, REASON_SIZE, ": ");
    if (message != NULL)
        append_clean(reason, message, MESSAGE_BYTES);
}

/* What the cause alone does not say: the words around it, or its own details. */
static void append_details(char *reason, const struct json *object, const struct json *cause)
{
    for (size_t i = 0; i < part_count(object) && i < 3; i++) {
        const struct json *part = part_at(object, i);

        if (part == cause || message_of(part) == NULL)
            continue;
        text_append(reason, REASON_SIZE, " / ");
        append_clean(reason, message_of(part), MESSAGE_BYTES);
    }
}

/* Our words first, because they tell what to do; then Azure's, which may be long. */
static void put_reason(char *reason, const struct arm_code *row, const struct json *object,
                       const struct json *cause)
{
    bool own = row != NULL && row->text != NULL;
    char number[64];

    if (own)
        text_append(reason, REASON_SIZE, row->text);
    if (own && row->sql_error != 0) {
        snprintf(number, sizeof number, " (SQL Server's error %d)", row->sql_error);
        text_append(reason, REASON_SIZE, number);
    }
    text_append(reason, REASON_SIZE, own ? ". Azure: " : "");
    append_object(reason, cause);
    if (cause != object && message_of(object) != NULL) {
        text_append(reason, REASON_SIZE, " / ");
        append_clean(reason, message_of(object), MESSAGE_BYTES);
    }
    append_details(reason, object, cause);
}

static void set_error(struct error *error, const char *subject, int status,
                      const struct json *object)
{
    const struct json *cause = find_cause(object);
    char number[CODE_DIGITS];
    const char *code = code_of(cause, number);
    const struct arm_code *row = code != NULL ? arm_code_find(code) : NULL;
    char reason[REASON_SIZE] = "";

    put_reason(reason, row, object, cause);
    error_set(error, row != NULL ? row->number : number_of_status(status), subject, reason);
    error_set_code(error, code);
}

/* An answer without an error object: what it was instead, for the reader to find the proxy or the
 * outage. */
static void set_bare_error(struct error *error, const char *subject,
                           const struct http_answer *answer)
{
    const char *type = http_answer_header(answer, "Content-Type");
    char reason[200];
    int32_t number = number_of_status(answer->status);

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
    char why[64], number[CODE_DIGITS];

    code[0] = '\0';
    if (answer->result != HTTP_ANSWERED || answer->status < 400)
        return;
    document = json_parse(answer->body, answer->body_length, why, sizeof why);
    found = code_of(find_cause(error_object(document)), number);
    if (found != NULL)
        text_copy(code, size, found);
    json_free(document);
}

enum arm_disposition arm_disposition(const struct http_answer *answer)
{
    char code[CODE_BYTES];

    arm_error_code(answer, code, sizeof code);
    return code[0] != '\0' ? arm_code_disposition(code) : ARM_FAIL;
}

bool arm_says_gone(const struct http_answer *answer)
{
    return answer->result == HTTP_ANSWERED && answer->status == 404 &&
           arm_disposition(answer) == ARM_GONE;
}
