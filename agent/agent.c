/* SPDX-License-Identifier: MIT */
/* The agent as a whole: making its parts, and taking them apart in reverse. */
#include "agent.h"
#include "audit.h"
#include "config_explain.h"
#include "log.h"
#include "metrics_file.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum log_level level_of(const char *name)
{
    static const char *const names[] = {[LOG_ERROR] = "error",
                                        [LOG_WARNING] = "warning",
                                        [LOG_INFO] = "info",
                                        [LOG_DEBUG] = "debug"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(names[i], name))
            return (enum log_level)i;
    return LOG_INFO;
}

bool agent_open(struct agent *agent, const char *config_file, bool console, char *why,
                size_t why_size)
{
    agent->started_ms = clock_utc_ms();
    text_copy(agent->config_file, sizeof agent->config_file, config_file);
    agent->console = console;
    agent->mutex = mutex_new();
    agent->reloading = mutex_new();
    if (agent->mutex == NULL || agent->reloading == NULL) {
        text_copy(why, why_size, "memory ran out");
        return false;
    }
    agent->setup = setup_new(config_file, console, why, why_size);
    return agent->setup != NULL;
}

/* A service has no standard error: without a file of its own the log stands by the journal. */
static bool open_log(const struct agent *agent, char *why, size_t why_size)
{
    const struct config *config = &agent->setup->config;
    char path[CONFIG_PATH_SIZE + 32];

    text_copy(path, sizeof path, config->log_file);
    if (path[0] == '\0' && !agent->console)
        snprintf(path, sizeof path, "%s/agent.log", config->state_directory);
    if (log_open(path[0] != '\0' ? path : NULL, level_of(config->log_level)))
        return true;
    snprintf(why, why_size, "%s: the log cannot be opened", path);
    return false;
}

static void warn(void *context, const struct config_finding *finding)
{
    (void)context;
    if (!finding->good)
        log_write(LOG_WARNING, "agent.permissions", "%s: %s", finding->what, finding->text);
}

bool agent_start(struct agent *agent, char *why, size_t why_size)
{
    char path[CONFIG_PATH_SIZE + 32];

    if (!open_log(agent, why, why_size))
        return false;
    snprintf(path, sizeof path, "%s/journal.db", agent->setup->config.state_directory);
    agent->store = store_open(path, why, why_size);
    if (agent->store == NULL)
        return false;
    if (!audit_open(agent->setup->config.state_directory, why, why_size))
        return false;
    agent->engine = engine_new(agent->setup, agent->store, why, why_size);
    if (agent->engine == NULL)
        return false;
    agent->metrics = metrics_file_start(agent);
    config_check_permissions(agent->config_file, &agent->setup->config, warn, NULL);
    return true;
}

struct setup *agent_setup(struct agent *agent)
{
    struct setup *setup = NULL;

    mutex_lock(agent->mutex);
    setup = setup_hold(agent->setup);
    mutex_unlock(agent->mutex);
    return setup;
}

/* ---- reload ---- */

struct report {
    char *text;
    size_t size;
};

static void add_line(struct report *report, const char *text)
{
    if (report->text[0] != '\0')
        text_append(report->text, report->size, "\n");
    text_append(report->text, report->size, text);
}

static void add_kept(void *context, const char *key)
{
    char line[CONFIG_PATH_SIZE];

    snprintf(line, sizeof line,
             "%s: the new value needs a restart of the agent; until then the "
             "old one stays in force",
             key);
    log_write(LOG_WARNING, "agent.restart_needed", "%s", line);
    add_line(context, line);
}

/* The new setup, with what cannot change as it is in force. */
static struct setup *make_next(struct agent *agent, const struct setup *in_force,
                               struct report *report)
{
    struct config *config = malloc(sizeof *config);
    char why[4096] = "memory ran out";
    struct setup *next = NULL;

    if (config != NULL && config_read(agent->config_file, config, why, sizeof why)) {
        config_keep(&in_force->config, config, add_kept, report);
        next = setup_make(config, agent->console, why, sizeof why);
    }
    if (next == NULL)
        text_copy(report->text, report->size, why);
    free(config);
    return next;
}

bool agent_reload(struct agent *agent, char *report, size_t size)
{
    struct report lines = {report, size};
    struct setup *in_force = NULL, *next = NULL;

    text_copy(report, size, "");
    mutex_lock(agent->reloading);
    in_force = agent_setup(agent);
    next = make_next(agent, in_force, &lines);
    if (next != NULL) {
        mutex_lock(agent->mutex);
        agent->setup = next;
        mutex_unlock(agent->mutex);
        if (agent->engine != NULL)
            engine_use(agent->engine, next);
        metrics_file_refresh(agent->metrics);
        log_set_level(level_of(next->config.log_level));
        log_write(LOG_INFO, "agent.reload", "%s is in force, instances: %zu", agent->config_file,
                  next->config.instance_count);
        config_check_permissions(agent->config_file, &next->config, warn, NULL);
        setup_release(in_force);
    } else {
        log_write(LOG_ERROR, "agent.reload_refused", "the configuration in force stays: %s",
                  report);
    }
    setup_release(in_force);
    mutex_unlock(agent->reloading);
    return next != NULL;
}

void agent_close(struct agent *agent)
{
    metrics_file_stop(agent->metrics);
    engine_stop(agent->engine);
    engine_free(agent->engine);
    audit_close();
    setup_release(agent->setup);
    mutex_free(agent->reloading);
    mutex_free(agent->mutex);
    store_close(agent->store);
    log_close();
}
