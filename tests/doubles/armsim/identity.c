/* SPDX-License-Identifier: MIT */
/* The table of a scenario's keys on identities. */
#include "identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "text.h"

enum { SECONDS_MOST = 86400 };

const char *const federated_errors[] = {"700213", "700211", "70021", NULL};
static const char *const services[] = {"none", "imds", "arc", NULL};
static const char *const quirks[] = {"none",     "quoted",       "newline", "longest",   "long",
                                     "empty",    "bytes",        "missing", "symlink",   "fifo",
                                     "suffix",   "name",         "outside", "traversal", "scheme",
                                     "no_realm", "unchallenged", NULL};
static const char *const expires_forms[] = {"text",    "number", "us", "space",
                                            "rfc3339", "absent", NULL};
static const char *const claims_forms[] = {"plain", "second", NULL};

static const struct field assigned_keys[] = {
    KEY(FIELD_TEXT, assigned_identity, "name", name, .flags = FIELD_REQUIRED),
    TEXT(assigned_identity, client_id, ""),
    TEXT(assigned_identity, object_id, ""),
    TEXT(assigned_identity, resource_id, ""),
};
static const struct fields assigned_fields = TABLE(assigned_keys, assigned_identity);

static const struct field identity_keys[] = {
    KEY(FIELD_JSON, identity, "certificates", certificates),
    TRUTH(identity, reject_ps256, "false"),
    KEY(FIELD_JSON, identity, "federated_tokens", federated_tokens, .flags = FIELD_SECRET),
    NUMBER(identity, federated_misses, "0", 0, 1000),
    CHOICE(identity, federated_error, federated_errors, "700213"),
    NUMBER(identity, refresh_in, "0", 0, SECONDS_MOST),
    TRUTH(identity, numbers_as_text, "false"),
    TEXT(identity, claims_challenge, ""),
    CHOICE(identity, claims_form, claims_forms, "plain"),
    CHOICE(identity, service, services, "none"),
    KEY(FIELD_LIST, identity, "assigned", assigned, .inner = &assigned_fields),
    TRUTH(identity, system_assigned, "true"),
    TEXT(identity, client_id, "aaaaaaaa-0000-1111-2222-333333333333"),
    TEXT(identity, object_id, "bbbbbbbb-0000-1111-2222-333333333333"),
    TRUTH(identity, old_arc_agent, "false"),
    TEXT(identity, key_directory, ""),
    TEXT(identity, realm_directory, ""),
    CHOICE(identity, arc_quirk, quirks, "none"),
    CHOICE(identity, expires_on, expires_forms, "text"),
    NUMBER(identity, cached_seconds, "0", 0, SECONDS_MOST),
};
const struct fields identity_fields = TABLE(identity_keys, identity);

static bool refuse(struct field_error *error, const char *where, const char *what)
{
    snprintf(error->text, sizeof error->text, "identity.%s: %s", where, what);
    return false;
}

static bool is_texts(const cJSON *array)
{
    const cJSON *item = NULL;
    if (array && !cJSON_IsArray(array))
        return false;
    cJSON_ArrayForEach(item, array)
    {
        if (!cJSON_IsString(item))
            return false;
    }
    return true;
}

static void fill(char **text, char *otherwise)
{
    if (**text) {
        free(otherwise);
        return;
    }
    free(*text);
    *text = otherwise;
}

static char *uuid_of(const char *kind, const char *name)
{
    char *seed = text_format("%s/%s", kind, name), *uuid = text_memory(TEXT_UUID, 1);
    text_uuid_of(seed, uuid);
    free(seed);
    return uuid;
}

static void fill_assigned(struct assigned_identity *one)
{
    fill(&one->client_id, uuid_of("client", one->name));
    fill(&one->object_id, uuid_of("object", one->name));
    fill(&one->resource_id,
         text_format("/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/rg-dr/"
                     "providers/Microsoft.ManagedIdentity/userAssignedIdentities/%s",
                     one->name));
}

bool identity_check(struct identity *identity, struct field_error *error)
{
    if (!is_texts(identity->certificates))
        return refuse(error, "certificates", "must be an array of PEM texts or paths");
    if (!is_texts(identity->federated_tokens))
        return refuse(error, "federated_tokens", "must be an array of texts");
    if (identity->service == SERVICE_ARC && !*identity->key_directory)
        return refuse(error, "key_directory", "a service \"arc\" needs it");
    if (*identity->claims_challenge) {
        cJSON *claims = cJSON_Parse(identity->claims_challenge);
        bool good = cJSON_IsObject(claims);
        cJSON_Delete(claims);
        if (!good)
            return refuse(error, "claims_challenge", "must be the text of a JSON object");
    }
    for (size_t i = 0; i < identity->assigned.count; i++)
        fill_assigned(identity->assigned.items[i]);
    return true;
}
