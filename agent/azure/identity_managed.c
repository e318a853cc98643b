/* SPDX-License-Identifier: MIT */
/* Asking the host's metadata service for a managed identity's token (azure-auth A.5, A.6). */
#include "identity_managed.h"

#include "identity_answer.h"
#include "json.h"
#include "jwt.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* ---- where, and who ---- */

bool managed_is_local(const char *url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]",
                                        "http://169.254.169.254"};

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        size_t length = strlen(hosts[i]), digits = 0;

        if (strlen(url) < length || !text_equal_bytes(hosts[i], url, length))
            continue;
        url += length;
        if (url[0] == ':') {
            digits = strspn(url + 1, "0123456789");
            url += 1 + digits;
            if (digits < 1 || digits > 5)
                return false;
        }
        return url[0] == '\0' || url[0] == '/';
    }
    return false;
}

static const char *select_identity(struct managed *managed, const struct config_identity *from)
{
    const char *const names[] = {"client_id", "object_id", "msi_res_id"};
    const char *const values[] = {from->client_id, from->object_id, from->resource_id};

    for (size_t i = 0; i < 3; i++) {
        if (values[i][0] == '\0')
            continue;
        if (managed->selector != NULL)
            return "identity: client_id, object_id and resource_id name the same thing; keep one";
        managed->selector = names[i];
        text_copy(managed->selected, sizeof managed->selected, values[i]);
    }
    return NULL;
}

bool managed_set(struct managed *managed, const struct config *config, const char *endpoint,
                 char *why, size_t why_size)
{
    const char *flaw = select_identity(managed, &config->identity);
    size_t length = 0;

    if (config->identity.endpoint[0] != '\0')
        endpoint = config->identity.endpoint;
    text_copy(managed->endpoint, sizeof managed->endpoint, endpoint);
    length = strlen(managed->endpoint);
    if (length > 0 && managed->endpoint[length - 1] == '/')
        managed->endpoint[--length] = '\0';
    if (flaw == NULL &&
        (!managed_is_local(managed->endpoint) || strchr(managed->endpoint + 7, '/') != NULL))
        flaw = "identity.endpoint is not on this host; it must be http:// and 127.0.0.1, [::1], "
               "localhost or 169.254.169.254, with a port or none";
    if (flaw != NULL)
        snprintf(why, why_size, "%s", flaw);
    return flaw == NULL;
}

bool managed_url(const struct managed *managed, const char *audience, char url[MANAGED_URL_SIZE])
{
    char resource[3 * 256], selected[3 * sizeof managed->selected] = "";
    bool selects = managed->selector != NULL;
    int length = 0;

    if (!http_escape(audience, resource, sizeof resource) ||
        !http_escape(managed->selected, selected, sizeof selected))
        return false;
    length =
        snprintf(url, MANAGED_URL_SIZE, "%s" MANAGED_PATH "?api-version=%s&resource=%s%s%s%s%s",
                 managed->endpoint, managed->version, resource, selects ? "&" : "",
                 selects ? managed->selector : "", selects ? "=" : "", selected);
    return length > 0 && length < MANAGED_URL_SIZE;
}

/* ---- what comes back ---- */

/* The identity as the answer names it, or its token does; NULL when neither. */
static const char *find_echo(const struct managed *managed, const struct json *document,
                             const struct json *claims)
{
    static const char *const names[][3] = {
        {"client_id", "client_id", "appid"},
        {"object_id", "object_id", "oid"},
        {"msi_res_id", "msi_res_id", "xms_mirid"},
    };
    const char *echo = NULL;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], managed->selector) == 0) {
            echo = json_string(json_member(document, names[i][1]));
            return echo != NULL ? echo : json_string(json_member(claims, names[i][2]));
        }
    return NULL;
}

static bool check_echo(const struct managed *managed, const char *subject,
                       const struct json *document, const char *token, struct error *error)
{
    struct json *claims = NULL;
    const char *echo = NULL;
    char detail[1400];
    bool same = true;

    if (managed->selector == NULL)
        return true;
    claims = jwt_claims(token);
    echo = find_echo(managed, document, claims);
    same = echo != NULL && text_equal(echo, managed->selected);
    if (!same) {
        snprintf(detail, sizeof detail,
                 "%s %s was asked for, and %s came: the service may know no user-assigned "
                 "identities; update it, or take the selection out of the configuration",
                 managed->selector, managed->selected,
                 echo != NULL ? "another identity" : "an answer without it");
        error_set(error, MILINK_IDENTITY_REFUSED, subject, detail);
    }
    json_free(claims);
    return same;
}

bool managed_read_token(const struct managed *managed, const char *subject,
                        const struct http_answer *answer, struct identity_token *token,
                        struct error *error)
{
    const char *flaw = NULL;
    struct json *document = identity_read_document(answer, &flaw);

    if (document != NULL)
        flaw = identity_take_token(document, &identity_members, token);
    if (flaw != NULL)
        error_set(error, MILINK_IDENTITY_UNREACHABLE, subject, flaw);
    else
        (void)check_echo(managed, subject, document, token->text, error);
    json_free(document);
    return error->number == 0;
}

void managed_describe(const struct managed *managed, char *text, size_t size)
{
    text_copy(text, size, managed->selector != NULL ? "user-assigned, " : "system-assigned");
    if (managed->selector == NULL)
        return;
    text_append(text, size, managed->selector);
    text_append(text, size, " ");
    text_append(text, size, managed->selected);
}
