/* SPDX-License-Identifier: MIT */
/* Whatever Azure answers: the readers of its answers, and the state machine of an operation of any
 * kind. The first line says what the operation is, each part behind it is an event (a letter) and
 * an answer. */
#include "arm.h"
#include "certificate_blob.h"
#include "fuzz_azure.h"
#include "link.h"
#include "operation_step.h"
#include "permission.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

#define ENDPOINT "https://management.azure.com"
#define NOW      UINT64_C(1795546200000)

static struct operation operation, before;
static struct operation_tries tries;
static unsigned useless;
static bool gone;
static uint64_t now;

/* ---- the readers ---- */

static void check_url(const char *url)
{
    static const size_t length = sizeof ENDPOINT - 1;

    if (url[0] == '\0')
        return;
    PROMISE(text_equal_bytes(ENDPOINT, url, length) && url[length] != '\0');
    url += length;
    PROMISE(url[0] == '/' || url[0] == '?' || strncmp(url, ":443/", 5) == 0 ||
            strncmp(url, ":443?", 5) == 0);
}

static void read_error(const struct http_answer *answer)
{
    static struct error error;
    char code[128];

    arm_error_code(answer, code, sizeof code);
    PROMISE_TEXT(code);
    memset(&error, 0, sizeof error);
    arm_set_error(&error, "link sales-link", answer);
    PROMISE_TEXT(error.code);
    PROMISE_TEXT(error.message);
    PROMISE((error.number != 0) == (error.message[0] != '\0'));
    if (answer->result != HTTP_ANSWERED || answer->status >= 400)
        PROMISE(error.number != 0);
    arm_disposition(answer);
    arm_is_throttled(answer);
    if (arm_says_gone(answer))
        PROMISE(answer->status == 404);
    if (arm_was_refused_unseen(answer))
        PROMISE(answer->result == HTTP_NOT_SENT || answer->status >= 400);
    PROMISE(arm_retry_after_ms(answer, now) <= ARM_RETRY_AFTER_MAX_MS);
}

static void read_resource(const struct json *resource)
{
    static struct certificate certificate;
    char state[64] = "", why[128] = "";
    struct link link;

    if (link_read(resource, &link)) {
        PROMISE(link.name != NULL && link.properties != NULL);
        link_any_state_holds(&link, "Error", state, sizeof state);
        link_is_healthy(&link, why, sizeof why);
        link_last_error(&link);
        link_has_database(&link, "salesdb");
        PROMISE_TEXT(state);
        PROMISE_TEXT(why);
    }
    if (certificate_of(resource, &certificate))
        PROMISE(certificate.thumbprint[0] != '\0');
    PROMISE_TEXT(certificate.subject);
    PROMISE_TEXT(certificate.thumbprint);
    permission_entry_grants(resource, "Microsoft.Sql/managedInstances/read");
}

static void read_answer(const struct http_answer *answer)
{
    char url[ARM_URL_SIZE], why[128];
    struct json *document = NULL;

    read_error(answer);
    for (size_t i = 0; i < answer->header_count; i++)
        if (arm_follow(url, sizeof url, ENDPOINT, answer->headers[i].value))
            check_url(url);
    if (answer->result == HTTP_ANSWERED)
        document = json_parse(answer->body, answer->body_length, why, sizeof why);
    read_resource(document);
    for (size_t i = 0; i < json_count(json_member(document, "value")); i++)
        read_resource(json_at(json_member(document, "value"), i));
    json_free(document);
}

/* ---- the operation ---- */

/* A letter of kind, of phase, of method and of flags: "aaP". */
static void make(struct fuzz_input line)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
    uint8_t kind = fuzz_byte(&line), phase = fuzz_byte(&line), method = fuzz_byte(&line),
            flags = fuzz_byte(&line);

    memset(&operation, 0, sizeof operation);
    operation.kind = (enum operation_kind)(kind % (OPERATION_RESTORE_COMPLETE + 1));
    operation.phase = (enum operation_phase)(phase % PHASE_ENDED);
    operation.state = operation.phase == PHASE_POLLING ||
                              (operation.phase == PHASE_CONFIRMING && (flags & 1) != 0)
                          ? OPERATION_RUNNING
                          : OPERATION_ACCEPTED;
    operation.percent = -1;
    operation.started_ms = NOW;
    operation.give_up_ms = NOW + 1800000;
    operation.forced = (flags & 2) != 0;
    operation.may_have_left = operation.phase == PHASE_JOURNALLED && (flags & 4) != 0;
    text_copy(operation.id, sizeof operation.id, "00000000-0000-4000-8000-00000000000a");
    text_copy(operation.instance, sizeof operation.instance, "prod");
    text_copy(operation.link, sizeof operation.link, "sales-link");
    text_copy(operation.resource, sizeof operation.resource, "link sales-link");
    text_copy(operation.method, sizeof operation.method, methods[method % 4]);
    text_copy(operation.wanted_role, sizeof operation.wanted_role,
              flags & 8 ? "Secondary" : "Primary");
    text_copy(operation.failover_mode, sizeof operation.failover_mode,
              flags & 16 ? "Manual" : "None");
    text_copy(operation.databases, sizeof operation.databases, "salesdb\nhr\n");
    text_copy(operation.wanted, sizeof operation.wanted, "properties.replicationMode=Sync\n");
    if (operation.phase == PHASE_POLLING)
        text_copy(operation.async_url, sizeof operation.async_url, ENDPOINT "/async");
}

static void check_texts(void)
{
    PROMISE_TEXT(operation.id);
    PROMISE_TEXT(operation.resource);
    PROMISE_TEXT(operation.async_url);
    PROMISE_TEXT(operation.location_url);
    PROMISE_TEXT(operation.arm_request_id);
    PROMISE_TEXT(operation.arm_correlation_id);
    PROMISE_TEXT(operation.error.code);
    PROMISE_TEXT(operation.error.message);
    PROMISE_TEXT(operation.detail);
}

static void check(void)
{
    bool ended = operation.phase == PHASE_ENDED;

    check_texts();
    check_url(operation.async_url);
    check_url(operation.location_url);
    PROMISE(ended == !operation_is_open(&operation));
    PROMISE(ended == (operation.ended_ms != 0));
    PROMISE(operation.percent >= -1 && operation.percent <= 100);
    PROMISE((operation.error.number != 0) == (operation.error.message[0] != '\0'));
    if (ended)
        PROMISE((operation.state == OPERATION_SUCCEEDED) == (operation.error.number == 0));
    PROMISE(operation.poll_at_ms <= now + ARM_RETRY_AFTER_MAX_MS);
    before.poll_at_ms = operation.poll_at_ms; /* means nothing any more */
    if (before.phase == PHASE_ENDED)
        PROMISE(memcmp(&before, &operation, sizeof operation) == 0);
}

/* As the engine does it: each answer belongs to the phase in which it was asked for. */
static void step(uint8_t event, const struct http_answer *answer)
{
    now += 1000;
    switch (event) {
    case 's':
        if (operation.phase == PHASE_JOURNALLED)
            operation.phase = PHASE_SENDING;
        if (operation.phase == PHASE_SENDING || operation.phase == PHASE_ENDED)
            operation_on_sent(&operation, ENDPOINT, answer, &tries, now);
        break;
    case 'p': operation_on_poll(&operation, ENDPOINT, answer, &useless, now); break;
    case 'r':
        if (operation.phase >= PHASE_POLLING)
            operation_on_resource(&operation, answer, &gone, now);
        break;
    case 'd':
        if (operation.phase >= PHASE_POLLING && gone)
            operation_on_databases(&operation, answer->status == 200, now);
        break;
    case 't':
        now += (uint64_t)answer->status * 10000;
        operation_on_time(&operation, now);
        break;
    case 'b':
        if (operation.phase != PHASE_ENDED)
            operation_on_start(&operation, now);
        break;
    case 'x': operation_on_removed(&operation, now); break;
    default: break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = fuzz_input(bytes, length);
    struct http_answer answer;

    now = NOW;
    useless = 0;
    gone = false;
    memset(&tries, 0, sizeof tries);
    make(fuzz_line(&input));
    for (int events = 0; input.left > 0 && events < 20; events++) {
        struct fuzz_input part = fuzz_part(&input);
        uint8_t event = fuzz_byte(&part);

        fuzz_answer(&answer, part);
        read_answer(&answer);
        before = operation;
        step(event, &answer);
        check();
        http_answer_clear(&answer);
    }
    return 0;
}
