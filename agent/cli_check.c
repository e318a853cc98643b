/* SPDX-License-Identifier: MIT */
/* milink-agent check: what a call depends on, tested in that order, with evidence. */
#include "agent.h"
#include "cli.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_MS = 20000 };

static bool report(bool good, const char *what, const char *evidence)
{
    printf("%-5s %-28s %s\n", good ? "OK" : "FAIL", what, evidence);
    return good;
}

static bool check_token(struct agent *agent)
{
    struct deadline deadline = deadline_in(CHECK_MS);
    char *token = calloc(1, IDENTITY_TOKEN_SIZE);
    struct error error = {0};
    char evidence[64];
    bool good = token != NULL && token_get(agent->tokens, &deadline, token, &error);

    snprintf(evidence, sizeof evidence, "valid for %ld s", token_seconds_left(agent->tokens));
    if (token != NULL)
        crypto_wipe(token, IDENTITY_TOKEN_SIZE);
    free(token);
    return report(good, "token from Entra ID", good ? evidence : error.message);
}

static bool check_instance(struct agent *agent, const struct config_instance *instance)
{
    struct deadline deadline = deadline_in(CHECK_MS);
    char path[ARM_PATH_SIZE], what[128], evidence[512], rights[200];
    struct json *document = NULL;
    struct error error = {0};
    const char *state = NULL;
    bool good = false;

    if (arm_path(path, sizeof path, instance, NULL, NULL))
        document = arm_get(&agent->arm, path, instance->alias, &deadline, &error);
    good = document != NULL;
    state = json_text(document, "properties.state");
    rights_text(instance->rights, rights, sizeof rights);
    snprintf(evidence, sizeof evidence, "%s, state %s; granted here: %s",
             instance->managed_instance, state != NULL ? state : "unknown", rights);
    snprintf(what, sizeof what, "instance %s", instance->alias);
    json_free(document);
    return report(good, what, good ? evidence : error.message);
}

/* A running agent holds the journal: that, too, proves it. */
static bool check_journal(struct agent *agent)
{
    char path[CONFIG_PATH_SIZE + 32], why[512] = "";
    struct store *store = NULL;
    bool good = false;

    snprintf(path, sizeof path, "%s/journal.db", agent->config.state_directory);
    store = store_open(path, why, sizeof why);
    good = store != NULL || strstr(why, "another") != NULL;
    report(good, "journal", store != NULL ? path : why);
    store_close(store);
    return good;
}

int cli_check(const char *config_file)
{
    struct agent *agent = calloc(1, sizeof *agent);
    char why[2048] = "memory ran out";
    bool good = false;

    if (agent == NULL || !agent_open(agent, config_file, why, sizeof why)) {
        report(false, config_file, why);
        goto out;
    }
    good = report(true, "configuration", config_file);
    good = check_journal(agent) && good;
    if (check_token(agent)) {
        for (size_t i = 0; i < agent->config.instance_count; i++)
            good = check_instance(agent, &agent->config.instances[i]) && good;
    } else {
        good = false;
    }
out:
    if (agent != NULL)
        agent_close(agent);
    free(agent);
    return good ? CLI_DONE : CLI_FAILED;
}
