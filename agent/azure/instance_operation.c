/* SPDX-License-Identifier: MIT */
/* What Azure is doing with an instance. */
#include "instance_operation.h"
#include "azure_read.h"
#include "text.h"
#include "utc.h"
#include <string.h>

void instance_operation_init(struct instance_operation *operation)
{
    memset(operation, 0, sizeof *operation);
    operation->percent = -1;
}

static void copy(char *to, size_t size, const char *text)
{
    text_copy(to, size, text != NULL ? text : "");
}

static void take(struct instance_operation *operation, const struct json *resource)
{
    const struct json *properties = json_member(resource, "properties");
    const char *label = json_text(properties, "operationFriendlyName");
    long long percent = 0;

    instance_operation_init(operation);
    copy(operation->name, sizeof operation->name, json_text(resource, "name"));
    copy(operation->label, sizeof operation->label,
         label != NULL ? label : json_text(properties, "operation"));
    copy(operation->state, sizeof operation->state, json_text(properties, "state"));
    operation->cancellable = json_bool(json_member(properties, "isCancellable"), false);
    if (json_integer(json_member(properties, "percentComplete"), &percent) && percent >= 0 &&
        percent <= 100)
        operation->percent = (int)percent;
}

/* Whatever is not at its end; Azure may know more states than we do. */
static bool is_under_way(const char *state)
{
    return state != NULL && !text_equal(state, "Succeeded") && !text_equal(state, "Failed") &&
           !text_equal(state, "Cancelled") && !text_equal(state, "Canceled");
}

static bool consider(void *context, const struct json *resource)
{
    struct instance_search *search = context;
    const char *what = json_text(resource, "properties.operation");
    uint64_t begun_ms = 0;

    if (!is_under_way(json_text(resource, "properties.state")))
        return true;
    utc_parse(json_text(resource, "properties.startTime"), &begun_ms);
    if (begun_ms < search->since_ms ||
        (search->changes && (what == NULL || !text_equal(what, "UpsertManagedServer"))))
        return true;
    if (search->count++ == 0 || begun_ms >= search->found_ms) {
        search->found_ms = begun_ms;
        take(&search->found, resource);
    }
    return true;
}

bool instance_operation_find(struct call *call, struct instance_search *search)
{
    instance_operation_init(&search->found);
    search->found_ms = 0;
    search->count = 0;
    return read_list(call, &azure_instance_operation, consider, search);
}
