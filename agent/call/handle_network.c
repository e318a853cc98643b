/* SPDX-License-Identifier: MIT */
/* The handler of the network test: whether this host reaches the other side's port by TCP. */
#include "azure_read.h"
#include "tcp_probe.h"
#include "text.h"
#include <stdlib.h>

/* The instance's own name, as Azure tells it. */
static bool find_host(struct call *call, char host[256])
{
    const char *given = call_text(call, "@host");
    struct json *instance = NULL;
    const char *name = NULL;

    if (given != NULL) {
        text_copy(host, 256, given);
        return true;
    }
    if (!read_instance(call, &instance))
        return false;
    name = json_text(instance, "properties.fullyQualifiedDomainName");
    text_copy(host, 256, name != NULL ? name : "");
    json_free(instance);
    return host[0] != '\0' || call_refuse(call, MILINK_ARM_BAD_ANSWER, call->instance->alias,
                                          "Azure tells no name of it yet; pass @host");
}

static void add_row(struct call *call, const char *host, const struct tcp_probe_row *row,
                    const char *why)
{
    struct reply *reply = &call->reply;

    reply_text(reply, host);
    reply_text(reply, row != NULL ? row->address : NULL);
    reply_int(reply, call_number(call, "@port", 0));
    if (row != NULL && why[0] == '\0')
        reply_int(reply, row->connect_ms);
    else
        reply_null(reply);
    reply_text(reply, why);
    reply_end_row(reply);
}

bool handle_network_test(struct call *call)
{
    struct tcp_probe *probe = calloc(1, sizeof *probe);
    char host[256];
    bool done = false;

    if (probe == NULL)
        return call_refuse(call, MILINK_OUT_OF_MEMORY, NULL, NULL);
    if (find_host(call, host)) {
        done = tcp_probe_run(host, (uint16_t)call_number(call, "@port", 0), &call->deadline, probe);
        if (!done)
            call_refuse(call, MILINK_CALL_CANCELED, host, NULL);
        else if (probe->count == 0)
            add_row(call, host, NULL, probe->why);
        for (size_t i = 0; done && i < probe->count; i++)
            add_row(call, host, &probe->rows[i], probe->rows[i].why);
    }
    free(probe);
    return done;
}
