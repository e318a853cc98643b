/* SPDX-License-Identifier: MIT */
/* The order of things for every request, and the simulator's beginning and end. */
#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#include "arm.h"
#include "clock.h"
#include "control.h"
#include "identity_host.h"
#include "token_endpoint.h"

void sim_init(struct sim *sim, struct scenario *scenario)
{
    memset(sim, 0, sizeof *sim);
    pthread_mutex_init(&sim->lock, NULL);
    sim->model.scenario = *scenario;
    memset(scenario, 0, sizeof *scenario);
    for (size_t i = 0; i < sim->model.scenario.faults.count; i++)
        fault_add(sim, sim->model.scenario.faults.items[i]);
    sim->added_from = sim->fault_count;
    budget_fill(&sim->budget, &sim->model.scenario.timing);
    model_start(&sim->model, clock_now());
}

void sim_clear(struct sim *sim)
{
    for (size_t i = sim->added_from; i < sim->fault_count; i++) {
        fields_clear(&fault_fields, sim->faults[i]);
        free(sim->faults[i]);
    }
    free(sim->faults);
    log_clear(&sim->log);
    token_clear(&sim->tokens);
    key_clear(&sim->keys);
    model_clear(&sim->model);
    pthread_mutex_destroy(&sim->lock);
}

static bool is_for_arm(const struct request *request)
{
    return !request->plain && request->kind != KIND_TOKEN;
}

static void route(const struct sim *sim, struct request *request)
{
    if (request->plain) {
        identity_route(sim, request);
        return;
    }
    arm_route(request);
    if (!request->route && request_matches(request, "{}/oauth2/v2.0/token"))
        request->kind = KIND_TOKEN;
}

/* Routes, numbers and records the request and takes the fault that strikes it. */
static struct fault *arrive(struct sim *sim, struct request *request)
{
    pthread_mutex_lock(&sim->lock);
    route(sim, request);
    if (is_for_arm(request))
        request->authorized =
            token_check(&sim->tokens, &sim->model.scenario, request) == TOKEN_GOOD;
    struct fault *fault = fault_take(sim, request->kind, request->uri);
    log_arrive(&sim->log, request);
    pthread_mutex_unlock(&sim->lock);
    return fault;
}

static void take_effect(struct sim *sim, struct request *request, struct answer *answer)
{
    pthread_mutex_lock(&sim->lock);
    int64_t delay = sim->model.scenario.timing.accept_delay_ms;
    pthread_mutex_unlock(&sim->lock);
    if (delay > 0 && arm_is_write(request) && !clock_wait(delay))
        return; /* stopping */
    pthread_mutex_lock(&sim->lock);
    model_advance(&sim->model, clock_now());
    if (request->plain)
        identity_answer(sim, request, answer);
    else if (request->kind == KIND_TOKEN)
        token_answer(&sim->tokens, &sim->model.scenario, request, answer);
    else
        arm_answer(sim, request, answer);
    pthread_mutex_unlock(&sim->lock);
}

/* A proxy's page does not carry the service's headers. */
static bool is_from_service(const struct fault *fault)
{
    return !fault || (fault->action != FAULT_HTML && fault->action != FAULT_GARBAGE &&
                      fault->action != FAULT_EMPTY);
}

static void add_date(struct sim *sim, struct answer *answer)
{
    char date[CLOCK_TEXT];
    clock_print_http(clock_now() + sim->model.scenario.timing.clock_skew_seconds * 1000, date);
    answer_header(answer, "Date", "%s", date);
}

static void finish(struct sim *sim, struct request *request, struct answer *answer,
                   const struct fault *fault)
{
    bool cut = fault && (fault->action == FAULT_CUT_BEFORE || fault->action == FAULT_CUT_AFTER);
    pthread_mutex_lock(&sim->lock);
    if (is_for_arm(request) && is_from_service(fault))
        arm_headers(sim, request, answer);
    add_date(sim, answer);
    bool decided = !cut && answer->status; /* undecided: the simulator stops */
    log_finish(&sim->log, request, decided ? answer : NULL,
               fault ? fault_names[fault->action] : NULL);
    pthread_mutex_unlock(&sim->lock);
}

void exchange(struct sim *sim, struct request *request, struct answer *answer,
              struct delivery *delivery)
{
    if (control_answer(sim, request, answer)) {
        pthread_mutex_lock(&sim->lock);
        add_date(sim, answer);
        pthread_mutex_unlock(&sim->lock);
    } else {
        struct fault *fault = arrive(sim, request);
        if (!fault_prevents(fault))
            take_effect(sim, request, answer);
        fault_apply(sim, fault, request->kind, answer, delivery);
        finish(sim, request, answer, fault);
    }
    if (!answer->status && !delivery->cut)
        delivery->cut = true; /* stopping: nothing was decided */
}
