/* SPDX-License-Identifier: MIT */
/* Scripts of Azure for tests of handlers. */
#include "azure_script.h"
#include "text.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void script(const char *method, const char *part, int status, const char *body)
{
    fake_http_on(fake.http, method, part, (struct fake_reply){.status = status, .body = body});
}

void script_write(const char *method, const char *part)
{
    script(method, part, 200, NULL);
}

void script_gone(const char *part)
{
    script("GET", part, 404,
           "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"It is not there.\"}}");
}

void script_list(const char *collection, const char *elements)
{
    char *body = calloc(1, strlen(elements) + 32);
    char part[400];

    assert_non_null(body);
    snprintf(body, strlen(elements) + 32, "{\"value\":[%s]}", elements);
    snprintf(part, sizeof part, "%s?", collection);
    script("GET", part, 200, fake_keep(body));
    free(body);
}

void script_instance(const char *format)
{
    char body[512];

    snprintf(body, sizeof body,
             "{\"location\":\"westeurope\",\"sku\":{\"name\":\"GP_Gen5\",\"tier\":"
             "\"GeneralPurpose\"},\"properties\":{\"state\":\"Ready\",\"provisioningState\":"
             "\"Succeeded\",\"databaseFormat\":\"%s\",\"fullyQualifiedDomainName\":"
             "\"mi-prod.1b4e.database.windows.net\",\"vCores\":8,\"storageSizeInGB\":1024,"
             "\"publicDataEndpointEnabled\":false,\"dnsZone\":\"1b4e\",\"licenseType\":"
             "\"BasePrice\",\"hybridSecondaryUsage\":\"Passive\"}}",
             format);
    script("GET", PROD "?", 200, fake_keep(body));
}

const char *script_resource(const char *name, const char *properties)
{
    size_t room = strlen(name) + strlen(properties) + 64;
    char *text = calloc(1, room);
    const char *keep = NULL;

    assert_non_null(text);
    snprintf(text, room, "{\"name\":\"%s\",\"properties\":{%s}}", name, properties);
    keep = fake_keep(text);
    free(text);
    return keep;
}

size_t sent(const char *method)
{
    return fake_http_count(fake.http, method, "");
}

void sent_was(const char *method, size_t n, const char *part, const char *body)
{
    struct fake_request request;

    assert_true(fake_http_request(fake.http, method, "", n, &request));
    if (strstr(request.url, part) == NULL)
        fail_msg("%s, not %s", request.url, part);
    assert_string_equal(request.body, body);
}

static void detail_holds(const char *part)
{
    const char *detail = fake_cell(0, "detail");

    if (detail == NULL || strstr(detail, part) == NULL)
        fail_msg("'%s' is not in: %s", part, detail != NULL ? detail : "NULL");
}

void shown(const char *method, ...)
{
    const char *part = NULL;
    va_list parts;

    fake_answered(1);
    assert_null(fake_cell(0, "operation_id"));
    assert_null(fake_cell(0, "state"));
    va_start(parts, method);
    while ((part = va_arg(parts, const char *)) != NULL)
        detail_holds(part);
    va_end(parts);
    assert_null(strstr(fake_cell(0, "detail"), "token"));
    assert_int_equal(sent(method), 0);
    fake_ask("xp_milink_operation_list", NULL);
    fake_answered(0);
}

void row_says(const char *state, ...)
{
    const char *part = NULL;
    va_list parts;

    fake_answered(1);
    assert_string_equal(fake_cell(0, "state"), state);
    assert_string_equal(fake_cell(0, "instance"), "prod");
    va_start(parts, state);
    while ((part = va_arg(parts, const char *)) != NULL)
        detail_holds(part);
    va_end(parts);
}
