/* SPDX-License-Identifier: MIT */
/* The steps of setup, in their order, and how each is put back. */
#include "endpoint.h"
#include "event_log.h"
#include "file_access.h"
#include "install_private.h"
#include "registry.h"
#include "service_control.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

void install_say(const char *verdict, const char *text)
{
    printf("  %-5s %s\n", verdict, text);
    fflush(stdout);
}

/* ---- where everything is ---- */

static void read_notes(struct install_notes *notes)
{
    registry_text(INSTALL_KEY, "Version", notes->version, sizeof notes->version);
    registry_text(INSTALL_KEY, "Program", notes->program, sizeof notes->program);
    registry_text(INSTALL_KEY, "Data", notes->data, sizeof notes->data);
}

bool install_find_places(struct install *self)
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
    read_notes(&self->before);
    text_copy(self->data, sizeof self->data,
              self->plan->data[0] != '\0' ? self->plan->data : self->before.data);
    if (self->data[0] == '\0') {
        config_default_file(self->data, sizeof self->data);
        *strrchr(self->data, '\\') = '\0';
    }
    self->data_is_ours = text_equal(self->data, self->before.data);
    snprintf(self->state, sizeof self->state, "%s\\state", self->data);
    snprintf(self->log, sizeof self->log, "%s\\log", self->data);
    snprintf(self->config, sizeof self->config, "%s\\agent.json", self->data);
    snprintf(self->command, sizeof self->command,
             "\"%s\\milink-agent.exe\" service --config \"%s\"", self->program, self->config);
    return true;
}

bool install_is_elevated(char *said, size_t size)
{
    BYTE sid[SECURITY_MAX_SID_SIZE];
    DWORD length = sizeof sid;
    BOOL member = FALSE;

    if (CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &length) &&
        CheckTokenMembership(NULL, sid, &member) && member)
        return true;
    text_copy(said, size,
              "this needs an administrator: run it in a console opened with Run as administrator");
    return false;
}

/* ---- steps ---- */

static bool check_program(struct install *self, char *said, size_t size)
{
    return install_is_elevated(said, size) && install_program_check(self, said, size);
}

static bool make_events(struct install *self, char *said, size_t size)
{
    char file[CONFIG_PATH_SIZE + 32];

    self->made_events = !registry_text(INSTALL_EVENTS_KEY, "EventMessageFile", self->old_messages,
                                       sizeof self->old_messages);
    snprintf(file, sizeof file, "%s\\milink_messages.dll", self->program);
    snprintf(said, size, "events: source %s, texts in %s", MILINK_SERVICE_NAME, file);
    if (registry_set_text(INSTALL_EVENTS_KEY, "EventMessageFile", file, true) &&
        registry_set_number(INSTALL_EVENTS_KEY, "TypesSupported", 7))
        return true;
    file_say_error("the registry key HKLM\\" INSTALL_EVENTS_KEY " cannot be written", said, size);
    return false;
}

static void undo_events(struct install *self)
{
    if (self->made_events)
        registry_remove(INSTALL_EVENTS_KEY);
    else if (self->old_messages[0] != '\0')
        registry_set_text(INSTALL_EVENTS_KEY, "EventMessageFile", self->old_messages, true);
}

static struct service_wish service_as(const char *command, uint32_t start, bool delayed)
{
    return (struct service_wish){
        .name = MILINK_SERVICE_NAME,
        .display = "milink agent",
        .description = "Drives Azure SQL Managed Instance links for SQL Server on this host.",
        .command = command,
        .account = "NT SERVICE\\" MILINK_SERVICE_NAME,
        .privileges = "SeChangeNotifyPrivilege\0SeImpersonatePrivilege\0",
        .start = start,
        .delayed = delayed};
}

/* What an administrator chose for the one that is there stays: account, and when it starts. */
static bool make_service(struct install *self, char *said, size_t size)
{
    char missing[256], why[512];
    struct service_wish wish;

    self->made_service = !service_query(MILINK_SERVICE_NAME, &self->old_service);
    wish = service_as(self->command, self->old_service.start,
                      self->plan->delayed || self->old_service.delayed);
    if (!self->made_service) {
        if (!service_stop(MILINK_SERVICE_NAME, INSTALL_STOP_S, why, sizeof why)) {
            snprintf(said, size, "the service %s %s", MILINK_SERVICE_NAME, why);
            return false;
        }
        self->changed_service = true;
    }
    if (!service_make(&wish, missing, sizeof missing, why, sizeof why)) {
        snprintf(said, size, "the service %s %s", MILINK_SERVICE_NAME, why);
        return false;
    }
    snprintf(said, size, "service %s: %s%s%s", MILINK_SERVICE_NAME, self->command,
             missing[0] != '\0' ? "; this Windows does not know: " : "", missing);
    return true;
}

/* What runs of the new version is stopped first. */
static void undo_service(struct install *self)
{
    const struct service_state *old = &self->old_service;
    const struct service_wish before = service_as(old->command, old->start, old->delayed);
    char why[512] = "", missing[256];
    bool good = true;

    if (self->made_service)
        good = service_stop(MILINK_SERVICE_NAME, INSTALL_STOP_S, why, sizeof why) &&
               service_remove(MILINK_SERVICE_NAME, INSTALL_STOP_S, why, sizeof why);
    else if (self->changed_service)
        good =
            service_stop(MILINK_SERVICE_NAME, INSTALL_STOP_S, why, sizeof why) &&
            service_make(&before, missing, sizeof missing, why, sizeof why) &&
            (!old->running || service_start(MILINK_SERVICE_NAME, INSTALL_START_S, why, sizeof why));
    if (!good)
        fprintf(stderr, "milink-agent setup: the service %s is not as it was: it %s\n",
                MILINK_SERVICE_NAME, why);
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
    char said[INSTALL_SAID_SIZE];
    bool changed = false;

    if (self->joined && install_join_arc(false, &changed, said, sizeof said))
        registry_set_number(INSTALL_KEY, "JoinedArc", 0);
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
    if (self->old_service.disabled) {
        text_copy(said, size, "the service is not started: it was disabled, and stays so");
        return true;
    }
    if (!ready) {
        snprintf(said, size,
                 "the service is not started: fill in %s, try it with milink-agent check, then "
                 "sc start %s",
                 self->config, MILINK_SERVICE_NAME);
        return true;
    }
    if (service_start(MILINK_SERVICE_NAME, INSTALL_START_S, why, sizeof why)) {
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
    {"see that others cannot change this program", check_program, NULL},
    {"make the directories of data, and close them to others", install_directories,
     install_undo_directories},
    {"write a configuration to fill in, unless there is one", install_config, install_undo_config},
    {"register the source of events", make_events, undo_events},
    {"make the service " MILINK_SERVICE_NAME ", or change it to this program", make_service,
     undo_service},
    {"note version and places in the registry", install_note, install_undo_note},
    {"join Azure Arc's group, where there is one", join_arc, undo_arc},
    {"start the service, when its configuration is good", start, NULL},
};

enum { STEPS = sizeof steps / sizeof *steps };

bool install_setup(const struct install_plan *plan)
{
    struct install *self = calloc(1, sizeof *self);
    char said[INSTALL_SAID_SIZE] = "memory ran out, or the path of this program is too long";
    size_t done = 0;
    bool good = self != NULL;

    if (good) {
        self->plan = plan;
        good = install_find_places(self);
    }
    if (good)
        printf("milink %s: %s, data in %s\n", MILINK_VERSION, self->program, self->data);
    for (; good && done < STEPS; done++) {
        if (plan->what_if) {
            install_say("would", steps[done].what);
            continue;
        }
        good = steps[done].apply(self, said, sizeof said);
        if (good)
            install_say("ok", said);
    }
    if (!good) {
        fprintf(stderr, "milink-agent setup: %s\n", said);
        /* The step that failed may have done a part. */
        for (size_t i = done; self != NULL && i-- > 0;)
            if (steps[i].undo != NULL)
                steps[i].undo(self);
        fprintf(stderr, "milink-agent setup: nothing was changed, or it was put back\n");
        /* Of what the installer runs nobody sees what it prints. */
        event_log_tell("setup.failed", said);
    }
    free(self);
    return good;
}
