/* SPDX-License-Identifier: MIT */
/* The checks in their order, and those of configuration, identity and clock. */
#include "health.h"

#include "clock_skew.h"
#include "config_explain.h"

#include <stdio.h>
#include <stdlib.h>

enum { SKEW_FAIL_S = 300 /* Entra ID refuses assertions and tokens then (azure-auth A.12) */ };

static const char no_time[] = "not tested: the time allowed for the call was used up before";
static const char more_time[] = "allow more with @timeout_seconds, or ask for one @instance";

const char *health_status_name(enum health_status status)
{
    static const char *const names[] = {"OK", "WARN", "FAIL"};

    return names[status];
}

void health_tell(struct health *health, const struct health_check *check)
{
    if (check->status > health->worst)
        health->worst = check->status;
    health->tell(health->context, check);
}

static bool is_late(const struct health *health)
{
    return deadline_left_ms(health->deadline) == 0 || deadline_interrupted(health->deadline);
}

void health_tell_error(struct health *health, struct health_check check, const struct error *error)
{
    if (error->number != 0) {
        check.status = HEALTH_FAIL;
        check.evidence = error->message;
        check.action = error_find(error->number)->action;
    }
    if (error->number != 0 && is_late(health)) {
        check.status = HEALTH_WARN;
        check.action = more_time;
    }
    health_tell(health, &check);
}

bool health_has_time(struct health *health, const char *area, const char *name)
{
    if (!is_late(health))
        return true;
    health_tell(health, &(struct health_check){area, name, HEALTH_WARN, no_time, more_time});
    return false;
}

static void tell_finding(void *context, const struct config_finding *finding)
{
    health_tell(context,
                &(struct health_check){"configuration", finding->what,
                                       finding->good ? HEALTH_OK : HEALTH_FAIL, finding->text,
                                       finding->good ? NULL : "do what the evidence says"});
}

static void check_configuration(struct health *health)
{
    const struct config *config = &health->setup->config;
    char evidence[CONFIG_PATH_SIZE + 100];

    snprintf(evidence, sizeof evidence, "%s: cloud %s, instances: %zu", health->agent->config_file,
             config->cloud, config->instance_count);
    health_tell(health, &(struct health_check){"configuration", "file", HEALTH_OK, evidence, NULL});
    config_check_permissions(health->agent->config_file, config, tell_finding, health);
}

static void check_token(struct health *health)
{
    struct health_check check = {.area = "identity", .name = "token"};
    char *token = calloc(1, IDENTITY_TOKEN_SIZE), evidence[700];
    struct error error = {0};
    struct token_status status;

    if (token == NULL)
        error_set(&error, MILINK_OUT_OF_MEMORY, NULL, NULL);
    else if (token_get(health->setup->tokens, health->deadline, token, &error))
        crypto_wipe(token, IDENTITY_TOKEN_SIZE);
    free(token);
    token_status(health->setup->tokens, &status);
    snprintf(evidence, sizeof evidence, "valid for %ld s, %ld s old", status.seconds_left,
             status.age_seconds);
    check.evidence = evidence;
    if (error.number == 0 && status.last_error[0] != '\0') {
        snprintf(evidence, sizeof evidence, "valid for %ld s, but not renewed: %s",
                 status.seconds_left, status.last_error);
        check.status = HEALTH_WARN;
        check.action = "see to it before the token ends; the agent tries again by itself";
    }
    health_tell_error(health, check, &error);
}

static void check_identity(struct health *health)
{
    char description[IDENTITY_DESCRIPTION_SIZE];

    identity_describe(health->setup->identity, description, sizeof description);
    health_tell(health,
                &(struct health_check){"identity", "provider", HEALTH_OK, description, NULL});
    if (health_has_time(health, "identity", "token"))
        check_token(health);
}

static void check_clock(struct health *health)
{
    struct health_check check = {.area = "clock", .name = "skew"};
    const long skew = clock_skew_seconds();
    const long distance = skew < 0 ? -skew : skew;
    char evidence[100];

    snprintf(evidence, sizeof evidence, "this host's clock is %ld s %s Azure's", distance,
             skew < 0 ? "ahead of" : "behind");
    check.evidence = distance == 0 ? "this host's clock agrees with Azure's" : evidence;
    if (distance > CLOCK_SKEW_WARNING_S) {
        check.status = distance > SKEW_FAIL_S ? HEALTH_FAIL : HEALTH_WARN;
        check.action = "set the host's clock (w32tm, chrony)";
    }
    health_tell(health, &check);
}

void health_run(struct health *health)
{
    const struct config *config = &health->setup->config;

    health->worst = HEALTH_OK;
    check_configuration(health);
    health_check_agent(health);
    check_identity(health);
    for (size_t i = 0; i < config->instance_count; i++)
        if (health->only == NULL || health->only == &config->instances[i])
            health_check_instance(health, &config->instances[i]);
    check_clock(health); /* last: learned from the answers */
}
