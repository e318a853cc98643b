/* SPDX-License-Identifier: MIT */
/* Which of Azure's permissions are needed, and which of them are lacking. */
#include "permission.h"
#include "text.h"
#include <ctype.h>
#include <string.h>

#define MI        "Microsoft.Sql/managedInstances"
#define LINKS     MI "/distributedAvailabilityGroups"
#define VERSION   "2022-04-01"
#define ANY_ROLE  (RIGHT_FAILOVER | RIGHT_FORCED_FAILOVER)
#define ANY_WRITE (RIGHT_LICENSE | ANY_ROLE | RIGHT_LIFECYCLE | RIGHT_CERTIFICATE | RIGHT_DATABASE)

struct need {
    const char *action; /* "Microsoft.Sql/managedInstances/write" */
    unsigned rights;    /* any of which needs it */
    bool of_group;      /* counts at the resource group: what it is for is not below the instance */
};

/* Every write reads before it decides, and afterwards to see that it is done. */
static const struct need needs[PERMISSION_NEEDS] = {
    {MI "/read", RIGHT_READ | ANY_WRITE, false},
    {LINKS "/read", RIGHT_READ | ANY_WRITE, false},
    {MI "/databases/read", RIGHT_READ | ANY_ROLE | RIGHT_LIFECYCLE | RIGHT_DATABASE, false},
    {MI "/databases/restoreDetails/read", RIGHT_READ, false},
    {MI "/endpointCertificates/read", RIGHT_READ, false},
    {MI "/serverTrustCertificates/read", RIGHT_READ | RIGHT_LIFECYCLE | RIGHT_CERTIFICATE, false},
    {MI "/operations/read", RIGHT_READ | RIGHT_LICENSE | RIGHT_LIFECYCLE, false},
    {MI "/operations/cancel/action", RIGHT_LICENSE | RIGHT_LIFECYCLE, false},
    {MI "/write", RIGHT_LICENSE | RIGHT_LIFECYCLE, false},
    {LINKS "/failover/action", ANY_ROLE, false},
    {LINKS "/setRole/action", ANY_ROLE, false},
    {LINKS "/write", RIGHT_LIFECYCLE, false},
    {LINKS "/delete", RIGHT_LIFECYCLE, false},
    {MI "/serverTrustCertificates/write", RIGHT_CERTIFICATE, false},
    {MI "/serverTrustCertificates/delete", RIGHT_CERTIFICATE, false},
    {MI "/databases/delete", RIGHT_DATABASE, false},
    {MI "/databases/completeRestore/action", RIGHT_DATABASE, false},
    /* The records of long-running operations. */
    {"Microsoft.Sql/locations/*/read", ANY_WRITE, true},
};

/* ---- patterns ---- */

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* With "*" for any text. Goes back to the last star alone: linear but for the star's own trials. */
static bool matches(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (is_same(*pattern, *text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool any_matches(const struct json *patterns, const char *action)
{
    for (size_t i = 0; i < json_count(patterns); i++) {
        const char *pattern = json_string(json_at(patterns, i));

        if (pattern != NULL && matches(pattern, action))
            return true;
    }
    return false;
}

bool permission_entry_grants(const struct json *entry, const char *action)
{
    return any_matches(json_member(entry, "actions"), action) &&
           !any_matches(json_member(entry, "notActions"), action);
}

/* ---- reading ---- */

/* The answers of one scope, entry by entry, across pages. */
struct scope {
    struct permission_set *set;
    bool of_group; /* which needs count here */
    bool all;      /* every one */
};

static bool add_entry(void *context, const struct json *entry)
{
    const struct scope *scope = context;

    for (size_t i = 0; i < PERMISSION_NEEDS; i++)
        if ((scope->all || needs[i].of_group == scope->of_group) &&
            permission_entry_grants(entry, needs[i].action))
            scope->set->granted[i] = true;
    return true;
}

/* Of the instance, or of its resource group. */
static bool set_url(char *url, const struct config *config, const struct config_instance *instance,
                    bool group)
{
    char path[ARM_PATH_SIZE];
    char *end = NULL;

    if (!arm_path(path, sizeof path, instance, NULL, NULL))
        return false;
    end = group ? strstr(path, "/providers/") : NULL;
    if (end != NULL)
        *end = '\0';
    return arm_path_append(path, sizeof path, "providers") &&
           arm_path_append(path, sizeof path, "Microsoft.Authorization") &&
           arm_path_append(path, sizeof path, "permissions") &&
           arm_url(url, ARM_URL_SIZE, config->arm_endpoint, path, VERSION);
}

static bool read_scope(const struct arm_client *client, const struct config_instance *instance,
                       const struct deadline *deadline, struct scope *scope, struct error *error)
{
    char url[ARM_URL_SIZE], subject[128] = "permissions on ";
    const struct arm_each each = {subject, add_entry, scope};

    text_append(subject, sizeof subject, instance->alias);
    if (!set_url(url, client->config, instance, scope->of_group || scope->all)) {
        error_set(error, MILINK_AGENT_FAILED, subject, "the path is too long");
        return false;
    }
    return arm_list(client, url, &each, deadline, error);
}

bool permission_read(const struct arm_client *client, const struct config_instance *instance,
                     const struct deadline *deadline, struct permission_set *set,
                     struct error *error)
{
    struct scope scope = {.set = set};

    memset(set, 0, sizeof *set);
    if (!read_scope(client, instance, deadline, &scope, error)) {
        if (error->number != MILINK_ARM_NOT_FOUND)
            return false;
        *error = (struct error){0};
        scope.all = true;
    }
    scope.of_group = true;
    return read_scope(client, instance, deadline, &scope, error);
}

const char *permission_missing(const struct permission_set *set, unsigned rights, size_t *at)
{
    while (*at < PERMISSION_NEEDS) {
        size_t i = (*at)++;

        if ((needs[i].rights & rights) != 0 && !set->granted[i])
            return needs[i].action;
    }
    return NULL;
}
