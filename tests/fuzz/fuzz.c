/* SPDX-License-Identifier: MIT */
/* Inputs taken apart, and promises. */
#include "fuzz.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BREAK "\n--\n"

void fuzz_promise(bool kept, const char *text, const char *file, int line)
{
    if (kept)
        return;
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, text);
    abort();
}

void fuzz_promise_text(const char *text, size_t size, const char *name, const char *file, int line)
{
    const char *end = memchr(text, '\0', size);

    if (end != NULL && text_units(text, (size_t)(end - text)) != SIZE_MAX)
        return;
    fprintf(stderr, "%s:%d: %s is %s\n", file, line, name,
            end == NULL ? "not terminated" : "not UTF-8");
    abort();
}

struct fuzz_input fuzz_input(const uint8_t *bytes, size_t length)
{
    return (struct fuzz_input){bytes, length};
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

static struct fuzz_input take_until(struct fuzz_input *input, const char *mark)
{
    size_t size = strlen(mark);
    const uint8_t *end = input->left > 0 ? memmem(input->at, input->left, mark, size) : NULL;
    struct fuzz_input part = {input->at, end != NULL ? (size_t)(end - input->at) : input->left};
    size_t taken = end != NULL ? part.left + size : part.left;

    if (taken > 0)
        input->at += taken;
    input->left -= taken;
    return part;
}

struct fuzz_input fuzz_part(struct fuzz_input *input)
{
    return take_until(input, BREAK);
}

struct fuzz_input fuzz_line(struct fuzz_input *input)
{
    return take_until(input, "\n");
}

static void *fresh(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL)
        abort();
    return memory;
}

char *fuzz_text(const struct fuzz_input *part)
{
    size_t count = 0;
    char *text = NULL;

    for (size_t i = 0; i < part->left; i++)
        count += part->at[i] != 0;
    text = fresh(count + 1);
    count = 0;
    for (size_t i = 0; i < part->left; i++)
        if (part->at[i] != 0)
            text[count++] = (char)part->at[i];
    text[count] = '\0';
    return text;
}

uint8_t *fuzz_copy(const struct fuzz_input *part)
{
    uint8_t *bytes = fresh(part->left);

    if (part->left > 0)
        memcpy(bytes, part->at, part->left);
    return bytes;
}
