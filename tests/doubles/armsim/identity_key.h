/* SPDX-License-Identifier: MIT */
/* The key files of Arc's challenges: a fresh one for each, good for one answer. */
#ifndef MILINK_ARMSIM_IDENTITY_KEY_H
#define MILINK_ARMSIM_IDENTITY_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "identity.h"

enum {
    KEYS_KEPT = 64 /* open challenges; the oldest is forgotten first */
};

struct key_file {
    char *path, *other; /* files to remove; NULL: none */
    char *expected;     /* what must come back; NULL: no answer is right */
};

struct key_ring {
    struct key_file keys[KEYS_KEPT];
    size_t next;
};

/* Writes a key file and returns its path as the client spells it, new; NULL when it could not. */
char *key_challenge(struct key_ring *ring, const struct identity *identity);
/* Is this the content of an open challenge's file? Ends that challenge. */
bool key_redeem(struct key_ring *ring, const char *content);
void key_clear(struct key_ring *ring); /* removes the files that are left */

#endif
