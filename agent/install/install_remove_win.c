/* SPDX-License-Identifier: MIT */
/* The steps of remove. */
#include "endpoint.h"
#include "event_log.h"
#include "file_access.h"
#include "install_private.h"
#include "registry.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool stop_and_remove(char *said, size_t size)
{
    struct service_state state;
    char why[512];

    if (!service_query(MILINK_SERVICE_NAME, &state)) {
        text_copy(said, size, "service " MILINK_SERVICE_NAME ": there is none");
        return true;
    }
    if (service_stop(MILINK_SERVICE_NAME, INSTALL_STOP_S, why, sizeof why) &&
        service_remove(MILINK_SERVICE_NAME, INSTALL_STOP_S, why, sizeof why)) {
        text_copy(said, size, "service " MILINK_SERVICE_NAME " removed");
        return true;
    }
    snprintf(said, size, "the service %s %s", MILINK_SERVICE_NAME, why);
    return false;
}

static bool leave_arc(char *said, size_t size)
{
    uint32_t joined = 0;
    bool changed = false;

    if (registry_number(INSTALL_KEY, "JoinedArc", &joined) && joined != 0)
        return install_join_arc(false, &changed, said, size);
    text_copy(said, size, "Azure Arc's group: setup had not joined it");
    return true;
}

static bool tell(bool good, const char *said)
{
    if (good) {
        install_say("ok", said);
    } else {
        fprintf(stderr, "milink-agent remove: %s\n", said);
        event_log_tell("remove.failed", said);
    }
    return good;
}

static bool tell_key(bool good, const char *what, char *said, size_t size)
{
    snprintf(said, size, "%s removed", what);
    if (!good)
        file_say_error(what, said, size);
    return tell(good, said);
}

/* After an upgrade the version before is removed, and must leave the new one's service alone. */
static bool is_another_s(const struct install *self, char *said, size_t size)
{
    const struct install_notes *notes = &self->before;

    if (notes->program[0] == '\0' || text_equal(notes->program, self->program))
        return false;
    snprintf(said, size, "version %s in %s is set up, and stays as it is", notes->version,
             notes->program);
    return true;
}

static void show_removal(const struct install *self, char *said, size_t size)
{
    install_say("would", "stop and remove the service " MILINK_SERVICE_NAME);
    install_say("would", "leave Azure Arc's group, remove the source of events and the notes");
    snprintf(said, size,
             self->plan->purge ? "remove configuration, state and log in %s" : "leave %s",
             self->data);
    install_say("would", said);
}

/* Journal and audit trail, where the configuration has them elsewhere. */
static void tell_other_state(const struct install *self, char *said, size_t size)
{
    struct config *config = calloc(1, sizeof *config);
    const size_t length = strlen(self->data);
    char why[512];

    if (config != NULL && config_read(self->config, config, why, sizeof why) &&
        !(text_equal_bytes(self->data, config->state_directory, length) &&
          config->state_directory[length] == '\\')) {
        snprintf(said, size, "%s stays: journal, audit trail and secrets are there",
                 config->state_directory);
        install_say("left", said);
    }
    free(config);
}

static bool remove_data(const struct install *self, char *said, size_t size)
{
    tell_other_state(self, said, size);
    if (self->plan->purge)
        return tell(install_purge(self, said, size), said);
    snprintf(said, size,
             "%s stays: configuration, journal, audit trail, secrets, log (--purge removes them)",
             self->data);
    install_say("left", said);
    return true;
}

static bool remove_all(const struct install *self, char *said, size_t size)
{
    bool good = tell(stop_and_remove(said, size), said);

    good = tell(leave_arc(said, size), said) && good;
    good = tell_key(registry_remove(INSTALL_EVENTS_KEY), "source of events", said, size) && good;
    good = tell_key(install_forget(), "notes of setup", said, size) && good;
    good = remove_data(self, said, size) && good;
    install_say("left", "what is registered in SQL Server: milink-agent sql unregister, before the "
                        "files go");
    return good;
}

bool install_remove(const struct install_plan *plan)
{
    struct install *self = calloc(1, sizeof *self);
    char said[INSTALL_SAID_SIZE] = "memory ran out, or the path of this program is too long";
    bool good = false;

    if (self != NULL)
        self->plan = plan;
    if (self == NULL || !install_find_places(self) ||
        (!plan->what_if && !install_is_elevated(said, sizeof said))) {
        fprintf(stderr, "milink-agent remove: %s\n", said);
    } else {
        good = true;
        if (is_another_s(self, said, sizeof said))
            install_say("left", said);
        else if (plan->what_if)
            show_removal(self, said, sizeof said);
        else
            good = remove_all(self, said, sizeof said);
    }
    free(self);
    return good;
}
