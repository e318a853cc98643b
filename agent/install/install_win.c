/* SPDX-License-Identifier: MIT */
/* The steps of setup and of remove, in their order. */
#include "install.h"
#include "endpoint.h"
#include "install_private.h"
#include "registry.h"
#include "service_control.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { START_S = 30, STOP_S = 60, SAID_SIZE = 2048 };

static void say(const char *verdict, const char *text)
{
    printf("  %-5s %s\n", verdict, text);
    fflush(stdout);
}

/* ---- where everything is ---- */

static bool find_places(struct install *self)
{
    wchar_t wide[CONFIG_PATH_SIZE];
    DWORD length = GetModuleFileNameW(NULL, wide, CONFIG_PATH_SIZE);
    char *slash = NULL;

    if (length == 0 || length == CONFIG_PATH_SIZE ||
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, self->program, sizeof self->program, NULL,
                            NULL) == 0)
        return false;
    slash = strrchr(self->program, '\\');
    if (slash != NULL)
        *slash = '\0';
    text_copy(self->data, sizeof self->data, self->plan->data);
    if (self->data[0] == '\0' &&
        !registry_text(INSTALL_KEY, "Data", self->data, sizeof self->data)) {
        config_default_file(self->data, sizeof self->data);
        *strrchr(self->data, '\\') = '\0';
    }
    snprintf(self->state, sizeof self->state, "%s\\state", self->data);
    snprintf(self->log, sizeof self->log, "%s\\log", self->data);
    snprintf(self->config, sizeof self->config, "%s\\agent.json", self->data);
    snprintf(self->command, sizeof self->command,
             "\"%s\\milink-agent.exe\" service --config \"%s\"", self->program, self->config);
    return true;
}

/* ---- steps ---- */

static bool make_events(struct install *self, char *said, size_t size)
{
    char file[CONFIG_PATH_SIZE + 32];

    self->made_events = !registry_text(INSTALL_EVENTS_KEY, "EventMessageFile", self->old_messages,
                                       sizeof self->old_messages);
    snprintf(file, sizeof file, "%s\\milink_messages.dll", self->program);
    snprintf(said, size, "events: source %s, texts in %s", MILINK_SERVICE_NAME, file);
    return registry_set_text(INSTALL_EVENTS_KEY, "EventMessageFile", file, true) &&
           registry_set_number(INSTALL_EVENTS_KEY, "TypesSupported", 7);
}

static void undo_events(struct install *self)
{
    if (self->made_events)
        registry_remove(INSTALL_EVENTS_KEY);
    else if (self->old_messages[0] != '\0')
        registry_set_text(INSTALL_EVENTS_KEY, "EventMessageFile", self->old_messages, true);
}

static struct service_wish service_as(const struct install *self, const char *command)
{
    return (struct service_wish){
        .name = MILINK_SERVICE_NAME,
        .display = "milink agent",
        .description = "Drives Azure SQL Managed Instance links for SQL Server on this host.",
        .command = command,
        .account = "NT SERVICE\\" MILINK_SERVICE_NAME,
        .privileges = "SeChangeNotifyPrivilege\0SeImpersonatePrivilege\0",
        .delayed = self->plan->delayed};
}

static bool make_service(struct install *self, char *said, size_t size)
{
    const struct service_wish wish = service_as(self, self->command);
    char missing[256], why[512];
    struct service_state before;

    self->made_service = !service_query(MILINK_SERVICE_NAME, &before);
    if (!self->made_service) {
        self->was_running = before.running;
        text_copy(self->old_command, sizeof self->old_command, before.command);
        if (!service_stop(MILINK_SERVICE_NAME, STOP_S, why, sizeof why)) {
            snprintf(said, size, "the service %s %s", MILINK_SERVICE_NAME, why);
            return false;
        }
        self->changed_service = true;
    }
    if (!service_make(&wish, missing, sizeof missing, why, sizeof why)) {
        self->made_service = false;
        snprintf(said, size, "the service %s %s", MILINK_SERVICE_NAME, why);
        return false;
    }
    snprintf(said, size, "service %s: %s%s%s", MILINK_SERVICE_NAME, self->command,
             missing[0] != '\0' ? "; this Windows does not know: " : "", missing);
    return true;
}

static void undo_service(struct install *self)
{
    char why[512], missing[256];
    const struct service_wish before = service_as(self, self->old_command);

    if (self->made_service) {
        service_stop(MILINK_SERVICE_NAME, STOP_S, why, sizeof why);
        service_remove(MILINK_SERVICE_NAME, STOP_S, why, sizeof why);
    } else if (self->changed_service) {
        service_stop(MILINK_SERVICE_NAME, STOP_S, why, sizeof why);
        service_make(&before, missing, sizeof missing, why, sizeof why);
        if (self->was_running)
            service_start(MILINK_SERVICE_NAME, START_S, why, sizeof why);
    }
}

/* Without it no token comes of Azure Arc; but another identity needs none of it. */
static bool join_arc(struct install *self, char *said, size_t size)
{
    uint32_t joined = 0;

    if (!install_join_arc(true, &self->joined, said, size))
        text_append(said, size, ". With another identity this does not matter");
    registry_number(INSTALL_KEY, "JoinedArc", &joined);
    return registry_set_number(INSTALL_KEY, "JoinedArc", joined != 0 || self->joined);
}

static void undo_arc(struct install *self)
{
    char said[SAID_SIZE];
    bool changed = false;

    if (self->joined)
        install_join_arc(false, &changed, said, sizeof said);
}

static bool note(struct install *self, char *said, size_t size)
{
    registry_text(INSTALL_KEY, "Version", self->old_version, sizeof self->old_version);
    registry_text(INSTALL_KEY, "Program", self->old_program, sizeof self->old_program);
    snprintf(said, size, "noted in HKLM\\%s: version %s", INSTALL_KEY, MILINK_VERSION);
    return registry_set_text(INSTALL_KEY, "Version", MILINK_VERSION, false) &&
           registry_set_text(INSTALL_KEY, "Program", self->program, false) &&
           registry_set_text(INSTALL_KEY, "Data", self->data, false);
}

static void undo_note(struct install *self)
{
    static const char *const names[] = {"Version", "Program", "Data", "JoinedArc"};

    if (self->old_version[0] != '\0') {
        registry_set_text(INSTALL_KEY, "Version", self->old_version, false);
        registry_set_text(INSTALL_KEY, "Program", self->old_program, false);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        registry_remove_value(INSTALL_KEY, names[i]);
}

/* A configuration that is still to be filled in is no failure of setup. */
static bool start(struct install *self, char *said, size_t size)
{
    struct config *config = calloc(1, sizeof *config);
    char why[4096] = "memory ran out";
    const bool ready = config != NULL && config_read(self->config, config, why, sizeof why);

    free(config);
    if (self->plan->no_start) {
        text_copy(said, size, "the service is not started, as asked");
        return true;
    }
    if (!ready) {
        snprintf(said, size,
                 "the service is not started: fill in %s, try it with milink-agent check, then "
                 "sc start %s",
                 self->config, MILINK_SERVICE_NAME);
        return true;
    }
    if (service_start(MILINK_SERVICE_NAME, START_S, why, sizeof why)) {
        snprintf(said, size, "the service %s runs", MILINK_SERVICE_NAME);
        return true;
    }
    snprintf(said, size, "the service %s %s", MILINK_SERVICE_NAME, why);
    return false;
}

static const struct step {
    const char *what; /* what it would do */
    bool (*apply)(struct install *self, char *said, size_t size);
    void (*undo)(struct install *self);
} steps[] = {
    {"make the directories of data, and close them to others", install_directories, NULL},
    {"write a configuration to fill in, unless there is one", install_config, install_undo_files},
    {"register the source of events", make_events, undo_events},
    {"make the service " MILINK_SERVICE_NAME ", or change it to this program", make_service,
     undo_service},
    {"note version and places in the registry", note, undo_note},
    {"join Azure Arc's group, where there is one", join_arc, undo_arc},
    {"start the service, when its configuration is good", start, NULL},
};

enum { STEPS = sizeof steps / sizeof *steps };

bool install_setup(const struct install_plan *plan)
{
    struct install *self = calloc(1, sizeof *self);
    char said[SAID_SIZE] = "memory ran out, or the path of this program is too long";
    size_t done = 0;
    bool good = self != NULL;

    if (good) {
        self->plan = plan;
        good = find_places(self);
    }
    if (good)
        printf("milink %s: %s, data in %s\n", MILINK_VERSION, self->program, self->data);
    for (; good && done < STEPS; done++) {
        if (plan->what_if) {
            say("would", steps[done].what);
            continue;
        }
        good = steps[done].apply(self, said, sizeof said);
        if (good)
            say("ok", said);
    }
    if (!good) {
        fprintf(stderr, "milink-agent setup: %s\n", said);
        /* The step that failed may have done a part. */
        for (size_t i = done; self != NULL && i-- > 0;)
            if (steps[i].undo != NULL)
                steps[i].undo(self);
        fprintf(stderr, "milink-agent setup: nothing was changed, or it was put back\n");
    }
    free(self);
    return good;
}

/* ---- removing ---- */

static bool stop_and_remove(char *said, size_t size)
{
    char why[512];

    if (service_stop(MILINK_SERVICE_NAME, STOP_S, why, sizeof why) &&
        service_remove(MILINK_SERVICE_NAME, STOP_S, why, sizeof why)) {
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
    say(good ? "ok" : "FAIL", said);
    return good;
}

/* After an upgrade the version before is removed, and must leave the new one's service alone. */
static bool is_another_s(const struct install *self, char *said, size_t size)
{
    char program[CONFIG_PATH_SIZE], version[64];

    if (!registry_text(INSTALL_KEY, "Program", program, sizeof program) ||
        text_equal(program, self->program))
        return false;
    registry_text(INSTALL_KEY, "Version", version, sizeof version);
    snprintf(said, size, "version %s in %s is set up, and stays as it is", version, program);
    return true;
}

static void show_removal(const struct install *self, char *said, size_t size)
{
    say("would", "stop and remove the service " MILINK_SERVICE_NAME);
    say("would", "leave Azure Arc's group, remove the source of events and the notes");
    snprintf(said, size, "%s %s", self->plan->purge ? "remove" : "leave", self->data);
    say("would", said);
}

static bool remove_all(struct install *self, char *said, size_t size)
{
    bool good = tell(stop_and_remove(said, size), said);

    good = tell(leave_arc(said, size), said) && good;
    good = tell(registry_remove(INSTALL_EVENTS_KEY), "source of events removed") && good;
    undo_note(self);
    if (self->plan->purge)
        good = tell(install_purge(self->data, said, size), said) && good;
    else {
        snprintf(said, size,
                 "%s stays: configuration, journal, audit trail, secrets, log (--purge removes "
                 "them)",
                 self->data);
        say("left", said);
    }
    say("left", "what is registered in SQL Server: milink-agent sql unregister, before the files "
                "go");
    return good;
}

bool install_remove(const struct install_plan *plan)
{
    struct install *self = calloc(1, sizeof *self);
    char said[SAID_SIZE];
    bool good = false;

    if (self != NULL)
        self->plan = plan;
    if (self != NULL && find_places(self)) {
        good = true;
        if (is_another_s(self, said, sizeof said))
            say("left", said);
        else if (plan->what_if)
            show_removal(self, said, sizeof said);
        else
            good = remove_all(self, said, sizeof said);
    }
    free(self);
    return good;
}
