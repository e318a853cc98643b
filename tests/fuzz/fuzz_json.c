/* SPDX-License-Identifier: MIT */
/* Any text at all: what the parser takes can be walked through, printed, and read back as the same.
 */
#include "fuzz.h"
#include "json.h"
#include "json_scan.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

static void walk(const struct json *value, int depth)
{
    const char *text = json_string(value);
    long long integer = 0;
    double number = 0;

    PROMISE(value != NULL);
    /* What is nested is arrays and objects; the deepest may hold a value. */
    PROMISE(depth <= JSON_MAX_DEPTH || !(json_is_object(value) || json_is_array(value)));
    PROMISE(json_is_object(value) + json_is_array(value) + json_is_string(value) +
                json_is_number(value) + json_is_bool(value) + json_is_null(value) ==
            1);
    PROMISE(json_is_string(value) == (text != NULL));
    if (text != NULL)
        PROMISE(text_units(text, strlen(text)) != SIZE_MAX);
    if (json_integer(value, &integer))
        PROMISE(json_number(value, &number) && number == (double)integer);
    for (size_t i = 0; i < json_count(value); i++) {
        const char *name = json_name_at(value, i);

        PROMISE(json_is_object(value) == (name != NULL));
        if (name != NULL)
            PROMISE(json_member(value, name) == json_at(value, i));
        walk(json_at(value, i), depth + 1);
    }
    PROMISE(json_at(value, json_count(value)) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct fuzz_input whole = fuzz_input(bytes, length);
    char *copy = (char *)fuzz_copy(&whole), *first = NULL, *second = NULL, why[128] = "";
    struct json *document = json_parse(copy, length, why, sizeof why), *again = NULL;

    if (document != NULL) {
        walk(document, 1);
        first = json_print(document);
        PROMISE(first != NULL);
        again = json_parse(first, strlen(first), why, sizeof why);
        PROMISE(again != NULL);
        second = json_print(again);
        PROMISE(second != NULL && strcmp(first, second) == 0);
    } else {
        PROMISE_TEXT(why);
        PROMISE(why[0] != '\0');
    }
    json_text_free(first);
    json_text_free(second);
    json_free(document);
    json_free(again);
    free(copy);
    return 0;
}
