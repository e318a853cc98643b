/* SPDX-License-Identifier: MIT */
/* What somebody may have meant who mistyped a name. */
#ifndef MILINK_AGENT_NEAREST_H
#define MILINK_AGENT_NEAREST_H

#include <stddef.h>

enum { NEAREST_MAX = 3 };

/* The names most like a given one, best first; see nearest_offer. */
struct nearest {
    const char *given;
    const char *names[NEAREST_MAX];
    size_t distances[NEAREST_MAX];
    size_t count;
};

void nearest_init(struct nearest *nearest, const char *given);
/* Keeps a name, which is borrowed, when it is like the given one: it holds it or is held by it, or
 * few characters must be changed, without regard to case. */
void nearest_offer(struct nearest *nearest, const char *name);
/* " Did you mean link_get, link_list or license_get?"; empty when nothing is like it. */
void nearest_hint(const struct nearest *nearest, char *text, size_t size);

#endif
