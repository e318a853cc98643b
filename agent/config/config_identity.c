/* SPDX-License-Identifier: MIT */
/* Whether the keys of "identity" go with its type. */
#include "config_check.h"

#include "json.h"

#include <string.h>

static const struct config_place identity_place = {"identity"};

static void check_required(struct config_check *check, const struct json *object,
                           const struct config_identity_type *type)
{
    for (const char *const *key = type->required; key != NULL && *key != NULL; key++) {
        struct config_place place = config_place_member(&identity_place, *key);

        if (json_member(object, *key) == NULL)
            config_check_fail(check, &place, "missing; with the type \"%s\" it must be %s",
                              type->name, config_find_field(place.text)->rule->text);
    }
}

/* Of unknown keys is told already. */
static void check_allowed(struct config_check *check, const struct json *object,
                          const struct config_identity_type *type)
{
    for (size_t i = 0; i < json_count(object); i++) {
        const char *key = json_name_at(object, i);
        struct config_place place = config_place_member(&identity_place, key);

        if (strcmp(key, "type") != 0 && config_find_field(place.text) != NULL &&
            !config_is_listed(type->required, key) && !config_is_listed(type->allowed, key))
            config_check_fail(check, &place, "not taken with the type \"%s\"; remove it",
                              type->name);
    }
}

static void check_secret(struct config_check *check, const struct json *object,
                         const struct config_identity_type *type)
{
    struct config_place place = config_place_member(&identity_place, "secret");

    if (type->needs_secret && json_member(object, "secret") == NULL &&
        json_member(object, "secret_file") == NULL)
        config_check_fail(
            check, &place,
            "missing; with the type \"%s\" it must be the name of a stored secret, or "
            "secret_file the path of a file with it",
            type->name);
}

/* What proves an application is of no use without its names. */
static void check_dependents(struct config_check *check, const struct json *object,
                             const struct config_identity_type *type)
{
    static const char *const proofs[] = {"secret", "secret_file", "certificate_file"};
    static const char *const names[] = {"tenant_id", "client_id"};

    for (size_t i = 0; i < sizeof proofs / sizeof *proofs && type->depends; i++)
        for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
            struct config_place place = config_place_member(&identity_place, proofs[i]);

            if (json_member(object, proofs[i]) != NULL && json_member(object, names[j]) == NULL)
                config_check_fail(check, &place, "needs %s beside it; add that, or remove this",
                                  names[j]);
        }
}

void config_check_identity(struct config_check *check, const struct json *object,
                           const struct config_identity *identity)
{
    const char *given = json_text(object, "type");
    const struct config_identity_type *type = config_find_identity_type(identity->type);

    /* A type that is not known, or is no text, is told of already. */
    if (!json_is_object(object) || type == NULL ||
        (json_member(object, "type") != NULL && (given == NULL || strcmp(given, type->name) != 0)))
        return;
    check_required(check, object, type);
    check_allowed(check, object, type);
    check_secret(check, object, type);
    check_dependents(check, object, type);
}
