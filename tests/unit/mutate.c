/* SPDX-License-Identifier: MIT */
/* The mutator: flips, sets, truncations, omissions and insertions, in a fixed order. */
#include "mutate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t extremes[] = {0x00, 0xFF, 0x7F, 0x80};

enum { EXTREMES = sizeof extremes / sizeof extremes[0] };

struct mutation {
    const uint8_t *bytes;
    size_t length;
    const struct mutant_taker *taker;
    size_t taken;
};

static uint8_t *block(size_t length)
{
    uint8_t *bytes = malloc(length);

    if (bytes == NULL && length > 0) {
        fputs("mutate: out of memory\n", stderr);
        abort();
    }
    return bytes;
}

/* Hands over the bytes with the range from at to at + out replaced by in bytes (0 or 1) of
 * value. */
static void splice(struct mutation *mutation, size_t at, size_t out, int value)
{
    size_t in = value >= 0, length = mutation->length - out + in;
    uint8_t *mutant = block(length);

    if (at > 0)
        memcpy(mutant, mutation->bytes, at);
    if (in > 0)
        mutant[at] = (uint8_t)value;
    if (at + out < mutation->length)
        memcpy(mutant + at + in, mutation->bytes + at + out, mutation->length - at - out);
    if (length != mutation->length || memcmp(mutant, mutation->bytes, length) != 0) {
        mutation->taker->take(mutation->taker->context, mutant, length);
        mutation->taken++;
    }
    free(mutant);
}

size_t mutate(const void *bytes, size_t length, const struct mutant_taker *taker)
{
    struct mutation mutation = {bytes, length, taker, 0};

    for (size_t at = 0; at < length; at++) {
        for (int bit = 0; bit < 8; bit++)
            splice(&mutation, at, 1, mutation.bytes[at] ^ 1 << bit);
        for (size_t i = 0; i < EXTREMES; i++)
            splice(&mutation, at, 1, extremes[i]);
        splice(&mutation, at, 1, -1);
        splice(&mutation, at, length - at, -1);
    }
    for (size_t at = 0; at <= length; at++)
        for (size_t i = 0; i < EXTREMES; i++)
            splice(&mutation, at, 0, extremes[i]);
    return mutation.taken;
}
