/* SPDX-License-Identifier: MIT */
/* Sends rows of three text columns to the host. */
#include "probe_rows.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void describe(struct probe_rows *rows, int column, char *name, WCHAR *data, int characters)
{
    const long bytes = (long)sizeof(WCHAR) * characters;

    if (rows->ods->srv_describe(rows->host, column, name, SRV_NULLTERM, SRVNVARCHAR, bytes,
                                SRVNVARCHAR, bytes, data) != column)
        rows->refused = true;
}

void probe_rows_begin(struct probe_rows *rows, const struct probe_ods *ods, SRV_PROC *host)
{
    memset(rows, 0, sizeof *rows);
    rows->ods = ods;
    rows->host = host;
    describe(rows, 1, "kind", rows->kind, PROBE_KIND);
    describe(rows, 2, "item", rows->item, PROBE_ITEM);
    describe(rows, 3, "value", rows->value, PROBE_VALUE);
}

/* The text into a column's buffer. An empty one is sent as NULL: a row has no other. */
static void put(struct probe_rows *rows, int column, WCHAR *to, size_t room, const char *text)
{
    size_t length = 0;

    while (length < room && text[length] != '\0') {
        to[length] = (unsigned char)text[length];
        length++;
    }
    rows->ods->srv_setcoldata(rows->host, column, to);
    if (rows->ods->srv_setcollen(rows->host, column, (int)(length * sizeof *to)) != SUCCEED)
        rows->refused = true;
}

void probe_rows_add(struct probe_rows *rows, const char *kind, const char *item, const char *format,
                    ...)
{
    char text[PROBE_VALUE];
    va_list arguments;

    if (rows->refused)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text[sizeof text - 1] = '\0';
    put(rows, 1, rows->kind, PROBE_KIND, kind);
    put(rows, 2, rows->item, PROBE_ITEM, item);
    put(rows, 3, rows->value, PROBE_VALUE, text);
    if (!rows->refused && rows->ods->srv_sendrow(rows->host) != SUCCEED)
        rows->refused = true;
    rows->count++;
}

int probe_rows_end(struct probe_rows *rows)
{
    rows->ods->srv_senddone(rows->host, SRV_DONE_MORE | SRV_DONE_COUNT, 0, rows->count);
    return rows->refused ? 1 : 0;
}

void probe_hex(char *to, const void *bytes, size_t length, size_t most)
{
    static const char digits[] = "0123456789ABCDEF";
    const unsigned char *from = bytes;
    size_t at = 0;

    for (; at < length && at < most; at++) {
        to[2 * at] = digits[from[at] >> 4];
        to[2 * at + 1] = digits[from[at] & 15];
    }
    to[2 * at] = '\0';
}
