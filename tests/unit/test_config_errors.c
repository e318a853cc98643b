/* SPDX-License-Identifier: MIT */
/* Every class of error in a configuration, by its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config_fixture.h"
#include "text.h"

struct error_case {
    const char *find, *replacement;
    const char *line; /* that why must hold, whole */
};

#define SECRETS                                                                                    \
    "secrets are not kept in the configuration: store it (milink-agent secret set NAME) and give " \
    "its name in identity.secret, identity.certificate_secret or network.proxy_secret"
#define STORED                                                                             \
    "the name of a stored secret: 1 to 64 characters of A-Z a-z 0-9 . _ - (store it with " \
    "milink-agent secret set NAME)"
#define TYPES    "one of arc, imds, client_secret, client_certificate, workload, cli and auto"
#define URL_RULE "https:// and a host, with a port or without, and no path or query"
#define RIGHTS   "read, license, failover, forced_failover, lifecycle, certificate, database"
#define CUSTOM(arm, authority, audience)                                     \
    "\"custom\", \"arm_endpoint\": \"" arm "\", \"authority\": \"" authority \
    "\", \"audience\": \"" audience "\""

static const struct error_case key_cases[] = {
    {"\"cloud\"", "\"clod\"", "clod: unknown key (did you mean cloud?)"},
    {"\"rights\"", "\"rigths\"", "instances[0].rigths: unknown key (did you mean rights?)"},
    {"\"rights\"", "\"Rights\"", "instances[0].Rights: unknown key (did you mean rights?)"},
    {"\"secret_file\"", "\"secrets_file\"",
     "identity.secrets_file: unknown key (did you mean secret_file?)"},
    {"\"ca_file\"", "\"roots\"", "tls.roots: unknown key"},
    {"\"workers\": 8", "\"threads\": 8", "threads: unknown key"},
    {"\"level\"", "\"le\\nvel\"", "log.le?vel: unknown key (did you mean level?)"},
    {"\"socket\"", "\"port\"", "listen.port: unknown key"},
    {"\"license_minutes\"", "\"licence_minutes\"",
     "limits.licence_minutes: unknown key (did you mean license_minutes?)"},
    {"\"type\"", "\"client_secret\": \"s3cr~t\", \"type\"", "identity.client_secret: " SECRETS},
    {"\"type\"", "\"password\": \"s3cr~t\", \"type\"", "identity.password: " SECRETS},
    {"\"workers\"", "\"secret\": \"s3cr~t\", \"workers\"", "secret: " SECRETS},
    {"\"workers\"", "\"adminPassword\": \"s3cr~t\", \"workers\"", "adminPassword: " SECRETS},
    {"\"/etc/milink/client.secret\"", "\"s3cr~t\"",
     "identity.secret_file: its value (not shown) is not valid; it must be an absolute path of a "
     "file or directory"},
    {"\"/etc/milink/client.secret\"", "\"s3cr~t\\n\"",
     "identity.secret_file: its value (not shown) has a control character; in JSON a backslash is "
     "written twice"},
};

static const struct error_case type_cases[] = {
    {"\"public\"", "1",
     "cloud: holds a number; it must be a text: one of public, usgov, china and "
     "custom"},
    {"\"public\"", "null",
     "cloud: holds null; it must be a text: one of public, usgov, china and custom"},
    {"\"workers\": 8", "\"workers\": \"8\"",
     "workers: holds \"8\"; it must be a whole number from 1 to 64"},
    {"\"workers\": 8", "\"workers\": true",
     "workers: holds true or false; it must be a whole number from 1 to 64"},
    {"\"tls\": {\"ca_file\": \"/etc/milink/roots.pem\"}", "\"tls\": \"/etc/milink/roots.pem\"",
     "tls: holds a text; it must be an object"},
    {"[\"MSSQLSERVER\", \"PAYROLL_2\"]", "\"MSSQLSERVER\"",
     "sql_instances: holds a text; it must be a list"},
    {"\"PAYROLL_2\"", "{}",
     "sql_instances[1]: holds an object; it must be a text: MSSQLSERVER for the default instance, "
     "or the name of an instance (1 to 16 of A-Z a-z 0-9 _ $, a letter or _ first)"},
    {"\"rights\": [\"license\"]", "\"rights\": \"license\"",
     "instances[1].rights: holds a text; it must be a list"},
    {"\"failover\"]", "7]", "instances[0].rights[1]: 7 is not a right; allowed are " RIGHTS},
    {"{\"alias\": \"dr\"", "[], {\"alias\": \"dr\"",
     "instances[0]: holds a list; it must be an object"},
};

static const struct error_case missing_cases[] = {
    {"\"identity\": {", "\"identity2\": {", "identity2: unknown key (did you mean identity?)"},
    {"\"state_directory\": \"/var/lib/milink\",", "",
     "state_directory: missing; it must be an absolute path of a file or directory"},
    {"\"instances\": [", "\"others\": [", "instances: missing; it must be a list of at least one"},
    {"\"type\": \"client_secret\",", "",
     "identity.tenant_id: not taken with the type \"arc\"; remove it"},
    {"\"tenant_id\": \"11111111-2222-3333-4444-555555555555\",", "",
     "identity.tenant_id: missing; with the type \"client_secret\" it must be the tenant's GUID or "
     "one of its domain names "
     "(contoso.onmicrosoft.com)"},
    {"\"client_id\": \"99999999-8888-7777-6666-555555555555\",", "",
     "identity.client_id: missing; with the type \"client_secret\" it must be a GUID as in "
     "00000000-0000-0000-0000-000000000000"},
    {",\n  \"secret_file\": \"/etc/milink/client.secret\"", "",
     "identity.secret: missing; with the type \"client_secret\" it must be the name of a stored "
     "secret, or secret_file the path of a file with it"},
    {"\"alias\": \"dr\",", "",
     "instances[0].alias: missing; it must be 1 to 64 characters of A-Z a-z 0-9 _ . -"},
    {"\"resource_group\": \"rg-dr\",", "",
     "instances[0].resource_group: missing; it must be 1 to 90 letters, digits and - _ . ( ), with "
     "no . at its end"},
    {",\n   \"rights\": [\"license\"]", "",
     "instances[1].rights: missing; it must be a list of at least one"},
    {"\"public\"", "\"custom\"",
     "audience: missing; with the cloud \"custom\" it must be " URL_RULE},
    {"\"api_version\"", "\"authority\": \"https://login.test\", \"api_version\"",
     "authority: taken only with the cloud \"custom\"; remove it"},
};

static const struct error_case value_cases[] = {
    {"\"public\"", "\"azure\"",
     "cloud: \"azure\" is not valid; it must be one of public, usgov, china and custom"},
    {"\"2025-01-01\"", "\"latest\"",
     "api_version: \"latest\" is not valid; it must be a date as in 2025-01-01, or with -preview"},
    {"\"client_secret\"", "\"password\"",
     "identity.type: \"password\" is not valid; it must be " TYPES},
    {"\"debug\"", "\"verbose\"",
     "log.level: \"verbose\" is not valid; it must be one of error, warning, info and debug"},
    {"\"/var/lib/milink\"", "\"state\"",
     "state_directory: \"state\" is not valid; it must be an absolute path of a file or directory"},
    {"\"/var/lib/milink\"", "\"C:\\temp\"",
     "state_directory: \"C:?emp\" has a control character; in JSON a backslash is written twice"},
    {"\"/run/milink/agent.sock\"", "\"agent.sock\"",
     "listen.socket: \"agent.sock\" is not valid; it must be the absolute path of a socket"},
    {"\"PAYROLL_2\"", "\"HOST\\\\PAYROLL\"",
     "sql_instances[1]: \"HOST\\PAYROLL\" is not valid; it must be MSSQLSERVER for the default "
     "instance, or the name of an instance (1 to 16 of A-Z a-z 0-9 _ $, a letter or _ first)"},
    {"\"PAYROLL_2\"", "\"mssqlserver\"",
     "sql_instances[1]: \"mssqlserver\" stands in the list twice"},
    {"\"workers\": 8", "\"workers\": 0",
     "workers: holds 0; it must be a whole number from 1 to 64"},
    {"\"workers\": 8", "\"workers\": 65",
     "workers: holds 65; it must be a whole number from 1 to 64"},
    {"\"queue\": 16", "\"queue\": 1.5",
     "queue: holds a number; it must be a whole number from 1 to 256"},
    {"\"queue\": 16", "\"queue\": 4294967297",
     "queue: holds 4294967297; it must be a whole number from 1 to 256"},
    {"\"failover_minutes\": 45", "\"failover_minutes\": 1441",
     "limits.failover_minutes: holds 1441; it must be a whole number from 1 to 1440"},
    {"\"license_minutes\": 90", "\"license_minutes\": -1",
     "limits.license_minutes: holds -1; it must be a whole number from 1 to 1440"},
    {"\"aaaaaaaa-0000-0000-0000-000000000001\"", "\"aaaaaaaa-0000-0000-0000-00000000000g\"",
     "instances[0].subscription_id: \"aaaaaaaa-0000-0000-0000-00000000000g\" is not valid; it must "
     "be a GUID as in 00000000-0000-0000-0000-000000000000"},
    {"\"dr\"", "\"d r\"",
     "instances[0].alias: \"d r\" is not valid; it must be 1 to 64 characters of A-Z a-z 0-9 _ . "
     "-"},
    {"\"test\"", "\"DR\"",
     "instances[1].alias: \"DR\" is the alias of instances[0] already (case does not count)"},
    {"\"rg-test\", \"managed_instance\": \"mi-test\"", "\"RG-DR\", \"managed_instance\": \"mi-dr\"",
     "instances[1]: is the same Managed Instance as instances[0]; name it once, with all its "
     "rights"},
    {"[\"license\"]", "[]",
     "instances[1].rights: holds 0; name one or more, each once, of " RIGHTS},
    {"[\"license\"]", "[\"write\"]",
     "instances[1].rights[0]: \"write\" is not a right; allowed are " RIGHTS},
    {"[\"license\"]", "[\"Read\"]",
     "instances[1].rights[0]: \"Read\" is not a right; allowed are " RIGHTS},
    {"[\"license\"]", "[\"license\", \"license\"]",
     "instances[1].rights[1]: \"license\" stands in the list twice"},
};

#define SECRET_FILE "\"secret_file\": \"/etc/milink/client.secret\""

static const struct error_case identity_cases[] = {
    {"\"client_secret\"", "\"imds\"",
     "identity.secret_file: not taken with the type \"imds\"; remove it"},
    {"\"client_secret\"", "\"client_certificate\"",
     "identity.certificate_file: missing; with the type \"client_certificate\" it must be an "
     "absolute path of a file or directory"},
    {"\"client_secret\"", "\"cli\"",
     "identity.client_id: not taken with the type \"cli\"; remove it"},
    {"\"client_secret\"", "7", "identity.type: holds a number; it must be a text: " TYPES},
    {SECRET_FILE, SECRET_FILE ", \"secret\": \"arm\"",
     "identity.secret: stands beside secret_file, which says the same; keep one"},
    {SECRET_FILE, SECRET_FILE ", \"certificate_secret\": \"pfx\"",
     "identity.certificate_secret: not taken with the type \"client_secret\"; remove it"},
    {SECRET_FILE, SECRET_FILE ", \"certificate_secret\": \"pfx\"",
     "identity.certificate_secret: needs certificate_file beside it; add that, or remove this"},
    {SECRET_FILE, SECRET_FILE ", \"object_id\": \"99999999-8888-7777-6666-555555555555\"",
     "identity.client_id: stands beside object_id, which says the same; keep one"},
    /* Somebody put the secret itself where its name belongs. */
    {SECRET_FILE, "\"secret\": \"s3cr~t\"",
     "identity.secret: its value (not shown) is not valid; it must be " STORED},
    {SECRET_FILE, SECRET_FILE ", \"endpoint\": \"https://localhost\"",
     "identity.endpoint: \"https://localhost\" is not valid; it must be http:// and 127.0.0.1, "
     "localhost, [::1] or 169.254.169.254, with a port or without"},
    {SECRET_FILE, SECRET_FILE ", \"resource_id\": \"mine\"",
     "identity.resource_id: \"mine\" is not valid; it must be a resource id as Azure shows it: "
     "/subscriptions/..."},
    {"\"type\": \"client_secret\",\n  \"tenant_id\": \"11111111-2222-3333-4444-555555555555\",",
     "\"type\": \"auto\",",
     "identity.secret_file: needs tenant_id beside it; add that, or remove this"},
};

#define NETWORK(text) "\"workers\": 8", "\"network\": {" text "}, \"workers\": 8"
#define PROXY         "\"proxy\": \"http://proxy.test:8080\""

static const struct error_case network_cases[] = {
    {NETWORK("\"proxy\": \"http://proxy.test\""),
     "network.proxy: \"http://proxy.test\" is not valid; it must be http:// or https://, a host "
     "and "
     "a port, as http://proxy.example:8080"},
    {NETWORK("\"proxy\": \"\""),
     "network.proxy: \"\" is not valid; it must be http:// or https://, a host and a port, as "
     "http://proxy.example:8080"},
    {NETWORK("\"proxy_user\": \"u\", \"proxy_secret\": \"p\""),
     "network.proxy_user: needs proxy beside it; add that, or remove this"},
    {NETWORK(PROXY ", \"proxy_user\": \"u\""),
     "network.proxy_user: needs proxy_secret beside it; add that, or remove this"},
    {NETWORK(PROXY ", \"proxy_secret\": \"p\""),
     "network.proxy_secret: needs proxy_user beside it; add that, or remove this"},
    {NETWORK(PROXY ", \"proxy_user\": \"a:b\", \"proxy_secret\": \"p\""),
     "network.proxy_user: \"a:b\" is not valid; it must be a user name, without a colon"},
    {NETWORK(PROXY ", \"proxy_password\": \"s3cr~t\""), "network.proxy_password: " SECRETS},
    {NETWORK("\"no_proxy\": [\"a\"]"),
     "network.no_proxy: needs proxy beside it; add that, or remove this"},
    {NETWORK(PROXY ", \"no_proxy\": \"a,b\""), "network.no_proxy: holds a text; it must be a list"},
    {NETWORK(PROXY ", \"no_proxy\": [\"a,b\"]"),
     "network.no_proxy[0]: \"a,b\" is not valid; it must be a host name, a domain (*.example.com) "
     "or an address"},
    {NETWORK(PROXY ", \"no_proxy\": [\"\", 1]"),
     "network.no_proxy[1]: holds a number; it must be a text: a host name, a domain "
     "(*.example.com) or an address"},
    {"\"workers\": 8", "\"journal\": {\"days\": 29}, \"workers\": 8",
     "journal.days: holds 29; it must be 0 or a whole number from 30 to 36500"},
    {"\"workers\": 8", "\"metrics\": {\"file\": \"m.prom\"}, \"workers\": 8",
     "metrics.file: \"m.prom\" is not valid; it must be an absolute path of a file or directory"},
    {"\"workers\": 8", "\"$schema\": 1, \"workers\": 8",
     "$schema: holds a number; it must be a text: the place of the JSON Schema"},
    {"\"failover_minutes\": 45", "\"instance_minutes\": 2881",
     "limits.instance_minutes: holds 2881; it must be a whole number from 1 to 2880"},
};

static void check_cases(const struct error_case *cases, size_t count)
{
    char lines[WHY_SIZE + 2], line[1024];

    for (size_t i = 0; i < count; i++) {
        assert_false(parse(changed(cases[i].find, cases[i].replacement)));
        snprintf(lines, sizeof lines, "\n%s\n", why);
        snprintf(line, sizeof line, "\n%s\n", cases[i].line);
        if (strstr(lines, line) == NULL)
            fail_msg("%s\nwanted: %s\ngot: %s", cases[i].replacement, cases[i].line, why);
        assert_null(strstr(why, "s3cr~t"));
        /* Nobody goes on with half a configuration. */
        assert_int_equal(config.instance_count, 0);
        assert_string_equal(config.state_directory, "");
    }
}

static void test_errors(void **state)
{
    (void)state;
    check_cases(key_cases, sizeof key_cases / sizeof key_cases[0]);
    check_cases(type_cases, sizeof type_cases / sizeof type_cases[0]);
    check_cases(missing_cases, sizeof missing_cases / sizeof missing_cases[0]);
    check_cases(value_cases, sizeof value_cases / sizeof value_cases[0]);
    check_cases(identity_cases, sizeof identity_cases / sizeof identity_cases[0]);
    check_cases(network_cases, sizeof network_cases / sizeof network_cases[0]);
}

/* Texts that one rule refuses, each in the place of a text that it takes. */
static void test_refused_texts(void **state)
{
    static const struct {
        const char *find, *place;
        const char *texts[16];
    } cases[] = {
        {"11111111-2222-3333-4444-555555555555",
         "identity.tenant_id",
         {"", "a/b", "..", "a..b", ".a", "a.", "-a", "a?b", "common", "organizations", "a b",
          "\xC3\xBC"}},
        {"99999999-8888-7777-6666-555555555555",
         "identity.client_id",
         {"", "9", "99999999-8888-7777-6666-5555555555555", "99999999-8888-7777-6666-55555555555",
          "{99999999-8888-7777-6666-555555555555}", "999999998888777766665555555555555555"}},
        {"mi-dr",
         "instances[0].managed_instance",
         {"", "MI", "-a", "a-", "a--b", "a.b", "mi-dr.database.windows.net", "a_b",
          "a234567890123456789012345678901234567890123456789012345678901234"}},
        {"rg-dr",
         "instances[0].resource_group",
         {"", "a.", "a/b", "a b", "a%b",
          "a123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
          "890"}},
        {"\"dr\"",
         "instances[0].alias",
         {"\"\"", "\"a/b\"", "\"\xC3\xBC\"",
          "\"a1234567890123456789012345678901234567890123456789012345678901234\""}},
        {"PAYROLL_2",
         "sql_instances[1]",
         {"", "2PAYROLL", "$A", "A-B", "A12345678901234567", "A B"}},
        {"2025-01-01",
         "api_version",
         {"", "2025-01-1", "2025-01-01-", "2025-01-01-beta", "2025-01-01&x=1", "2025/01/01"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t j = 0; j < 16 && cases[i].texts[j] != NULL; j++) {
            assert_false(parse(changed(cases[i].find, cases[i].texts[j])));
            if (strncmp(why, cases[i].place, strlen(cases[i].place)) != 0)
                fail_msg("%s: %s", cases[i].texts[j], why);
            assert_null(strchr(why, '\n')); /* the one error and no other */
        }
}

static void test_refused_urls(void **state)
{
    static const char *const urls[] = {
        "",
        "arm.test",
        "http://arm.test",
        "HTTPS://arm.test",
        "https://",
        "https:///",
        "https://arm.test/x",
        "https://arm.test//",
        "https://arm.test?x",
        "https://arm.test#x",
        "https://user@arm.test",
        "https://arm.test:",
        "https://arm.test:0",
        "https://arm.test:65536",
        "https://arm.test:443x",
        "https://arm test",
        "https://-arm.test",
        "https://[::1",
        "https://[]",
        "https://[::1]x",
        "https://\xC3\xBC.test",
    };
    char cloud[512];

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        snprintf(cloud, sizeof cloud,
                 "\"custom\", \"arm_endpoint\": \"https://arm.test\", \"authority\": \"%s\", "
                 "\"audience\": \"https://arm.test\"",
                 urls[i]);
        assert_false(parse(changed("\"public\"", cloud)));
        if (strstr(why, "authority: \"") != why || strstr(why, URL_RULE) == NULL)
            fail_msg("%s: %s", urls[i], why);
    }
    assert_true(parse(changed("\"public\"", CUSTOM("https://a", "https://b:1", "https://c.d/"))));
}

static void test_too_long(void **state)
{
    char path[CONFIG_PATH_SIZE + 16], line[128];

    (void)state;
    memset(path, 'a', sizeof path);
    memcpy(path, "\"/", 2);
    memcpy(path + sizeof path - 2, "\"", 2);
    assert_false(parse(changed("\"/var/lib/milink\"", path)));
    snprintf(line, sizeof line, " is %d bytes long; the most is 1023", CONFIG_PATH_SIZE + 13);
    assert_non_null(strstr(why, line));
    assert_true(strlen(why) < 256);
    path[CONFIG_PATH_SIZE] = '"'; /* 1023 bytes between the marks */
    path[CONFIG_PATH_SIZE + 1] = '\0';
    if (!parse(changed("\"/var/lib/milink\"", path)))
        fail_msg("%s", why);
    assert_int_equal(strlen(config.state_directory), CONFIG_PATH_SIZE - 1);
}

/* So many instances, each of its own, with so many rights. */
static char *with_instances(unsigned count)
{
    char *text = malloc(strlen(smallest) + 1 + (size_t)count * 256);
    char item[256];

    assert_non_null(text);
    text_copy_bytes(text, strlen(smallest) + 1, smallest,
                    (size_t)(strstr(smallest, "{\"alias\"") - smallest));
    for (unsigned i = 0; i < count; i++) {
        snprintf(item, sizeof item,
                 "%s{\"alias\": \"a%u\", \"resource_group\": \"g\", \"managed_instance\": \"m%u\","
                 "\"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\","
                 "\"rights\": [\"read\"]}",
                 i > 0 ? "," : "", i, i);
        text_append(text, strlen(smallest) + 1 + (size_t)count * 256, item);
    }
    text_append(text, strlen(smallest) + 1 + (size_t)count * 256, "]}");
    return text;
}

static void test_counts(void **state)
{
    char *most = with_instances(CONFIG_MAX_INSTANCES);
    char *more = with_instances(CONFIG_MAX_INSTANCES + 1);
    char *none = with_instances(0);
    char names[1024] = "[\"A0\"";

    (void)state;
    if (!parse(most))
        fail_msg("%s", why);
    assert_int_equal(config.instance_count, CONFIG_MAX_INSTANCES);
    assert_string_equal(config.instances[99].alias, "a99");
    assert_false(parse(more));
    assert_string_equal(why, "instances: holds 101; it must be 1 to 100");
    assert_false(parse(none));
    assert_string_equal(why, "instances: holds 0; it must be 1 to 100");
    for (int i = 1; i <= CONFIG_MAX_SQL_INSTANCES; i++) {
        text_append(names, sizeof names, ", \"A");
        text_append_number(names, sizeof names, i);
        text_append(names, sizeof names, "\"");
    }
    text_append(names, sizeof names, "]");
    assert_false(parse(changed("[\"MSSQLSERVER\", \"PAYROLL_2\"]", names)));
    assert_string_equal(why, "sql_instances: holds 51; the most is 50");
    free(most);
    free(more);
    free(none);
}

/* All errors are told of, and no more lines than help. */
static void test_many_errors(void **state)
{
    size_t lines = 1;

    (void)state;
    assert_false(parse("{}"));
    assert_string_equal(
        why, "state_directory: missing; it must be an absolute path of a file or directory\n"
             "instances: missing; it must be a list of at least one");
    assert_false(parse("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
                       "\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1,\"r\":1,"
                       "\"s\":1,\"t\":1,\"u\":1}"));
    for (const char *c = why; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 21);
    assert_non_null(strstr(why, "\nand 3 more"));
}

static void test_not_an_object(void **state)
{
    (void)state;
    assert_false(parse("[]"));
    assert_string_equal(why, "the configuration must be an object: { ... }");
    assert_false(parse(""));
    assert_true(why[0] != '\0');
    assert_false(parse("{\"cloud\": \"public\",\n \"cloud\": \"china\"}"));
    assert_non_null(strstr(why, "line 2"));
    assert_false(parse("{\"cloud\": 'public'}"));
    assert_non_null(strstr(why, "line 1"));
}

/* A room too small for the errors is filled and not overrun. */
static void test_small_room(void **state)
{
    (void)state;
    for (size_t size = 0; size < 400; size++) {
        char *room = malloc(size > 0 ? size : 1);

        assert_non_null(room);
        room[0] = '!';
        assert_false(config_parse("{\"workers\":0}", 13, &config, room, size));
        if (size == 0)
            assert_int_equal(room[0], '!');
        else
            assert_true(strlen(room) < size);
        free(room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),        cmocka_unit_test(test_refused_texts),
        cmocka_unit_test(test_refused_urls),  cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_counts),        cmocka_unit_test(test_many_errors),
        cmocka_unit_test(test_not_an_object), cmocka_unit_test(test_small_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
