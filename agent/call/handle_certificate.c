/* SPDX-License-Identifier: MIT */
/* Handlers of the certificates by which instance and SQL Server know each other (arm-api 4). */
#include "azure_read.h"
#include "certificate_blob.h"
#include "operation_judge.h"
#include "text.h"
#include "utc.h"
#include "write.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static void add_facts(struct reply *reply, const struct certificate *certificate, char *expires)
{
    reply_text(reply, certificate->thumbprint);
    reply_text(reply, certificate->subject);
    expires[0] = '\0';
    if (certificate->until_ms != 0)
        utc_text(certificate->until_ms, expires, UTC_TEXT_SIZE);
    reply_text(reply, expires);
    reply_end_row(reply);
}

static bool add_certificate(void *context, const struct json *resource)
{
    struct call *call = context;
    struct certificate certificate;
    char expires[UTC_TEXT_SIZE];

    certificate_of(resource, &certificate);
    reply_text(&call->reply, json_text(resource, "name"));
    add_facts(&call->reply, &certificate, expires);
    return true;
}

bool handle_certificate_list(struct call *call)
{
    return read_list(call, &azure_certificate, add_certificate, call);
}

static bool add_endpoint(struct call *call, const struct json *resource)
{
    size_t length = 0;
    uint8_t *bytes = certificate_blob_bytes(json_text(resource, "properties.publicBlob"), &length);
    struct certificate certificate;
    char expires[UTC_TEXT_SIZE];
    bool fits = bytes != NULL && length <= CERTIFICATE_MAX_BYTES;

    if (bytes == NULL) {
        call_refuse(call, MILINK_ARM_BAD_ANSWER, call->instance->alias,
                    "an endpoint certificate without a publicBlob of hexadecimal digits");
    } else if (!fits) {
        call_refuse_with(call, MILINK_ANSWER_TOO_LARGE, call->instance->alias,
                         "the certificate has %zu bytes, varbinary(8000) at most %d; read it on "
                         "the instance: EXEC sp_get_endpoint_certificate 4",
                         length, CERTIFICATE_MAX_BYTES);
    } else {
        certificate_of(resource, &certificate);
        reply_text(&call->reply, json_text(resource, "name"));
        reply_binary(&call->reply, bytes, length);
        add_facts(&call->reply, &certificate, expires);
    }
    free(bytes);
    return fits;
}

bool handle_endpoint_certificate_get(struct call *call)
{
    const char *type = call_text(call, "@endpoint_type");
    struct json *resource = NULL;
    bool done = false;

    switch (read_child(call, &azure_endpoint_certificate, type, &resource)) {
    case READ_FOUND: done = add_endpoint(call, resource); break;
    case READ_ABSENT:
        call_refuse_with(call, MILINK_ARM_NOT_FOUND, type,
                         "%s has no endpoint certificate of that type", call->instance->alias);
        break;
    case READ_FAILED: break;
    }
    json_free(resource);
    return done;
}

/* ---- put ---- */

struct new_certificate {
    struct call *call;
    const char *name;
    struct certificate facts;
    bool there; /* under that name already */
};

static char *print_certificate(struct call *call, const void *der, size_t length)
{
    struct json *document = json_new_object();
    struct json *properties = json_add_object(document, "properties");
    char *digits = malloc(2 * length + 1);
    char *body = NULL;

    if (digits != NULL) {
        crypto_hex(der, length, digits);
        for (char *c = digits; *c != '\0'; c++)
            if (*c >= 'a')
                *c = (char)(*c - 'a' + 'A'); /* as Azure writes it */
        json_add_string(properties, "publicBlob", digits);
        body = write_print(call, document);
    } else {
        json_free(document);
        call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    }
    free(digits);
    return body;
}

/* A certificate that is there already, against the new one. */
static bool check_other(void *context, const struct json *resource)
{
    struct new_certificate *wish = context;
    const char *name = json_text(resource, "name");
    struct certificate other;
    bool same_name = link_is(name, wish->name), same_key = false;

    certificate_of(resource, &other);
    same_key = text_equal(other.thumbprint, wish->facts.thumbprint);
    wish->there = wish->there || (same_name && same_key);
    if (same_name == same_key)
        return true;
    if (same_name)
        return call_refuse_with(wish->call, MILINK_RESOURCE_EXISTS, wish->name,
                                "%s has another certificate of that name, thumbprint %s; give the "
                                "new one a new name",
                                wish->call->instance->alias, other.thumbprint);
    return call_refuse_with(wish->call, MILINK_RESOURCE_EXISTS, wish->facts.thumbprint,
                            "%s has this certificate under the name %s; a second name is not taken",
                            wish->call->instance->alias, name != NULL ? name : "unknown");
}

static bool prepare_put(struct call *call, struct operation *operation, void *context)
{
    struct new_certificate *wish = context;
    char expires[UTC_TEXT_SIZE], text[256];

    if (!read_list(call, &azure_certificate, check_other, wish))
        return false;
    utc_text(wish->facts.until_ms, expires, sizeof expires);
    snprintf(text, sizeof text, "Thumbprint %s, expires %s.", wish->facts.thumbprint, expires);
    operation_note(operation, text);
    operation_want(operation, "properties.thumbprint", wish->facts.thumbprint);
    if (wish->there)
        write_settle(operation, "The instance trusts it already; nothing was sent.");
    return true;
}

static bool check_expiry(struct call *call, const struct certificate *certificate)
{
    char expires[UTC_TEXT_SIZE];

    if (certificate->until_ms > clock_utc_ms())
        return true;
    utc_text(certificate->until_ms, expires, sizeof expires);
    return call_refuse_with(call, MILINK_PARAMETER_VALUE, "@public_key",
                            "the certificate %.200s has expired at %s; create a new one",
                            certificate->subject, expires);
}

bool handle_certificate_put(struct call *call)
{
    size_t length = 0;
    const void *der = call_binary(call, "@public_key", &length);
    struct new_certificate wish = {.call = call, .name = call_text(call, "@name")};
    struct write_plan plan = {.kind = OPERATION_CERTIFICATE_PUT,
                              .method = "PUT",
                              .of = &azure_certificate,
                              .name = wish.name,
                              .minutes = call->setup->config.link_minutes};
    const struct write_step step = {prepare_put, &wish};
    char why[200], *body = NULL;
    bool done = false;

    if (!certificate_read(der, length, &wish.facts, why, sizeof why))
        return call_refuse_with(call, MILINK_PARAMETER_VALUE, "@public_key", "it is %s", why);
    if (!check_expiry(call, &wish.facts))
        return false;
    plan.body = body = print_certificate(call, der, length);
    done = body != NULL && write_perform(call, &plan, &step);
    json_text_free(body);
    return done;
}

/* ---- delete ---- */

struct certificate_use {
    struct call *call;
    const char *name;
};

/* A link that does not tell the certificate of each of its databases may use this one. */
static bool check_use(void *context, const struct link *link)
{
    const struct certificate_use *use = context;
    bool tells = json_count(link->databases) > 0;

    for (size_t i = 0; i < json_count(link->databases); i++) {
        const char *used =
            json_text(json_at(link->databases, i), "partnerAuthCertValidity.certificateName");

        tells = tells && used != NULL;
        if (link_is(used, use->name))
            return call_refuse_with(use->call, MILINK_CERTIFICATE_IN_USE, use->name,
                                    "link %s of %s would lose its connection", link->name,
                                    use->call->instance->alias);
    }
    return tells || call_refuse_with(use->call, MILINK_CERTIFICATE_IN_USE, use->name,
                                     "link %s of %s does not tell which certificate it uses, which "
                                     "may be this one",
                                     link->name, use->call->instance->alias);
}

static bool prepare_delete(struct call *call, struct operation *operation, void *context)
{
    struct certificate_use use = {call, context};
    struct json *resource = NULL;
    bool ready = false;

    switch (read_child(call, &azure_certificate, use.name, &resource)) {
    case READ_FAILED: return false;
    case READ_ABSENT:
        write_settle(operation, "There is no such certificate; nothing was sent.");
        return true;
    case READ_FOUND: break;
    }
    if (json_text(resource, "name") != NULL)
        use.name = json_text(resource, "name"); /* Azure's own spelling, as links have it */
    ready = call_number(call, "@force", 0) != 0 || read_links(call, check_use, &use);
    json_free(resource);
    return ready;
}

bool handle_certificate_delete(struct call *call)
{
    const char *name = call_text(call, "@name");
    const struct write_plan plan = {.kind = OPERATION_CERTIFICATE_DELETE,
                                    .method = "DELETE",
                                    .of = &azure_certificate,
                                    .name = name,
                                    .minutes = call->setup->config.link_minutes};
    const struct write_step step = {prepare_delete, (void *)name};

    return write_perform(call, &plan, &step);
}
