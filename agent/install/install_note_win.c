/* SPDX-License-Identifier: MIT */
/* What setup did, for the next setup and for remove: in the registry, which is found wherever the
 * data are, and which administrators alone can write. */
#include "install_private.h"
#include "file_access.h"
#include "registry.h"
#include "text.h"
#include <stdio.h>

static const char *const names[] = {"Version", "Program", "Data", "JoinedArc"};

bool install_note(struct install *self, char *said, size_t size)
{
    snprintf(said, size, "noted in HKLM\\%s: version %s", INSTALL_KEY, MILINK_VERSION);
    if (registry_set_text(INSTALL_KEY, "Version", MILINK_VERSION, false) &&
        registry_set_text(INSTALL_KEY, "Program", self->program, false) &&
        registry_set_text(INSTALL_KEY, "Data", self->data, false))
        return true;
    file_say_error("the registry key HKLM\\" INSTALL_KEY " cannot be written", said, size);
    return false;
}

bool install_forget(void)
{
    char name[256];
    bool good = true;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        good = registry_remove_value(INSTALL_KEY, names[i]) && good;
    /* An administrator may keep something there (pipe_owner.h). */
    if (good && !registry_value_name(INSTALL_KEY, 0, name, sizeof name))
        good = registry_remove(INSTALL_KEY);
    return good;
}

void install_undo_note(struct install *self)
{
    if (self->before.version[0] == '\0') {
        install_forget();
        return;
    }
    registry_set_text(INSTALL_KEY, "Version", self->before.version, false);
    registry_set_text(INSTALL_KEY, "Program", self->before.program, false);
    registry_set_text(INSTALL_KEY, "Data", self->before.data, false);
}
