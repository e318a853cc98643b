/* SPDX-License-Identifier: MIT */
/* The link as Azure describes it. */
#include "link.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

bool link_read(const struct json *resource, struct link *link)
{
    memset(link, 0, sizeof *link);
    link->properties = json_member(resource, "properties");
    link->name = json_text(resource, "name");
    if (!json_is_object(link->properties) || link->name == NULL)
        return false;
    link->instance_role = json_text(link->properties, "instanceLinkRole");
    link->partner_role = json_text(link->properties, "partnerLinkRole");
    link->failover_mode = json_text(link->properties, "failoverMode");
    link->databases = json_member(link->properties, "databases");
    return true;
}

const char *link_opposite_role(const char *role)
{
    return text_equal(role, "Primary") ? "Secondary" : "Primary";
}

bool link_is(const char *value, const char *wanted)
{
    return value != NULL && wanted != NULL && text_equal(value, wanted);
}

static bool holds(const char *text, const char *word)
{
    size_t length = strlen(word), left = strlen(text);

    for (; left >= length; text++, left--)
        if (text_equal_bytes(word, text, length))
            return true;
    return false;
}

bool link_any_state_holds(const struct link *link, const char *word, char *found, size_t size)
{
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const char *state = json_text(json_at(link->databases, i), "replicaState");

        if (state != NULL && holds(state, word)) {
            if (found != NULL)
                text_copy(found, size, state);
            return true;
        }
    }
    return false;
}

static const char *or_unknown(const char *text)
{
    return text != NULL ? text : "unknown";
}

const char *link_last_error(const struct link *link)
{
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const char *last = json_text(json_at(link->databases, i), "mostRecentLinkError");

        if (last != NULL && last[0] != '\0')
            return last;
    }
    return NULL;
}

bool link_tells_databases(const struct link *link)
{
    for (size_t i = 0; i < json_count(link->databases); i++)
        if (json_text(json_at(link->databases, i), "databaseName") == NULL)
            return false;
    return json_count(link->databases) > 0;
}

bool link_has_database(const struct link *link, const char *name)
{
    for (size_t i = 0; i < json_count(link->databases); i++)
        if (link_is(json_text(json_at(link->databases, i), "databaseName"), name))
            return true;
    return false;
}

bool link_is_healthy(const struct link *link, char *why, size_t size)
{
    for (size_t i = 0; i < json_count(link->databases); i++) {
        const struct json *database = json_at(link->databases, i);
        const char *connected = json_text(database, "connectedState");
        const char *health = json_text(database, "synchronizationHealth");
        const char *state = json_text(database, "replicaState");
        const char *last = json_text(database, "mostRecentLinkError");

        if (link_is(connected, "CONNECTED") && link_is(health, "HEALTHY") &&
            (state == NULL || !holds(state, "Error")))
            continue;
        if (why != NULL)
            snprintf(why, size, "database %s is %s, %s, state %s%s%.400s",
                     or_unknown(json_text(database, "databaseName")), or_unknown(connected),
                     or_unknown(health), or_unknown(state),
                     last != NULL && last[0] != '\0' ? ", last error: " : "",
                     last != NULL ? last : "");
        if (why != NULL)
            text_repair(why); /* the cut may have gone through a character */
        return false;
    }
    if (json_count(link->databases) > 0)
        return true;
    if (why != NULL)
        text_copy(why, size, "Azure shows none of its databases");
    return false;
}
