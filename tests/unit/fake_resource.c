/* SPDX-License-Identifier: MIT */
/* Resources of Azure as JSON: out of the fixtures, and made up. */
#include "fake_agent.h"
#include "json.h"
#include "text.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *read_file(const char *name, size_t *length)
{
    char path[512];
    FILE *file = NULL;
    char *text = calloc(1, 65536);

    snprintf(path, sizeof path, "%s/%s.json", MILINK_FIXTURES, name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    *length = fread(text, 1, 65535, file);
    fclose(file);
    return text;
}

char *fake_body(const char *fixture, const char *status)
{
    char why[128], path[64], *printed = NULL, *copy = NULL;
    size_t length = 0;
    char *text = read_file(fixture, &length);
    struct json *document = json_parse(text, length, why, sizeof why);

    if (document == NULL)
        fail_msg("%s: %s", fixture, why);
    snprintf(path, sizeof path, "responses.%s.body", status);
    printed = json_print(json_path(document, path));
    assert_non_null(printed);
    copy = strdup(printed);
    json_text_free(printed);
    json_free(document);
    free(text);
    return copy;
}

static void add_pair(char *text, size_t size, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_append(text, size, ",\"");
    text_append(text, size, name);
    text_append(text, size, "\":\"");
    text_append(text, size, value);
    text_append(text, size, "\"");
}

const char *fake_link(const struct fake_link *link)
{
    static char text[8192];

    text_copy(
        text, sizeof text,
        "{\"name\":\"sales-link\",\"id\":\"/x\",\"properties\":{\"seedingMode\":\"Automatic\"");
    add_pair(text, sizeof text, "instanceLinkRole", link->instance_role);
    add_pair(text, sizeof text, "partnerLinkRole", link->partner_role);
    add_pair(text, sizeof text, "failoverMode", link->failover_mode);
    text_append(text, sizeof text, ",\"databases\":[{\"seedingProgress\":\"100%\"");
    add_pair(text, sizeof text, "databaseName",
             link->database != NULL ? link->database : "salesdb");
    add_pair(text, sizeof text, "replicaState", link->state != NULL ? link->state : "Catchup");
    add_pair(text, sizeof text, "connectedState",
             link->connected != NULL ? link->connected : "CONNECTED");
    add_pair(text, sizeof text, "synchronizationHealth",
             link->health != NULL ? link->health : "HEALTHY");
    add_pair(text, sizeof text, "mostRecentLinkError", link->last_error);
    text_append(text, sizeof text, "}]}}");
    return text;
}
