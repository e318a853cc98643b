/* SPDX-License-Identifier: MIT */
/* Handlers about the agent itself: version, help, the instances it is configured for. */
#include "call.h"
#include "text.h"
#include "utc.h"
#include <string.h>

bool handle_version(struct call *call)
{
    struct agent *agent = call->agent;
    struct reply *reply = &call->reply;
    char dll[WIRE_MAX_PRODUCT * 3 + 1], started[32];

    text_copy_bytes(dll, sizeof dll, call->client.product, call->client.product_length);
    utc_text(agent->started_ms, started, sizeof started);
    reply_text(reply, dll);
    reply_text(reply, MILINK_VERSION);
    reply_int(reply, call->client.version_max);
    reply_text(reply, call->setup->config.cloud);
    reply_text(reply, started);
    reply_int(reply, (long long)call->setup->config.instance_count);
    reply_int(reply, (long long)engine_open_count(agent->engine));
    reply_end_row(reply);
    return true;
}

static void add_procedure(struct reply *reply, const struct procedure *procedure)
{
    reply_text(reply, procedure->name);
    for (int i = 0; i < 5; i++)
        reply_null(reply);
    reply_text(reply, procedure->text);
    reply_end_row(reply);
}

static void add_parameter(struct reply *reply, const struct procedure *procedure,
                          const struct parameter *parameter)
{
    char type[32], text[400];

    text_copy(text, sizeof text, parameter->text);
    if (parameter->allowed != NULL) {
        text_append(text, sizeof text, " [");
        text_append(text, sizeof text, parameter->allowed);
        text_append(text, sizeof text, "]");
    }
    reply_text(reply, procedure->name);
    reply_text(reply, parameter->name);
    reply_text(reply, catalogue_type_name(parameter->type, parameter->size, type, sizeof type));
    reply_text(reply, (parameter->flags & PARAMETER_OUTPUT) != 0 ? "OUTPUT" : "IN");
    reply_text(reply, (parameter->flags & PARAMETER_REQUIRED) != 0 ? "yes" : "no");
    reply_text(reply, parameter->otherwise);
    reply_text(reply, text);
    reply_end_row(reply);
}

static void add_parameters(struct reply *reply, const struct procedure *procedure)
{
    const struct parameter *parameters[CATALOGUE_MAX_PARAMETERS];
    size_t count = catalogue_parameters(procedure, parameters);

    for (size_t i = 0; i < count; i++)
        add_parameter(reply, procedure, parameters[i]);
}

bool handle_help(struct call *call)
{
    const char *name = call_text(call, "@procedure");
    const struct procedure *procedure = NULL;

    if (name != NULL) {
        add_parameters(&call->reply, catalogue_find(name, strlen(name)));
        return true;
    }
    for (size_t i = 0; (procedure = catalogue_at(i)) != NULL; i++)
        add_procedure(&call->reply, procedure);
    return true;
}

bool handle_instance_list(struct call *call)
{
    const struct config *config = &call->setup->config;
    struct reply *reply = &call->reply;
    char rights[200];

    for (size_t i = 0; i < config->instance_count; i++) {
        const struct config_instance *instance = &config->instances[i];

        rights_text(instance->rights, rights, sizeof rights);
        reply_text(reply, instance->alias);
        reply_text(reply, instance->subscription_id);
        reply_text(reply, instance->resource_group);
        reply_text(reply, instance->managed_instance);
        reply_text(reply, rights);
        reply_text(reply, config->cloud);
        reply_end_row(reply);
    }
    return true;
}
