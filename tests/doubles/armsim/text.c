/* SPDX-License-Identifier: MIT */
/* Memory, percent-encoding, UUIDs and base64url for the simulator. */
#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

static void *or_die(void *memory)
{
    if (!memory) {
        fputs("armsim: out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

void *text_memory(size_t count, size_t size)
{
    return or_die(calloc(count, size));
}

void *text_grow(void *memory, size_t count, size_t size)
{
    return or_die(reallocarray(memory, count, size));
}

char *text_copy(const char *text)
{
    return or_die(strdup(text));
}

char *text_copy_bytes(const char *bytes, size_t length)
{
    char *copy = text_memory(length + 1, 1);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

char *text_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return or_die(text);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *text_decode(const char *bytes, size_t length, bool form)
{
    char *out = text_memory(length + 1, 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (c == '%') {
            int high = i + 2 < length ? hex_digit(bytes[i + 1]) : -1;
            int low = i + 2 < length ? hex_digit(bytes[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0)) {
                free(out);
                return NULL;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && form) {
            c = ' ';
        }
        out[used++] = c;
    }
    return out;
}

static bool same_name(const char *name, const char *other, bool nocase)
{
    return name && (nocase ? strcasecmp(name, other) : strcmp(name, other)) == 0;
}

char *text_parameter(const char *form, const char *name, bool nocase, size_t *count)
{
    char *found = NULL;
    size_t times = 0;
    while (*form) {
        size_t length = strcspn(form, "&");
        const char *equals = memchr(form, '=', length);
        size_t name_length = equals ? (size_t)(equals - form) : length;
        char *key = text_decode(form, name_length, true);
        if (same_name(key, name, nocase) && times++ == 0 && equals)
            found = text_decode(equals + 1, length - name_length - 1, true);
        free(key);
        form += length + (form[length] == '&');
    }
    if (count)
        *count = times;
    return found;
}

static void uuid_print(unsigned char b[16], char uuid[TEXT_UUID])
{
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(uuid, TEXT_UUID,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
}

void text_uuid_random(char uuid[TEXT_UUID])
{
    unsigned char bytes[16] = {0};
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        or_die(NULL);
    uuid_print(bytes, uuid);
}

void text_uuid_of(const char *seed, char uuid[TEXT_UUID])
{
    unsigned char bytes[16];
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < sizeof bytes; i++) {
        for (const char *c = seed; *c; c++)
            hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
        hash = (hash ^ i) * UINT64_C(1099511628211);
        bytes[i] = (unsigned char)(hash >> 32);
    }
    uuid_print(bytes, uuid);
}

char *text_hex(const void *bytes, size_t length, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    const unsigned char *in = bytes;
    char *out = text_memory(2 * length + 1, 1);
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    return out;
}

char *text_base64url(const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *in = bytes;
    char *out = text_memory(length * 4 / 3 + 4, 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned long group = (unsigned long)in[i] << 16;
        group |= left > 1 ? (unsigned long)in[i + 1] << 8 : 0;
        group |= left > 2 ? (unsigned long)in[i + 2] : 0;
        for (size_t k = 0; k < (left > 2 ? 4 : left + 1); k++)
            out[used++] = digits[(group >> (18 - 6 * k)) & 63];
    }
    return out;
}

bool text_ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool text_contains_nocase(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}
