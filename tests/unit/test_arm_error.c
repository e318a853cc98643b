/* SPDX-License-Identifier: MIT */
/* What Azure's refusals become: number, Azure's own code, a text that names the thing, the cause
 * and the next step. */
#include "fake_http.h"
#include "arm.h"
#include "mutate.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define SUBJECT "link sales-link of prod"

static struct error error;

static void take(struct fake_reply reply)
{
    struct http_answer answer;

    fake_answer(&answer, &reply);
    memset(&error, 0, sizeof error);
    arm_set_error(&error, SUBJECT, &answer);
    http_answer_clear(&answer);
    assert_true(text_units(error.message, strlen(error.message)) <= ERROR_MESSAGE_CHARACTERS);
    assert_true(text_units(error.code, strlen(error.code)) <= ERROR_CODE_CHARACTERS);
}

static void holds(const char *part)
{
    if (strstr(error.message, part) == NULL)
        fail_msg("'%s' is not in: %s", part, error.message);
}

struct row {
    int status;
    const char *code;
    int32_t number;
    const char *part; /* of the text */
};

/* Codes of arm-api 3.6-3.8 and 8. */
static const struct row rows[] = {
    {400, "InvalidDistributedAvailabilityGroupFailoverInstanceRole", MILINK_ARM_INVALID_ROLE, ""},
    {409, "DistributedAvailabilityGroupSetRolePrimaryPlannedNotSupported", MILINK_ARM_INVALID_ROLE,
     "ALTER AVAILABILITY GROUP"},
    {409, "DistributedAvailabilityGroupFailoverSecondariesNotSynchronizing", MILINK_ARM_CONFLICT,
     "health"},
    {409, "DistributedAvailabilityGroupFailoverLogSendQueueSizeTooBig", MILINK_ARM_CONFLICT,
     "stop the workload"},
    {409, "DistributedAvailabilityGroupFailoverRedoQueueSizeTooBig", MILINK_ARM_CONFLICT,
     "stop the workload"},
    {409, "DistributedAvailabilityGroupMiPrimaryWithGeodr", MILINK_ARM_CONFLICT, "failover group"},
    {400, "OperationCanNotStartDueToMiLink", MILINK_ARM_CONFLICT, "seeding"},
    {400, "ManagedInstanceStoppingOrStopped", MILINK_ARM_NOT_RUNNING, "Start the instance"},
    {400, "ManagedInstanceStarting", MILINK_ARM_NOT_RUNNING, "wait"},
    {409, "ManagedInstanceIsBusy", MILINK_ARM_CONFLICT, ""},
    {409, "ScopeLocked", MILINK_ARM_CONFLICT, "lock"},
    {403, "RequestDisallowedByPolicy", MILINK_ARM_FORBIDDEN, "Policy"},
    {403, "AuthorizationFailed", MILINK_ARM_FORBIDDEN, ""},
    {401, "ExpiredAuthenticationToken", MILINK_ARM_UNAUTHENTICATED, ""},
    {404, "ResourceNotFound", MILINK_ARM_NOT_FOUND, ""},
    {404, "SubscriptionNotFound", MILINK_ARM_NOT_FOUND, ""},
    {409, "OperationCancelled", MILINK_ARM_CANCELED, ""},
    {409, "OperationInterrupted", MILINK_ARM_CANCELED, ""},
    {429, "SubscriptionTooManyRequests", MILINK_ARM_THROTTLED, ""},
    {503, "TooManyRequests", MILINK_ARM_THROTTLED, ""},
    {503, "ServerBusy", MILINK_ARM_UNAVAILABLE, ""},
    {500, "GatewayInternalServerError", MILINK_ARM_UNAVAILABLE, ""},
    {500, "OperationTimedOut", MILINK_ARM_TIMED_OUT, ""},
    {504, "RequestTimeout", MILINK_ARM_TIMED_OUT, ""},
    {400, "InvalidDistributedAvailabilityGroupFailoverRequest", MILINK_ARM_BAD_REQUEST, ""},
    {418, "Teapot", MILINK_ARM_FAILED, ""},
};

static void test_table(void **state)
{
    char body[512];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(body, sizeof body, "{\"error\":{\"code\":\"%s\",\"message\":\"Azure's words.\"}}",
                 rows[i].code);
        take((struct fake_reply){.status = rows[i].status, .body = body});
        if (error.number != rows[i].number)
            fail_msg("%s: %d and not %d", rows[i].code, error.number, rows[i].number);
        assert_string_equal(error.code, rows[i].code);
        assert_int_equal(strncmp(error.message, SUBJECT ": ", strlen(SUBJECT ": ")), 0);
        holds("Azure's words");
        holds(rows[i].code);
        holds(rows[i].part);
        assert_int_equal(error.message[strlen(error.message) - 1], '.');
    }
}

static void test_shapes(void **state)
{
    static const char *const bodies[] = {
        "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"No such link.\"}}",
        "{\"code\":\"ResourceNotFound\",\"message\":\"No such link.\"}",
        "{\"Error\":{\"Code\":\"ResourceNotFound\",\"Message\":\"No such link.\"}}",
        "\xEF\xBB\xBF{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"No such link.\"}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        take((struct fake_reply){.status = 404, .body = bodies[i]});
        assert_int_equal(error.number, MILINK_ARM_NOT_FOUND);
        assert_string_equal(error.code, "ResourceNotFound");
        holds("ResourceNotFound: No such link.");
    }
    take((struct fake_reply){.status = 404, .body = "{\"error\":{\"message\":\"Only words.\"}}"});
    assert_string_equal(error.code, "ARM_NOT_FOUND");
    holds("Only words.");
    take((struct fake_reply){.status = 404, .body = "{\"error\":{\"code\":\"OnlyCode\"}}"});
    assert_string_equal(error.code, "OnlyCode");
}

static void test_details(void **state)
{
    (void)state;
    take((struct fake_reply){
        .status = 400,
        .body =
            "{\"error\":{\"code\":\"X\",\"message\":\"Main\",\"details\":[{\"message\":\"one\"},"
            "{\"code\":\"no message\"},{\"message\":\"three\"},{\"message\":\"four\"}]}}"});
    holds("X: Main / one / three");
    assert_null(strstr(error.message, "four"));
}

/* Azure wraps what went wrong in words of its own: the one that is known tells, wherever it stands.
 */
static void test_nested(void **state)
{
    static const char *const bodies[] = {
        "{\"error\":{\"code\":\"DeploymentFailed\",\"message\":\"Outer.\",\"details\":["
        "{\"code\":\"Whatever\",\"message\":\"No.\"},"
        "{\"code\":\"ScopeLocked\",\"message\":\"Inner.\"}]}}",
        "{\"error\":{\"code\":\"Failed\",\"message\":\"Outer.\",\"innererror\":{\"code\":\"X\","
        "\"innererror\":{\"code\":\"ScopeLocked\",\"message\":\"Inner.\"}}}}",
        "{\"error\":{\"code\":\"Failed\",\"message\":\"Outer.\",\"details\":[{\"code\":\"Y\","
        "\"details\":[{\"code\":\"scopelocked\",\"message\":\"Inner.\"}]}]}}",
        "{\"odata.error\":{\"code\":\"ScopeLocked\","
        "\"message\":{\"lang\":\"en-US\",\"value\":\"Inner.\"}}}"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        take((struct fake_reply){.status = 400, .body = bodies[i]});
        assert_int_equal(error.number, MILINK_ARM_CONFLICT);
        assert_true(text_equal(error.code, "ScopeLocked"));
        holds("Inner.");
        holds("remove the lock");
        if (i < 3)
            holds("Outer.");
    }
    /* Nothing in it is known: the outermost, and the status. */
    take((struct fake_reply){
        .status = 409,
        .body = "{\"error\":{\"code\":\"A\",\"message\":\"Outer.\",\"details\":[{\"code\":\"B\","
                "\"message\":\"Inner.\"}]}}"});
    assert_int_equal(error.number, MILINK_ARM_CONFLICT);
    assert_string_equal(error.code, "A");
    holds("A: Outer. / Inner.");
    /* A number as a number. */
    take((struct fake_reply){.status = 500,
                             .body = "{\"error\":{\"code\":41974,\"message\":\"m\"}}"});
    assert_int_equal(error.number, MILINK_ARM_LINK_CERTIFICATE);
    assert_string_equal(error.code, "41974");
    holds("SQL Server's error 41974");
}

/* Deeper than anybody nests: it ends, with an error. */
static void test_nested_deep(void **state)
{
    static char body[8192];

    (void)state;
    text_copy(body, sizeof body, "{\"error\":");
    for (int i = 0; i < 25; i++)
        text_append(body, sizeof body, "{\"code\":\"Q\",\"innererror\":");
    text_append(body, sizeof body, "{\"code\":\"ScopeLocked\"}");
    for (int i = 0; i < 26; i++)
        text_append(body, sizeof body, "}");
    take((struct fake_reply){.status = 400, .body = body});
    assert_int_equal(error.number, MILINK_ARM_BAD_REQUEST);
    assert_string_equal(error.code, "Q");
}

static void test_huge_body(void **state)
{
    static const char start[] = "{\"error\":{\"code\":\"ScopeLocked\",\"message\":\"";
    size_t size = 3u << 20;
    char *body = malloc(size);

    (void)state;
    assert_non_null(body);
    memset(body, 'x', size);
    memcpy(body, start, sizeof start - 1);
    memcpy(body + size - 4, "\"}}", 4);
    take((struct fake_reply){.status = 409, .body = body});
    assert_int_equal(error.number, MILINK_ARM_CONFLICT);
    holds("lock");
    memset(body, '<', size - 1);
    take((struct fake_reply){.status = 502, .body = body});
    assert_int_equal(error.number, MILINK_ARM_UNAVAILABLE);
    holds("HTTP 502");
    free(body);
}

/* Lines and control characters of the service cannot break a log or a message. */
static void test_control_characters(void **state)
{
    (void)state;
    take((struct fake_reply){
        .status = 400,
        .body = "{\"error\":{\"code\":\"X\",\"message\":\"a\\r\\nb\\u001b[31m\\u007f\"}}"});
    for (const char *c = error.message; *c != '\0'; c++)
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7F);
}

static void test_long_texts(void **state)
{
    static char body[40000];
    size_t length = (size_t)snprintf(body, sizeof body, "{\"error\":{\"code\":\"");

    (void)state;
    for (int i = 0; i < 3000; i++)
        length += (size_t)snprintf(body + length, sizeof body - length, "\xC3\xA4");
    length += (size_t)snprintf(body + length, sizeof body - length, "\",\"message\":\"");
    for (int i = 0; i < 3000; i++)
        length += (size_t)snprintf(body + length, sizeof body - length, "\xF0\x9F\x94\x92");
    snprintf(body + length, sizeof body - length, "\"}}");
    take((struct fake_reply){.status = 400, .body = body});
    assert_int_equal(error.number, MILINK_ARM_BAD_REQUEST);
    assert_int_not_equal(text_units(error.message, strlen(error.message)), SIZE_MAX);
    /* The next action is what the reader needs most. */
    holds("See the reason Azure gave");
}

/* A proxy or an outage answers, not Azure. */
static void test_bare(void **state)
{
    (void)state;
    take(
        (struct fake_reply){.status = 503, .body = "<html>", .headers = "Content-Type: text/html"});
    assert_int_equal(error.number, MILINK_ARM_UNAVAILABLE);
    holds("HTTP 503");
    holds("text/html");
    take((struct fake_reply){.status = 403});
    assert_int_equal(error.number, MILINK_ARM_FORBIDDEN);
    holds("empty body");
    take((struct fake_reply){.status = 200, .body = "<html>"});
    assert_int_equal(error.number, MILINK_ARM_BAD_ANSWER);
    take((struct fake_reply){.status = 302, .body = "x"});
    assert_int_equal(error.number, MILINK_ARM_BAD_ANSWER);
}

/* Header values are bytes; a message that is not UTF-8 could not be sent to the caller. */
static void test_bare_type_is_no_text(void **state)
{
    static const char *const headers[] = {"Content-Type: text/\xFF\xFE", "Content-Type: text/\xC3",
                                          "Content-Type: text/plain; x=\xE4\xF6\xFC"};

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        take((struct fake_reply){.status = 503, .body = "x", .headers = headers[i]});
        assert_int_not_equal(text_units(error.message, strlen(error.message)), SIZE_MAX);
    }
}

static void test_no_answer(void **state)
{
    (void)state;
    take((struct fake_reply){.result = HTTP_NOT_SENT});
    assert_int_equal(error.number, MILINK_ARM_UNREACHABLE);
    holds("azure.test: made to fail");
    take((struct fake_reply){.result = HTTP_LOST, .status = 200});
    assert_int_equal(error.number, MILINK_ARM_UNREACHABLE);
    take((struct fake_reply){.result = HTTP_TOO_LARGE, .status = 200});
    assert_int_equal(error.number, MILINK_ARM_BAD_ANSWER);
    holds("4 MiB");
    take((struct fake_reply){.result = HTTP_CANCELED});
    assert_int_equal(error.number, MILINK_CALL_CANCELED);
}

static void test_operation_error(void **state)
{
    char why[64];
    const char *text = "{\"code\":\"45157\",\"message\":\"Server busy.\"}";
    struct json *object = json_parse(text, strlen(text), why, sizeof why);

    (void)state;
    memset(&error, 0, sizeof error);
    arm_set_operation_error(&error, SUBJECT, object);
    json_free(object);
    assert_int_equal(error.number, MILINK_ARM_CONFLICT);
    assert_string_equal(error.code, "45157");
    holds("Server busy.");
    holds("busy with another operation");
    memset(&error, 0, sizeof error);
    arm_set_operation_error(&error, SUBJECT, NULL);
    assert_int_equal(error.number, MILINK_ARM_FAILED);
    assert_string_equal(error.code, "ARM_FAILED");
}

static void test_code(void **state)
{
    struct http_answer answer;
    char code[16];

    (void)state;
    fake_answer(&answer,
                &(struct fake_reply){.status = 409, .body = "{\"error\":{\"code\":\"Conflict\"}}"});
    arm_error_code(&answer, code, sizeof code);
    assert_string_equal(code, "Conflict");
    http_answer_clear(&answer);
    fake_answer(&answer, &(struct fake_reply){.status = 200, .body = "{\"code\":\"Conflict\"}"});
    arm_error_code(&answer, code, sizeof code);
    assert_string_equal(code, "");
    http_answer_clear(&answer);
    fake_answer(&answer, &(struct fake_reply){
                             .status = 409, .body = "{\"code\":\"LongerThanTheRoomThatThereIs\"}"});
    arm_error_code(&answer, code, sizeof code);
    assert_string_equal(code, "LongerThanTheRo");
    http_answer_clear(&answer);
}

static void take_mutant(void *context, const uint8_t *bytes, size_t length)
{
    struct http_answer answer = {.result = HTTP_ANSWERED, .status = 409};
    char code[64];

    (void)context;
    answer.body = calloc(1, length + 1);
    assert_non_null(answer.body);
    memcpy(answer.body, bytes, length);
    answer.body_length = length;
    memset(&error, 0, sizeof error);
    arm_set_error(&error, SUBJECT, &answer);
    arm_error_code(&answer, code, sizeof code);
    (void)arm_was_refused_unseen(&answer);
    assert_int_not_equal(error.number, 0);
    assert_int_not_equal(text_units(error.message, strlen(error.message)), SIZE_MAX);
    http_answer_clear(&answer);
}

static void test_mutants(void **state)
{
    static const char body[] = "{\"error\":{\"code\":\"ScopeLocked\",\"message\":\"L\xC3\xB6"
                               "ck\\u00e4\",\"details\":[{\"message\":\"x\"}]}}";
    const struct mutant_taker taker = {take_mutant, NULL};

    (void)state;
    assert_true(mutate(body, sizeof body - 1, &taker) > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_details),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_nested_deep),
        cmocka_unit_test(test_huge_body),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_bare),
        cmocka_unit_test(test_bare_type_is_no_text),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_operation_error),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_mutants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
