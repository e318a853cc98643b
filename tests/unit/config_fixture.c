/* SPDX-License-Identifier: MIT */
/* Configurations that the tests start from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config_fixture.h"

const char complete[] =
    "{\"cloud\": \"public\", \"api_version\": \"2025-01-01\",\n"
    " \"identity\": {\"type\": \"client_secret\",\n"
    "  \"tenant_id\": \"11111111-2222-3333-4444-555555555555\",\n"
    "  \"client_id\": \"99999999-8888-7777-6666-555555555555\",\n"
    "  \"secret_file\": \"/etc/milink/client.secret\"},\n"
    " \"tls\": {\"ca_file\": \"/etc/milink/roots.pem\"},\n"
    " \"state_directory\": \"/var/lib/milink\",\n"
    " \"log\": {\"file\": \"/var/log/milink/agent.log\", \"level\": \"debug\"},\n"
    " \"listen\": {\"socket\": \"/run/milink/agent.sock\"},\n"
    " \"sql_instances\": [\"MSSQLSERVER\", \"PAYROLL_2\"],\n"
    " \"workers\": 8, \"queue\": 16,\n"
    " \"limits\": {\"failover_minutes\": 45, \"license_minutes\": 90},\n"
    " \"instances\": [\n"
    "  {\"alias\": \"dr\", \"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\",\n"
    "   \"resource_group\": \"rg-dr\", \"managed_instance\": \"mi-dr\",\n"
    "   \"rights\": [\"read\", \"failover\"]},\n"
    "  {\"alias\": \"test\", \"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\",\n"
    "   \"resource_group\": \"rg-test\", \"managed_instance\": \"mi-test\",\n"
    "   \"rights\": [\"license\"]}]}\n";

const char smallest[] =
    "{\"identity\": {\"type\": \"client_secret\", \"tenant_id\": \"contoso.onmicrosoft.com\","
    "\"client_id\": \"99999999-8888-7777-6666-555555555555\","
    "\"secret_file\": \"/etc/milink/client.secret\"},"
    "\"state_directory\": \"/var/lib/milink\","
    "\"instances\": [{\"alias\": \"dr\","
    "\"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\","
    "\"resource_group\": \"rg-dr\", \"managed_instance\": \"mi-dr\", \"rights\": [\"read\"]}]}";

struct config config;
char why[WHY_SIZE];

bool parse(const char *text)
{
    /* Exactly as long as the text, so that a sanitizer sees a byte read behind it. */
    size_t length = strlen(text);
    char *copy = malloc(length > 0 ? length : 1);
    bool good = false;

    assert_non_null(copy);
    memcpy(copy, text, length);
    good = config_parse(copy, length, &config, why, sizeof why);
    free(copy);
    return good;
}

const char *changed(const char *find, const char *replacement)
{
    static char text[16384];
    const char *at = strstr(complete, find);

    assert_non_null(at);
    assert_true((size_t)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - complete), complete,
                                 replacement, at + strlen(find)) < sizeof text);
    return text;
}
