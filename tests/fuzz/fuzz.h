/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share: an input taken apart, and promises whose breach ends the program. */
#ifndef MILINK_FUZZ_FUZZ_H
#define MILINK_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer calls it with every input; always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What must hold whatever the input is. */
#define PROMISE(condition) fuzz_promise((condition), #condition, __FILE__, __LINE__)
void fuzz_promise(bool kept, const char *text, const char *file, int line);

/* The rest of an input. */
struct fuzz_input {
    const uint8_t *at;
    size_t left;
};

struct fuzz_input fuzz_input(const uint8_t *bytes, size_t length);
/* The next byte; 0 when there is none. */
uint8_t fuzz_byte(struct fuzz_input *input);
/* Up to the next "\n--\n", which is taken as well, or all that is left. */
struct fuzz_input fuzz_part(struct fuzz_input *input);
/* Up to the next line feed, likewise. */
struct fuzz_input fuzz_line(struct fuzz_input *input);
/* A copy without NULs that is exactly as long as it needs to be, for free. */
char *fuzz_text(const struct fuzz_input *part);
/* A copy of the bytes alone, for free: a read past them is seen. Never NULL. */
uint8_t *fuzz_copy(const struct fuzz_input *part);

/* Terminated within size bytes, and UTF-8. */
#define PROMISE_TEXT(text) fuzz_promise_text(text, sizeof(text), #text, __FILE__, __LINE__)
void fuzz_promise_text(const char *text, size_t size, const char *name, const char *file, int line);

#endif
