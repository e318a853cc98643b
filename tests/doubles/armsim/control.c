/* SPDX-License-Identifier: MIT */
/* Looking into the simulator and changing it while it runs. */
#include "control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "fault.h"
#include "view.h"

static void refuse(struct answer *answer, int status, const char *what)
{
    answer_error(answer, status, "ControlRequest", "%s", what);
}

static void done(struct answer *answer)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddBoolToObject(json, "done", 1);
    answer_json(answer, 200, json);
}

static cJSON *read_body(const struct request *request, struct answer *answer)
{
    cJSON *json = request->body ? cJSON_Parse(request->body) : NULL;
    if (!cJSON_IsObject(json)) {
        refuse(answer, 400, "the body must be a JSON object");
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

static void get_requests(struct sim *sim, struct request *request, struct answer *answer)
{
    (void)request;
    char *text = log_print(&sim->log);
    answer_bytes(answer, 200, "application/json", text, strlen(text));
    free(text);
}

static void get_state(struct sim *sim, struct request *request, struct answer *answer)
{
    (void)request;
    cJSON *state = view_state(&sim->model);
    cJSON *faults = cJSON_CreateArray();
    for (size_t i = 0; i < sim->fault_count; i++) {
        cJSON *fault = fields_write(&fault_fields, sim->faults[i]);
        cJSON_AddNumberToObject(fault, "seen", (double)sim->faults[i]->seen);
        cJSON_AddNumberToObject(fault, "fired", (double)sim->faults[i]->fired);
        cJSON_AddItemToArray(faults, fault);
    }
    cJSON_ReplaceItemInObject(state, "faults", faults);
    answer_json(answer, 200, state);
}

static void post_fault(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {{0}};
    struct fault *fault = text_memory(1, sizeof *fault);
    cJSON *body = read_body(request, answer);
    if (!body)
        goto out;
    if (!fields_read(&fault_fields, body, fault, false, &error) || !fault_check(fault, &error)) {
        refuse(answer, 400, error.text);
        goto out;
    }
    fault_add(sim, fault);
    fault = NULL;
    done(answer);
out:
    if (fault)
        fields_clear(&fault_fields, fault);
    free(fault);
    cJSON_Delete(body);
}

static void post_reset_faults(struct sim *sim, struct request *request, struct answer *answer)
{
    char *path = text_parameter(request->query, "path", false, NULL);
    fault_reset(sim, path);
    free(path);
    done(answer);
}

static void post_reset_log(struct sim *sim, struct request *request, struct answer *answer)
{
    (void)request;
    log_reset(&sim->log);
    done(answer);
}

/* The link named by the path, on the instance named by ?instance= or on the first that has it. */
static struct link *find_link(struct sim *sim, const struct request *request, struct answer *answer)
{
    const struct field_list *instances = &sim->model.scenario.instances;
    char *wanted = text_parameter(request->query, "instance", false, NULL);
    struct link *link = NULL;
    for (size_t i = 0; !link && i < instances->count; i++) {
        struct instance *instance = instances->items[i];
        if (!wanted || strcasecmp(wanted, instance->name) == 0)
            link = model_link(instance, request->arguments[0], true);
    }
    free(wanted);
    if (!link)
        refuse(answer, 404, "no such link");
    return link;
}

/* Says how a merge of body went and frees it. */
static void finish(struct answer *answer, cJSON *body, bool good, const struct field_error *error)
{
    if (good)
        done(answer);
    else if (body)
        refuse(answer, 400, error->text);
    cJSON_Delete(body);
}

static void post_link(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {{0}};
    struct link *link = find_link(sim, request, answer);
    cJSON *body = link ? read_body(request, answer) : NULL;
    finish(answer, body, body && model_merge_link(link, body, &error), &error);
}

static void post_instance(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {{0}};
    struct instance *instance = model_instance(&sim->model, NULL, NULL, request->arguments[0]);
    cJSON *body = NULL;
    if (!instance)
        refuse(answer, 404, "no such instance");
    else
        body = read_body(request, answer);
    finish(answer, body, body && model_merge_instance(instance, body, &error), &error);
}

static void post_identity(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {{0}};
    struct identity *identity = &sim->model.scenario.identity;
    cJSON *body = read_body(request, answer);
    finish(answer, body,
           body && fields_read(&identity_fields, body, identity, true, &error) &&
               identity_check(identity, &error),
           &error);
}

static void post_timing(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {{0}};
    struct scenario *scenario = &sim->model.scenario;
    cJSON *body = read_body(request, answer);
    bool good = body && fields_read(&timing_fields, body, &scenario->timing, true, &error);
    if (good)
        budget_fill(&sim->budget, &scenario->timing);
    finish(answer, body, good, &error);
}

static void post_permissions(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {{0}};
    cJSON *body = read_body(request, answer);
    finish(answer, body, body && permissions_replace(&sim->model.scenario, body, &error), &error);
}

static void set_all_loads(struct sim *sim, bool load)
{
    for (size_t i = 0; i < sim->model.scenario.instances.count; i++) {
        const struct instance *instance = sim->model.scenario.instances.items[i];
        for (size_t k = 0; k < instance->links.count; k++)
            model_set_load(instance->links.items[k], load);
    }
}

static void post_load(struct sim *sim, struct request *request, struct answer *answer)
{
    struct field_error error = {"load: must be true or false, and nothing else"};
    cJSON *body = read_body(request, answer);
    const cJSON *load = cJSON_GetObjectItemCaseSensitive(body, "load");
    bool good = cJSON_IsBool(load) && cJSON_GetArraySize(body) == 1;
    if (good)
        set_all_loads(sim, cJSON_IsTrue(load));
    finish(answer, body, good, &error);
}

static void get_role_changed(struct sim *sim, struct request *request, struct answer *answer)
{
    const struct link *link = find_link(sim, request, answer);
    if (link)
        answer_json(answer, 200, cJSON_CreateNumber((double)link->role_changed_at));
}

bool control_answer(struct sim *sim, struct request *request, struct answer *answer)
{
    static const struct {
        const char *method, *pattern;
        void (*answer)(struct sim *sim, struct request *request, struct answer *answer);
    } routes[] = {
        {"GET", "_sim/requests", get_requests},
        {"GET", "_sim/state", get_state},
        {"GET", "_sim/role-changed/{}", get_role_changed},
        {"POST", "_sim/fault", post_fault},
        {"POST", "_sim/reset-faults", post_reset_faults},
        {"POST", "_sim/reset-log", post_reset_log},
        {"POST", "_sim/link/{}", post_link},
        {"POST", "_sim/instance/{}", post_instance},
        {"POST", "_sim/identity", post_identity},
        {"POST", "_sim/timing", post_timing},
        {"POST", "_sim/permissions", post_permissions},
        {"POST", "_sim/load", post_load},
    };
    if (request->segment_count == 0 || strcmp(request->segments[0], "_sim") != 0)
        return false;
    pthread_mutex_lock(&sim->lock);
    model_advance(&sim->model, clock_now());
    for (size_t i = 0; i < sizeof routes / sizeof routes[0] && !answer->status; i++)
        if (strcmp(routes[i].method, request->method) == 0 &&
            request_matches(request, routes[i].pattern))
            routes[i].answer(sim, request, answer);
    pthread_mutex_unlock(&sim->lock);
    if (!answer->status)
        refuse(answer, 404, "the control plane has no such path or method");
    return true;
}
