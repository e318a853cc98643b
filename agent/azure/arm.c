/* SPDX-License-Identifier: MIT */
/* Paths and headers of Azure Resource Manager (arm-api: path table, long-running operations,
 * throttling). */
#include "arm.h"
#include "text.h"
#include "utc.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const arm_kept_headers[] = {"Location",
                                        "Azure-AsyncOperation",
                                        "Retry-After",
                                        "retry-after-ms",
                                        "x-ms-retry-after-ms",
                                        "x-ms-request-id",
                                        "x-ms-correlation-request-id",
                                        "Content-Type",
                                        "WWW-Authenticate",
                                        "Date",
                                        "x-ms-ratelimit-remaining-subscription-reads",
                                        "x-ms-ratelimit-remaining-subscription-writes",
                                        NULL};

bool arm_path_append(char *path, size_t size, const char *segment)
{
    size_t used = strlen(path);

    if (used + 2 > size)
        return false;
    path[used++] = '/';
    path[used] = '\0';
    return http_escape(segment, path + used, size - used);
}

bool arm_path(char *path, size_t size, const struct config_instance *instance, const char *kind,
              const char *name)
{
    const char *segments[] = {"subscriptions",
                              instance->subscription_id,
                              "resourceGroups",
                              instance->resource_group,
                              "providers",
                              "Microsoft.Sql",
                              "managedInstances",
                              instance->managed_instance,
                              kind,
                              name};

    path[0] = '\0';
    for (size_t i = 0; i < sizeof segments / sizeof segments[0] && segments[i] != NULL; i++)
        if (!arm_path_append(path, size, segments[i]))
            return false;
    return true;
}

bool arm_url(char *url, size_t size, const char *endpoint, const char *path, const char *version)
{
    int length = snprintf(url, size, "%s%s?api-version=%s", endpoint, path, version);

    return length > 0 && (size_t)length < size;
}

/* Whether a URL leads to the endpoint's host, whose default port may be written out. */
static bool is_at(const char *endpoint, const char *given)
{
    static const char port[] = ":443";
    size_t host = strlen(endpoint);

    if (strlen(given) <= host || !text_equal_bytes(endpoint, given, host))
        return false;
    given += host;
    if (strncmp(given, port, sizeof port - 1) == 0)
        given += sizeof port - 1;
    return given[0] == '/' || given[0] == '?';
}

/* Whether it holds bytes that no URL has: a request would not be made of it. */
static bool is_no_url(const char *given)
{
    while (*given > ' ' && *given <= '~')
        given++;
    return *given != '\0';
}

bool arm_follow(char *url, size_t size, const char *endpoint, const char *given)
{
    const char *prefix = "";

    url[0] = '\0';
    if (is_no_url(given))
        return false;
    if (given[0] == '/' && given[1] != '/')
        prefix = endpoint;
    else if (!is_at(endpoint, given))
        return false;
    if (strlen(prefix) + strlen(given) >= size)
        return false;
    text_copy(url, size, prefix);
    text_append(url, size, given);
    return true;
}

static bool parse_count(const char *text, uint64_t *count)
{
    char *end = NULL;

    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    *count = strtoull(text, &end, 10);
    return *end == '\0' || *end == '.';
}

/* Until a date by Azure's own clock, which this host's may be far from. */
static uint64_t wait_until(const struct http_answer *answer, uint64_t date, uint64_t now_ms)
{
    const char *azure = http_answer_header(answer, "Date");
    uint64_t from = now_ms;

    if (azure != NULL)
        utc_parse_http(azure, &from);
    return date > from ? date - from : 0;
}

uint64_t arm_retry_after_ms(const struct http_answer *answer, uint64_t now_ms)
{
    const char *after = http_answer_header(answer, "Retry-After");
    uint64_t count = 0, wait = 0;

    if (parse_count(http_answer_header(answer, "retry-after-ms"), &count) ||
        parse_count(http_answer_header(answer, "x-ms-retry-after-ms"), &count))
        wait = count;
    else if (parse_count(after, &count))
        wait = count > ARM_RETRY_AFTER_MAX_MS / 1000 ? ARM_RETRY_AFTER_MAX_MS : count * 1000;
    else if (after != NULL && utc_parse_http(after, &count))
        wait = wait_until(answer, count, now_ms);
    return wait > ARM_RETRY_AFTER_MAX_MS ? ARM_RETRY_AFTER_MAX_MS : wait;
}

bool arm_is_transient(const struct http_answer *answer)
{
    switch (answer->result) {
    case HTTP_NOT_SENT:
    case HTTP_LOST: return true;
    case HTTP_ANSWERED: break;
    default: return false;
    }
    return answer->status == 408 || answer->status == 429 || answer->status == 500 ||
           (answer->status >= 502 && answer->status <= 504);
}

bool arm_is_throttled(const struct http_answer *answer)
{
    char code[128];

    if (answer->result != HTTP_ANSWERED || (answer->status != 429 && answer->status != 503))
        return false;
    arm_error_code(answer, code, sizeof code);
    return answer->status == 429 || text_equal(code, "TooManyRequests");
}

bool arm_was_refused_unseen(const struct http_answer *answer)
{
    if (answer->result == HTTP_NOT_SENT || arm_is_throttled(answer))
        return true;
    return answer->result == HTTP_ANSWERED &&
           (answer->status == 401 ||
            (answer->status < 500 && arm_disposition(answer) == ARM_RETRY));
}
