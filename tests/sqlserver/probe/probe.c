/* SPDX-License-Identifier: MIT */
/* The extended procedures of the probe: arguments and host, messages, column types, a wait. */
#include "probe_host.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_BYTES = 16, READ_LIMIT = 1 << 20, MESSAGE_NUMBER = 60000, MOST_SECONDS = 120 };

ULONG __GetXpVersion(void);
int xp_milink_probe(SRV_PROC *host);
int xp_milink_probe_message(SRV_PROC *host);
int xp_milink_probe_types(SRV_PROC *host);
int xp_milink_probe_wait(SRV_PROC *host);

ULONG __GetXpVersion(void)
{
    return ODS_VERSION;
}

/* ---- arguments ---- */

/* The first bytes of a value, read as the DLL of the product reads it: the length first. */
static void show_bytes(const struct probe_ods *ods, SRV_PROC *host, int n, ULONG length, char *hex)
{
    unsigned char *bytes = length > 0 && length <= READ_LIMIT ? calloc(1, length) : NULL;
    ULONG maximum = 0, actual = 0;
    BOOL is_null = FALSE;
    BYTE type = 0;

    hex[0] = '\0';
    if (bytes != NULL && ods->srv_paraminfo(host, n, &type, &maximum, &actual, bytes, &is_null))
        probe_hex(hex, bytes, length, SHOWN_BYTES);
    free(bytes);
}

static void show_argument(struct probe_rows *rows, int n)
{
    const struct probe_ods *ods = rows->ods;
    char hex[2 * SHOWN_BYTES + 1], item[PROBE_ITEM] = "";
    ULONG maximum = 0, actual = 0;
    BOOL is_null = FALSE;
    BYTE type = 0;
    int length = 0;
    const char *name = ods->srv_paramname != NULL ? ods->srv_paramname(rows->host, n, &length) : "";

    snprintf(item, sizeof item, "%d %.*s", n, name != NULL && length > 0 ? length : 0,
             name != NULL ? name : "");
    if (!ods->srv_paraminfo(rows->host, n, &type, &maximum, &actual, NULL, &is_null)) {
        probe_rows_add(rows, "argument", item, "srv_paraminfo fails");
        return;
    }
    show_bytes(ods, rows->host, n, is_null ? 0 : actual, hex);
    probe_rows_add(rows, "argument", item,
                   "name %s length %d, token 0x%02X, maximum %lu, actual %lu, null %d, status %d, "
                   "bytes %s",
                   name == NULL ? "NULL" : "there", length, type, maximum, actual, is_null,
                   ods->srv_paramstatus != NULL ? ods->srv_paramstatus(rows->host, n) : -1, hex);
}

int xp_milink_probe(SRV_PROC *host)
{
    struct probe_rows rows;
    struct probe_ods ods;
    int count = 0;

    if (!probe_bind(&ods))
        return 1;
    count = ods.srv_rpcparams(host);
    probe_rows_begin(&rows, &ods, host);
    probe_rows_add(&rows, "argument", "count", "%d", count);
    for (int n = 1; n <= count; n++)
        show_argument(&rows, n);
    probe_thread(&rows);
    probe_fields(&rows);
    probe_exports(&rows);
    return probe_rows_end(&rows);
}

/* ---- messages ---- */

/* The n-th argument as a number, whatever integer type it has. */
static int number_at(const struct probe_ods *ods, SRV_PROC *host, int n, int otherwise)
{
    unsigned char bytes[8] = {0};
    ULONG maximum = 0, actual = 0;
    BOOL is_null = FALSE;
    BYTE type = 0;

    if (n > ods->srv_rpcparams(host) ||
        !ods->srv_paraminfo(host, n, &type, &maximum, &actual, NULL, &is_null) || is_null ||
        actual == 0 || actual > sizeof bytes ||
        !ods->srv_paraminfo(host, n, &type, &maximum, &actual, bytes, &is_null))
        return otherwise;
    return actual == 1 ? bytes[0] : bytes[0] | bytes[1] << 8;
}

static void message(const struct probe_ods *ods, SRV_PROC *host, BYTE severity, const char *text)
{
    WCHAR wide[256];
    int length = 0;

    while (text[length] != '\0' && length < 256) {
        wide[length] = (unsigned char)text[length];
        length++;
    }
    if (ods->srv_wsendmsg != NULL)
        ods->srv_wsendmsg(host, MESSAGE_NUMBER + severity, severity, wide, length);
}

/* EXEC xp_milink_probe_message severity, return code: one message, no rows, as a refusal of the
 * product. */
int xp_milink_probe_message(SRV_PROC *host)
{
    struct probe_ods ods;
    int severity = 0;

    if (!probe_bind(&ods))
        return 1;
    severity = number_at(&ods, host, 1, 0);
    message(&ods, host, (BYTE)(severity > 16 ? 16 : severity), "a message of the probe");
    ods.srv_senddone(host, severity > 10 ? SRV_DONE_MORE | SRV_DONE_ERROR : SRV_DONE_MORE, 0, 0);
    return number_at(&ods, host, 2, 0);
}

/* ---- column types ---- */

/* Types that the documentation leaves open; each is described, and one row is sent. */
int xp_milink_probe_types(SRV_PROC *host)
{
    static const unsigned char value[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const struct {
        const char *name;
        BYTE token;
        int size, length; /* described; sent, 0: NULL */
    } types[] = {{"nvarchar_empty", 0xE7, 40, 0}, {"nvarchar_full", 0xE7, 16, 16},
                 {"int_null", 0x26, 4, 0},        {"bigint", 0x26, 8, 8},
                 {"bigint_null", 0x26, 8, 0},     {"guid", 0x24, 16, 16},
                 {"guid_null", 0x24, 16, 0},      {"bit_null", 0x68, 1, 0},
                 {"varbinary_null", 0xA5, 16, 0}};
    struct probe_ods ods;
    char text[128];
    int column = 0;

    if (!probe_bind(&ods))
        return 1;
    for (size_t at = 0; at < sizeof types / sizeof *types; at++) {
        const int number = column + 1;

        if (ods.srv_describe(host, number, (char *)types[at].name, SRV_NULLTERM, types[at].token,
                             types[at].size, types[at].token, types[at].size,
                             (void *)value) == number &&
            ods.srv_setcollen(host, number, types[at].length) == SUCCEED) {
            column = number;
            continue;
        }
        snprintf(text, sizeof text, "%s (token 0x%02X) is refused", types[at].name,
                 types[at].token);
        message(&ods, host, 0, text);
    }
    if (column > 0)
        ods.srv_sendrow(host);
    ods.srv_senddone(host, SRV_DONE_MORE | SRV_DONE_COUNT, 0, column > 0 ? 1 : 0);
    return 0;
}

/* ---- a wait ---- */

/* EXEC xp_milink_probe_wait seconds: sees KILL, cancel and a time limit, or does not. Returns 0 at
 * the end, 1 at an attention. */
int xp_milink_probe_wait(SRV_PROC *host)
{
    struct probe_rows rows;
    struct probe_ods ods;
    ULONGLONG begin = GetTickCount64();
    int seconds = 0, polls = 0;
    bool attention = false;

    if (!probe_bind(&ods))
        return 1;
    seconds = number_at(&ods, host, 1, 10);
    seconds = seconds > MOST_SECONDS ? MOST_SECONDS : seconds;
    while (!attention && GetTickCount64() - begin < (ULONGLONG)seconds * 1000) {
        Sleep(50);
        polls++;
        attention = ods.srv_got_attention != NULL && ods.srv_got_attention(host) != FALSE;
    }
    probe_rows_begin(&rows, &ods, host);
    probe_rows_add(&rows, "wait", attention ? "attention" : "end", "after %llu ms, %d polls",
                   GetTickCount64() - begin, polls);
    (void)probe_rows_end(&rows);
    return attention ? 1 : 0;
}
