/* SPDX-License-Identifier: MIT */
/* The security of the pipes as text, whose they are by the agent's token, and how a caller is named
 * by his. */
#include "pipe_security.h"
#include "endpoint.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define SQLSERVER_SID "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003"
#define DBA_SID       "S-1-5-21-1004336348-1177238915-682003330-1105"
#define SYSTEM_SID    "S-1-5-18"
#define ADMINS_SID    "S-1-5-32-544"
#define OTHER_SERVICE "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

static struct config config;
static struct pipe_services services;
static struct pipe_holder holder;
static char sddl[PIPE_SDDL_SIZE];

static struct access_token token_of(const char *user, const char *owner)
{
    struct access_token token;

    memset(&token, 0, sizeof token);
    text_copy(token.user, sizeof token.user, user);
    text_copy(token.owner, sizeof token.owner, owner);
    return token;
}

static void add_service(struct access_token *token, const char *sid, bool may_own)
{
    struct access_service *service = &token->services[token->service_count++];

    text_copy(service->sid, sizeof service->sid, sid);
    service->may_own = may_own;
}

static void check_holder(const struct access_token *token, const char *owner, const char *agent)
{
    pipe_holder_of(token, &holder);
    assert_string_equal(holder.owner, owner);
    assert_string_equal(holder.agent, agent);
}

/* The virtual account is the service's SID itself; other accounts have it as a group. */
static void test_holder_service(void **state)
{
    struct access_token token = token_of(MILINK_SERVICE_SID, MILINK_SERVICE_SID);

    (void)state;
    check_holder(&token, MILINK_SERVICE_SID, MILINK_SERVICE_SID);
    token = token_of(SYSTEM_SID, ADMINS_SID);
    add_service(&token, OTHER_SERVICE, true);
    add_service(&token, MILINK_SERVICE_SID, true);
    check_holder(&token, MILINK_SERVICE_SID, MILINK_SERVICE_SID);
}

/* In a console: who Windows would have made the owner. */
static void test_holder_console(void **state)
{
    struct access_token token = token_of(DBA_SID, ADMINS_SID);

    (void)state;
    check_holder(&token, ADMINS_SID, DBA_SID);
    add_service(&token, OTHER_SERVICE, true);
    check_holder(&token, ADMINS_SID, DBA_SID);
    token = token_of(DBA_SID, DBA_SID);
    check_holder(&token, DBA_SID, DBA_SID);
    /* A group that may not own would make the pipe's creation fail (error 1307). */
    add_service(&token, MILINK_SERVICE_SID, false);
    check_holder(&token, DBA_SID, DBA_SID);
}

static void set_up_service(const char *const *instances, size_t count)
{
    struct access_token token = token_of(MILINK_SERVICE_SID, MILINK_SERVICE_SID);

    memset(&config, 0, sizeof config);
    config.sql_instance_count = count;
    for (size_t i = 0; i < count; i++)
        text_copy(config.sql_instances[i], sizeof config.sql_instances[i], instances[i]);
    assert_true(pipe_services_of(&config, &services));
    pipe_holder_of(&token, &holder);
}

/* The whole text, as data: windows.md B.1 with the service's own SID. */
static void test_sddl(void **state)
{
    static const char *const instances[] = {"MSSQLSERVER", "PAYROLL_2"};
    static const char start[] =
        "O:S-1-5-80-2485935931-1821977061-2472860395-3216778014-952368713"
        "G:S-1-5-80-2485935931-1821977061-2472860395-3216778014-952368713"
        "D:P(D;;GA;;;NU)(D;;GA;;;AN)"
        "(A;;GA;;;S-1-5-80-2485935931-1821977061-2472860395-3216778014-952368713)"
        "(A;;GA;;;SY)(A;;0x12019b;;;BA)";
    char sid[SERVICE_SID_SIZE], wanted[1024];

    (void)state;
    set_up_service(instances, 0); /* the administrators' pipe */
    assert_true(pipe_sddl(&holder, &services, sddl));
    assert_string_equal(sddl, start);
    set_up_service(instances, 2);
    assert_true(service_sid("MSSQL$PAYROLL_2", sid));
    snprintf(wanted, sizeof wanted, "%s(A;;0x12019b;;;%s)(A;;0x12019b;;;%s)", start, SQLSERVER_SID,
             sid);
    assert_true(pipe_sddl(&holder, &services, sddl));
    assert_string_equal(sddl, wanted);
}

/* Read and write, each bit by its name; neither to make an instance nor to change the pipe. */
static void test_client_rights(void **state)
{
    const unsigned long rights = strtoul(PIPE_CLIENT_RIGHTS, NULL, 16);
    const unsigned long generic_read = 0x120089, generic_write = 0x120116;
    const unsigned long create_instance = 0x4, write_dac = 0x40000, write_owner = 0x80000;

    (void)state;
    assert_int_equal(rights, (generic_read | generic_write) & ~create_instance);
    assert_int_equal(rights & (create_instance | write_dac | write_owner), 0);
}

/* The most that a configuration and SIDs may hold is not cut: a cut text would lock somebody out.
 */
static void test_most(void **state)
{
    char name[17];
    struct access_token token;
    size_t entries = 0;

    (void)state;
    memset(&config, 0, sizeof config);
    config.sql_instance_count = CONFIG_MAX_SQL_INSTANCES;
    for (size_t i = 0; i < CONFIG_MAX_SQL_INSTANCES; i++) {
        snprintf(name, sizeof name, "INSTANCE_NAME_%02zu", i);
        text_copy(config.sql_instances[i], sizeof config.sql_instances[i], name);
    }
    assert_true(pipe_services_of(&config, &services));
    token = token_of("S-1-5", "S-1-5");
    for (size_t i = 0; i < 15; i++) {
        text_append(token.user, sizeof token.user, "-4294967295");
        text_append(token.owner, sizeof token.owner, "-4294967295");
    }
    pipe_holder_of(&token, &holder);
    assert_true(pipe_sddl(&holder, &services, sddl));
    for (const char *c = sddl; (c = strstr(c, "0x12019b;;;S-1-5-80-")) != NULL; c++)
        entries++;
    assert_int_equal(entries, CONFIG_MAX_SQL_INSTANCES);
    assert_int_equal(sddl[strlen(sddl) - 1], ')');
}

static void check_caller(const struct access_token *token, unsigned long process,
                         const char *wanted)
{
    char text[128];

    pipe_caller_text(token, &services, process, text, sizeof text);
    assert_string_equal(text, wanted);
}

static void test_caller(void **state)
{
    static const char *const instances[] = {"MSSQLSERVER", "ABCDEFGHIJKLMNOP"};
    struct access_token token = token_of(DBA_SID, DBA_SID);
    char sid[SERVICE_SID_SIZE], wanted[256];

    (void)state;
    set_up_service(instances, 2);
    check_caller(&token, 0, "user " DBA_SID);
    check_caller(&token, 4711, "user " DBA_SID ", process 4711");
    /* A service that may not call says nothing: it is not why he was let in. */
    add_service(&token, OTHER_SERVICE, false);
    check_caller(&token, 0, "user " DBA_SID);
    add_service(&token, SQLSERVER_SID, false);
    check_caller(&token, 4711, "user " DBA_SID ", service MSSQLSERVER, process 4711");
    /* The longest there is in practice, a virtual account's, fits the audit record's room. */
    assert_true(service_sid("MSSQL$ABCDEFGHIJKLMNOP", sid));
    token = token_of(sid, sid);
    snprintf(wanted, sizeof wanted, "user %s, service MSSQL$ABCDEFGHIJKLMNOP, process 99999", sid);
    check_caller(&token, 99999, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holder_service), cmocka_unit_test(test_holder_console),
        cmocka_unit_test(test_sddl),           cmocka_unit_test(test_client_rights),
        cmocka_unit_test(test_most),           cmocka_unit_test(test_caller),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
