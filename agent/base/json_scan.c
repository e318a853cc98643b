/* SPDX-License-Identifier: MIT */
/* A strict JSON scanner: it builds nothing, and recurses no deeper than JSON_MAX_DEPTH. */
#include "json_scan.h"

#include "json.h"

#include <stdint.h>
#include <string.h>

struct scanner {
    const unsigned char *at;
    const unsigned char *end;
    struct json_scan found;
    size_t values;
    size_t keys;
    size_t wanted_key;
    size_t depth;
};

static bool scan_value(struct scanner *scanner);

/* The next byte, or -1 at the end. */
static int scan_peek(const struct scanner *scanner)
{
    return scanner->at < scanner->end ? *scanner->at : -1;
}

static bool scan_fail(struct scanner *scanner, const char *flaw)
{
    scanner->found.flaw = flaw;
    return false;
}

/* Line ends stand between tokens alone (in a string they are a flaw), so this counts them all. */
static void scan_space(struct scanner *scanner)
{
    for (; scanner->at < scanner->end; scanner->at++) {
        switch (*scanner->at) {
        case '\n': scanner->found.line++; break;
        case ' ':
        case '\t':
        case '\r': break;
        default: return;
        }
    }
}

static bool scan_take(struct scanner *scanner, char wanted)
{
    if (scan_peek(scanner) != wanted)
        return false;
    scanner->at++;
    return true;
}

static bool scan_literal(struct scanner *scanner, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(scanner->end - scanner->at) < length || memcmp(scanner->at, word, length) != 0)
        return scan_fail(scanner, "a value is expected");
    scanner->at += length;
    return true;
}

static bool scan_digits(struct scanner *scanner)
{
    const unsigned char *from = scanner->at;

    while (scan_peek(scanner) >= '0' && scan_peek(scanner) <= '9')
        scanner->at++;
    return scanner->at > from || scan_fail(scanner, "a digit is expected");
}

static bool scan_number(struct scanner *scanner)
{
    bool minus = scan_take(scanner, '-');

    if (!scan_take(scanner, '0') && !scan_digits(scanner))
        return scan_fail(scanner, minus ? "a digit is expected" : "a value is expected");
    if (scan_take(scanner, '.') && !scan_digits(scanner))
        return false;
    if (scan_take(scanner, 'e') || scan_take(scanner, 'E')) {
        if (!scan_take(scanner, '-'))
            scan_take(scanner, '+');
        return scan_digits(scanner);
    }
    return true;
}

/* The four digits of \uXXXX as a number, or -1. */
static long scan_hex4(struct scanner *scanner)
{
    long number = 0;

    for (int i = 0; i < 4; i++) {
        int byte = scan_peek(scanner);
        int digit = byte >= '0' && byte <= '9'   ? byte - '0'
                    : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                    : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                                 : -1;

        if (digit < 0)
            return -1;
        number = number * 16 + digit;
        scanner->at++;
    }
    return number;
}

static bool scan_unicode(struct scanner *scanner)
{
    long unit = scan_hex4(scanner);

    if (unit < 0)
        return scan_fail(scanner, "four hexadecimal digits are expected after \\u");
    if (unit == 0)
        return scan_fail(scanner, "\\u0000 is not taken");
    if (unit < 0xD800 || unit > 0xDFFF)
        return true;
    if (unit <= 0xDBFF && scan_take(scanner, '\\') && scan_take(scanner, 'u')) {
        unit = scan_hex4(scanner);
        if (unit >= 0xDC00 && unit <= 0xDFFF)
            return true;
    }
    return scan_fail(scanner, "half of a surrogate pair");
}

static bool scan_escape(struct scanner *scanner)
{
    int byte = scan_peek(scanner);

    /* memchr, because strchr would find the terminator as well. */
    if (byte < 0 || memchr("\"\\/bfnrtu", byte, 9) == NULL)
        return scan_fail(scanner, "an unknown escape in a string");
    scanner->at++;
    return byte != 'u' || scan_unicode(scanner);
}

/* One character of two bytes or more: no overlong form, no surrogate, none over U+10FFFF. */
static bool scan_utf8(struct scanner *scanner)
{
    const unsigned char *at = scanner->at;
    size_t left = (size_t)(scanner->end - at);
    size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    uint32_t code = 0;

    if (at[0] < 0xC2 || at[0] > 0xF4 || left < length)
        return scan_fail(scanner, "a string is not valid UTF-8");
    code = at[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return scan_fail(scanner, "a string is not valid UTF-8");
        code = code << 6 | (at[i] & 0x3Fu);
    }
    if ((length == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))) ||
        (length == 4 && (code < 0x10000 || code > 0x10FFFF)))
        return scan_fail(scanner, "a string is not valid UTF-8");
    scanner->at += length;
    return true;
}

static bool scan_string(struct scanner *scanner)
{
    scanner->at++;
    for (;;) {
        int byte = scan_peek(scanner);

        if (byte < 0)
            return scan_fail(scanner, "a string has no end");
        if (byte < 0x20)
            return scan_fail(scanner, "a control character in a string");
        if (byte >= 0x80) {
            if (!scan_utf8(scanner))
                return false;
            continue;
        }
        scanner->at++;
        if (byte == '"')
            return true;
        if (byte == '\\' && !scan_escape(scanner))
            return false;
    }
}

static bool scan_key(struct scanner *scanner)
{
    if (scan_peek(scanner) != '"')
        return scan_fail(scanner, "a name in quotation marks is expected");
    if (scanner->keys++ == scanner->wanted_key)
        scanner->found.key_line = scanner->found.line;
    if (!scan_string(scanner))
        return false;
    scan_space(scanner);
    if (!scan_take(scanner, ':'))
        return scan_fail(scanner, "a colon is expected after a name");
    scan_space(scanner);
    return true;
}

/* The members of an object or the elements of an array, up to and with the closing bracket. */
static bool scan_members(struct scanner *scanner, bool object)
{
    char closing = object ? '}' : ']';
    size_t count = 0;

    scan_space(scanner);
    if (scan_take(scanner, closing))
        return true;
    for (;;) {
        if (++count > JSON_MAX_MEMBERS)
            return scan_fail(scanner, "an object or array has too many members");
        if (count > scanner->found.widest)
            scanner->found.widest = count;
        if ((object && !scan_key(scanner)) || !scan_value(scanner))
            return false;
        scan_space(scanner);
        if (scan_take(scanner, closing))
            return true;
        if (!scan_take(scanner, ','))
            return scan_fail(scanner,
                             object ? "a comma or } is expected" : "a comma or ] is expected");
        scan_space(scanner);
    }
}

static bool scan_container(struct scanner *scanner, bool object)
{
    bool sound = false;

    if (scanner->depth == JSON_MAX_DEPTH)
        return scan_fail(scanner, "the document is nested too deep");
    scanner->at++;
    scanner->depth++;
    sound = scan_members(scanner, object);
    scanner->depth--;
    return sound;
}

static bool scan_value(struct scanner *scanner)
{
    if (++scanner->values > JSON_MAX_VALUES)
        return scan_fail(scanner, "the document has too many values");
    switch (scan_peek(scanner)) {
    case '{': return scan_container(scanner, true);
    case '[': return scan_container(scanner, false);
    case '"': return scan_string(scanner);
    case 't': return scan_literal(scanner, "true");
    case 'f': return scan_literal(scanner, "false");
    case 'n': return scan_literal(scanner, "null");
    case -1: return scan_fail(scanner, "the document ends too early");
    default: return scan_number(scanner);
    }
}

struct json_scan json_scan(const char *text, size_t length, size_t wanted_key)
{
    struct scanner scanner = {.found.line = 1, .wanted_key = wanted_key};

    if (length > JSON_MAX_BYTES) {
        scanner.found.flaw = "the document is too long";
        return scanner.found;
    }
    scanner.at = (const unsigned char *)text;
    scanner.end = scanner.at + length;
    scan_space(&scanner);
    if (scan_value(&scanner)) {
        scan_space(&scanner);
        if (scanner.at < scanner.end)
            scan_fail(&scanner, "there is more after the end of the document");
    }
    return scanner.found;
}
