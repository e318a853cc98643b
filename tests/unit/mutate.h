/* SPDX-License-Identifier: MIT */
/* The mutator: every small damage that bytes can take, one after the other and always in the
 * same order. */
#ifndef MILINK_UNIT_MUTATE_H
#define MILINK_UNIT_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* What receives each mutant; its bytes last until it returns. They lie in a block of exactly that
 * length, so that a sanitizer sees the first byte read behind them. */
struct mutant_taker {
    void (*take)(void *context, const uint8_t *bytes, size_t length);
    void *context;
};

/* Every bit flipped, every byte set to 00, FF, 7F and 80, every truncation, every byte left out,
 * and each of 00, FF, 7F, 80 inserted everywhere. Bytes that come out as they were are passed over.
 * Returns how many were taken. */
size_t mutate(const void *bytes, size_t length, const struct mutant_taker *taker);

#endif
