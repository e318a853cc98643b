/* SPDX-License-Identifier: MIT */
/* The catalogue against the list of procedures, its own limits and the wire's. */
#include "catalogue.h"
#include "name_rules.h"
#include "procedures.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

enum { DESCRIPTION = 400, DEFAULT = 64, TYPE = 32 }; /* columns of xp_milink_help */

#define OPERATION_COLUMNS                                                                     \
    "operation_id request_id procedure_name instance link state percent_complete started_at " \
    "ended_at error_number error_code error_message arm_request_id arm_correlation_id detail "
#define LINK_COLUMNS                                                                             \
    "link database_name instance_role partner_role replication_mode failover_mode seeding_mode " \
    "link_mode replica_state health connected_state seeding_progress last_sent_lsn "             \
    "last_sent_time last_received_lsn last_received_time last_hardened_lsn last_hardened_time "  \
    "last_commit_lsn last_commit_time last_backup_lsn last_backup_time send_lag_seconds "        \
    "redo_lag_seconds partner_endpoint partner_ag instance_ag certificate_name "                 \
    "certificate_expires_at most_recent_error link_id "
#define DATABASE_COLUMNS "name status created_at earliest_restore_point accessibility "

static const char *const listed[] = {
#define LISTED(name) MILINK_PROCEDURE_PREFIX #name,
    MILINK_PROCEDURES(LISTED)
#undef LISTED
};

/* Exports, registration and catalogue are one list in one order. */
static void test_names(void **state)
{
    const struct procedure *procedure = NULL;

    (void)state;
    assert_null(catalogue_at(sizeof listed / sizeof listed[0]));
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        procedure = catalogue_at(i);
        assert_string_equal(procedure->name, listed[i]);
        assert_ptr_equal(catalogue_find(listed[i], strlen(listed[i])), procedure);
        assert_non_null(procedure->handler);
        assert_true(strlen(procedure->name) <= WIRE_MAX_NAME);
        assert_non_null(subject_title(procedure->subject));
    }
    assert_ptr_equal(catalogue_find("XP_Milink_HELP;", 14), catalogue_at(1));
    assert_null(catalogue_find("xp_milink_helpx", 15));
    assert_null(catalogue_find("xp_milink_hel", 13));
    assert_null(catalogue_find("", 0));
}

static size_t units(const char *text)
{
    size_t found = text_units(text, strlen(text));

    assert_int_not_equal(found, SIZE_MAX);
    return found;
}

/* One line for people, that fits the column of help with the allowed values behind it. */
static void check_text(const char *text, const char *allowed)
{
    assert_non_null(text);
    assert_true(text[0] != '\0');
    assert_null(strchr(text, '\n'));
    assert_true(units(text) + (allowed != NULL ? units(allowed) + 3 : 0) < DESCRIPTION);
}

static void check_allowed(const struct parameter *parameter)
{
    const char *allowed = parameter->allowed;

    while (*allowed != '\0') {
        size_t length = strcspn(allowed, "|");

        assert_in_range(length, 1, parameter->size);
        allowed += length + (allowed[length] == '|');
    }
    assert_int_not_equal(parameter->allowed[strlen(parameter->allowed) - 1], '|');
}

static void check_default(const struct parameter *parameter)
{
    char *end = NULL;
    long long number = 0;

    assert_true(units(parameter->otherwise) <= DEFAULT);
    assert_false((parameter->flags & PARAMETER_REQUIRED) != 0);
    if (parameter->type == WIRE_TEXT) {
        assert_true(units(parameter->otherwise) <= parameter->size);
        assert_null(name_rule_check(parameter->rule, parameter->otherwise));
        return;
    }
    number = strtoll(parameter->otherwise, &end, 10);
    assert_true(*end == '\0' && end != parameter->otherwise);
    assert_true(number >= parameter->least && number <= parameter->most);
}

static void check_parameter(const struct parameter *parameter)
{
    char type[64];

    assert_int_equal(parameter->name[0], '@');
    assert_true(strlen(parameter->name) <= WIRE_MAX_NAME);
    check_text(parameter->text, parameter->allowed);
    assert_true(parameter->type > WIRE_UNTYPED && parameter->type <= WIRE_BINARY);
    assert_true(units(catalogue_type_name(parameter->type, parameter->size, type, sizeof type)) <=
                TYPE);
    if (parameter->type == WIRE_TEXT)
        assert_in_range(parameter->size, 1, WIRE_MAX_TEXT_UNITS);
    else if (parameter->type != WIRE_BINARY)
        assert_int_equal(parameter->size, 0);
    if (parameter->type == WIRE_BIT)
        assert_true(parameter->least == 0 && parameter->most == 1);
    if (parameter->type == WIRE_INT && (parameter->flags & PARAMETER_OUTPUT) == 0)
        assert_true(parameter->least < parameter->most);
    if (parameter->allowed != NULL)
        check_allowed(parameter);
    if (parameter->otherwise != NULL)
        check_default(parameter);
    assert_int_not_equal(parameter->flags, PARAMETER_REQUIRED | PARAMETER_OUTPUT);
}

static bool has(const struct procedure *procedure, const char *name)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = catalogue_parameters(procedure, parameters), found = 0;

    for (size_t i = 0; i < count; i++)
        found += text_equal(parameters[i]->name, name);
    assert_true(found <= 1);
    return found == 1;
}

static void test_parameters(void **state)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    const struct procedure *procedure = NULL;

    (void)state;
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
        size_t own = catalogue_parameters(procedure, parameters);

        assert_in_range(own, 1, CATALOGUE_MAX_PARAMETERS);
        assert_true(own <= WIRE_MAX_PARAMETERS);
        check_text(procedure->text, NULL);
        for (size_t n = 0; n < own; n++) {
            check_parameter(parameters[n]);
            assert_true(has(procedure, parameters[n]->name)); /* and once */
        }
    }
}

/* What procedures.md promises of every procedure, and of every one that writes. */
static void test_common(void **state)
{
    static const char *const common[] = {"@quiet",      "@timeout_seconds", "@error_number",
                                         "@error_code", "@error_message",   "@caller",
                                         "@session_id"};
    static const char *const of_writes[] = {"@request_id", "@wait_seconds", "@reason",
                                            "@change_ref", "@operation_id", "@what_if"};
    const struct procedure *procedure = NULL;

    (void)state;
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
        for (size_t n = 0; n < sizeof common / sizeof common[0]; n++)
            assert_true(has(procedure, common[n]));
        for (size_t n = 0; n < sizeof of_writes / sizeof of_writes[0]; n++)
            if (procedure->writes)
                assert_true(has(procedure, of_writes[n]));
        /* What writes needs a right, and names an instance. */
        if (procedure->writes)
            assert_int_not_equal(procedure->right, RIGHT_NONE);
        if (procedure->right != RIGHT_NONE)
            assert_true(has(procedure, "@instance"));
    }
}

static void check_columns(const struct procedure *procedure)
{
    assert_in_range(procedure->column_count, 1, WIRE_MAX_COLUMNS);
    for (size_t i = 0; i < procedure->column_count; i++) {
        const struct wire_column *column = &procedure->columns[i];

        assert_int_equal(column->name_length, strlen(column->name));
        for (const char *c = column->name; *c != '\0'; c++)
            assert_true((*c >= 'a' && *c <= 'z') || *c == '_' || (*c >= '0' && *c <= '9'));
        for (size_t n = 0; n < i; n++)
            assert_string_not_equal(column->name, procedure->columns[n].name);
        if (column->type == WIRE_TEXT)
            assert_in_range(column->size, 1, WIRE_MAX_TEXT_UNITS);
        else
            assert_true(column->type == WIRE_BINARY
                            ? column->size == WIRE_MAX_BINARY
                            : column->type == WIRE_INT && column->size == 0);
    }
}

static void test_columns(void **state)
{
    const struct procedure *procedure = NULL;

    (void)state;
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++)
        check_columns(procedure);
}

/* The public contract: own parameters in their order, and the columns of what only reads. */
static const struct {
    const char *name, *parameters, *columns; /* columns NULL: the operation row */
} contract[] = {
    {"version", "",
     "dll_version agent_version protocol cloud agent_started_at instances open_operations "},
    {"help", "@procedure ",
     "procedure_name parameter_name type direction required default_value description "},
    {"health", "@instance ", "area check_name status evidence action "},
    {"instance_list", "", "alias subscription_id resource_group managed_instance rights cloud "},
    {"network_test", "@instance @host @port ", "name address port connect_ms error "},
    {"link_list", "@instance ", LINK_COLUMNS},
    {"link_get", "@instance @link ", LINK_COLUMNS},
    {"link_create",
     "@instance @link @databases @partner_endpoint @partner_ag @instance_ag @instance_role "
     "@failover_mode @seeding_mode @link_mode ",
     NULL},
    {"link_update", "@instance @link @replication_mode @databases @confirm ", NULL},
    {"link_delete", "@instance @link @confirm @force ", NULL},
    {"link_failover", "@instance @link @failover_type @confirm @expected_role ", NULL},
    {"link_set_role", "@instance @link @role @change_type @confirm ", NULL},
    {"license_get", "@instance ",
     "license_type hybrid_secondary_usage hybrid_secondary_usage_detected v_cores sku tier "
     "database_format state links_primary links_secondary verdict verdict_text "},
    {"license_set", "@instance @license_type @hybrid_secondary_usage @force ", NULL},
    {"instance_get", "@instance ",
     "fqdn location state sku tier v_cores storage_gb database_format public_endpoint dns_zone "
     "license_type hybrid_secondary_usage hybrid_secondary_usage_detected running_operation "
     "running_percent running_state "},
    {"instance_create",
     "@instance @location @subnet_id @sku @v_cores @storage_gb @admin_login @admin_secret "
     "@license_type @hybrid_secondary_usage @database_format ",
     NULL},
    {"endpoint_certificate_get", "@instance @endpoint_type ",
     "name public_key thumbprint subject expires_at "},
    {"certificate_list", "@instance ", "name thumbprint subject expires_at "},
    {"certificate_put", "@instance @name @public_key ", NULL},
    {"certificate_delete", "@instance @name @force ", NULL},
    {"database_list", "@instance ", DATABASE_COLUMNS},
    {"database_get", "@instance @database ", DATABASE_COLUMNS},
    {"database_delete", "@instance @database @confirm ", NULL},
    {"database_restore_get", "@instance @database ",
     "database_name restore_type status block_reason percent_complete backup_type "
     "last_uploaded_file last_uploaded_at last_restored_file last_restored_at restoring_file "
     "restored_mb planned_mb files_detected files_queued files_restoring files_restored "
     "files_skipped files_unrestorable "},
    {"database_restore_complete", "@instance @database @last_backup_name ", NULL},
    {"operation_get", "@operation_id @wait_seconds ", NULL},
    {"operation_list", "@instance @state @since ", NULL},
    {"operation_cancel", "@operation_id @wait_seconds @what_if ", NULL},
};

static void list_columns(const struct procedure *procedure, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t n = 0; n < procedure->column_count; n++) {
        text_append(text, size, procedure->columns[n].name);
        text_append(text, size, " ");
    }
}

static void test_contract(void **state)
{
    size_t count = sizeof contract / sizeof contract[0];
    char name[64], text[1024];

    (void)state;
    assert_non_null(catalogue_at(count - 1));
    assert_null(catalogue_at(count));
    for (size_t i = 0; i < count; i++) {
        const struct procedure *procedure = NULL;

        snprintf(name, sizeof name, "xp_milink_%s", contract[i].name);
        procedure = catalogue_find(name, strlen(name));
        assert_non_null(procedure);
        text[0] = '\0';
        for (size_t n = 0; n < procedure->own_count; n++) {
            text_append(text, sizeof text, procedure->own[n].name);
            text_append(text, sizeof text, " ");
        }
        assert_string_equal(text, contract[i].parameters);
        list_columns(procedure, text, sizeof text);
        assert_string_equal(text,
                            contract[i].columns != NULL ? contract[i].columns : OPERATION_COLUMNS);
    }
}

/* The widest row of every procedure must fit a frame. */
static void test_widest_row(void **state)
{
    const struct procedure *procedure = NULL;

    (void)state;
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
        size_t bytes = 0;

        for (size_t n = 0; n < procedure->column_count; n++)
            bytes += 1 + (procedure->columns[n].type == WIRE_TEXT
                              ? 2 + TEXT_UTF8_BYTES(procedure->columns[n].size)
                              : 8 + (size_t)procedure->columns[n].size);
        assert_true(bytes <= WIRE_MAX_PAYLOAD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),      cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_common),     cmocka_unit_test(test_columns),
        cmocka_unit_test(test_widest_row), cmocka_unit_test(test_contract),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
