/* SPDX-License-Identifier: MIT */
/* The handler of health: what must be in order for the agent to do its work, a row a check. */
#include "call.h"
#include "health.h"

static void add_row(void *context, const struct health_check *check)
{
    struct reply *reply = context;

    reply_text(reply, check->area);
    reply_text(reply, check->name);
    reply_text(reply, health_status_name(check->status));
    reply_text(reply, check->evidence);
    reply_text(reply, check->action);
    reply_end_row(reply);
}

bool handle_health(struct call *call)
{
    const char *alias = call_text(call, "@instance");
    struct health health = {.agent = call->agent,
                            .setup = call->setup,
                            .deadline = &call->deadline,
                            .tell = add_row,
                            .context = &call->reply};

    if (alias != NULL) {
        health.only = config_find_instance(&call->setup->config, alias);
        if (health.only == NULL)
            return call_refuse(call, MILINK_INSTANCE_UNKNOWN, alias, NULL);
    }
    health_run(&health);
    return true;
}
