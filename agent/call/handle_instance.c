/* SPDX-License-Identifier: MIT */
/* Handlers of the instance itself: what it is, and its creation with the hybrid failover benefit
 * from its first minute (arm-api 5, mi-link 6). */
#include "azure_read.h"
#include "instance_operation.h"
#include "operation_judge.h"
#include "reply_json.h"
#include "secret_store.h"
#include "text.h"
#include "write.h"
#include <stdio.h>
#include <string.h>

/* ---- get ---- */

static void reply_truth(struct reply *reply, const struct json *value)
{
    if (json_is_bool(value))
        reply_int(reply, json_bool(value, false));
    else
        reply_null(reply);
}

static void add_instance(struct reply *reply, const struct json *instance,
                         const struct instance_operation *running)
{
    reply_member(reply, instance, "properties.fullyQualifiedDomainName");
    reply_member(reply, instance, "location");
    reply_member(reply, instance, "properties.state");
    reply_member(reply, instance, "sku.name");
    reply_member(reply, instance, "sku.tier");
    reply_number(reply, instance, "properties.vCores");
    reply_number(reply, instance, "properties.storageSizeInGB");
    reply_member(reply, instance, "properties.databaseFormat");
    reply_truth(reply, json_path(instance, "properties.publicDataEndpointEnabled"));
    reply_member(reply, instance, "properties.dnsZone");
    reply_member(reply, instance, "properties.licenseType");
    reply_member(reply, instance, "properties.hybridSecondaryUsage");
    reply_member(reply, instance, "properties.hybridSecondaryUsageDetected");
    reply_text(reply, running->label);
    if (running->percent >= 0)
        reply_int(reply, running->percent);
    else
        reply_null(reply);
    reply_text(reply, running->state);
    reply_end_row(reply);
}

/* The role that Microsoft documents for links does not let its holder see operations: the rest is
 * worth an answer all the same. */
static bool read_running(struct call *call, struct instance_operation *running)
{
    struct instance_search search = {.since_ms = 0};

    instance_operation_init(running);
    if (instance_operation_find(call, &search)) {
        *running = search.found;
        return true;
    }
    if (call->error.number != MILINK_ARM_FORBIDDEN)
        return false;
    call_forget_error(call);
    reply_info(&call->reply, "What Azure is doing with the instance is not shown: the agent's "
                             "identity lacks Microsoft.Sql/managedInstances/operations/read.");
    return true;
}

bool handle_instance_get(struct call *call)
{
    struct instance_operation running;
    struct json *instance = NULL;
    bool done = read_instance(call, &instance) && read_running(call, &running);

    if (done)
        add_instance(&call->reply, instance, &running);
    json_free(instance);
    return done;
}

/* ---- create ---- */

static bool check_size(struct call *call)
{
    static const int sizes[] = {4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 128};
    int64_t cores = call_number(call, "@v_cores", 0), storage = call_number(call, "@storage_gb", 0);
    bool offered = false;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        offered = offered || sizes[i] == cores;
    if (!offered)
        return call_refuse_with(call, MILINK_PARAMETER_VALUE, "@v_cores",
                                "it is %lld; allowed: 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, "
                                "56, 64, 80, 96, 128",
                                (long long)cores);
    return storage % 32 == 0 ||
           call_refuse_with(call, MILINK_PARAMETER_VALUE, "@storage_gb",
                            "it is %lld; allowed: multiples of 32", (long long)storage);
}

/* Looked at now, so that it is not missing after an hour; never shown. */
static bool check_secret(struct call *call)
{
    const char *name = call_text(call, "@admin_secret");
    char secret[SECRET_FILE_SIZE], why[256];
    bool there =
        secret_store_get(call->setup->config.state_directory, name, secret, why, sizeof why);

    crypto_wipe(secret, sizeof secret);
    return there || call_refuse_with(call, MILINK_SECRET_MISSING, "@admin_secret", "secret %s %s",
                                     name, why);
}

static void add_texts(struct call *call, struct json *properties)
{
    static const char *const texts[][2] = {{"administratorLogin", "@admin_login"},
                                           {"subnetId", "@subnet_id"},
                                           {"licenseType", "@license_type"},
                                           {"hybridSecondaryUsage", "@hybrid_secondary_usage"},
                                           {"databaseFormat", "@database_format"}};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (call_text(call, texts[i][1]) != NULL)
            json_add_string(properties, texts[i][0], call_text(call, texts[i][1]));
}

static char *print_instance(struct call *call)
{
    struct json *document = json_new_object(), *sku = NULL, *properties = NULL;
    const char *name = call_text(call, "@sku");

    json_add_string(document, "location", call_text(call, "@location"));
    sku = json_add_object(document, "sku");
    json_add_string(sku, "name", name);
    json_add_string(sku, "tier",
                    strncmp(name, "BC_", 3) == 0 ? "BusinessCritical" : "GeneralPurpose");
    properties = json_add_object(document, "properties");
    add_texts(call, properties);
    json_add_string(properties, "administratorLoginPassword", OPERATION_SECRET_MARK);
    json_add_integer(properties, "vCores", call_number(call, "@v_cores", 0));
    json_add_integer(properties, "storageSizeInGB", call_number(call, "@storage_gb", 0));
    return write_print(call, document);
}

static bool refuse_existing(struct call *call, const struct json *instance)
{
    const char *state = json_text(instance, "properties.state");

    return call_refuse_with(call, MILINK_RESOURCE_EXISTS, call->instance->alias,
                            "managed instance %s is there, state %s; see it with "
                            "xp_milink_instance_get",
                            call->instance->managed_instance, state != NULL ? state : "unknown");
}

static bool prepare_create(struct call *call, struct operation *operation, void *context)
{
    struct json *instance = NULL;

    (void)context;
    if (!check_secret(call))
        return false;
    switch (read_instance_if_any(call, &instance)) {
    case READ_FAILED: return false;
    case READ_FOUND:
        refuse_existing(call, instance);
        json_free(instance);
        return false;
    case READ_ABSENT: break;
    }
    operation_want(operation, "properties.hybridSecondaryUsage",
                   call_text(call, "@hybrid_secondary_usage"));
    operation_want(operation, "properties.licenseType", call_text(call, "@license_type"));
    operation_note(operation, "Azure takes up to several hours to create an instance; follow it "
                              "with xp_milink_operation_get and xp_milink_instance_get.");
    return true;
}

bool handle_instance_create(struct call *call)
{
    struct write_plan plan = {.kind = OPERATION_INSTANCE_CREATE,
                              .method = "PUT",
                              .secret = call_text(call, "@admin_secret"),
                              .minutes = call->setup->config.instance_minutes};
    const struct write_step step = {prepare_create, NULL};
    char *body = NULL;
    bool done = false;

    if (!check_size(call))
        return false;
    plan.body = body = print_instance(call);
    done = body != NULL && write_perform(call, &plan, &step);
    json_text_free(body);
    return done;
}
