/* SPDX-License-Identifier: MIT */
/* The table of Azure's codes: every code that the specification and the field name is in it, once,
 * with words a DBA can act on. */
#include "arm_code.h"
#include "error.h"
#include "fake_http.h"
#include "arm.h"
#include "text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void test_rows(void **state)
{
    size_t count = 0;
    const struct arm_code *table = arm_code_table(&count);

    (void)state;
    assert_true(count > 100);
    for (size_t i = 0; i < count; i++) {
        const struct arm_code *row = &table[i];

        if (arm_code_find(row->code) != row)
            fail_msg("%s is in the table twice", row->code);
        assert_in_range(row->number, MILINK_ARM_UNREACHABLE, 50699);
        assert_string_not_equal(error_find(row->number)->symbol, "UNKNOWN");
        assert_true(strlen(row->code) < 128);
        if (row->text == NULL)
            continue;
        /* It continues a sentence, which goes on behind it. */
        assert_false(islower((unsigned char)row->text[0]) == 0 &&
                     isupper((unsigned char)row->text[0]) != 0 &&
                     islower((unsigned char)row->text[1]) != 0 &&
                     strncmp(row->text, "Azure", 5) != 0);
        assert_int_not_equal(row->text[strlen(row->text) - 1], '.');
        assert_true(strlen(row->text) < 250);
    }
}

struct expected {
    const char *code;
    int32_t number;
    enum arm_disposition disposition;
};

static const struct expected codes[] = {
    {"ManagedInstanceIsBusy", MILINK_ARM_CONFLICT, ARM_RETRY},
    {"conflictingserveroperation", MILINK_ARM_CONFLICT, ARM_RETRY},
    {"SubscriptionTooManyCreateUpdateRequests", MILINK_ARM_THROTTLED, ARM_RETRY},
    {"OperationCancelled", MILINK_ARM_CANCELED, ARM_FAIL},
    {"OperationInterrupted", MILINK_ARM_CANCELED, ARM_FAIL},
    {"OperationTimedOut", MILINK_ARM_TIMED_OUT, ARM_FAIL},
    {"CertificateAlreadyExists", MILINK_ARM_NAME_TAKEN, ARM_COMPARE},
    {"DistributedAvailabilityGroupSetRoleInstanceAlreadyInRequestedRole", MILINK_ARM_CONFLICT,
     ARM_ADOPT},
    {"DistributedAvailabilityGroupFailoverInvalidInstanceRole", MILINK_ARM_INVALID_ROLE, ARM_FAIL},
    {"DistributedAvailabilityGroupProtectorCannotBeUpdtedToSmk", MILINK_ARM_ENCRYPTION, ARM_FAIL},
    {"ResourceNotFound", MILINK_ARM_NOT_FOUND, ARM_GONE},
    {"SubscriptionNotFound", MILINK_ARM_NOT_FOUND, ARM_FAIL},
    {"AkvHostNotResolvingFromNode", MILINK_ARM_ENCRYPTION, ARM_FAIL},
    {"AzureKeyVaultNoServerIdentity", MILINK_ARM_ENCRYPTION, ARM_FAIL},
    {"InvalidAuthenticationTokenTenant", MILINK_ARM_UNAUTHENTICATED, ARM_FAIL},
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequestSeedingMode", MILINK_ARM_BAD_REQUEST,
     ARM_FAIL},
    {"41962", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL},
    {"41973", MILINK_ARM_LINK_CERTIFICATE, ARM_FAIL},
    {"41974", MILINK_ARM_LINK_CERTIFICATE, ARM_FAIL},
    {"41976", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL},
    {"41977", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL},
    {"41986", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL},
    {"47521", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL},
    {"1408", MILINK_ARM_LOG_GAP, ARM_FAIL},
    {"1412", MILINK_ARM_LOG_GAP, ARM_FAIL},
    {"1475", MILINK_ARM_CONFLICT, ARM_FAIL},
    {"9002", MILINK_ARM_CONFLICT, ARM_FAIL},
    {"2812", MILINK_ARM_CONFLICT, ARM_FAIL},
    {"19499", MILINK_ARM_CONFLICT, ARM_FAIL},
    {"45157", MILINK_ARM_CONFLICT, ARM_RETRY},
};

static void test_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const struct arm_code *row = arm_code_find(codes[i].code);

        if (row == NULL)
            fail_msg("%s is not in the table", codes[i].code);
        if (row->number != codes[i].number || row->disposition != codes[i].disposition)
            fail_msg("%s: %d, %d", codes[i].code, row->number, row->disposition);
        assert_int_equal(arm_code_disposition(codes[i].code), codes[i].disposition);
    }
}

static void test_unknown(void **state)
{
    static const char *const others[] = {"",
                                         "Teapot",
                                         "0",
                                         "-41974",
                                         "41974x",
                                         "41974 ",
                                         "Ak",
                                         "*",
                                         "Akv*x",
                                         "99999",
                                         "99999999999999999999",
                                         "Not",
                                         "Vne"};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (arm_code_find(others[i]) != NULL && strcmp(others[i], "Akv*x") != 0)
            fail_msg("'%s' was found", others[i]);
    assert_int_equal(arm_code_disposition("Teapot"), ARM_FAIL);
}

static bool unseen(int status, const char *code)
{
    char body[256];
    struct fake_reply reply = {.status = status, .body = body};
    struct http_answer answer;
    bool result = false;

    snprintf(body, sizeof body, "{\"error\":{\"code\":\"%s\"}}", code);
    fake_answer(&answer, &reply);
    result = arm_was_refused_unseen(&answer);
    http_answer_clear(&answer);
    return result;
}

/* Only a refusal proves that nothing was taken: the write is sent again because of it. */
static void test_unseen(void **state)
{
    (void)state;
    assert_true(unseen(409, "ManagedInstanceIsBusy"));
    assert_true(unseen(400, "ConflictingDatabaseOperation"));
    assert_true(unseen(429, "Whatever"));
    assert_true(unseen(401, "ExpiredAuthenticationToken"));
    assert_true(unseen(503, "TooManyRequests"));
    assert_false(unseen(503, "ManagedInstanceIsBusy"));
    assert_false(unseen(500, "ManagedInstanceIsBusy"));
    assert_false(unseen(500, "TooManyRequests"));
    assert_false(unseen(409, "ScopeLocked"));
    assert_false(unseen(409, ""));
    assert_false(unseen(504, "RequestTimeout"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_unseen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
