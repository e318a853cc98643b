/* SPDX-License-Identifier: MIT */
/* The small readers of texts: encodings, dates, base64, lists of names, and the masking of secrets
 * in the log. The first byte chooses a size. */
#include "base64.h"
#include "fuzz.h"
#include "log_scrub.h"
#include "name_list.h"
#include "text.h"
#include "utc.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096 };

static void try_utf(const char *bytes, size_t length, size_t size)
{
    static uint16_t units[ROOM];
    static char again[3 * ROOM];
    size_t fitting = text_fitting(bytes, length, size), count = 0, back = 0;
    char small[256] = "";

    PROMISE(fitting <= length && text_units(bytes, fitting) <= size);
    count = text_to_utf16(bytes, length, units, ROOM);
    PROMISE(count <= ROOM && count <= length);
    back = text_from_utf16(units, count, again, sizeof again);
    if (text_units(bytes, length) != SIZE_MAX)
        PROMISE(count == text_units(bytes, length) && back == length &&
                (length == 0 || memcmp(again, bytes, length) == 0));
    text_copy_bytes(small, size + 1, bytes, length);
    PROMISE(strlen(small) <= size);
    text_append(small, sizeof small, small[0] != '\0' ? "x" : "y");
    PROMISE(strlen(small) < sizeof small);
}

static void try_text(char *text, size_t size)
{
    char small[256], shown[UTC_TEXT_SIZE];
    uint64_t ms = 0, again = 0;

    if (utc_parse(text, &ms) || utc_parse_http(text, &ms)) {
        utc_text(ms, shown, sizeof shown);
        PROMISE(utc_parse(shown, &again) && again == ms);
    }
    log_scrub(text, small, size + 1);
    PROMISE(strlen(small) <= size);
    text_repair(text);
    PROMISE(text_units(text, strlen(text)) != SIZE_MAX);
    log_scrub(text, small, size + 1);
    PROMISE(text_units(small, strlen(small)) != SIZE_MAX);
    text_cut(text, size);
    PROMISE(text_units(text, strlen(text)) <= size);
}

static void try_names(const char *text)
{
    const char *rest = text;
    char name[NAME_LIST_NAME_SIZE];
    size_t count = 0;

    while (name_list_next(&rest, name) == NAME_LIST_TAKEN) {
        PROMISE_TEXT(name);
        PROMISE(name[0] != '\0' && name_list_has(text, name));
        count++;
    }
    PROMISE(name_list_count(text) == count);
}

static void try_base64(const char *text, size_t length, size_t size)
{
    static char bytes[ROOM], again[BASE64_TEXT_SIZE(ROOM)];
    size_t count = 0, same = 0;

    if (!base64_decode(text, length, bytes, size * 16, &count))
        return;
    PROMISE(count <= size * 16 && count <= length);
    PROMISE(base64url_encode(bytes, count, again, sizeof again));
    PROMISE(base64_decode(again, strlen(again), bytes, count, &same) && same == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_input input = fuzz_input(bytes, length);
    size_t size = fuzz_byte(&input) % 200;
    char *copy = NULL, *text = NULL;

    if (input.left > ROOM)
        return 0;
    copy = (char *)fuzz_copy(&input);
    text = fuzz_text(&input);
    try_utf(copy, input.left, size);
    try_base64(copy, input.left, size);
    if (text_units(text, strlen(text)) != SIZE_MAX) /* as every parameter is */
        try_names(text);
    try_text(text, size);
    free(text);
    free(copy);
    return 0;
}
