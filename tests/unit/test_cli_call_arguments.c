/* SPDX-License-Identifier: MIT */
/* The command line of milink-agent call: what it becomes on the wire, and what is refused. */
#include "cli_call.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

enum { MOST = 60 };

static struct cli_call call;
static char told[4096]; /* on standard error by the last read_line */
static char file[64];

static int tear_down(void **state)
{
    (void)state;
    cli_call_clear(&call);
    if (file[0] != '\0')
        unlink(file);
    file[0] = '\0';
    return 0;
}

/* Reads words, NULL at the end, and catches what is told. */
static bool read_line(const char *first, ...)
{
    char *words[MOST];
    FILE *catcher = tmpfile();
    int count = 0, keep = dup(STDERR_FILENO);
    bool good = false;
    va_list more;

    assert_non_null(catcher);
    va_start(more, first);
    for (const char *word = first; word != NULL; word = va_arg(more, const char *))
        words[count++] = (char *)word;
    va_end(more);
    cli_call_clear(&call);
    memset(&call, 0, sizeof call);
    dup2(fileno(catcher), STDERR_FILENO);
    good = cli_call_read(&call, count, words);
    fflush(stderr);
    dup2(keep, STDERR_FILENO);
    close(keep);
    rewind(catcher);
    told[fread(told, 1, sizeof told - 1, catcher)] = '\0';
    fclose(catcher);
    assert_int_equal(good, told[0] == '\0');
    return good;
}
#define READ(...) assert_true(read_line(__VA_ARGS__, NULL))
#define REFUSED(part, ...)                          \
    do {                                            \
        assert_false(read_line(__VA_ARGS__, NULL)); \
        if (strstr(told, part) == NULL)             \
            assert_string_equal(told, part);        \
    } while (0)

static const struct wire_parameter *parameter(const char *name)
{
    for (size_t i = 0; i < call.request.parameter_count; i++)
        if (strlen(name) == call.request.parameters[i].name_length &&
            memcmp(name, call.request.parameters[i].name, strlen(name)) == 0)
            return &call.request.parameters[i];
    return NULL;
}

static void has_text(const char *name, const char *value)
{
    assert_non_null(parameter(name));
    assert_int_equal(parameter(name)->value.type, WIRE_TEXT);
    assert_int_equal(parameter(name)->value.length, strlen(value));
    assert_memory_equal(parameter(name)->value.bytes, value, strlen(value));
}

static void has_number(const char *name, int64_t value)
{
    assert_non_null(parameter(name));
    assert_int_equal(parameter(name)->value.type, WIRE_INT);
    assert_int_equal(parameter(name)->value.integer, value);
}

static void write_file(const char *content, size_t length)
{
    int descriptor = -1;

    snprintf(file, sizeof file, "/tmp/milink-test-XXXXXX");
    descriptor = mkstemp(file);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, content, length), length);
    close(descriptor);
}

/* public_key=file:... of the file written, with the rest of a certificate_put. */
static bool put_file(void)
{
    char argument[128];

    snprintf(argument, sizeof argument, "public_key=file:%s", file);
    return read_line("certificate_put", "name=Box", argument, NULL);
}

/* ---- names ---- */

static void test_procedure(void **state)
{
    (void)state;
    READ("link_list");
    assert_int_equal(call.request.procedure_length, strlen("xp_milink_link_list"));
    assert_memory_equal(call.request.procedure, "xp_milink_link_list", 19);
    assert_int_equal(call.request.parameter_count, 0);
    assert_int_equal(call.request.deadline_ms, 30000);
    READ("XP_MILINK_Link_List");
    assert_string_equal(call.procedure->name, "xp_milink_link_list");
    REFUSED("no procedure link_lsit. Did you mean link_list", "link_lsit");
    REFUSED("no procedure nothing_alike. milink-agent call --help lists all.", "nothing_alike");
    REFUSED("which procedure?", "--json");
    REFUSED("which procedure?", "link=x");
    REFUSED("give parameters as NAME=VALUE", "link_list", "link_get");
    REFUSED("no procedure .", "");
    REFUSED("no procedure xp_milink_", "xp_milink_");
}

static void test_parameters(void **state)
{
    (void)state;
    READ("link_get", "link=sales-link", "@instance=dr");
    has_text("@link", "sales-link");
    has_text("@instance", "dr");
    READ("LINK=a=b", "link_get"); /* before the procedure too; only the first = counts */
    has_text("@link", "a=b");
    READ("link_get", "link=");
    has_text("@link", "");
    READ("operation_get", "@operation_id=x", "wait_seconds=7");
    has_text("@operation_id", "x");
    has_number("@wait_seconds", 7);
    READ("link_get", "link=\xE6\x97\xA5");
    has_text("@link", "\xE6\x97\xA5");
    REFUSED("link_get has no parameter lnk. Did you mean link?", "link_get", "lnk=x");
    REFUSED("link_get has no parameter parameter_of_none. See", "link_get", "parameter_of_none=x");
    REFUSED("@link is given twice", "link_get", "link=a", "@LINK=b");
    REFUSED("NAME=VALUE", "link_get", "=x");
    REFUSED("NAME=VALUE", "link_get", "@=x");
    REFUSED("NAME=VALUE", "link_get", "@link");
    REFUSED("the value is not UTF-8", "link_get", "link=\xFF");
    REFUSED("@error_code is an OUTPUT parameter", "link_get", "error_code=x");
    REFUSED("@operation_id is an OUTPUT parameter", "license_set", "operation_id=x");
}

static void test_numbers(void **state)
{
    (void)state;
    READ("network_test", "port=-5");
    has_number("@port", -5); /* the agent knows the range */
    READ("network_test", "port=");
    assert_true(parameter("@port")->value.is_null);
    READ("license_set", "force=TRUE");
    has_number("@force", 1);
    READ("license_set", "force=false");
    has_number("@force", 0);
    REFUSED("@port: 5x is not a number", "network_test", "port=5x");
    REFUSED("@port: true is not a number", "network_test", "port=true");
    REFUSED("is not a number", "network_test", "port=99999999999999999999");
    REFUSED("is not a number", "license_set", "force=yes");
}

/* ---- options ---- */

static void test_options(void **state)
{
    (void)state;
    READ("--json", "link_list", "--quiet");
    assert_int_equal(call.style, TABLE_JSON);
    assert_true(call.quiet);
    READ("link_list", "--csv", "--csv");
    assert_int_equal(call.style, TABLE_CSV);
    READ("--vertical", "link_list");
    assert_int_equal(call.style, TABLE_VERTICAL);
    REFUSED("--json: no such option, or", "link_list", "--csv", "--json");
    REFUSED("--jsom", "link_list", "--jsom");
    REFUSED("-h", "link_list", "-h");
    REFUSED("--columns", "link_list", "--columns");
    REFUSED("--timeout", "link_list", "--timeout");
}

static void test_columns(void **state)
{
    (void)state;
    READ("link_list", "--columns", "link,HEALTH");
    assert_string_equal(call.columns, "link,HEALTH");
    REFUSED("no column helth. Did you mean health?", "link_list", "--columns", "link,helth");
    REFUSED("no column .", "link_list", "--columns", "");
}

static void test_timeout(void **state)
{
    (void)state;
    READ("link_list", "--timeout", "300");
    has_number("@timeout_seconds", 300);
    assert_int_equal(call.request.deadline_ms, 300000);
    READ("link_list", "timeout_seconds=7");
    assert_int_equal(call.request.deadline_ms, 7000);
    READ("link_list", "timeout_seconds=0"); /* for the agent to refuse */
    assert_int_equal(call.request.deadline_ms, 30000);
    READ("license_set", "--wait", "--timeout", "301", "timeout_seconds=9");
    assert_int_equal(call.timeout_s, 301);
    assert_int_equal(call.request.deadline_ms, 9000);
    READ("license_set", "--wait", "--timeout", "5");
    assert_int_equal(call.request.deadline_ms, 5000);
    assert_null(parameter("@timeout_seconds"));
    REFUSED("at most 300", "link_list", "--timeout", "301");
    REFUSED("give one", "link_list", "--timeout", "5", "timeout_seconds=5");
    REFUSED("give a number of seconds", "link_list", "--timeout", "0");
    REFUSED("give a number of seconds", "link_list", "--timeout", "-1");
    REFUSED("give a number of seconds", "link_list", "--timeout", "604801");
    REFUSED("give a number of seconds", "link_list", "--timeout", "--json");
}

static void test_wait(void **state)
{
    (void)state;
    READ("license_set", "--wait");
    assert_true(call.wait);
    READ("operation_get", "operation_id=x", "--wait");
    READ("operation_cancel", "operation_id=x", "--wait");
    REFUSED("link_get is over when it answers", "link_get", "link=x", "--wait");
    REFUSED("operation_list is over", "operation_list", "--wait");
    REFUSED("leave wait_seconds out", "license_set", "wait_seconds=5", "--wait");
}

static void test_what_if(void **state)
{
    (void)state;
    READ("license_set", "--what-if");
    has_number("@what_if", 1);
    assert_true(call.what_if);
    assert_false(cli_call_changes(&call));
    READ("license_set", "what_if=1");
    assert_true(call.what_if);
    READ("license_set", "what_if=0");
    assert_false(call.what_if);
    assert_true(cli_call_changes(&call));
    READ("link_list");
    assert_false(cli_call_changes(&call));
    READ("operation_cancel", "operation_id=x");
    assert_true(cli_call_changes(&call));
    REFUSED("give one", "license_set", "what_if=0", "--what-if");
    REFUSED("link_get changes nothing", "link_get", "--what-if");
}

/* ---- a write's ids ---- */

static void test_ids(void **state)
{
    char first[CRYPTO_GUID_SIZE];

    (void)state;
    READ("license_set");
    assert_int_equal(strlen(call.request_id), CRYPTO_GUID_SIZE - 1);
    has_text("@request_id", call.request_id);
    assert_non_null(parameter("@operation_id"));
    assert_true(parameter("@operation_id")->output);
    assert_true(parameter("@operation_id")->value.is_null);
    assert_ptr_equal(parameter("@operation_id"),
                     &call.request.parameters[call.operation_output - 1]);
    memcpy(first, call.request_id, sizeof first);
    READ("license_set");
    assert_string_not_equal(call.request_id, first);
    READ("license_set", "request_id=01234567-89ab-cdef-0123-456789abcdef");
    assert_string_equal(call.request_id, "01234567-89ab-cdef-0123-456789abcdef");
    has_text("@request_id", "01234567-89ab-cdef-0123-456789abcdef");
    READ("link_get", "link=x");
    assert_null(parameter("@request_id"));
    assert_string_equal(call.request_id, "");
}

/* ---- binaries ---- */

static void has_bytes(const void *bytes, size_t length)
{
    const struct wire_parameter *key = parameter("@public_key");

    assert_non_null(key);
    assert_int_equal(key->value.type, WIRE_BINARY);
    assert_int_equal(key->value.length, length);
    assert_memory_equal(key->value.bytes, bytes, length);
}

static void test_digits(void **state)
{
    (void)state;
    READ("certificate_put", "public_key=0x00fFA5");
    has_bytes("\x00\xFF\xA5", 3);
    READ("certificate_put", "public_key=0X");
    has_bytes("", 0);
    REFUSED("hexadecimal digits", "certificate_put", "public_key=0x123");
    REFUSED("hexadecimal digits", "certificate_put", "public_key=0x12g4");
    REFUSED("file:PATH", "certificate_put", "public_key=3082");
    REFUSED("file:PATH", "certificate_put", "public_key=");
    REFUSED("file:PATH", "certificate_put", "public_key=0");
}

static void test_der_file(void **state)
{
    static char large[WIRE_MAX_BINARY + 1];

    (void)state;
    write_file("\x30\x82\x00\x01", 4);
    assert_true(put_file());
    has_bytes("\x30\x82\x00\x01", 4);
    unlink(file);
    assert_false(put_file());
    assert_non_null(strstr(told, "No such file"));
    write_file("", 0);
    assert_false(put_file());
    assert_non_null(strstr(told, "empty"));
    unlink(file);
    memset(large, 'x', sizeof large);
    write_file(large, sizeof large);
    assert_false(put_file());
    assert_non_null(strstr(told, "8001 bytes, at most 8000"));
}

static void test_large_file(void **state)
{
    static char large[64 * 1024 + 1];

    (void)state;
    memset(large, 'x', sizeof large);
    write_file(large, sizeof large);
    assert_false(put_file());
    assert_non_null(strstr(told, "more than 64 KiB"));
}

static void test_pem_file(void **state)
{
    static const char pem[] = "A comment\r\n-----BEGIN CERTIFICATE-----\r\nMII\r\nB\r\n"
                              "-----END CERTIFICATE-----\r\n";

    (void)state;
    write_file(pem, strlen(pem));
    assert_true(put_file());
    has_bytes("\x30\x82\x01", 3);
}

static void pem_refused(const char *pem, const char *part)
{
    write_file(pem, strlen(pem));
    assert_false(put_file());
    if (strstr(told, part) == NULL)
        assert_string_equal(told, part);
    unlink(file);
}

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

/* A private key must not leave the machine, wherever in the file it stands. */
static void test_bad_pem(void **state)
{
    (void)state;
    pem_refused(BEGIN "MIIB\n" END BEGIN "MIIB\n" END, "exactly one CERTIFICATE");
    pem_refused(BEGIN "MIIB\n", "exactly one CERTIFICATE");
    pem_refused(BEGIN "M!IB\n" END, "exactly one CERTIFICATE");
    pem_refused(BEGIN END, "exactly one CERTIFICATE");
    pem_refused("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n", "exactly one CERTIFICATE");
    pem_refused(BEGIN "MIIB\n" END "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
                "private key");
    pem_refused("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n" BEGIN
                "MIIB\n" END,
                "private key");
}

/* ---- everything at once ---- */

/* Help is given whatever else stands there. */
static void test_help(void **state)
{
    (void)state;
    READ("--help");
    assert_true(call.help);
    assert_null(call.procedure);
    READ("link_get", "--help");
    assert_string_equal(call.procedure->name, "xp_milink_link_get");
    READ("--help", "link_get", "what=ever");
    REFUSED("no procedure lnk_get", "--help", "lnk_get");
}

/* Every parameter of every procedure is taken, with its type, and none overruns the request. */
static void test_every_parameter(void **state)
{
    const struct procedure *procedure = NULL;

    (void)state;
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++) {
        const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
        size_t count = catalogue_parameters(procedure, parameters), given = 1;
        char texts[CATALOGUE_MAX_PARAMETERS][160], *words[CATALOGUE_MAX_PARAMETERS + 1];

        words[0] = (char *)procedure->name;
        for (size_t p = 0; p < count; p++) {
            if ((parameters[p]->flags & PARAMETER_OUTPUT) != 0)
                continue;
            snprintf(texts[p], sizeof texts[p], "%s=%s", parameters[p]->name,
                     parameters[p]->type == WIRE_BINARY ? "0x12" : "1");
            words[given++] = texts[p];
        }
        cli_call_clear(&call);
        memset(&call, 0, sizeof call);
        assert_true(cli_call_read(&call, (int)given, words));
        assert_int_equal(call.request.parameter_count, given - 1 + procedure->writes);
        for (size_t p = 0; p < given - 1; p++)
            assert_true(call.request.parameters[p].value.length == 1 ||
                        call.request.parameters[p].value.integer == 1);
    }
}

#define CASE(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_procedure), CASE(test_parameters),
        CASE(test_numbers),   CASE(test_options),
        CASE(test_columns),   CASE(test_timeout),
        CASE(test_wait),      CASE(test_what_if),
        CASE(test_ids),       CASE(test_digits),
        CASE(test_der_file),  CASE(test_large_file),
        CASE(test_pem_file),  CASE(test_bad_pem),
        CASE(test_help),      CASE(test_every_parameter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
