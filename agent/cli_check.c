/* SPDX-License-Identifier: MIT */
/* milink-agent check: the checks of xp_milink_health, without the agent. */
#include "cli.h"
#include "health.h"
#include "log.h"
#include <stdio.h>
#include <stdlib.h>

enum { CHECK_MS = 300000 };

struct output {
    bool as_json;
    unsigned counts[HEALTH_FAIL + 1];
};

static void print_row(const struct health_check *check)
{
    printf("%-4s  %-20s  %-26s  %s\n", health_status_name(check->status), check->area, check->name,
           check->evidence != NULL ? check->evidence : "");
    if (check->action != NULL)
        printf("%-4s  %-20s  %-26s  -> %s\n", "", "", "", check->action);
}

static void print_json(const struct health_check *check)
{
    struct json *row = json_new_object();
    char *text = NULL;

    json_add_string(row, "area", check->area);
    json_add_string(row, "check_name", check->name);
    json_add_string(row, "status", health_status_name(check->status));
    json_add_string(row, "evidence", check->evidence);
    json_add_string(row, "action", check->action);
    text = json_print(row);
    puts(text != NULL ? text : "{\"status\":\"FAIL\",\"evidence\":\"memory ran out\"}");
    json_text_free(text);
    json_free(row);
}

/* Each as it ends: the next one may take its time. */
static void print_check(void *context, const struct health_check *check)
{
    struct output *output = context;

    output->counts[check->status]++;
    if (output->as_json)
        print_json(check);
    else
        print_row(check);
    fflush(stdout);
}

int cli_check(const char *config_file, bool as_json)
{
    struct agent *agent = calloc(1, sizeof *agent);
    const struct deadline deadline = deadline_in(CHECK_MS);
    struct output output = {.as_json = as_json};
    struct health health = {.agent = agent,
                            .deadline = &deadline,
                            .full = true,
                            .tell = print_check,
                            .context = &output,
                            .worst = HEALTH_FAIL};
    char why[2048] = "memory ran out";

    log_set_level(LOG_ERROR); /* what is found is said here, and the log is the agent's */
    if (agent == NULL || !agent_open(agent, config_file, true, why, sizeof why)) {
        print_check(&output, &(struct health_check){"configuration", config_file, HEALTH_FAIL, why,
                                                    "correct it, then check again"});
    } else {
        health.setup = agent->setup;
        health_run(&health);
    }
    if (!as_json)
        printf("\n%u OK, %u to look at, %u failed\n", output.counts[HEALTH_OK],
               output.counts[HEALTH_WARN], output.counts[HEALTH_FAIL]);
    if (agent != NULL)
        agent_close(agent);
    free(agent);
    return health.worst == HEALTH_FAIL ? CLI_FAILED : CLI_DONE;
}
