/* SPDX-License-Identifier: MIT */
/* The ways in which an agent can be bad, by name, each with the script of its answer. */
#ifndef MILINK_DOUBLES_BADAGENT_MODES_H
#define MILINK_DOUBLES_BADAGENT_MODES_H

#include "script.h"
#include <stdint.h>

struct bad_mode {
    const char *name; /* "huge-frame" */
    const char *text; /* what it does */
    void (*make)(struct script *script);
    int32_t error; /* what the DLL makes of it; 0: one of several */
};

const struct bad_mode *bad_modes(size_t *count);
const struct bad_mode *bad_mode_find(const char *name);

#endif
