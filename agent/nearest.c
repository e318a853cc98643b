/* SPDX-License-Identifier: MIT */
/* Likeness by the number of characters to insert, delete, replace or swap. */
#include "nearest.h"
#include "text.h"
#include <stdbool.h>
#include <string.h>

enum { LONGEST = 64 /* characters of a name that are looked at; the longest of ours has 25 */ };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The optimal string alignment distance. */
static size_t distance(const char *a, const char *b)
{
    size_t m = least(strlen(a), LONGEST), n = least(strlen(b), LONGEST);
    size_t rows[3][LONGEST + 1];

    for (size_t j = 0; j <= n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            bool same = lower(a[i - 1]) == lower(b[j - 1]);

            row[j] = least(above[j - 1] + !same, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

static bool holds(const char *whole, const char *part)
{
    size_t length = strlen(part);

    for (const char *at = whole; strlen(at) >= length; at++)
        if (text_equal_bytes(part, at, length))
            return true;
    return false;
}

void nearest_init(struct nearest *nearest, const char *given)
{
    memset(nearest, 0, sizeof *nearest);
    nearest->given = given;
}

void nearest_offer(struct nearest *nearest, const char *name)
{
    size_t length = strlen(nearest->given), far = distance(nearest->given, name), at = 0;
    bool part = length >= 3 && (holds(name, nearest->given) || holds(nearest->given, name));

    if (!part && (length == 0 || far > 1 + length / 4))
        return;
    for (at = nearest->count; at > 0 && nearest->distances[at - 1] > far; at--)
        if (at < NEAREST_MAX) {
            nearest->names[at] = nearest->names[at - 1];
            nearest->distances[at] = nearest->distances[at - 1];
        }
    if (at == NEAREST_MAX)
        return;
    nearest->names[at] = name;
    nearest->distances[at] = far;
    nearest->count += nearest->count < NEAREST_MAX;
}

void nearest_hint(const struct nearest *nearest, char *text, size_t size)
{
    text_copy(text, size, nearest->count > 0 ? " Did you mean " : "");
    for (size_t i = 0; i < nearest->count; i++) {
        if (i > 0)
            text_append(text, size, i + 1 == nearest->count ? " or " : ", ");
        text_append(text, size, nearest->names[i]);
    }
    if (nearest->count > 0)
        text_append(text, size, "?");
}
