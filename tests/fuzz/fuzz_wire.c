/* SPDX-License-Identifier: MIT */
/* Payloads of every frame: a decoder refuses one, or what it read means the same bytes again. The
 * first byte chooses the kind. */
#include "fuzz.h"
#include "wire_samples.h"
#include <stdlib.h>
#include <string.h>

enum { FRAME_MAXIMUM = WIRE_HEADER_SIZE + WIRE_MAX_PAYLOAD };

static void same(struct buffer *again, const struct fuzz_input *payload)
{
    PROMISE(!again->failed && again->length == payload->left + WIRE_HEADER_SIZE);
    PROMISE(payload->left == 0 ||
            memcmp(again->data + WIRE_HEADER_SIZE, payload->at, payload->left) == 0);
}

static void try_kind(const struct wire_sample *sample, const struct fuzz_input *input)
{
    uint8_t *bytes = fuzz_copy(input);
    struct buffer payload, again;

    buffer_init(&again, FRAME_MAXIMUM);
    buffer_init_view(&payload, bytes, input->left);
    if (sample->again(&payload, &again))
        same(&again, input);
    buffer_clear(&again);
    free(bytes);
}

/* A row of columns that came, too. */
static void try_row(struct fuzz_input *input)
{
    static struct wire_columns columns;
    static struct wire_value values[WIRE_MAX_COLUMNS];
    struct fuzz_input part = *input;
    size_t length = fuzz_byte(&part);
    uint8_t *first = NULL, *second = NULL;
    struct buffer payload, again;

    part.left = length < part.left ? length : part.left;
    *input =
        fuzz_input(part.at + part.left, input->left > part.left ? input->left - 1 - part.left : 0);
    first = fuzz_copy(&part);
    second = fuzz_copy(input);
    buffer_init(&again, FRAME_MAXIMUM);
    buffer_init_view(&payload, first, part.left);
    if (wire_get_columns(&payload, &columns)) {
        buffer_init_view(&payload, second, input->left);
        if (wire_get_row(&payload, &columns, values)) {
            wire_put_row(&again, values, columns.count);
            same(&again, input);
        }
    }
    buffer_clear(&again);
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = fuzz_input(bytes, length);
    size_t count = 0;
    const struct wire_sample *samples = wire_samples(&count);
    size_t kind = fuzz_byte(&input) % (count + 1);

    if (input.left > WIRE_MAX_PAYLOAD)
        return 0;
    if (kind < count)
        try_kind(&samples[kind], &input);
    else
        try_row(&input);
    return 0;
}
